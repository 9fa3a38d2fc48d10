//! A bound on work that waits.

use core::sync::atomic::{AtomicU32, Ordering};

/// Counts entries, up to a limit.
#[derive(Debug)]
pub struct Limit {
    inside: AtomicU32,
    most: u32,
}

impl Limit {
    /// A limit of `most`.
    #[must_use]
    pub const fn new(most: u32) -> Self {
        Self { inside: AtomicU32::new(0), most }
    }

    /// Enters, unless the limit is reached. Each successful call is followed by one of [`leave`](Self::leave).
    #[must_use]
    pub fn enter(&self) -> bool {
        let one_more = |inside: u32| inside.checked_add(1).filter(|&inside| inside <= self.most);
        self.inside.fetch_update(Ordering::Acquire, Ordering::Relaxed, one_more).is_ok()
    }

    /// Leaves; once for each time that [`enter`](Self::enter) let in.
    pub fn leave(&self) {
        self.inside.fetch_sub(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::Limit;

    #[test]
    fn no_more_than_the_limit_are_inside() {
        let limit = Limit::new(2);
        assert!(limit.enter() && limit.enter());
        assert!(!limit.enter() && !limit.enter());
        limit.leave();
        assert!(limit.enter());
        assert!(!limit.enter());
    }
}
