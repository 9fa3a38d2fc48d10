//! What the driver takes from other modules.

use anyhow::{Context, Result, bail, ensure};

use super::oldest::Windows;

/// Functions whose names begin like this allocate pool or free it.
///
/// The driver's memory comes from the framework, which counts it and frees it with the object that it belongs to.
/// Nothing may allocate through wdk-alloc, although the driver links it: it ignores the alignment that it is asked for,
/// and it calls `ExAllocatePool2`, which Windows before build 19041 does not have: the image would not load there.
const POOL: [&str; 4] = ["ExAllocate", "ExFreePool", "ExInitializeLookasideList", "MmAllocate"];

/// The functions that a driver here may import, and with which build of Windows each came ("Minimum supported client"
/// in its documentation): 6000 is Windows Vista, 7600 is Windows 7; 2195 is Windows 2000, and stands for anything
/// older.
const SINCE: [(&str, &str, u32); 36] = [
    // Their documentation names no Windows; drivers for the first Windows 10 (build 10240) call them.
    ("NDIS.SYS", "NdisGetThreadObjectCompartmentId", 10240),
    ("NDIS.SYS", "NdisSetThreadObjectCompartmentId", 10240),
    ("NETIO.SYS", "CancelMibChangeNotify2", 6000),
    ("NETIO.SYS", "CreateIpNetEntry2", 6000),
    ("NETIO.SYS", "DeleteIpNetEntry2", 6000),
    ("NETIO.SYS", "FlushIpNetTable2", 6000),
    ("NETIO.SYS", "FreeMibTable", 6000),
    ("NETIO.SYS", "GetBestRoute2", 6000),
    ("NETIO.SYS", "GetIfTable2", 6000),
    ("NETIO.SYS", "GetIpForwardTable2", 6000),
    ("NETIO.SYS", "GetIpInterfaceEntry", 6000),
    ("NETIO.SYS", "GetIpInterfaceTable", 6000),
    ("NETIO.SYS", "GetIpNetEntry2", 6000),
    ("NETIO.SYS", "GetIpNetTable2", 6000),
    ("NETIO.SYS", "GetUnicastIpAddressTable", 6000),
    ("NETIO.SYS", "InitializeIpInterfaceEntry", 6000),
    ("NETIO.SYS", "NotifyIpInterfaceChange", 6000),
    ("NETIO.SYS", "NotifyUnicastIpAddressChange", 6000),
    ("NETIO.SYS", "ResolveIpNetEntry2", 6000),
    ("NETIO.SYS", "SetIpInterfaceEntry", 6000),
    ("NETIO.SYS", "SetIpNetEntry2", 6000),
    ("NTOSKRNL.EXE", "IoSetDevicePropertyData", 6000),
    ("NTOSKRNL.EXE", "KeAcquireSpinLockRaiseToDpc", 2195),
    ("NTOSKRNL.EXE", "KeBugCheckEx", 2195),
    ("NTOSKRNL.EXE", "KeGetCurrentIrql", 2195),
    ("NTOSKRNL.EXE", "KeGetCurrentProcessorNumberEx", 7600),
    ("NTOSKRNL.EXE", "KeReleaseSpinLock", 2195),
    ("NTOSKRNL.EXE", "PsGetCurrentThread", 2195),
    ("NTOSKRNL.EXE", "RtlCopyUnicodeString", 2195),
    ("NTOSKRNL.EXE", "SeQueryAuthenticationIdToken", 2195),
    ("NTOSKRNL.EXE", "memcmp", 2195),
    ("NTOSKRNL.EXE", "memcpy", 2195),
    ("NTOSKRNL.EXE", "memmove", 2195),
    ("NTOSKRNL.EXE", "memset", 2195),
    // The framework's loader; which framework it finds, the bind information says.
    ("WDFLDR.SYS", "WdfVersionBind", 6000),
    ("WDFLDR.SYS", "WdfVersionUnbind", 6000),
];

/// Whether the driver may import a function.
pub fn allowed(library: &str, name: &str) -> Result<()> {
    since(library, name, &Windows::oldest()?)
}

fn since(library: &str, name: &str, oldest: &Windows) -> Result<()> {
    if POOL.iter().any(|pool| name.starts_with(pool)) {
        bail!("the image imports {name}: memory comes from the framework, see imports.rs");
    }
    let known = SINCE.iter().find(|(from, function, _)| *from == library && *function == name);
    let (_, _, since) =
        known.with_context(|| format!("the image imports {name} from {library}; since when is it there?"))?;
    ensure!(*since <= oldest.build, "{name} came with build {since}, and the driver is for {} and later", oldest.build);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pool_and_what_is_too_new_are_refused() {
        let oldest = Windows { build: 7600 };
        let refused = |library, name| since(library, name, &oldest).err().map(|error| error.to_string());
        assert_eq!(refused("NETIO.SYS", "FlushIpNetTable2"), None);
        assert!(refused("NTOSKRNL.EXE", "ExAllocatePool2").unwrap().contains("framework"));
        assert!(refused("NTOSKRNL.EXE", "ExAllocatePoolWithTag").unwrap().contains("framework"));
        assert!(refused("NETIO.SYS", "SetInterfaceDnsSettings").unwrap().contains("since when"));
        let xp = Windows { build: 2600 };
        assert!(since("NETIO.SYS", "FlushIpNetTable2", &xp).unwrap_err().to_string().contains("build 6000"));
    }
}
