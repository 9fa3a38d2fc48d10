//! Giving way: before Windows removes a device, it asks those who have it open. One that keeps its handle turns an
//! upgrade into a restart.

use super::{
    call::{address, system_library},
    device_info::size_of_u32,
    event::{Event, Signal},
    overlapped::cancel_all,
};
use crate::Failure;
use std::{
    ffi::c_void,
    fs::File,
    mem,
    ops::Deref,
    os::windows::io::AsRawHandle,
    ptr,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use windows_sys::{
    Win32::{
        Devices::DeviceAndDriverInstallation::{
            CM_NOTIFY_ACTION, CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, CM_NOTIFY_ACTION_DEVICEREMOVECOMPLETE,
            CM_NOTIFY_ACTION_DEVICEREMOVEPENDING, CM_NOTIFY_EVENT_DATA, CM_NOTIFY_FILTER, CM_NOTIFY_FILTER_0,
            CM_NOTIFY_FILTER_0_1, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, CONFIGRET, CR_SUCCESS, HCMNOTIFICATION,
            PCM_NOTIFY_CALLBACK,
        },
        Foundation::ERROR_SUCCESS,
    },
    s,
};

/// Requests end at once when they are cancelled, but for a batch, which finishes an entry first.
const PATIENCE: Duration = Duration::from_secs(3);

/// `CM_Register_Notification`.
type Register = unsafe extern "system" fn(
    *const CM_NOTIFY_FILTER,
    *const c_void,
    PCM_NOTIFY_CALLBACK,
    *mut HCMNOTIFICATION,
) -> CONFIGRET;
/// `CM_Unregister_Notification`.
type Unregister = unsafe extern "system" fn(HCMNOTIFICATION) -> CONFIGRET;

/// The functions of Windows 8 and later; Wine 8 has neither.
#[derive(Clone, Copy)]
pub struct Functions {
    /// `CM_Register_Notification`.
    pub register: Register,
    /// `CM_Unregister_Notification`.
    pub unregister: Unregister,
}

static OF_SYSTEM: OnceLock<Option<Functions>> = OnceLock::new();
static PLAYED: OnceLock<Functions> = OnceLock::new();

impl Functions {
    fn get() -> Option<Self> {
        PLAYED.get().copied().or_else(|| *OF_SYSTEM.get_or_init(Self::of_system))
    }

    /// Devices that are opened from now on are registered with these functions instead of the system's: for a test that
    /// plays the system. Only the first time counts.
    pub fn play(self) {
        let _ = PLAYED.set(self);
    }

    fn of_system() -> Option<Self> {
        let library = system_library("cfgmgr32.dll")?;
        let register = address(library, s!("CM_Register_Notification"))?;
        let unregister = address(library, s!("CM_Unregister_Notification"))?;
        Some(Self {
            // SAFETY: the function of this name has this signature.
            register: unsafe { mem::transmute::<unsafe extern "system" fn() -> isize, Register>(register) },
            // SAFETY: the function of this name has this signature.
            unregister: unsafe { mem::transmute::<unsafe extern "system" fn() -> isize, Unregister>(unregister) },
        })
    }
}

/// How a request ends whose device is about to be removed, or is gone.
pub const fn gone() -> Failure {
    Failure::device_removed()
}

/// An open file that is given up when its device is to be removed.
pub struct Yielding {
    shared: Arc<Shared>,
    /// Unregistered before the file is closed.
    _notification: Option<Notification>,
}

struct Shared {
    state: Mutex<State>,
    unused: Condvar,
    leaving: Signal,
}

struct State {
    file: Option<Arc<File>>,
    users: usize,
}

impl Yielding {
    /// Takes charge of an open device.
    pub fn new(file: File) -> Result<Self, Failure> {
        let state = Mutex::new(State { file: Some(Arc::new(file)), users: 0 });
        let shared = Arc::new(Shared { state, unused: Condvar::new(), leaving: Signal::new()? });
        // Without it everything works, but for giving way.
        let notification = Functions::get().and_then(|functions| Notification::new(&shared, functions));
        Ok(Self { shared, _notification: notification })
    }

    /// The file, unless it has been given up.
    pub fn get(&self) -> Option<InUse> {
        let mut state = self.shared.lock();
        let file = state.file.clone()?;
        state.users += 1;
        Some(InUse { file, count: Count(Arc::clone(&self.shared)) })
    }

    /// Set when the file is to be given up.
    pub fn leaving(&self) -> &Event {
        self.shared.leaving.event()
    }

    /// The file is to be given up, or has been.
    pub fn is_leaving(&self) -> bool {
        self.shared.leaving.is_raised()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the requests, and closes the file once none is under way.
    fn give_way(&self) {
        self.leaving.raise();
        let mut state = self.lock();
        if let Some(file) = state.file.take() {
            // Requests that a thread waits for look at the signal; these are those that none waits for.
            cancel_all(&file);
        }
        // Should a request not end in time, its file closes with it, and Windows has its veto.
        let _ = self.unused.wait_timeout_while(state, PATIENCE, |state| state.users != 0);
    }
}

/// The file while a request uses it. The last one closes it, before anybody is told that it is not used any more.
pub struct InUse {
    file: Arc<File>,
    #[cfg_attr(not(feature = "async"), expect(dead_code, reason = "counts as long as it is there"))]
    count: Count,
}

impl InUse {
    /// The file is to be given up.
    #[cfg(feature = "async")]
    pub fn is_leaving(&self) -> bool {
        self.count.0.leaving.is_raised()
    }
}

impl Deref for InUse {
    type Target = File;

    fn deref(&self) -> &File {
        &self.file
    }
}

struct Count(Arc<Shared>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.lock().users -= 1;
        self.0.unused.notify_all();
    }
}

/// A registration; ended exactly once, when dropped.
struct Notification {
    handle: HCMNOTIFICATION,
    unregister: Unregister,
    /// What the callback gets.
    context: *const Shared,
}

// SAFETY: the system's handle belongs to no thread, and what the callback gets may be used by any.
unsafe impl Send for Notification {}
// SAFETY: as above; nothing can be done with a shared reference.
unsafe impl Sync for Notification {}

impl Notification {
    fn new(shared: &Arc<Shared>, functions: Functions) -> Option<Self> {
        let target = shared.lock().file.as_ref()?.as_raw_handle();
        let filter = CM_NOTIFY_FILTER {
            cbSize: size_of_u32::<CM_NOTIFY_FILTER>(),
            FilterType: CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE,
            u: CM_NOTIFY_FILTER_0 { DeviceHandle: CM_NOTIFY_FILTER_0_1 { hTarget: target } },
            ..CM_NOTIFY_FILTER::default()
        };
        let context = Arc::into_raw(Arc::clone(shared));
        let mut handle = ptr::null_mut();
        // SAFETY: filter and place outlive the call; the file is open; the context lives until `drop`.
        let result =
            unsafe { (functions.register)(&raw const filter, context.cast(), Some(notified), &raw mut handle) };
        let notification = Self { handle, unregister: functions.unregister, context };
        if result == CR_SUCCESS {
            return Some(notification);
        }
        mem::forget(notification);
        // SAFETY: nobody was given the context.
        drop(unsafe { Arc::from_raw(context) });
        None
    }
}

impl Drop for Notification {
    fn drop(&mut self) {
        // SAFETY: the registration stands. The call waits for callbacks under way, and no callback drops this.
        let _ = unsafe { (self.unregister)(self.handle) };
        // SAFETY: it was made by `into_raw`, and the callback is not called any more.
        drop(unsafe { Arc::from_raw(self.context) });
    }
}

/// `PCM_NOTIFY_CALLBACK`. Whatever happens to a query for removal that somebody else denies, the file stays closed: who
/// wants to go on opens the device again.
unsafe extern "system" fn notified(
    _handle: HCMNOTIFICATION,
    context: *const c_void,
    action: CM_NOTIFY_ACTION,
    _data: *const CM_NOTIFY_EVENT_DATA,
    _size: u32,
) -> u32 {
    // SAFETY: the registration holds what its context points to.
    let shared = unsafe { &*context.cast::<Shared>() };
    if matches!(
        action,
        CM_NOTIFY_ACTION_DEVICEQUERYREMOVE
            | CM_NOTIFY_ACTION_DEVICEREMOVEPENDING
            | CM_NOTIFY_ACTION_DEVICEREMOVECOMPLETE
    ) {
        shared.give_way();
    }
    ERROR_SUCCESS
}
