//! The releases of KMDF that a driver built for 1.33 may meet, and what each of them has.
//!
//! Since 1.25 a driver may be built for a newer framework than it runs on: the loader tells it how many functions and
//! which structures are there. Functions and structures only ever came at the end, so a release is two counts, and a
//! table of sizes that are those of 1.33 but for the structures that have grown.

use crate::FUNCTION_COUNT;

/// A release of the framework, `1.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The minor version.
    pub minor: u32,
    /// Entries of the function table.
    pub functions: usize,
    /// Entries of the table of structure sizes.
    pub structures: usize,
}

/// The newest release, whose layouts this crate has.
pub const NEWEST: Release = Release { minor: 33, functions: FUNCTION_COUNT, structures: STRUCTURE_COUNT };

/// Windows 10 1709, which does not take a driver built for more; 1803; 1809 and Server 2019; 2004 to 22H2; Windows 11
/// and Server 2022.
pub const RELEASES: [Release; 5] = [
    Release { minor: 23, functions: 451, structures: 0 },
    Release { minor: 25, functions: 453, structures: 80 },
    Release { minor: 27, functions: 453, structures: 80 },
    Release { minor: 31, functions: FUNCTION_COUNT, structures: STRUCTURE_COUNT },
    NEWEST,
];

/// Index of `WDF_DEVICE_STATE` in the table of structure sizes.
pub const DEVICE_STATE: usize = 20;
/// Index of `WDF_POWER_FRAMEWORK_SETTINGS`.
const POWER_FRAMEWORK_SETTINGS: usize = 42;

impl Release {
    /// The release `1.minor`, if it is one of those above.
    #[must_use]
    pub fn of(minor: u32) -> Option<Self> {
        RELEASES.into_iter().find(|release| release.minor == minor)
    }

    /// The size of a structure by its index; none for what the release lacks.
    #[must_use]
    pub fn structure_size(self, index: usize) -> Option<usize> {
        let newest = SIZES.get(index).copied().filter(|_| index < self.structures)?;
        Some(match index {
            DEVICE_STATE if self.minor < 29 => 28,
            POWER_FRAMEWORK_SETTINGS if self.minor < 33 => 72,
            _ => newest,
        })
    }
}

/// Structures whose size the framework tells.
pub const STRUCTURE_COUNT: usize = 81;

