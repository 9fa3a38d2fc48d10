//! A request is completed once.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{NtStatus, Request};

fn twice(request: Request<Adapter>) {
    request.complete(NtStatus::SUCCESS, 0);
    request.complete(NtStatus::SUCCESS, 0);
}

fn main() {}
