//! A request that a callback lends stays on the thread of the callback.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::Presented;

fn send(request: Presented<'_, Adapter>) {
    std::thread::scope(|threads| {
        threads.spawn(move || drop(request));
    });
}

fn main() {}
