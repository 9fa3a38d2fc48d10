//! Fault plans: the stand-ins of the sandbox refuse calls of the driver, or hold them up.

use crate::lab::Lab;
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::driver;
use std::{
    fs, io,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use verifier_abi::{CALLS_PATH, FallibleCall, FaultPlan, LOG_PATH, PLAN_PATH};

/// A driver that was loaded with a plan in place, so that its calls follow the plans of this program. Without faults,
/// until there is one.
pub struct Faulty<'lab> {
    lab: &'lab Lab,
}

impl<'lab> Faulty<'lab> {
    /// Loads the driver anew.
    pub fn load(lab: &'lab Lab) -> Result<Self> {
        let faulty = Self { lab };
        put(&FaultPlan { number: next_number(), ..FaultPlan::default() })?;
        driver::uninstall().context("uninstalling the driver")?;
        driver::install(lab.inf()?).context("installing the driver")?;
        Ok(faulty)
    }

    /// Puts a plan into force. It counts from the next IRP of the driver on, which the caller sends.
    #[expect(clippy::unused_self, reason = "a driver that was loaded without a plan follows none")]
    pub fn follow(&self, plan: FaultPlan) -> Result<InForce> {
        InForce::put(plan)
    }

    /// Loads the driver without a plan, as it was found.
    pub fn unload(self) -> Result<()> {
        self.restore()
    }

    fn restore(&self) -> Result<()> {
        fs::remove_file(PLAN_PATH)?;
        driver::uninstall()?;
        driver::install(self.lab.inf()?)?;
        Ok(())
    }
}

impl Drop for Faulty<'_> {
    fn drop(&mut self) {
        // Only after a failure, which is the one to report.
        if fs::exists(PLAN_PATH).is_ok_and(|there| there) {
            let _ = self.restore();
        }
    }
}

/// A plan in force; after it there is one without faults.
pub struct InForce {
    number: u32,
}

impl InForce {
    /// Puts a plan into force.
    pub fn put(plan: FaultPlan) -> Result<Self> {
        let number = next_number();
        put(&FaultPlan { number, ..plan })?;
        Ok(Self { number })
    }

    /// What the stand-ins have told of calls under this plan: those that were refused or held up, or all of them.
    pub fn calls(&self) -> Result<Vec<FallibleCall>> {
        let text = match fs::read_to_string(CALLS_PATH) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        // The last line may be under way.
        let whole = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let calls = whole.lines().map(serde_json::from_str).collect::<Result<Vec<FallibleCall>, _>>()?;
        Ok(calls.into_iter().filter(|call| call.plan == self.number).collect())
    }
}

impl Drop for InForce {
    fn drop(&mut self) {
        // The next plan replaces this one if that fails.
        let _ = put(&FaultPlan { number: next_number(), ..FaultPlan::default() });
    }
}

/// The stand-in may read it at any time, so it is never half there.
fn put(plan: &FaultPlan) -> Result<()> {
    let beside = format!("{PLAN_PATH}.new");
    fs::write(&beside, serde_json::to_vec(plan)?)?;
    // A file that somebody has open is not replaced, and the stand-in reads it before each IRP.
    for _ in 0..READS {
        match fs::rename(&beside, PLAN_PATH) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => thread::sleep(READ),
            renamed => return renamed.context("replacing the fault plan"),
        }
    }
    bail!("the fault plan is never free to be replaced")
}

/// How long the stand-in may take to read a plan, and how often it may do so in a row, on a busy machine.
const READ: Duration = Duration::from_millis(1);
const READS: u32 = 5000;

/// A number that no earlier plan had, of an earlier run of this program neither.
fn next_number() -> u32 {
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    let next = NEXT.get_or_init(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis() / 100);
        AtomicU32::new(u32::try_from(now % u128::from(u32::MAX)).unwrap_or(0))
    });
    next.fetch_add(1, Ordering::Relaxed)
}

/// The rules that the verifier has seen broken so far.
pub struct Violations(usize);

impl Violations {
    /// Those until now, which are somebody else's.
    pub fn so_far() -> Result<Self> {
        Ok(Self(violations()?.len()))
    }

    /// There are no new ones.
    pub fn none(&self) -> Result<()> {
        let all = violations()?;
        let new = all.get(self.0..).unwrap_or(&[]);
        ensure!(new.is_empty(), "the verifier says {}", new.join("\n"));
        Ok(())
    }
}

fn violations() -> Result<Vec<String>> {
    let log = fs::read_to_string(LOG_PATH).context("the log of the verifier")?;
    Ok(log.lines().filter(|line| line.contains(r#""violation":"#)).map(str::to_owned).collect())
}
