//! What is done with each driver.

use crate::node::{self, Node};
use crate::registry::Parameters;
use sandbox_probe_client::device::{Device, Pending, SURELY};
use sandbox_probe_client::service::Service;
use std::fmt::Debug;
use std::io::{Error, Result};

/// The echo device: its node, and its interface.
const ECHO_NODE: &str = r"ROOT\DRIVERTESTS\0000";
const ECHO_PATH: &str = r"\\?\root#drivertests#0000#{6d1728a5-3f2b-4c10-9e41-520b6c119a01}";

/// `METHOD_BUFFERED` and `METHOD_NEITHER` codes of the drivers.
const ROUND_TRIP: u32 = 0x22 << 16 | 0x900 << 2;
const IMPATIENT: u32 = 0x22 << 16 | 0x901 << 2;
const ASK: u32 = 0x22 << 16 | 0x903 << 2;
const GIVE_UP: u32 = 0x22 << 16 | 0x904 << 2;
const WATCH: u32 = 0x22 << 16 | 0x905 << 2;
const WATCH_WITH_POWER: u32 = 0x22 << 16 | 0x906 << 2;
const REPORT: u32 = 0x22 << 16 | 0x910 << 2;
const REVERSE: u32 = 0x22 << 16 | 0x900 << 2;
const REVERSE_LATER: u32 = 0x22 << 16 | 0x902 << 2;
const REVERSE_PURGED: u32 = 0x22 << 16 | 0x903 << 2;
const SUM: u32 = 0x22 << 16 | 0x901 << 2 | 3;
/// How often something is tried that may come too late on a busy machine.
const TRIES: u32 = 100;
/// One that no driver knows.
const UNKNOWN: u32 = 0x22 << 16 | 0x902 << 2;

/// Runs one.
pub fn run(folder: &str, scenario: &str) -> Result<()> {
    let driver = |name: &str| format!(r"{folder}\driver-{name}.sys");
    match scenario {
        "echo" => echo(&driver("echo")),
        "filter" => filter(&driver("echo"), &driver("filter")),
        "control" => control(&driver("control")),
        "shutdown" => shutdown(&driver("control"), &driver("plain")),
        "removal-surprise" | "removal-orderly" => removal(&driver("echo"), &driver("filter")),
        "parameters" => parameters(&driver("parameters")),
        "plain" => plain(&driver("plain")),
        _ => match scenario.strip_prefix("faulty-").and_then(|mistake| mistake.parse().ok()) {
            Some(mistake) => faulty(&driver("faulty"), mistake),
            None => Err(Error::other("no such scenario")),
        },
    }
}

#[expect(clippy::needless_pass_by_value, reason = "both are made where this is called")]
fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::other(format!("{what}: {found:?} instead of {expected:?}")))
}

/// What has come of a request, and the bytes that it brought.
fn brought(pending: &mut Pending<'_>) -> (String, Vec<u8>) {
    let seen = pending.seen(SURELY);
    let bytes = seen.strip_prefix("ok ").and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    (seen, pending.output().get(..bytes).unwrap_or(&[]).to_vec())
}

fn text(text: &str) -> (String, Vec<u8>) {
    (format!("ok {}", text.len()), text.as_bytes().to_vec())
}

/// The driver answers after a moment, and a busy machine may let that pass before this program goes on: then the read has
/// what it asked for, and another one is tried.
fn in_time(mut once: impl FnMut() -> Result<bool>) -> Result<()> {
    for _ in 0..TRIES {
        if once()? {
            return Ok(());
        }
    }
    Err(Error::other("each read was answered before anybody could look"))
}

/// A read is cancelled: how it ends, and that the next one is served.
fn cancel_a_read(device: &Device) -> Result<()> {
    in_time(|| {
        let mut first = device.read(64)?;
        let mut second = device.read(64)?;
        let cancelled = first.cancel();
        let seen = first.seen(SURELY);
        same("the read behind it", second.seen(SURELY), "ok 5".to_owned())?;
        if seen == "ok 5" {
            return Ok(false);
        }
        same("a cancelled read", seen, "error 995 0".to_owned())?;
        same("it is cancelled", cancelled, true).map(|()| true)
    })
}

