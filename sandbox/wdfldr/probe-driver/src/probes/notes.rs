//! Callbacks that note when they run.

use crate::events;
use crate::runtime::{irql, sleep};
use alloc::format;
use alloc::vec::Vec;
use wdf_abi::Handle;

/// Notes that something happens, and at which IRQL.
pub fn note(what: &str) {
    events::add(format!("{what} irql {}", irql()));
}

macro_rules! noting {
    ($($name:ident $text:literal;)*) => {
        $(pub unsafe extern "system" fn $name(_object: Handle) {
            note($text);
        })*
    };
}

noting! {
    cleanup_parent "cleanup parent";
    destroy_parent "destroy parent";
    cleanup_child "cleanup child";
    destroy_child "destroy child";
    cleanup_queue "cleanup queue";
    destroy_queue "destroy queue";
    work "workitem";
    fired "timer";
    called "dpc";
}

/// Waits until that many events are there, a second at most.
pub fn wait_for(count: usize) {
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen.extend(events::take());
        if seen.len() >= count {
            break;
        }
        sleep(10);
    }
    seen.into_iter().for_each(events::add);
}
