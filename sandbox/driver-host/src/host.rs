//! The service.

use std::ffi::{CStr, OsString, c_void};
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use windows_sys::Win32::Foundation::{ERROR_INVALID_PARAMETER, ERROR_OUTOFMEMORY, HANDLE, NO_ERROR};
use windows_sys::Win32::System::LibraryLoader::{AddDllDirectory, GetProcAddress, LoadLibraryW};
use windows_sys::Win32::System::Services::{
    RegisterServiceCtrlHandlerExW, SERVICE_ACCEPT_SHUTDOWN, SERVICE_ACCEPT_STOP, SERVICE_CONTROL_SHUTDOWN,
    SERVICE_CONTROL_STOP, SERVICE_RUNNING, SERVICE_STATUS, SERVICE_STATUS_HANDLE, SERVICE_STOP_PENDING,
    SERVICE_STOPPED, SERVICE_TABLE_ENTRYW, SERVICE_WIN32, SetServiceStatus, StartServiceCtrlDispatcherW,
};
use windows_sys::Win32::System::SystemInformation::GetSystemDirectoryW;
use windows_sys::Win32::System::Threading::{CreateEventW, GetCurrentThread, SetEvent, SetThreadDescription};

/// `UNICODE_STRING`.
#[repr(C)]
struct UnicodeString {
    length: u16,
    maximum_length: u16,
    buffer: *const u16,
}

type OnService = unsafe extern "system" fn(service: *const UnicodeString) -> i32;
type OnDriver = unsafe extern "system" fn(driver: *const u16);
type MainLoop = unsafe extern "system" fn(stop: HANDLE) -> i32;

/// What is called of Wine's kernel. It is looked up: ntdll, which every program is linked with, has functions of the same names,
/// and they do nothing.
struct Kernel {
    load: OnService,
    unload: OnService,
    enumerate: OnDriver,
    main_loop: MainLoop,
}

impl Kernel {
    fn find() -> Option<Self> {
        // SAFETY: the name is terminated; Wine's kernel may be loaded by any program.
        let library = unsafe { LoadLibraryW(wide(Path::new("ntoskrnl.exe")).as_ptr()) };
        let find = |name: &CStr| {
            // SAFETY: the library stays loaded; the name is terminated.
            unsafe { GetProcAddress(library, name.as_ptr().cast()) }
        };
        let (load, unload) = (find(c"ZwLoadDriver")?, find(c"ZwUnloadDriver")?);
        let (enumerate, main_loop) = (find(c"wine_enumerate_root_devices")?, find(c"wine_ntoskrnl_main_loop")?);
        Some(Self {
            // SAFETY: the function has this signature.
            load: unsafe { std::mem::transmute::<Found, OnService>(load) },
            // SAFETY: as above.
            unload: unsafe { std::mem::transmute::<Found, OnService>(unload) },
            // SAFETY: as above; on x64 there is one calling convention.
            enumerate: unsafe { std::mem::transmute::<Found, OnDriver>(enumerate) },
            // SAFETY: as above.
            main_loop: unsafe { std::mem::transmute::<Found, MainLoop>(main_loop) },
        })
    }
}

/// What a look-up finds.
type Found = unsafe extern "system" fn() -> isize;

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    fn RtlNtStatusToDosError(status: i32) -> u32;
}

/// What Wine's service control manager adds to a control that is meant for a driver, whose name comes with it.
const FORWARDED: u32 = 0x8000_0000;
/// Its controls: load the driver, and look for new devices of it. `SERVICE_CONTROL_STOP` unloads it.
const START: u32 = 0;
const ENUMERATE: u32 = 128;

/// What the handler needs: the service, and the event that ends the main loop.
struct Shared {
    service: SERVICE_STATUS_HANDLE,
    stop: HANDLE,
    kernel: Kernel,
}

// SAFETY: handles belong to no thread.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

static SHARED: OnceLock<Shared> = OnceLock::new();

fn wide(text: &Path) -> Vec<u16> {
    text.as_os_str().encode_wide().chain([0]).collect()
}

/// Rust calls the first thread of a program `main`, and by the name of that thread Linux knows a process: it is the one
/// that Wine's own has.
fn take_name() {
    // SAFETY: the handle stands for this thread.
    let thread = unsafe { GetCurrentThread() };
    // SAFETY: the name is terminated. A failure changes nothing but what is shown.
    let _ = unsafe { SetThreadDescription(thread, wide(Path::new("winedevice.exe")).as_ptr()) };
}

/// Runs until the service is stopped.
pub fn run() {
    take_name();
    let mut name = wide(Path::new("winedevice"));
    let table = [
        SERVICE_TABLE_ENTRYW { lpServiceName: name.as_mut_ptr(), lpServiceProc: Some(service_main) },
        SERVICE_TABLE_ENTRYW { lpServiceName: null_mut(), lpServiceProc: None },
    ];
    // SAFETY: the table ends with an empty entry, and outlives the call.
    unsafe { StartServiceCtrlDispatcherW(table.as_ptr()) };
}

