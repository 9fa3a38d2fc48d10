//! A program with the device open, when the device is to be removed. The system's part is played here, through the
//! functions with which Windows 8 and later tell of it.

use crate::lab::Lab;
use anyhow::Result;

super::cases! { "removal":
    Witness a_watch_gives_way,
    Witness a_stream_gives_way,
}

#[cfg(not(windows))]
fn a_watch_gives_way(_: &Lab) -> Result<()> {
    anyhow::bail!("there are no such devices here")
}

#[cfg(not(windows))]
fn a_stream_gives_way(_: &Lab) -> Result<()> {
    anyhow::bail!("there are no such devices here")
}

#[cfg(windows)]
use windows::{a_stream_gives_way, a_watch_gives_way};

#[cfg(windows)]
mod windows {
    use super::{Lab, Result};
    use crate::expect;
    use anyhow::{Context, ensure};
    use futures::{FutureExt, StreamExt, executor::block_on, future::ready};
    use netioctl_client::{Access, AsyncDevice, Failure, Family, RemovalNotifications, WatchSources, abi::NtStatus};
    use std::{
        ffi::c_void,
        ptr,
        sync::atomic::{AtomicPtr, AtomicUsize, Ordering},
        thread,
        time::{Duration, Instant},
    };
    use windows_sys::Win32::{
        Devices::DeviceAndDriverInstallation::{
            CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, CM_NOTIFY_FILTER, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, CONFIGRET,
            CR_FAILURE, CR_SUCCESS, HCMNOTIFICATION, PCM_NOTIFY_CALLBACK,
        },
        Foundation::{ERROR_SUCCESS, GetHandleInformation},
    };

    /// The last registration: what it is for, its callback, and what that gets.
    static TARGET: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
    static CALLBACK: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
    static CONTEXT: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
    /// Registrations that stand.
    static STANDING: AtomicUsize = AtomicUsize::new(0);

    /// `CM_Register_Notification`.
    unsafe extern "system" fn register(
        filter: *const CM_NOTIFY_FILTER,
        context: *const c_void,
        callback: PCM_NOTIFY_CALLBACK,
        handle: *mut HCMNOTIFICATION,
    ) -> CONFIGRET {
        // SAFETY: the caller's filter.
        let filter = unsafe { *filter };
        let right = filter.cbSize as usize == size_of::<CM_NOTIFY_FILTER>()
            && filter.FilterType == CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE
            && filter.Flags == 0
            && filter.Reserved == 0;
        let Some(callback) = callback.filter(|_| right) else { return CR_FAILURE };
        // SAFETY: a filter of this type has this member.
        let target = unsafe { filter.u.DeviceHandle }.hTarget;
        TARGET.store(target, Ordering::SeqCst);
        CALLBACK.store(callback as *mut c_void, Ordering::SeqCst);
        CONTEXT.store(context.cast_mut(), Ordering::SeqCst);
        STANDING.fetch_add(1, Ordering::SeqCst);
        // SAFETY: the caller's place for the handle.
        unsafe { *handle = target };
        CR_SUCCESS
    }

    /// `CM_Unregister_Notification`.
    unsafe extern "system" fn unregister(_: HCMNOTIFICATION) -> CONFIGRET {
        STANDING.fetch_sub(1, Ordering::SeqCst);
        CR_SUCCESS
    }

    /// What the system does when somebody wants the device removed; answers what the program says to it.
    fn ask_to_remove() -> Result<u32> {
        let callback = CALLBACK.load(Ordering::SeqCst);
        ensure!(!callback.is_null(), "nobody has registered");
        // SAFETY: it was stored by `register`.
        let callback = unsafe { std::mem::transmute::<*mut c_void, PCM_NOTIFY_CALLBACK>(callback) };
        let callback = callback.context("a callback")?;
        let context = CONTEXT.load(Ordering::SeqCst);
        // SAFETY: the registration stands, for its device is open.
        Ok(unsafe { callback(ptr::null_mut(), context, CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, ptr::null(), 0) })
    }

    fn is_open(handle: *mut c_void) -> bool {
        let mut flags = 0;
        // SAFETY: any value may be asked for.
        unsafe { GetHandleInformation(handle, &raw mut flags) != 0 }
    }

    pub fn a_watch_gives_way(lab: &Lab) -> Result<()> {
        let mut linux = lab.linux()?;
        linux.await_listeners(0)?;
        // Later tests go on with these functions, which do nothing by themselves.
        RemovalNotifications { register, unregister }.play();
        let device = lab.open(Access::Read)?;
        let (target, standing) = (TARGET.load(Ordering::SeqCst), STANDING.load(Ordering::SeqCst));
        ensure!(standing == 1 && is_open(target), "{standing} registrations for the open device");
        let mut watch = device.watch(WatchSources::all(), Family::Both);
        watch.wait().context("the watch begins")?;
        let (asked, ended) = thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                // Whatever happens meanwhile; the end comes at last.
                while watch.wait()?.lost == 0 {}
                Ok::<_, netioctl_client::Error>(())
            });
            let begun = linux.await_listeners(2);
            thread::sleep(Duration::from_millis(100));
            let start = Instant::now();
            let asked = begun.and_then(|()| ask_to_remove()).map(|answer| (answer, start.elapsed(), is_open(target)));
            (asked, waiting.join().expect("the watch panicked"))
        });
        let (answer, took, open) = asked?;
        ensure!(answer == ERROR_SUCCESS, "the program objects: {answer}");
        ensure!(!open, "the handle is still open");
        ensure!(took < Duration::from_secs(2), "that took {took:?}");
        let error = ended.err().context("the watch went on")?;
        ensure!(error.failure().is_some_and(Failure::is_device_gone), "the watch ended with {error}");
        linux.await_listeners(0).context("the driver has been told")?;
        expect::status(device.version(), &[NtStatus::DEVICE_REMOVED])?;
        drop(device);
        drop(watch);
        ensure!(STANDING.load(Ordering::SeqCst) == 0, "a registration is left");
        lab.open(Access::Read)?.version().context("another one opens")?;
        Ok(())
    }

    pub fn a_stream_gives_way(lab: &Lab) -> Result<()> {
        let mut linux = lab.linux()?;
        linux.await_listeners(0)?;
        RemovalNotifications { register, unregister }.play();
        let device = AsyncDevice::from(lab.open(Access::Read)?);
        let target = TARGET.load(Ordering::SeqCst);
        let mut watch = device.watch(WatchSources::all(), Family::Both);
        block_on(watch.next()).context("the watch begins")??;
        ensure!(watch.next().now_or_never().is_none(), "something has happened");
        let start = Instant::now();
        // Nobody polls the request that is under way, and it must not hold the device up.
        let answer = ask_to_remove()?;
        ensure!(answer == ERROR_SUCCESS && !is_open(target), "the handle is still open: {answer}");
        ensure!(start.elapsed() < Duration::from_secs(2), "that took {:?}", start.elapsed());
        // What happened before comes first, if something did.
        let ended = block_on(watch.by_ref().filter_map(|end| ready(end.err())).next()).context("the watch went on")?;
        ensure!(ended.failure().is_some_and(Failure::is_device_gone), "the watch ended with {ended}");
        linux.await_listeners(0).context("the driver has been told")?;
        let gone = block_on(device.version());
        expect::status(gone, &[NtStatus::DEVICE_REMOVED])
    }
}
