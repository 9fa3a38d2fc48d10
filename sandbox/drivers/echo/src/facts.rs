//! What the device tells of itself: an interface for drivers that stand before it, and what the framework and PnP answered
//! it when it was made.

use core::ptr::null_mut;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use driver_parts::facts::{FACTS, Facts, VERSION};
use driver_parts::{check, given, size, wdf};
use wdk_sys::{
    _DEVICE_POWER_STATE, _WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE, _WDF_POWER_POLICY_S0_IDLE_CAPABILITIES,
    _WDF_POWER_POLICY_S0_IDLE_USER_CONTROL, _WDF_TRI_STATE, DEVICE_REGISTRY_PROPERTY, GUID, INTERFACE, NTSTATUS, PVOID,
    ULONG, WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, WDF_QUERY_INTERFACE_CONFIG, WDF_WMI_INSTANCE_CONFIG,
    WDF_WMI_PROVIDER_CONFIG, WDFDEVICE, WDFWMIINSTANCE,
};

/// A class of data that nobody asks for here.
const DATA: GUID =
    GUID { Data1: 0x7be1_30c2, Data2: 0x90d3, Data3: 0x4a55, Data4: [0xb1, 0x0e, 0x66, 0x2a, 0xf4, 0x18, 0x73, 0x5d] };

/// What `ask` was answered: bytes of the name of the bus, and the statuses for WMI and for idling.
static ANSWERS: [AtomicU32; 3] = [const { AtomicU32::new(u32::MAX) }; 3];

/// How many writes there have been, and how many hold the interface.
static WRITES: AtomicU32 = AtomicU32::new(0);
static HOLDERS: AtomicI32 = AtomicI32::new(0);

/// Those answers, and how many hold the interface.
#[repr(C)]
pub struct Report {
    answers: [u32; 3],
    holders: i32,
}

/// Counts a write.
pub fn written() {
    WRITES.fetch_add(1, Ordering::Relaxed);
}

unsafe extern "C" fn writes(_context: PVOID) -> ULONG {
    WRITES.load(Ordering::Relaxed)
}

unsafe extern "C" fn hold(_context: PVOID) {
    HOLDERS.fetch_add(1, Ordering::Relaxed);
}

unsafe extern "C" fn let_go(_context: PVOID) {
    HOLDERS.fetch_sub(1, Ordering::Relaxed);
}

/// Lets drivers of the stack ask for the interface.
pub fn expose(device: WDFDEVICE) -> NTSTATUS {
    let header = INTERFACE {
        Size: Facts::SIZE,
        Version: VERSION,
        Context: device.cast(),
        InterfaceReference: Some(hold),
        InterfaceDereference: Some(let_go),
    };
    let mut facts = Facts { header, writes: Some(writes) };
    let mut config = WDF_QUERY_INTERFACE_CONFIG {
        Size: size::<WDF_QUERY_INTERFACE_CONFIG>(),
        // The framework copies it.
        Interface: (&raw mut facts).cast(),
        InterfaceType: given(&FACTS),
        ..WDF_QUERY_INTERFACE_CONFIG::default()
    };
    wdf!(WdfDeviceAddQueryInterface, device, &raw mut config)
}

/// Asks the framework and PnP for what the report tells.
pub fn ask(device: WDFDEVICE) {
    let mut name = [0_u8; 64];
    let mut bus = 0;
    let status = wdf!(
        WdfDeviceQueryProperty,
        device,
        DEVICE_REGISTRY_PROPERTY::DevicePropertyEnumeratorName,
        64,
        name.as_mut_ptr().cast(),
        &raw mut bus
    );
    let bus = if status < 0 { 0 } else { bus };
    let answers = [bus, tell_data(device).cast_unsigned(), may_idle(device).cast_unsigned()];
    for (place, answer) in ANSWERS.iter().zip(answers) {
        place.store(answer, Ordering::Relaxed);
    }
}

/// What there is to tell.
pub fn report() -> Report {
    let answers = [0, 1, 2].map(|at: usize| ANSWERS[at].load(Ordering::Relaxed));
    Report { answers, holders: HOLDERS.load(Ordering::Relaxed) }
}

/// An instance of WMI data, with its provider, registered, and taken back.
fn tell_data(device: WDFDEVICE) -> NTSTATUS {
    let mut provider = WDF_WMI_PROVIDER_CONFIG {
        Size: size::<WDF_WMI_PROVIDER_CONFIG>(),
        Guid: DATA,
        MinInstanceBufferSize: 4,
        ..WDF_WMI_PROVIDER_CONFIG::default()
    };
    let mut config = WDF_WMI_INSTANCE_CONFIG {
        Size: size::<WDF_WMI_INSTANCE_CONFIG>(),
        ProviderConfig: &raw mut provider,
        ..WDF_WMI_INSTANCE_CONFIG::default()
    };
    let mut instance: WDFWMIINSTANCE = null_mut();
    check!(wdf!(WdfWmiInstanceCreate, device, &raw mut config, null_mut(), &raw mut instance));
    let status = wdf!(WdfWmiInstanceRegister, instance);
    wdf!(WdfWmiInstanceDeregister, instance);
    wdf!(WdfObjectDelete, instance.cast());
    status
}

fn may_idle(device: WDFDEVICE) -> NTSTATUS {
    let settings = WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS {
        Size: size::<WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS>(),
        IdleCaps: _WDF_POWER_POLICY_S0_IDLE_CAPABILITIES::IdleCannotWakeFromS0,
        DxState: _DEVICE_POWER_STATE::PowerDeviceD3,
        IdleTimeout: 10_000,
        UserControlOfIdleSettings: _WDF_POWER_POLICY_S0_IDLE_USER_CONTROL::IdleAllowUserControl,
        Enabled: _WDF_TRI_STATE::WdfUseDefault,
        PowerUpIdleDeviceOnSystemWake: _WDF_TRI_STATE::WdfUseDefault,
        IdleTimeoutType: _WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE::DriverManagedIdleTimeout,
        ExcludeD3Cold: _WDF_TRI_STATE::WdfUseDefault,
    };
    wdf!(WdfDeviceAssignS0IdleSettings, device, given(&settings))
}
