//! The buffer of a request is there until the request is completed.
#[path = "../sound/driver.rs"]
mod common;

use common::Adapter;
use kmdf::{NtError, NtStatus, Request};

fn write_afterwards(mut request: Request<Adapter>) -> Result<bool, NtError> {
    let mut output = request.output()?;
    request.complete(NtStatus::SUCCESS, 0);
    Ok(output.write(b"late"))
}

fn main() {}
