//! The parameters of a service.

use crate::node::wide;
use std::io::{Error, Result};
use std::ptr::{null, null_mut};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_WRITE, REG_DWORD, REG_MULTI_SZ, REG_SZ, RegCloseKey, RegCreateKeyExW, RegSetValueExW,
};

/// The `Parameters` key of a service.
pub struct Parameters(HKEY);

fn checked(code: u32) -> Result<()> {
    if code == 0 { Ok(()) } else { Err(Error::from_raw_os_error(code.cast_signed())) }
}

impl Parameters {
    /// Opens it, and makes it if need be.
    pub fn of(service: &str) -> Result<Self> {
        let path = wide(&format!(r"SYSTEM\CurrentControlSet\Services\{service}\Parameters"));
        let mut key = null_mut();
        // SAFETY: the path is terminated, and the handle goes to a local.
        checked(unsafe {
            RegCreateKeyExW(
                HKEY_LOCAL_MACHINE,
                path.as_ptr(),
                0,
                null(),
                0,
                KEY_WRITE,
                null(),
                &raw mut key,
                null_mut(),
            )
        })?;
        Ok(Self(key))
    }

    fn set(&self, name: &str, kind: u32, bytes: &[u8]) -> Result<()> {
        let (name, length) = (wide(name), u32::try_from(bytes.len()).unwrap_or(0));
        // SAFETY: the name is terminated, and there are as many bytes.
        checked(unsafe { RegSetValueExW(self.0, name.as_ptr(), 0, kind, bytes.as_ptr(), length) })
    }

    /// `REG_DWORD`.
    pub fn number(&self, name: &str, value: u32) -> Result<()> {
        self.set(name, REG_DWORD, &value.to_le_bytes())
    }

    /// `REG_SZ`.
    pub fn text(&self, name: &str, value: &str) -> Result<()> {
        self.set(name, REG_SZ, &bytes(&wide(value)))
    }

    /// `REG_MULTI_SZ`.
    pub fn texts(&self, name: &str, values: &[&str]) -> Result<()> {
        let units: Vec<u16> = values.iter().flat_map(|value| wide(value)).chain([0]).collect();
        self.set(name, REG_MULTI_SZ, &bytes(&units))
    }
}

fn bytes(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

impl Drop for Parameters {
    fn drop(&mut self) {
        // SAFETY: the key is ours, and closed once.
        unsafe { RegCloseKey(self.0) };
    }
}
