//! The subject device, which scenarios fill with requests and watch.

use crate::device::{Device, Pending, SOON, SURELY, control_code};
use std::io::Result;
use std::time::Duration;

/// What the subject does with a request: the function code of its control code.
pub const COMPLETE: u32 = 0;
/// It keeps the request.
pub const HOLD: u32 = 1;
/// It keeps the request, and marks it cancelable.
pub const MARK: u32 = 2;
/// It forwards the request to the queue without `EvtIoCanceledOnQueue`.
pub const FORWARD: u32 = 4;
/// It forwards the request to the queue with `EvtIoCanceledOnQueue`.
pub const FORWARD_CALLING: u32 = 5;
/// It fills the output and completes the request.
pub const FILL: u32 = 6;
/// As [`MARK`], and it notes the IRQL.
pub const MARK_AT: u32 = 7;
/// It completes the request after some time, and stays in the callback for some more.
pub const LINGER: u32 = 8;

/// The arguments of a subject with a parallel queue, without a limit.
pub const PARALLEL: &str = "2 0";
/// What the client of a cancelled request sees.
pub const CANCELLED: &str = "error 995 0";

/// The input of a request: its identity, and what it is to be completed with.
pub fn input(id: u32, status: u32, information: u32) -> Vec<u8> {
    [id, status, information, 0].into_iter().flat_map(u32::to_le_bytes).collect()
}

/// The subject device for one scenario.
pub struct Subject {
    probe: Device,
    device: Device,
}

impl Subject {
    /// Makes it: `<dispatch type> <requests presented at the same time> [<execution level> <synchronization scope>]`.
    pub fn make(arguments: &str) -> Result<Self> {
        let probe = Device::open("WdfProbe")?;
        let made = probe.ask(&format!("subject {arguments}"))?;
        if made != "0x00000000" {
            return Err(std::io::Error::other(format!("the subject cannot be made: {made}")));
        }
        probe.ask("events")?;
        let device = Device::open("WdfSubject")?;
        Ok(Self { probe, device })
    }

    /// Sends a command to the driver.
    pub fn ask(&self, command: &str) -> Result<String> {
        self.probe.ask(command)
    }

    /// What has happened since the last time.
    pub fn events(&self) -> Result<String> {
        self.ask("events")
    }

    /// Sends a request with an identity, and gives the driver time for it when it has arrived.
    pub fn send(&self, action: u32, id: u32) -> Result<Pending<'_>> {
        let before = requests(&self.probe)?;
        let mut pending = self.fill(action, id, 0, 0)?;
        wait_until(|| Ok(pending.wait(0).finished || requests(&self.probe)? > before))?;
        pending.wait(SOON);
        Ok(pending)
    }

    /// Sends a request with an identity, and what it is to be completed with.
    pub fn fill(&self, action: u32, id: u32, status: u32, information: u32) -> Result<Pending<'_>> {
        self.device.send(control_code(action), &input(id, status, information), 16)
    }

    /// Deletes the device.
    pub fn end(self) -> Result<()> {
        drop(self.device);
        self.probe.ask("drop")?;
        self.probe.ask("events")?;
        Ok(())
    }
}

/// How many requests the queues of the subject have, waiting or with the driver.
pub fn requests(probe: &Device) -> Result<u32> {
    let mut requests = 0;
    for queue in ["state 0", "state 1", "state 2"] {
        let state = probe.ask(queue)?;
        let numbers = state.split(' ').filter_map(|word| word.parse::<u32>().ok());
        requests += numbers.sum::<u32>();
    }
    Ok(requests)
}

/// Waits until the condition is true, or for [`SURELY`]. What the scenario compares next says whether it is.
pub fn wait_until(mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
    for _ in 0..SURELY / 10 {
        if condition()? {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