/// A read that the driver has not answered yet.
fn waiting_read(device: &Device) -> Result<Pending<'_>> {
    let mut left = None;
    in_time(|| {
        let mut read = device.read(64)?;
        let seen = read.seen(0);
        if seen == "ok 5" {
            return Ok(false);
        }
        left = Some(read);
        same("a read is under way", seen, "pending".to_owned()).map(|()| true)
    })?;
    left.ok_or_else(|| Error::other("no read"))
}

fn echo(path: &str) -> Result<()> {
    let service = Service::start("driver-echo", path)?;
    let node = Node::create(ECHO_NODE, "driver-echo", &[])?;
    node::find(&service)?;
    let device = Device::open_path(ECHO_PATH)?;
    same("nothing to read", device.read(8)?.seen(SURELY), "error 1 0".to_owned())?;
    same("write", device.write(b"hello")?.seen(SURELY), "ok 5".to_owned())?;
    same("read", brought(&mut device.read(64)?), text("hello"))?;
    same("read a part", brought(&mut device.read(2)?), text("he"))?;
    // Ten bytes of "ROOT" in UTF-16; WMI and idling are taken; nobody holds the interface.
    same("what the framework answered", words(&mut device.send(REPORT, b"", 16)?)?, vec![10, 0, 0, 0])?;
    cancel_a_read(&device)?;
    let mut left = waiting_read(&device)?;
    drop(node);
    // A queue without `EvtIoStop` holds the removal up until the driver has completed what it owns.
    same("the device goes", left.seen(SURELY), "ok 5".to_owned())
}

/// The numbers that a request brings.
fn words(pending: &mut Pending<'_>) -> Result<Vec<u32>> {
    let (seen, bytes) = brought(pending);
    let words: Vec<u32> =
        bytes.chunks_exact(4).filter_map(|word| word.try_into().ok().map(u32::from_le_bytes)).collect();
    if words.is_empty() { Err(Error::other(seen)) } else { Ok(words) }
}

/// A device of the echo driver with the filter over it, after what keeps it: the services of both, and its node. Names of
/// them go in the opposite order, the device first.
fn filtered(path: &str, filter: &str) -> Result<([Service; 2], Node, Device)> {
    let filter = Service::create("driver-filter", filter)?;
    let service = Service::start("driver-echo", path)?;
    let node = Node::create(ECHO_NODE, "driver-echo", &["driver-filter"])?;
    node::find(&service)?;
    let device = Device::open_path(ECHO_PATH)?;
    Ok(([service, filter], node, device))
}

fn filter(path: &str, filter: &str) -> Result<()> {
    let (_services, node, device) = filtered(path, filter)?;
    same("write, which the filter gives away", device.write(b"hello")?.seen(SURELY), "ok 5".to_owned())?;
    same("read, which the filter changes", brought(&mut device.read(64)?), text("HELLO"))?;
    same("a request of its own", brought(&mut device.send(ROUND_TRIP, b"again", 5)?), text("again"))?;
    same("what it sent is there", brought(&mut device.read(64)?), text("AGAIN"))?;
    // STATUS_IO_TIMEOUT.
    same("a request without time", device.send(IMPATIENT, b"", 0)?.seen(SURELY), "error 121 0".to_owned())?;
    in_time(|| {
        let seen = device.send(GIVE_UP, b"", 0)?.seen(SURELY);
        // The device answered before the filter gave up.
        if seen == "ok 0" {
            return Ok(false);
        }
        same("a read that the filter gives up", seen, "error 995 0".to_owned()).map(|()| true)
    })?;
    // Two writes came to the device, and this and what went before are I/O controls.
    let controls = words(&mut device.send(ASK, b"", 8)?)?;
    same("what the device tells the filter", controls[0], 2)?;
    same("I/O controls that were seen first", controls[1] >= 4, true)?;
    same("what nobody knows", device.send(UNKNOWN, b"", 0)?.seen(SURELY), "error 1 0".to_owned())?;
    cancel_a_read(&device)?;
    drop(device);
    drop(node);
    Ok(())
}

