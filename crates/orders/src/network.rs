//! NETIO and what else of the kernel the driver links, for tests: registrations that are told of changes when a test says
//! so, and resolutions that end when a test says so. What no test here calls refuses.

use kmdf::{NtStatus, machine::threads::yield_now};
use netio_sys::{
    ADDRESS_FAMILY, BOOLEAN, COMPARTMENT_ID, MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2,
    MIB_UNICASTIPADDRESS_ROW, MibAddInstance, MibInitialNotification, NET_IFINDEX, NET_LUID, NTSTATUS, SOCKADDR_INET,
};
use std::{
    cell::RefCell,
    ffi::c_void,
    ptr::{null_mut, without_provenance_mut},
};

/// A registration that stands.
#[derive(Clone, Copy)]
struct Registration {
    number: usize,
    callback: Callback,
    context: *mut c_void,
    cancelled: bool,
    /// Threads in its callback.
    running: usize,
}

#[derive(Clone, Copy)]
enum Callback {
    Interfaces(unsafe extern "system" fn(*mut c_void, *mut MIB_IPINTERFACE_ROW, i32)),
    Addresses(unsafe extern "system" fn(*mut c_void, *mut MIB_UNICASTIPADDRESS_ROW, i32)),
}

/// What a machine's network is like. All threads of a test are one thread of the system.
#[derive(Default)]
struct Network {
    registrations: Vec<Registration>,
    /// How many there have been.
    count: usize,
    /// Whether neighbors answer.
    answers: bool,
    /// What registering answers, if not success.
    refuses: Option<NtStatus>,
}

thread_local! {
    static NETWORK: RefCell<Network> = RefCell::default();
}

fn network<R>(body: impl FnOnce(&mut Network) -> R) -> R {
    NETWORK.with_borrow_mut(body)
}

/// A new machine: nobody has registered, and no neighbor answers.
pub fn reset() {
    NETWORK.take();
}

/// How many registrations stand.
pub fn registrations() -> usize {
    network(|network| network.registrations.len())
}

/// From now on neighbors answer, and resolutions end.
pub fn answer() {
    network(|network| network.answers = true);
}

/// Registering fails from now on.
pub fn refuse(status: NtStatus) {
    network(|network| network.refuses = Some(status));
}

/// Tells every registration of a change.
pub fn tell() {
    let numbers: Vec<_> = network(|network| network.registrations.iter().map(|known| known.number).collect());
    for number in numbers {
        call(number, MibAddInstance);
    }
}

/// Calls the callback of a registration, unless it has been cancelled.
fn call(number: usize, kind: i32) {
    let found = with(number, |registration| {
        (!registration.cancelled).then(|| {
            registration.running += 1;
            *registration
        })
    });
    let Some(Registration { callback, context, .. }) = found.flatten() else { return };
    yield_now();
    match callback {
        Callback::Interfaces(callback) => {
            let mut row = MIB_IPINTERFACE_ROW { InterfaceIndex: 1, ..MIB_IPINTERFACE_ROW::default() };
            let row = if kind == MibInitialNotification { null_mut() } else { &raw mut row };
            // SAFETY: the driver registered this callback with this context, and has not been told that it is cancelled.
            unsafe { callback(context, row, kind) };
        }
        Callback::Addresses(callback) => {
            let mut row = MIB_UNICASTIPADDRESS_ROW { InterfaceIndex: 1, ..MIB_UNICASTIPADDRESS_ROW::default() };
            let row = if kind == MibInitialNotification { null_mut() } else { &raw mut row };
            // SAFETY: as above.
            unsafe { callback(context, row, kind) };
        }
    }
    yield_now();
    with(number, |registration| registration.running -= 1);
}

fn with<R>(number: usize, body: impl FnOnce(&mut Registration) -> R) -> Option<R> {
    network(|network| network.registrations.iter_mut().find(|known| known.number == number).map(body))
}

/// # Safety
/// The handle can be written.
unsafe fn register(callback: Callback, context: *mut c_void, initial: BOOLEAN, handle: *mut *mut c_void) -> NTSTATUS {
    yield_now();
    let registered = network(|network| {
        if let Some(status) = network.refuses {
            return Err(status.0);
        }
        network.count += 1;
        let number = network.count;
        network.registrations.push(Registration { number, callback, context, cancelled: false, running: 0 });
        Ok(number)
    });
    match registered {
        Ok(number) => {
            if initial != 0 {
                call(number, MibInitialNotification);
            }
            // SAFETY: as the caller says.
            unsafe { *handle = without_provenance_mut(number) };
            0
        }
        Err(status) => status,
    }
}

