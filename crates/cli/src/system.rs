//! What the commands need of the machine they run on.

use crate::error;
use netioctl_client::{
    Access, Canceller, Device, Error, InterfaceLuid,
    driver::{self, Installed, OperatorsAllowed, Removed, Status},
    interface_alias, interface_name,
};
use std::{
    cell::Cell,
    fs,
    io::{self, IsTerminal, Read, Write},
    num::NonZeroU32,
    path::Path,
    process::{self, Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

/// The device, the names of interfaces, the person at the terminal, and time.
///
/// Errors are those of the functions of `netioctl-client` and the standard library that do the same on this machine.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait System: Setup {
    /// Opens the device.
    fn open(&self, access: Access) -> Result<Device, Error>;

    /// From now on, devices that are opened act in this network compartment.
    fn act_in(&self, compartment: NonZeroU32);

    /// The connection name that people see ("Ethernet 2").
    fn alias(&self, luid: InterfaceLuid) -> Option<String>;

    /// The stable name ("`ethernet_32775`").
    fn name(&self, luid: InterfaceLuid) -> Option<String>;

    /// Asks yes or no; `None` if nobody is there to answer.
    fn confirm(&self, question: &str) -> io::Result<Option<bool>>;

    /// A canceller that Ctrl+C raises, for commands that go on until then. To be asked for once.
    fn interrupt(&self) -> Result<Canceller, Error>;

    /// A canceller that is raised when `time` is over.
    fn after(&self, time: Duration) -> Result<Canceller, Error>;

    /// Another open device, whose notifications are a reason to end a pause. `None` where there are none.
    fn notifications(&self) -> Option<Device>;

    /// Waits, but not longer than until `ended`. Whoever makes that true wakes the thread that waits.
    fn pause(&self, time: Duration, ended: &dyn Fn() -> bool);

    /// What the clock says.
    fn now(&self) -> SystemTime;
}

/// What a command may change of the machine itself: the driver that is installed, and files.
#[expect(clippy::missing_errors_doc, reason = "said at `System`")]
pub trait Setup {
    /// Installs the driver package of this INF.
    fn install(&self, inf: &Path) -> Result<Installed, Error>;

    /// Lets Network Configuration Operators make changes.
    fn allow_operators(&self) -> Result<OperatorsAllowed, Error>;

    /// Removes the driver.
    fn uninstall(&self) -> Result<Removed, Error>;

    /// What is installed, and whether it works.
    fn status(&self) -> Result<Status, Error>;

    /// Makes a folder, and those above it.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Writes a file; one that is there is replaced.
    fn write_file(&self, path: &Path, text: &str) -> io::Result<()>;

    /// Reads a file.
    fn read_file(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Reads standard input to its end.
    fn read_input(&self) -> io::Result<Vec<u8>>;

    /// Runs a program with these arguments, variables and bytes on its standard input, and waits for its end, whatever
    /// that is.
    fn execute(
        &self,
        program: &Path,
        arguments: &[String],
        variables: &[(&'static str, String)],
        input: &[u8],
    ) -> io::Result<()>;
}

/// This machine.
#[derive(Default)]
pub struct TheSystem {
    compartment: Cell<Option<NonZeroU32>>,
}

impl Setup for TheSystem {
    fn install(&self, inf: &Path) -> Result<Installed, Error> {
        driver::install(inf)
    }

    fn allow_operators(&self) -> Result<OperatorsAllowed, Error> {
        driver::allow_operators()
    }

    fn uninstall(&self) -> Result<Removed, Error> {
        driver::uninstall()
    }

    fn status(&self) -> Result<Status, Error> {
        driver::status()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn write_file(&self, path: &Path, text: &str) -> io::Result<()> {
        fs::write(path, text)
    }

    fn read_file(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_input(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn execute(
        &self,
        program: &Path,
        arguments: &[String],
        variables: &[(&'static str, String)],
        input: &[u8],
    ) -> io::Result<()> {
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        if let Some(mut to) = child.stdin.take() {
            // It need not read.
            let _ = to.write_all(input);
        }
        child.wait().map(drop)
    }
}

impl System for TheSystem {
    fn open(&self, access: Access) -> Result<Device, Error> {
        let device = Device::open(access)?;
        self.compartment.get().map_or(Ok(device.clone()), |compartment| device.in_compartment(compartment))
    }

    fn act_in(&self, compartment: NonZeroU32) {
        self.compartment.set(Some(compartment));
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

    fn interrupt(&self) -> Result<Canceller, Error> {
        let interrupt = Canceller::new()?;
        let (raised, waiting) = (interrupt.clone(), thread::current());
        // Should this fail, Ctrl+C ends the program in the way of the system.
        let _ = ctrlc::set_handler(move || {
            // Whatever it is that does not end by itself is ended the second time.
            if raised.is_cancelled() {
                process::exit(error::FAILED.into());
            }
            raised.cancel();
            waiting.unpark();
        });
        Ok(interrupt)
    }

    fn after(&self, time: Duration) -> Result<Canceller, Error> {
        Canceller::after(time)
    }

    fn notifications(&self) -> Option<Device> {
        self.open(Access::Read).ok()
    }

    fn pause(&self, time: Duration, ended: &dyn Fn() -> bool) {
        let begin = Instant::now();
        while let Some(left) = time.checked_sub(begin.elapsed()).filter(|left| !left.is_zero()) {
            if ended() {
                return;
            }
            thread::park_timeout(left);
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_in_time_or_when_it_is_interrupted() {
        let interrupt = Canceller::new().unwrap();
        let pause = |time| {
            let begin = Instant::now();
            TheSystem::default().pause(time, &|| interrupt.is_cancelled());
            begin.elapsed()
        };
        assert!(pause(Duration::from_millis(20)) >= Duration::from_millis(20));
        let (raised, waiting) = (interrupt.clone(), thread::current());
        let interrupting = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            raised.cancel();
            waiting.unpark();
        });
        assert!(pause(Duration::from_mins(10)) < Duration::from_mins(5));
        interrupting.join().unwrap();
    }
}
