//! What the tests work with.

use crate::{netio::Netio, proxy::Proxy};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::{
    env, fs,
    ptr::from_ref,
    sync::{Mutex, MutexGuard, PoisonError},
};
use verifier_abi::{LOG_PATH, Violation};
use windows_sys::{
    Win32::System::Registry::{HKEY_LOCAL_MACHINE, REG_DWORD, RegSetKeyValueW},
    w,
};
use witness::{Request, TestLink, Witness};

/// The variable that says where the witness listens.
const WITNESS_VARIABLE: &str = "NETIOCTL_WITNESS";

/// A line of the verifier's log.
#[derive(Debug, Deserialize)]
pub struct Finding {
    pub violation: String,
    pub function: String,
    pub caller: String,
    pub detail: String,
}

/// The machine: the stand-in, the way to its server, and the Linux side.
pub struct Machine {
    pub netio: Netio,
    pub proxy: Proxy,
    witness: Mutex<Witness>,
}

impl Machine {
    pub fn start() -> Result<Self> {
        let proxy = Proxy::start()?;
        // netio.sys reads it at its first call.
        set_port(proxy.port)?;
        let address = env::var(WITNESS_VARIABLE).with_context(|| format!("{WITNESS_VARIABLE} is not set"))?;
        let witness = Mutex::new(Witness::connect(address.parse()?).context("connecting to the witness")?);
        Ok(Self { netio: Netio::load()?, proxy, witness })
    }

    /// The Linux side.
    pub fn linux(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a link for a test.
    pub fn link(&self, number: u8) -> Result<Link<'_>> {
        let dev = TestLink::new(number).context("a link below 10")?;
        self.linux().run(&Request::LinkAdd { dev })?;
        let links: serde_json::Value = self.linux().ask(&Request::Links {})?;
        let links = links["links"].as_array().context("links")?;
        let link = links.iter().find(|link| link["ifname"] == dev.name()).context("the new link")?;
        let index = u32::try_from(link["ifindex"].as_u64().context("ifindex")?)?;
        Ok(Link { machine: self, dev, index })
    }

    /// Does something, and answers what the verifier has found meanwhile.
    pub fn findings(&self, body: impl FnOnce() -> Result<()>) -> Result<Vec<Finding>> {
        let mark = self.mark()?;
        body()?;
        self.findings_since(mark)
    }

    /// Now, as a place in the verifier's log.
    #[expect(clippy::unused_self, reason = "there is a log where there is a machine")]
    pub fn mark(&self) -> Result<usize> {
        Ok(log()?.len())
    }

    /// What the verifier has found since then.
    #[expect(clippy::unused_self, reason = "there is a log where there is a machine")]
    pub fn findings_since(&self, mark: usize) -> Result<Vec<Finding>> {
        log()?.get(mark..).unwrap_or_default().lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}

fn log() -> Result<String> {
    match fs::read_to_string(LOG_PATH) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => Ok(text?),
    }
}

fn set_port(port: u16) -> Result<()> {
    let key = w!(r"SYSTEM\CurrentControlSet\Services\netio\Parameters");
    let (value, length) = (u32::from(port), u32::BITS / 8);
    // SAFETY: The names end with a zero; the value has the length given with it.
    let code =
        unsafe { RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, w!("Port"), REG_DWORD, from_ref(&value).cast(), length) };
    ensure!(code == 0, "the port cannot be set: {code}");
    Ok(())
}

/// Exactly this has been found.
pub fn expect(findings: &[Finding], violation: Violation, function: &str) -> Result<()> {
    let [found] = findings else { anyhow::bail!("one violation, not {findings:?}") };
    ensure!((found.violation.as_str(), found.function.as_str()) == (violation.name(), function), "{found:?}");
    // The thunks pass on where they return to.
    ensure!(found.caller.contains("netio-check"), "{found:?}");
    ensure!(!found.detail.is_empty(), "{found:?}");
    Ok(())
}

/// A link that a test makes.
pub struct Link<'a> {
    machine: &'a Machine,
    pub dev: TestLink,
    pub index: u32,
}

impl Link<'_> {
    pub fn set_mtu(&self, mtu: u32) -> Result<()> {
        Ok(self.machine.linux().run(&Request::Mtu { dev: self.dev.name(), mtu })?)
    }

    pub fn address(&self, address: &str, prefix: u8, add: bool) -> Result<()> {
        let (dev, address) = (self.dev.name(), address.parse()?);
        Ok(self.machine.linux().run(&Request::Address { dev, address, prefix, add })?)
    }
}

impl Drop for Link<'_> {
    fn drop(&mut self) {
        // A test that fails may leave it behind; the sandbox goes with it.
        let _ = self.machine.linux().run(&Request::LinkDel { dev: self.dev });
    }
}
