//! The framework aligns contexts to sixteen bytes.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{ManualQueue, PassiveLevel, Presented, Waiting, Work};

#[repr(align(64))]
struct Aligned;

impl Work for Aligned {
    type Device = Adapter;

    fn run(&mut self, request: Waiting<'_, Adapter>, _at: PassiveLevel<'_>) {
        drop(request.take());
    }
}

pub fn defer(request: Presented<'_, Adapter>, queue: &ManualQueue<Adapter>) {
    let _ = request.defer(queue, Aligned);
}

fn main() {
    let _: fn(Presented<'_, Adapter>, &ManualQueue<Adapter>) = defer;
}
