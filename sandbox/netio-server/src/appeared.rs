//! Interfaces that have just appeared: for a moment Windows has no row for them, although it has told of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::link::Link;

/// When each link was seen first.
#[derive(Debug, Default)]
pub struct Appeared(Mutex<Option<HashMap<u32, Option<Instant>>>>);

impl Appeared {
    /// Notes the links of the machine. Those of the first time have always been there.
    pub fn note(&self, links: &[Link]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = known.is_none();
        let known = known.get_or_insert_default();
        known.retain(|index, _| links.iter().any(|link| link.index == *index));
        for link in links {
            known.entry(link.index).or_insert_with(|| (!first).then(Instant::now));
        }
    }

    /// Whether a link has been there for less than this.
    #[must_use]
    pub fn less_than(&self, moment: Duration, link: &Link) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = known.as_ref().and_then(|known| known.get(&link.index).copied().flatten());
        since.is_some_and(|since| since.elapsed() < moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const LONG: Duration = Duration::from_hours(1);

    #[test]
    fn a_link_is_new_when_others_were_there_before() {
        let appeared = Appeared::default();
        let (old, new) = (testing::loopback(), testing::ethernet());
        appeared.note(std::slice::from_ref(&old));
        appeared.note(&[old.clone(), new.clone()]);
        assert!(!appeared.less_than(LONG, &old));
        assert!(appeared.less_than(LONG, &new));
        assert!(!appeared.less_than(Duration::ZERO, &new));
    }

    #[test]
    fn a_link_that_comes_again_is_new_again() {
        let appeared = Appeared::default();
        let (old, again) = (testing::loopback(), testing::ethernet());
        for links in [vec![old.clone(), again.clone()], vec![old.clone()], vec![old, again.clone()]] {
            appeared.note(&links);
        }
        assert!(appeared.less_than(LONG, &again));
    }
}
