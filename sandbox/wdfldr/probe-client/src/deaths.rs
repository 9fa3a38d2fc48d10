//! Makes the driver's process die.

use crate::device::Device;
use crate::service::Service;
use std::io::Result;

/// Loads the driver and tells it to die. True if it has done so.
pub fn die(path: &str, how: &str) -> Result<bool> {
    let service = Service::start("wdfprobe", path)?;
    let answer = Device::open("WdfProbe")?.ask(&format!("die {how}"));
    // There is no process any more that could stop it.
    std::mem::forget(service);
    match answer {
        Ok(answer) => println!("the driver answers {answer}"),
        Err(error) => println!("the driver is gone: {error}"),
    }
    Ok(Device::open("WdfProbe").is_err())
}
