//! The output is written and not read: user mode may change it meanwhile.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{NtError, Request};

fn first(request: &mut Request<Adapter>) -> Result<u8, NtError> {
    let output = request.direct()?.output;
    Ok(output[0])
}

fn main() {}
