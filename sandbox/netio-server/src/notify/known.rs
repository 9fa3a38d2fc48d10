//! What a listener has been told so far, and what is therefore news to it.

use netio_sys::{MibAddInstance, MibDeleteInstance, MibParameterNotification};
use std::collections::BTreeMap;

/// The rows that a listener knows of.
#[derive(Debug)]
pub struct Known<K, V>(BTreeMap<K, V>);

/// A change of the row with this key: a value of `MIB_NOTIFICATION_TYPE`, and what the row is or was.
pub type Change<K, V> = (i32, K, V);

impl<K: Ord + Copy, V: PartialEq + Copy> Known<K, V> {
    /// Starts with these rows, which nobody is told of.
    pub const fn new(rows: BTreeMap<K, V>) -> Self {
        Self(rows)
    }

    /// A row is there, in this form.
    pub fn put(&mut self, key: K, value: V) -> Change<K, V> {
        let known = self.0.insert(key, value).is_some();
        (if known { MibParameterNotification } else { MibAddInstance }, key, value)
    }

    /// A row is gone; none if nobody knew of it.
    pub fn remove(&mut self, key: K) -> Option<Change<K, V>> {
        self.0.remove(&key).map(|value| (MibDeleteInstance, key, value))
    }

    /// These rows are there and no others. What is known and looks as before is news only if `everything` is.
    pub fn replace(&mut self, rows: BTreeMap<K, V>, everything: bool) -> Vec<Change<K, V>> {
        let gone: Vec<K> = self.0.keys().filter(|key| !rows.contains_key(key)).copied().collect();
        let mut changes: Vec<_> = gone.into_iter().filter_map(|key| self.remove(key)).collect();
        for (key, value) in rows {
            if everything || self.0.get(&key) != Some(&value) {
                changes.push(self.put(key, value));
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netio_sys::{MibAddInstance as ADD, MibDeleteInstance as DELETE, MibParameterNotification as PARAMETER};
    use proptest::prelude::*;

    #[test]
    fn the_first_word_of_a_row_is_an_addition() {
        let mut known = Known::new(BTreeMap::from([(1, 'a')]));
        assert_eq!(known.put(1, 'a'), (PARAMETER, 1, 'a'));
        assert_eq!(known.put(2, 'b'), (ADD, 2, 'b'));
        assert_eq!(known.put(2, 'c'), (PARAMETER, 2, 'c'));
        assert_eq!(known.remove(2), Some((DELETE, 2, 'c')));
        assert_eq!(known.remove(2), None);
        assert_eq!(known.put(2, 'd'), (ADD, 2, 'd'));
    }

    proptest! {
        #[test]
        fn whoever_applies_the_changes_knows_what_is_there(
            before: BTreeMap<u8, u8>, after: BTreeMap<u8, u8>, everything: bool,
        ) {
            let changes = Known::new(before.clone()).replace(after.clone(), everything);
            let mut told = before.clone();
            for (notification, key, value) in &changes {
                match *notification {
                    ADD => prop_assert!(told.insert(*key, *value).is_none()),
                    PARAMETER => prop_assert!(told.insert(*key, *value).is_some()),
                    _ => prop_assert!(told.remove(key).is_some()),
                }
            }
            prop_assert_eq!(&told, &after);
            let unchanged = after.iter().filter(|(key, value)| before.get(key) == Some(value)).count();
            let mentioned = changes.iter().filter(|(_, key, _)| after.contains_key(key)).count();
            prop_assert_eq!(mentioned, if everything { after.len() } else { after.len() - unchanged });
        }
    }
}
