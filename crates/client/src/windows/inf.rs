//! What an INF says, read by SetupAPI itself.

use super::{
    call::{check, failed, from_wide, last_error, wide},
    device_info::{DeviceInfoSet, Node, length_u32},
};
use crate::{Failure, driver::SetupError};
use std::{
    env::consts::ARCH,
    ffi::c_void,
    path::{Path, PathBuf},
    ptr,
};
use windows_sys::{
    Win32::Devices::DeviceAndDriverInstallation::{
        DI_ENUMSINGLEINF, DIF_SELECTBESTCOMPATDRV, INF_STYLE_WIN4, INFCONTEXT, SPDIT_COMPATDRIVER, SPOST_PATH,
        SetupCloseInfFile, SetupCopyOEMInfW, SetupDiBuildDriverInfoList, SetupDiGetINFClassW,
        SetupDiSetDeviceInstallParamsW, SetupFindFirstLineW, SetupFindNextLine, SetupGetStringFieldW,
        SetupOpenInfFileW, SetupSetNonInteractiveMode,
    },
    core::{BOOL, GUID},
};

// Windows has it since Vista; its metadata, from which `windows-sys` is made, lacks it.
#[link(name = "setupapi", kind = "raw-dylib")]
unsafe extern "system" {
    fn SetupGetInfDriverStoreLocationW(
        file_name: *const u16,
        platform: *const c_void,
        locale: *const u16,
        buffer: *mut u16,
        size: u32,
        needed: *mut u32,
    ) -> BOOL;
}

/// Longest field that is read, in characters (`MAX_INF_STRING_LENGTH` is 4096; file names are shorter).
const MAX_FIELD: usize = 1024;

/// The name that INF sections use for this architecture.
const INF_ARCH: &str = match ARCH.as_bytes() {
    b"x86_64" => "amd64",
    b"aarch64" => "arm64",
    _ => "x86",
};

/// An open INF; closed when dropped.
struct Inf(*mut c_void);

impl Drop for Inf {
    fn drop(&mut self) {
        // SAFETY: the handle came from a successful open and is closed here only.
        unsafe { SetupCloseInfFile(self.0) };
    }
}

impl Inf {
    fn open(path: &Path) -> Result<Self, SetupError> {
        let path = wide(path);
        // SAFETY: the path ends with a zero and outlives the call; class and error line are optional.
        let inf = unsafe { SetupOpenInfFileW(path.as_ptr(), ptr::null(), INF_STYLE_WIN4, ptr::null_mut()) };
        if inf.is_null() || inf.addr() == usize::MAX { Err(failed("SetupOpenInfFileW")) } else { Ok(Self(inf)) }
    }

    /// The lines of a section, or those with a key; none if the section is not there.
    fn lines(&self, section: &str, key: Option<&str>) -> Vec<INFCONTEXT> {
        let (section, key) = (wide(section), key.map(wide));
        let key = key.as_ref().map_or(ptr::null(), Vec::as_ptr);
        let mut context = INFCONTEXT::default();
        // SAFETY: the INF is open, both strings end with a zero and outlive the call, the context is a local.
        let mut found = unsafe { SetupFindFirstLineW(self.0, section.as_ptr(), key, &raw mut context) };
        let mut lines = Vec::new();
        while found != 0 {
            lines.push(context);
            if !key.is_null() {
                break;
            }
            let last = context;
            // SAFETY: `last` is the context of a line of the open INF, and both contexts are locals.
            found = unsafe { SetupFindNextLine(&raw const last, &raw mut context) };
        }
        lines
    }
}

/// Field 0 is what stands before the equals sign.
fn field(line: &INFCONTEXT, index: u32) -> Option<String> {
    let mut buffer = [0; MAX_FIELD];
    // SAFETY: the line belongs to an INF that its caller keeps open; the buffer has the told number of characters.
    let result =
        unsafe { SetupGetStringFieldW(line, index, buffer.as_mut_ptr(), length_u32(MAX_FIELD), ptr::null_mut()) };
    (result != 0).then(|| from_wide(&buffer)).filter(|text| !text.is_empty())
}

