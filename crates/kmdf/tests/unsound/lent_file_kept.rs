//! A file object that a request lends is kept by a reference, or not at all.
#[path = "../sound/driver.rs"]
mod common;

use common::{Adapter, Handle};
use kmdf::{OpenFile, Request};

fn keep(request: Request<Adapter>) -> Option<OpenFile<'static, Handle>> {
    request.file()
}

fn main() {}
