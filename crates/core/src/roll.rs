//! A bounded list: the handles to be told when a device goes.

/// At most `N` entries, in no order.
#[derive(Debug)]
pub struct Roll<T, const N: usize> {
    entries: [Option<T>; N],
}

impl<T, const N: usize> Default for Roll<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Roll<T, N> {
    /// Nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: [const { None }; N] }
    }

    /// Adds an entry; gives it back when there is no room.
    ///
    /// # Errors
    /// The entry.
    pub fn enter(&mut self, entry: T) -> Result<(), T> {
        match self.entries.iter_mut().find(|place| place.is_none()) {
            Some(place) => {
                *place = Some(entry);
                Ok(())
            }
            None => Err(entry),
        }
    }

    /// Takes the entry out that is equal to this one.
    pub fn leave(&mut self, entry: &T) -> Option<T>
    where
        T: PartialEq,
    {
        self.take_if(|known| known == entry)
    }

    /// Takes an entry out that is as wanted; `None` when there is none left.
    pub fn take_if(&mut self, wanted: impl Fn(&T) -> bool) -> Option<T> {
        self.entries.iter_mut().find(|place| place.as_ref().is_some_and(&wanted)).and_then(Option::take)
    }
}

#[cfg(test)]
mod tests {
    use super::Roll;

    #[test]
    fn who_enters_is_there_until_he_leaves() {
        let mut roll = Roll::<u32, 3>::new();
        assert_eq!([roll.enter(1), roll.enter(2), roll.enter(3)], [Ok(()); 3]);
        assert_eq!(roll.enter(4), Err(4), "there is no more room");
        assert_eq!((roll.leave(&2), roll.leave(&2)), (Some(2), None));
        assert_eq!(roll.enter(4), Ok(()));
        let odd = |entry: &u32| entry % 2 == 1;
        let mut left = [roll.take_if(odd), roll.take_if(odd)];
        left.sort_unstable();
        assert_eq!((left, roll.take_if(odd), roll.take_if(|_| true)), ([Some(1), Some(3)], None, Some(4)));
    }
}
