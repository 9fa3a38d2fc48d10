//! A request that a callback lends is not kept beyond the callback.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::Presented;
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Option<Presented<'static, Adapter>>> = const { RefCell::new(None) };
}

fn keep(request: Presented<'_, Adapter>) {
    KEPT.set(Some(request));
}

fn main() {}
