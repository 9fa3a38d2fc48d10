//! What waits is not called with proof of DISPATCH_LEVEL.
use kmdf::{DispatchLevel, WaitLock};

fn wrong(lock: &WaitLock<u32>, at: DispatchLevel<'_>) {
    let _ = lock.acquire(at);
}

fn main() {}
