//! Work is deferred inside the callback of a queue: at any other time the device may go before the work begins.
#[path = "../sound/driver.rs"]
mod common;

use common::{Adapter, Job};
use kmdf::ManualQueue;

fn on_any_thread(queue: &ManualQueue<Adapter>) {
    if let Some(request) = queue.take_next() {
        let _ = request.defer(queue, Job);
    }
}

fn main() {}