unsafe extern "system" fn service_main(_count: u32, _arguments: *mut *mut u16) {
    // SAFETY: no attributes, no name; it stays signalled.
    let stop = unsafe { CreateEventW(null(), 1, 0, null()) };
    let name = wide(Path::new("winedevice"));
    // SAFETY: the name is terminated; the handler takes no context.
    let service = unsafe { RegisterServiceCtrlHandlerExW(name.as_ptr(), Some(handler), null()) };
    let Some(kernel) = Kernel::find().filter(|_| !stop.is_null() && !service.is_null()) else { return };
    let shared = SHARED.get_or_init(|| Shared { service, stop, kernel });
    let drivers = system_directory().join("drivers");
    // SAFETY: the path is terminated.
    unsafe { AddDllDirectory(wide(&drivers).as_ptr()) };
    load_verifier();
    report(SERVICE_RUNNING);
    // SAFETY: the event stays open.
    unsafe { (shared.kernel.main_loop)(shared.stop) };
    report(SERVICE_STOPPED);
}

fn system_directory() -> PathBuf {
    let mut path = [0; 260];
    // SAFETY: there is room for as many characters.
    let length = unsafe { GetSystemDirectoryW(path.as_mut_ptr(), 260) };
    OsString::from_wide(path.get(..length as usize).unwrap_or(&[])).into()
}

/// Has the verifier watch what is loaded. Without it, drivers run as in Wine alone.
fn load_verifier() {
    call_verifier(c"SandboxWatch");
}

/// Calls a function of the verifier that takes nothing and answers nothing, if there is a verifier.
fn call_verifier(name: &CStr) {
    let path = system_directory().join(r"drivers\wdfldr.sys");
    // SAFETY: the path is terminated; loading it runs no code of it.
    let library = unsafe { LoadLibraryW(wide(&path).as_ptr()) };
    if library.is_null() {
        return;
    }
    // SAFETY: the library stays loaded; the name is terminated.
    let function = unsafe { GetProcAddress(library, name.as_ptr().cast()) };
    if let Some(function) = function {
        // SAFETY: those who call this name such functions.
        unsafe { function() };
    }
}

fn report(state: u32) {
    let Some(shared) = SHARED.get() else { return };
    let running = state == SERVICE_RUNNING;
    let status = SERVICE_STATUS {
        dwServiceType: SERVICE_WIN32,
        dwCurrentState: state,
        dwControlsAccepted: if running { SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN } else { 0 },
        ..SERVICE_STATUS::default()
    };
    // SAFETY: the handle is that of the service; the status is a local.
    unsafe { SetServiceStatus(shared.service, &raw const status) };
}

unsafe extern "system" fn handler(control: u32, _kind: u32, data: *mut c_void, _context: *mut c_void) -> u32 {
    if control & FORWARDED != 0 {
        if data.is_null() {
            return ERROR_INVALID_PARAMETER;
        }
        // SAFETY: with such a control comes the terminated name of a driver.
        return unsafe { forwarded(control & !FORWARDED, data.cast()) };
    }
    match control {
        SERVICE_CONTROL_STOP | SERVICE_CONTROL_SHUTDOWN => {
            report(SERVICE_STOP_PENDING);
            if let Some(shared) = SHARED.get() {
                // SAFETY: the event stays open.
                unsafe { SetEvent(shared.stop) };
            }
        }
        _ => report(SERVICE_RUNNING),
    }
    NO_ERROR
}

/// A control for a driver.
///
/// # Safety
/// The name is terminated.
unsafe fn forwarded(control: u32, name: *const u16) -> u32 {
    let Some(Shared { kernel, .. }) = SHARED.get() else { return ERROR_INVALID_PARAMETER };
    if control == ENUMERATE {
        // SAFETY: the caller's promise.
        unsafe { (kernel.enumerate)(name) };
        return NO_ERROR;
    }
    if control == verifier_abi::SHUT_DOWN {
        call_verifier(c"SandboxShutDown");
        return NO_ERROR;
    }
    // SAFETY: the caller's promise.
    let length = (0..1024).find(|&at| unsafe { name.wrapping_add(at).read() } == 0).unwrap_or(0);
    // SAFETY: there are as many characters.
    let name = unsafe { std::slice::from_raw_parts(name, length) };
    let services = r"\Registry\Machine\System\CurrentControlSet\Services\";
    let path: Vec<u16> = services.encode_utf16().chain(name.iter().copied()).chain([0]).collect();
    let Ok(bytes) = u16::try_from(size_of_val(path.as_slice())) else { return ERROR_OUTOFMEMORY };
    let service = UnicodeString { length: bytes.saturating_sub(2), maximum_length: bytes, buffer: path.as_ptr() };
    let status = match control {
        // SAFETY: the name is a local.
        START => unsafe { (kernel.load)(&raw const service) },
        // SAFETY: as above.
        SERVICE_CONTROL_STOP => unsafe { (kernel.unload)(&raw const service) },
        _ => return NO_ERROR,
    };
    // SAFETY: has no preconditions.
    unsafe { RtlNtStatusToDosError(status) }
}