fn control(path: &str) -> Result<()> {
    let _service = Service::start("driver-control", path)?;
    let device = Device::open("ControlForTests")?;
    let mut requests = Vec::new();
    for number in 0..20 {
        requests.push((number, device.send(REVERSE, format!("abc{number:02}").as_bytes(), 16)?));
    }
    for (number, mut request) in requests {
        let backwards: String = format!("abc{number:02}").chars().rev().collect();
        same("what the second device answers", brought(&mut request), text(&backwards))?;
    }
    same("a target that is stopped", brought(&mut device.send(REVERSE_LATER, b"abc", 16)?), text("cba"))?;
    // STATUS_INVALID_DEVICE_STATE.
    let purged = device.send(REVERSE_PURGED, b"abc", 16)?.seen(SURELY);
    same("a target that is purged", purged, "error 22 0".to_owned())?;
    same("and starts again", brought(&mut device.send(REVERSE, b"abc", 16)?), text("cba"))?;
    let mut sum = device.send(SUM, &[1, 2, 39], 1)?;
    same("a buffer of the caller's", brought(&mut sum), ("ok 1".to_owned(), vec![42]))
}

/// The system goes down with two drivers loaded, of which one has no framework.
fn shutdown(path: &str, plain: &str) -> Result<()> {
    let plain = Service::start("driver-plain", plain)?;
    let service = Service::start("driver-control", path)?;
    for service in [&service, &plain, &service] {
        // Nobody is told twice.
        service.control(verifier_abi::SHUT_DOWN)?;
    }
    Ok(())
}

/// A device goes while its filter has requests with it: two of its own, and the read of a program.
fn removal(path: &str, filter: &str) -> Result<()> {
    let (_services, node, device) = filtered(path, filter)?;
    same("write", device.write(b"hello")?.seen(SURELY), "ok 5".to_owned())?;
    for code in [WATCH, WATCH_WITH_POWER] {
        same("wait for news", device.send(code, b"", 0)?.seen(SURELY), "ok 0".to_owned())?;
    }
    let mut left = waiting_read(&device)?;
    drop(node);
    let seen = brought(&mut left);
    // The device below completes what it has before it loses its power, unless the filter goes first, which cancels it.
    if seen == ("error 995 0".to_owned(), Vec::new()) {
        Ok(())
    } else {
        same("the read under way", seen, text("HELLO"))
    }
}

fn parameters(path: &str) -> Result<()> {
    let parameters = Parameters::of("driver-parameters")?;
    parameters.number("Level", 7)?;
    parameters.text("Greeting", "good morning")?;
    parameters.texts("Words", &["one", "two", "seventeen"])?;
    for starts in 1..=2_u32 {
        // The service is deleted with its parameters at the end alone.
        let service = Service::start("driver-parameters", path)?;
        let device = Device::open("ParametersForTests")?;
        let (seen, bytes) = brought(&mut device.read(64)?);
        let numbers: Vec<u32> = bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect();
        // Level, starts, length of the greeting, words, length of the last, STATUS_OBJECT_TYPE_MISMATCH.
        same("the settings", (seen, numbers), ("ok 24".to_owned(), vec![7, starts, 12, 3, 9, 0xC000_0024]))?;
        drop(device);
        if starts == 1 {
            service.halt();
        }
    }
    Ok(())
}

fn plain(path: &str) -> Result<()> {
    let _service = Service::start("driver-plain", path)?;
    let device = Device::open("PlainForTests")?;
    same("a write", device.write(b"12345678")?.seen(SURELY), "ok 0".to_owned())
}

fn faulty(path: &str, mistake: u32) -> Result<()> {
    Parameters::of("driver-faulty")?.number("Mistake", mistake)?;
    let service = Service::start("driver-faulty", path)?;
    let device = Device::open("FaultyForTests")?;
    let mut write = device.write(b"12345678")?;
    let seen = write.seen(500);
    println!("the write: {seen}");
    if seen.starts_with("error") {
        // There is no process any more that could stop the driver.
        std::mem::forget(service);
        return Ok(());
    }
    let left = std::thread::spawn(move || drop(service));
    println!("the write at the end: {}", write.seen(20_000));
    left.join().map_err(|_| Error::other("the service does not stop"))
}
