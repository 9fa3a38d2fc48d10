//! The driver is stopped while it is at work: it keeps its patience with what takes long, and its image stays until the
//! last callback has returned.

use crate::device::Device;
use crate::service::Service;
use crate::subject::{LINGER, PARALLEL, Subject};
use std::io::Result;

/// Requests that end one after the other while the driver is stopped, and the time between two of them in milliseconds.
const MANY: u32 = 55;
const BETWEEN: u32 = 20;

/// One takes so long, and its callback goes on for so long after it has been completed; in milliseconds.
const LONG: u32 = 2500;
const AFTER: u32 = 700;

/// Loads the driver, and stops it with requests under way. True if it was unloaded in good order as far as is seen here;
/// the verifier's log says the rest.
pub fn under_way(path: &str) -> Result<bool> {
    let service = Service::start("wdfprobe", path)?;
    let subject = Subject::make(PARALLEL)?;
    let mut requests = vec![subject.fill(LINGER, 0, LONG, AFTER)?];
    for number in 1..=MANY {
        requests.push(subject.fill(LINGER, number, number * BETWEEN, 0)?);
    }
    drop(service);
    let ends: Vec<String> = requests.iter_mut().map(|request| request.seen(0)).collect();
    let done = ends.iter().all(|end| end == "ok 0");
    println!("{}", if done { "all requests were completed" } else { "a request was not completed" });
    Ok(done && Device::open("WdfProbe").is_err())
}
