//! What the commands need of the machine they run on.

use netioctl_client::{Access, Device, Error, InterfaceLuid, interface_alias, interface_name};
use std::{
    io::{self, IsTerminal, Write},
    thread,
    time::{Duration, SystemTime},
};

/// The device, the names of interfaces, the person at the terminal, and time.
pub trait System {
    fn open(&self, access: Access) -> Result<Device, Error>;

    /// The connection name that people see ("Ethernet 2").
    fn alias(&self, luid: InterfaceLuid) -> Option<String>;

    /// The stable name ("ethernet_32775").
    fn name(&self, luid: InterfaceLuid) -> Option<String>;

    /// Asks yes or no; `None` if nobody is there to answer.
    fn confirm(&self, question: &str) -> io::Result<Option<bool>>;

    /// Waits.
    fn pause(&self, time: Duration);

    fn now(&self) -> SystemTime;
}

/// This machine.
pub struct TheSystem;

impl System for TheSystem {
    fn open(&self, access: Access) -> Result<Device, Error> {
        Device::open(access)
    }

    fn alias(&self, luid: InterfaceLuid) -> Option<String> {
        interface_alias(luid)
    }

    fn name(&self, luid: InterfaceLuid) -> Option<String> {
        interface_name(luid)
    }

    fn confirm(&self, question: &str) -> io::Result<Option<bool>> {
        let mut to = io::stderr();
        if !(io::stdin().is_terminal() && to.is_terminal()) {
            return Ok(None);
        }
        write!(to, "{question} [y/N] ")?;
        to.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        let answer = answer.trim().to_lowercase();
        Ok(Some(answer == "y" || answer == "yes"))
    }

    fn pause(&self, time: Duration) {
        thread::sleep(time);
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
