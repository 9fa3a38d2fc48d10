//! The NETIO of the sandbox, called without a driver between: a module of this process, as a driver has it in its own.

use anyhow::Result;
use netioctl_client::{PhysicalAddress, abi::AddressFamily};
use std::{net::IpAddr, path::Path};

#[cfg(windows)]
pub use windows::Netio;

/// There is none to be called.
#[cfg(not(windows))]
pub enum Netio {}

#[cfg(not(windows))]
impl Netio {
    pub fn load(path: &Path) -> Result<Self> {
        anyhow::bail!("{} is for Windows programs only", path.display())
    }

    pub fn set(&self, _: u32, _: IpAddr, _: PhysicalAddress) -> Result<()> {
        match *self {}
    }

    pub fn flush(&self, _: AddressFamily, _: u32) -> Result<()> {
        match *self {}
    }
}

#[cfg(windows)]
mod windows {
    use super::{AddressFamily, IpAddr, Path, PhysicalAddress, Result};
    use anyhow::{Context, bail, ensure};
    use netio_sys::{MIB_IPNET_ROW2, SOCKADDR_INET};
    use std::{io, mem::transmute, os::windows::ffi::OsStrExt, ptr::null_mut};
    use windows_sys::{
        Win32::{
            Foundation::{FARPROC, HMODULE},
            System::LibraryLoader::{GetProcAddress, LOAD_WITH_ALTERED_SEARCH_PATH, LoadLibraryExW},
        },
        core::PCSTR,
        s,
    };

    type Set = unsafe extern "system" fn(*mut MIB_IPNET_ROW2) -> i32;
    type Flush = unsafe extern "system" fn(u16, u32) -> i32;
    type Export = unsafe extern "system" fn() -> isize;

    /// Two functions of the module.
    pub struct Netio {
        set: Set,
        flush: Flush,
    }

    impl Netio {
        /// Loads the image. That of the sandbox can be loaded into any process; that of Windows cannot.
        pub fn load(path: &Path) -> Result<Self> {
            let name: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
            // SAFETY: the path ends with a zero.
            let module = unsafe { LoadLibraryExW(name.as_ptr(), null_mut(), LOAD_WITH_ALTERED_SEARCH_PATH) };
            ensure!(!module.is_null(), "{}: {}", path.display(), io::Error::last_os_error());
            let (set, flush) = (find(module, s!("SetIpNetEntry2"))?, find(module, s!("FlushIpNetTable2"))?);
            Ok(Self {
                // SAFETY: the function has this signature.
                set: unsafe { transmute::<Export, Set>(set) },
                // SAFETY: as above.
                flush: unsafe { transmute::<Export, Flush>(flush) },
            })
        }

        /// `SetIpNetEntry2`.
        pub fn set(&self, interface: u32, address: IpAddr, physical: PhysicalAddress) -> Result<()> {
            let IpAddr::V6(address) = address else { bail!("an IPv6 neighbor") };
            let sockaddr = SOCKADDR_INET { si_family: 23, sin6_addr: address.octets(), ..Default::default() };
            let bytes = physical.as_bytes();
            let mut row = MIB_IPNET_ROW2 { Address: sockaddr, InterfaceIndex: interface, ..Default::default() };
            row.PhysicalAddress[..bytes.len()].copy_from_slice(bytes);
            row.PhysicalAddressLength = u32::try_from(bytes.len())?;
            // SAFETY: the row lives through the call.
            let status = unsafe { (self.set)(&raw mut row) };
            ensure!(status == 0, "SetIpNetEntry2: {status:#x}");
            Ok(())
        }

        /// `FlushIpNetTable2`.
        pub fn flush(&self, family: AddressFamily, interface: u32) -> Result<()> {
            // SAFETY: takes values only.
            let status = unsafe { (self.flush)(family.raw(), interface) };
            ensure!(status == 0, "FlushIpNetTable2: {status:#x}");
            Ok(())
        }
    }

    fn find(module: HMODULE, name: PCSTR) -> Result<Export> {
        // SAFETY: the name ends with a zero.
        let found: FARPROC = unsafe { GetProcAddress(module, name) };
        found.context("the image does not export what is measured")
    }
}
