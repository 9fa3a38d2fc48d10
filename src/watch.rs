//! Requests that wait for changes: between the framework, the core, and NETIO.

use crate::{
    control::{Core, Mark, SERVICE, complete},
    device::{Adapter, DeviceId, end_of_refused},
    handle::Handle,
    locks::Spin,
};
use kmdf::{FileObject, NtError, OpenFile, PassiveLevel, Presented, Request, WriteOnly};
use netio::{Listener, Registration, notify_ip_interface_change, notify_unicast_ip_address_change};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW};
use netioctl_abi::{Course, operation::longest_input, wire::ChangeEvent};
use netioctl_core::{
    Ask, Circumstances, Completion, Entry, MAX_WATCHES, Roll, Wait, WatchPermit, WatchQuota, Watches,
    watch::{Lock, Notifier, Queue, Source, State, Waiting, Watch, address_event, interface_event},
};

/// The places of all handles that watch, on every device.
static QUOTA: WatchQuota<Spin<Watches>> = WatchQuota::new(Spin::new(Watches::new()));

/// The handles that watch, to be found when their device is removed.
static WATCHERS: Spin<Roll<FileObject<Handle>, MAX_WATCHES>> = Spin::new(Roll::new());

/// What a handle that watches has in addition to [`Handle`].
pub struct Watching {
    watch: Watch<Spin<State<Registration<Bell>>>>,
    place: Place,
}

/// The place of a handle among all that watch.
///
/// Without one it is zero, as the rest of [`Watching::NEW`] is: the compiler then fills the context with zeros, and
/// keeps no copy of 3 KiB in the image.
#[repr(u8)]
enum Place {
    None,
    Taken(#[expect(dead_code, reason = "given back when it is dropped")] WatchPermit<'static, Spin<Watches>>),
}

impl Watching {
    /// Nothing is watched.
    #[expect(clippy::declare_interior_mutable_const, reason = "each handle gets a copy")]
    pub const NEW: Self = Self { watch: Watch::new(Spin::new(State::new())), place: Place::None };
}

/// Receives NETIO's notifications for a handle.
pub struct Bell;

impl Listener for Bell {
    type Context = FileObject<Handle>;

    fn interface_changed(file: &FileObject<Handle>, row: Option<&MIB_IPINTERFACE_ROW>, kind: i32) {
        tell(file, interface_event(row, kind));
    }

    fn address_changed(file: &FileObject<Handle>, row: Option<&MIB_UNICASTIPADDRESS_ROW>, kind: i32) {
        tell(file, address_event(row, kind));
    }
}

fn tell(file: &FileObject<Handle>, event: ChangeEvent) {
    if let (Some(handle), Some(watching)) = (file.context(), file.extension()) {
        watching.watch.record(handle, event);
    }
}

impl Queue for Handle {
    type Request = Parked;

    fn take(&self) -> Option<Parked> {
        self.queue.take_next().map(Parked)
    }
}

/// A request that waited.
pub struct Parked(Request<Adapter>);

impl Waiting for Parked {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let Self(mut request) = self;
        let end = request.output().map_or_else(Completion::failed, answer);
        complete(request, end);
    }
}

/// NETIO's notifications for a handle.
struct Notifications<'file> {
    file: &'file FileObject<Handle>,
    device: Option<&'file Adapter>,
}

impl Notifier for Notifications<'_> {
    type Registration = Registration<Bell>;

    fn notify(
        &self,
        at: PassiveLevel<'_>,
        source: Source,
        family: u16,
        initial: bool,
    ) -> Result<Registration<Bell>, NtError> {
        let file = self.file.clone();
        match source {
            Source::Interfaces => notify_ip_interface_change(at, family, file, initial),
            Source::Addresses => notify_unicast_ip_address_change(at, family, file, initial),
        }
    }

    fn is_closed(&self) -> bool {
        self.file.is_closed() || self.device.is_some_and(Adapter::is_gone)
    }

    fn cancel(&self, at: PassiveLevel<'_>, registration: Registration<Bell>) {
        registration.cancel(at);
    }
}