/// The sizes in 1.33 by index (`_WDFSTRUCTENUM`). Zero for structures of parts that are not provided here: class
/// extensions, USB, crash dumps.
#[rustfmt::skip]
const SIZES: [usize; STRUCTURE_COUNT] = [
    4, // WDF_CHILD_ADDRESS_DESCRIPTION_HEADER
    4, // WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER
    96, // WDF_CHILD_LIST_CONFIG
    40, // WDF_CHILD_LIST_ITERATOR
    40, // WDF_CHILD_RETRIEVE_INFO
    0, // WDF_CLASS_BIND_INFO
    0, // WDF_CLASS_BIND_INFO2
    0, // WDF_CLASS_EXTENSION_DESCRIPTOR
    0, // WDF_CLASS_LIBRARY_INFO
    0, // WDF_CLASS_VERSION
    8, // WDF_COMMON_BUFFER_CONFIG
    16, // WDF_CUSTOM_TYPE_CONTEXT
    48, // WDF_DEVICE_PNP_CAPABILITIES
    12, // WDF_DEVICE_PNP_NOTIFICATION_DATA
    80, // WDF_DEVICE_POWER_CAPABILITIES
    12, // WDF_DEVICE_POWER_NOTIFICATION_DATA
    36, // WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS
    12, // WDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA
    20, // WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS
    24, // WDF_DEVICE_PROPERTY_DATA
    32, // WDF_DEVICE_STATE
    80, // WDF_DMA_ENABLER_CONFIG
    32, // WDF_DMA_SYSTEM_PROFILE_CONFIG
    24, // WDF_DPC_CONFIG
    32, // WDF_DRIVER_CONFIG
    56, // WDF_DRIVER_GLOBALS
    12, // WDF_DRIVER_VERSION_AVAILABLE_PARAMS
    32, // WDF_FDO_EVENT_CALLBACKS
    40, // WDF_FILEOBJECT_CONFIG
    104, // WDF_INTERRUPT_CONFIG
    32, // WDF_INTERRUPT_EXTENDED_POLICY
    64, // WDF_INTERRUPT_INFO
    8, // WDF_IO_FORWARD_PROGRESS_RESERVED_POLICY_SETTINGS
    96, // WDF_IO_QUEUE_CONFIG
    40, // WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY
    136, // WDF_IO_TARGET_OPEN_PARAMS
    16, // WDF_IO_TYPE_CONFIG
    24, // WDF_MEMORY_DESCRIPTOR
    56, // WDF_OBJECT_ATTRIBUTES
    40, // WDF_OBJECT_CONTEXT_TYPE_INFO
    64, // WDF_PDO_EVENT_CALLBACKS
    144, // WDF_PNPPOWER_EVENT_CALLBACKS
    88, // WDF_POWER_FRAMEWORK_SETTINGS
    64, // WDF_POWER_POLICY_EVENT_CALLBACKS
    32, // WDF_POWER_ROUTINE_TIMED_OUT_DATA
    48, // WDF_QUERY_INTERFACE_CONFIG
    24, // WDF_QUEUE_FATAL_ERROR_DATA
    8, // WDF_REMOVE_LOCK_OPTIONS
    72, // WDF_REQUEST_COMPLETION_PARAMS
    40, // WDF_REQUEST_FATAL_ERROR_INFORMATION_LENGTH_MISMATCH_DATA
    8, // WDF_REQUEST_FORWARD_OPTIONS
    40, // WDF_REQUEST_PARAMETERS
    24, // WDF_REQUEST_REUSE_PARAMS
    16, // WDF_REQUEST_SEND_OPTIONS
    16, // WDF_TASK_SEND_OPTIONS
    40, // WDF_TIMER_CONFIG
    0, // WDF_TRIAGE_INFO
    0, // WDF_USB_CONTINUOUS_READER_CONFIG
    0, // WDF_USB_DEVICE_CREATE_CONFIG
    0, // WDF_USB_DEVICE_INFORMATION
    0, // WDF_USB_DEVICE_SELECT_CONFIG_PARAMS
    0, // WDF_USB_INTERFACE_SELECT_SETTING_PARAMS
    0, // WDF_USB_INTERFACE_SETTING_PAIR
    0, // WDF_USB_PIPE_INFORMATION
    0, // WDF_USB_REQUEST_COMPLETION_PARAMS
    64, // WDF_WMI_INSTANCE_CONFIG
    40, // WDF_WMI_PROVIDER_CONFIG
    24, // WDF_WORKITEM_CONFIG
    0, // WDFCONTEXT_TRIAGE_INFO
    0, // WDFCONTEXTTYPE_TRIAGE_INFO
    0, // WDFCX_FILEOBJECT_CONFIG
    0, // WDFCX_PNPPOWER_EVENT_CALLBACKS
    0, // WDFDEVICE_TRIAGE_INFO
    0, // WDFFWDPROGRESS_TRIAGE_INFO
    0, // WDFIRP_TRIAGE_INFO
    0, // WDFIRPQUEUE_TRIAGE_INFO
    16, // WDFMEMORY_OFFSET
    0, // WDFOBJECT_TRIAGE_INFO
    0, // WDFQUEUE_TRIAGE_INFO
    0, // WDFREQUEST_TRIAGE_INFO
    0, // WDFCX_POWER_POLICY_EVENT_CALLBACKS
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceState, DriverConfig, IoQueueConfig, ObjectAttributes, PnpPowerEventCallbacks, TimerConfig};

    #[test]
    fn sizes_are_those_of_the_layouts() {
        for (index, size) in [
            (DEVICE_STATE, size_of::<DeviceState>()),
            (24, size_of::<DriverConfig>()),
            (33, size_of::<IoQueueConfig>()),
            (38, size_of::<ObjectAttributes>()),
            (41, size_of::<PnpPowerEventCallbacks>()),
            (55, size_of::<TimerConfig>()),
        ] {
            assert_eq!(NEWEST.structure_size(index), Some(size), "structure {index}");
        }
    }

    #[test]
    fn an_older_release_has_less() {
        let old = Release::of(25).unwrap();
        assert_eq!(old.structure_size(DEVICE_STATE), Some(28));
        assert_eq!(old.structure_size(80), None);
        assert_eq!(NEWEST.structure_size(80), Some(0));
        assert_eq!(NEWEST.structure_size(81), None);
        assert!(RELEASES.is_sorted_by(|a, b| a.minor < b.minor && a.functions <= b.functions));
        assert_eq!(Release::of(26), None);
    }
}
