//! Proof of PASSIVE_LEVEL is that of one thread.
use kmdf::PassiveLevel;

fn send(at: PassiveLevel<'_>) {
    std::thread::scope(|threads| {
        threads.spawn(move || drop(at));
    });
}

fn main() {}