/// Lets a request wait for what it asks for.
pub fn park(mut request: Presented<'_, Adapter>, entry: Entry<Core>, ask: Ask<Core>, at: PassiveLevel<'_>) {
    let file = match begin(&mut request, entry, ask, at) {
        Ok(file) => file,
        Err(error) => return complete(request.into_request(), Completion::failed(error)),
    };
    let Some(handle) = file.context() else { return };
    match request.forward(&handle.queue) {
        Ok(()) => {
            if let Some(watching) = file.extension() {
                watching.watch.deliver(handle);
            }
        }
        Err((request, error)) => {
            let end = end_of_refused(&request, error);
            complete(request.into_request(), end);
        }
    }
}

/// Makes sure that the handle watches what the request asks for, and that it may wait.
fn begin(
    request: &mut Presented<'_, Adapter>,
    entry: Entry<Core>,
    ask: Ask<Core>,
    at: PassiveLevel<'_>,
) -> Result<FileObject<Handle>, NtError> {
    entry.admit(request.input_length(), request.output_length())?;
    let mut copy = [0; longest_input(Course::Parks)];
    let input = request.copy_input(&mut copy)?;
    let Wait::Change(wish) = ask(&SERVICE, Circumstances::new(at), input)?;
    let file = request.file().ok_or(NtError::INVALID_DEVICE_REQUEST)?;
    if !file.waiting.enter() {
        return Err(NtError::QUOTA_EXCEEDED);
    }
    let reference = file.reference();
    let notifications = Notifications { file: &reference, device: file.device() };
    let begun = watching(&file).and_then(|watching| watching.watch.begin(at, &notifications, file.context(), wish));
    if let Err(error) = begun {
        file.waiting.leave();
        // The handle may have been closed, or its device removed, before it was on the list, and then nobody else takes it
        // off. Who does ends the watch, which another request may have begun.
        if notifications.is_closed() {
            end(&reference, at);
        }
        return Err(error);
    }
    request.set_context(Mark { operation: entry.operation, waits: true });
    Ok(reference)
}

/// What the handle watches with; made for its first request.
fn watching<'file>(file: &OpenFile<'file, Handle>) -> Result<&'file Watching, NtError> {
    if let Some(watching) = file.extension() {
        return Ok(watching);
    }
    let permit = QUOTA.enter(file.client)?;
    let watching = file.extend(|watching| watching.place = Place::Taken(permit))?;
    let handle = file.reference();
    // There are as many places as permits, so there is one. Another request may have entered the same handle before.
    let left_over = WATCHERS.locked(|watchers| {
        let known = watchers.leave(&handle);
        watchers.enter(handle).err().or(known)
    });
    drop(left_over);
    Ok(watching)
}

/// The device is being removed: the watches of its handles end.
pub fn end_all(device: DeviceId, at: PassiveLevel<'_>) {
    let mine = |file: &FileObject<Handle>| file.context().is_some_and(|handle| handle.device == device);
    while let Some(file) = WATCHERS.locked(|watchers| watchers.take_if(mine)) {
        end_watch(&file, at);
    }
}

/// The handle is closed, or its device goes.
pub fn end(file: &FileObject<Handle>, at: PassiveLevel<'_>) {
    drop(WATCHERS.locked(|watchers| watchers.leave(file)));
    end_watch(file, at);
}

/// Ends the watch of a handle: its queue takes no more requests, and those that wait are completed.
fn end_watch(file: &FileObject<Handle>, at: PassiveLevel<'_>) {
    let Some(handle) = file.context() else { return };
    handle.queue.purge();
    if let Some(watching) = file.extension() {
        watching.watch.end(at, &Notifications { file, device: None }, handle);
    }
}