#[unsafe(no_mangle)]
unsafe extern "system" fn NotifyIpInterfaceChange(
    _: ADDRESS_FAMILY,
    callback: unsafe extern "system" fn(*mut c_void, *mut MIB_IPINTERFACE_ROW, i32),
    context: *mut c_void,
    initial: BOOLEAN,
    handle: *mut *mut c_void,
) -> NTSTATUS {
    // SAFETY: the driver's promise.
    unsafe { register(Callback::Interfaces(callback), context, initial, handle) }
}

#[unsafe(no_mangle)]
unsafe extern "system" fn NotifyUnicastIpAddressChange(
    _: ADDRESS_FAMILY,
    callback: unsafe extern "system" fn(*mut c_void, *mut MIB_UNICASTIPADDRESS_ROW, i32),
    context: *mut c_void,
    initial: BOOLEAN,
    handle: *mut *mut c_void,
) -> NTSTATUS {
    // SAFETY: the driver's promise.
    unsafe { register(Callback::Addresses(callback), context, initial, handle) }
}

/// Waits until the callback does not run any more.
#[unsafe(no_mangle)]
extern "system" fn CancelMibChangeNotify2(handle: *mut c_void) -> NTSTATUS {
    let number = handle.addr();
    let cancelled = with(number, |registration| std::mem::replace(&mut registration.cancelled, true));
    assert_eq!(cancelled, Some(false), "a registration is cancelled once");
    while with(number, |registration| registration.running > 0) == Some(true) {
        yield_now();
    }
    network(|network| network.registrations.retain(|known| known.number != number));
    0
}

#[unsafe(no_mangle)]
extern "system" fn ResolveIpNetEntry2(_: *mut MIB_IPNET_ROW2, _: *const SOCKADDR_INET) -> NTSTATUS {
    while !network(|network| network.answers) {
        yield_now();
    }
    0
}

/// The machine has one compartment.
#[unsafe(no_mangle)]
extern "system" fn NdisGetThreadObjectCompartmentId(_: *mut c_void) -> COMPARTMENT_ID {
    1
}

#[unsafe(no_mangle)]
extern "system" fn NdisSetThreadObjectCompartmentId(_: *mut c_void, _: COMPARTMENT_ID) -> NTSTATUS {
    0
}

#[unsafe(no_mangle)]
extern "system" fn PsGetCurrentThread() -> *mut c_void {
    null_mut()
}

#[unsafe(no_mangle)]
extern "system" fn KeGetCurrentIrql() -> u8 {
    0
}

#[unsafe(no_mangle)]
extern "system" fn KeBugCheckEx(code: u32, first: usize, _: usize, _: usize, _: usize) -> ! {
    panic!("bug check {code:#x} ({first:#x})")
}

macro_rules! refuse {
    ($($name:ident($($argument:ty),*);)*) => {$(
        #[unsafe(no_mangle)]
        extern "system" fn $name($(_: $argument),*) -> NTSTATUS {
            NtStatus::NOT_IMPLEMENTED.0
        }
    )*};
}

refuse! {
    FlushIpNetTable2(ADDRESS_FAMILY, NET_IFINDEX);
    SetIpNetEntry2(*mut MIB_IPNET_ROW2);
    CreateIpNetEntry2(*const MIB_IPNET_ROW2);
    DeleteIpNetEntry2(*const MIB_IPNET_ROW2);
    GetIpNetEntry2(*mut MIB_IPNET_ROW2);
    GetIpNetTable2(ADDRESS_FAMILY, *mut *mut c_void);
    GetIpInterfaceEntry(*mut MIB_IPINTERFACE_ROW);
    SetIpInterfaceEntry(*mut MIB_IPINTERFACE_ROW);
    GetIpInterfaceTable(ADDRESS_FAMILY, *mut *mut c_void);
    GetUnicastIpAddressTable(ADDRESS_FAMILY, *mut *mut c_void);
    GetIpForwardTable2(ADDRESS_FAMILY, *mut *mut c_void);
    GetIfTable2(*mut *mut c_void);
    GetBestRoute2(
        *const NET_LUID,
        NET_IFINDEX,
        *const SOCKADDR_INET,
        *const SOCKADDR_INET,
        u32,
        *mut MIB_IPFORWARD_ROW2,
        *mut SOCKADDR_INET
    );
}

#[unsafe(no_mangle)]
extern "system" fn InitializeIpInterfaceEntry(_: *mut MIB_IPINTERFACE_ROW) {}

#[unsafe(no_mangle)]
extern "system" fn FreeMibTable(_: *mut c_void) {
    panic!("there are no tables");
}