/// Hands a package to the system, which checks its signature and keeps a copy; gives the published name of the INF.
pub fn publish(path: &Path) -> Result<String, SetupError> {
    // SAFETY: takes a flag only. Nobody may be there to answer a question: it is an error instead.
    let _ = unsafe { SetupSetNonInteractiveMode(1) };
    let path = wide(path);
    let mut published = [0; MAX_FIELD];
    let mut name = ptr::null_mut();
    // SAFETY: the path ends with a zero; the buffer has the told number of characters, and `name` is a local.
    let result = unsafe {
        SetupCopyOEMInfW(
            path.as_ptr(),
            ptr::null(),
            SPOST_PATH,
            0,
            published.as_mut_ptr(),
            length_u32(MAX_FIELD),
            ptr::null_mut(),
            &raw mut name,
        )
    };
    check("SetupCopyOEMInfW", result)?;
    let published = PathBuf::from(from_wide(&published));
    Ok(published.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// Where the system keeps the package with this published name: its INF, with all files beside it.
pub fn stored(published: &str) -> Result<PathBuf, SetupError> {
    let name = wide(published);
    let mut path = [0; MAX_FIELD];
    // SAFETY: the name ends with a zero, the buffer has the told number of characters, what is null is optional.
    let result = unsafe {
        SetupGetInfDriverStoreLocationW(
            name.as_ptr(),
            ptr::null(),
            ptr::null(),
            path.as_mut_ptr(),
            length_u32(MAX_FIELD),
            ptr::null_mut(),
        )
    };
    check("SetupGetInfDriverStoreLocationW", result)?;
    Ok(PathBuf::from(from_wide(&path)))
}

/// The class of the devices of an INF.
pub fn class(path: &Path) -> Result<GUID, SetupError> {
    let path = wide(path);
    let mut class = GUID::default();
    let mut name = [0; 64];
    // SAFETY: the path ends with a zero; class and name are locals, the name has the told number of characters.
    let result = unsafe {
        SetupDiGetINFClassW(path.as_ptr(), &raw mut class, name.as_mut_ptr(), length_u32(name.len()), ptr::null_mut())
    };
    check("SetupDiGetINFClassW", result)?;
    Ok(class)
}

/// Makes sure that the INF and every file that it names are there: a missing one keeps newdev busy for ever.
pub fn check_files(path: &Path) -> Result<(), SetupError> {
    require(path.to_owned())?;
    let folder = path.parent().unwrap_or(path);
    let inf = Inf::open(path)?;
    for section in ["SourceDisksFiles".to_owned(), format!("SourceDisksFiles.{INF_ARCH}")] {
        for line in inf.lines(&section, None) {
            if let Some(file) = field(&line, 0) {
                let subfolder = field(&line, 2).unwrap_or_default();
                require(folder.join(subfolder.trim_start_matches(['\\', '/'])).join(file))?;
            }
        }
    }
    for key in ["CatalogFile".to_owned(), "CatalogFile.NT".to_owned(), format!("CatalogFile.NT{INF_ARCH}")] {
        for line in inf.lines("Version", Some(&key)) {
            if let Some(file) = field(&line, 1) {
                require(folder.join(file))?;
            }
        }
    }
    Ok(())
}

fn require(path: PathBuf) -> Result<(), SetupError> {
    if path.is_file() { Ok(()) } else { Err(SetupError::MissingFile { path }) }
}

/// Makes sure that the INF has a driver for this device on this system. newdev itself answers TRUE without one.
pub fn check_applicable(set: &DeviceInfoSet, node: &Node, path: &Path) -> Result<(), SetupError> {
    let mut params = set.install_params(node)?;
    params.Flags |= DI_ENUMSINGLEINF;
    let name = wide(path);
    let long = || SetupError::Call { call: "SetupDiSetDeviceInstallParamsW", failure: Failure::from_win32(206) };
    // Through a local: the structure is packed in 32-bit processes.
    let mut path_field = params.DriverPath;
    path_field.get_mut(..name.len()).ok_or_else(long)?.copy_from_slice(&name);
    params.DriverPath = path_field;
    // SAFETY: the set is alive and `node` of it; the structure came from the call's counterpart.
    let result = unsafe { SetupDiSetDeviceInstallParamsW(set.raw(), node, &raw const params) };
    check("SetupDiSetDeviceInstallParamsW", result)?;
    let mut searched = *node;
    // SAFETY: the set is alive and `searched` a copy of a node of it.
    let built = unsafe { SetupDiBuildDriverInfoList(set.raw(), &raw mut searched, SPDIT_COMPATDRIVER) };
    check("SetupDiBuildDriverInfoList", built)?;
    let selected = set.call_installer("SetupDiCallClassInstaller", DIF_SELECTBESTCOMPATDRV, node);
    selected.map_err(|_| SetupError::NotApplicable { inf: path.to_owned(), failure: Failure::from_win32(last_error()) })
}
