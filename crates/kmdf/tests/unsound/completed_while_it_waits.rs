//! A request that waits in a queue is the queue's.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{ManualQueue, NtStatus, Request};

fn forward_and_complete(request: Request<Adapter>, queue: &ManualQueue<Adapter>) {
    let _ = request.forward(queue);
    request.complete(NtStatus::SUCCESS, 0);
}

fn main() {}
