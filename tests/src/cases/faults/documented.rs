//! The statuses with which a call may fail: those of the function's page in the reference of KMDF, and for a function of
//! NETIO those of the operation that it serves.

use netioctl_client::{Operation, abi::NtStatus};
use verifier_abi::{ALLOCATIONS, Fault};

/// The statuses of a function that serves an operation; nothing for one that is not known here.
pub fn statuses(function: &str, operation: Operation) -> Option<Vec<NtStatus>> {
    let statuses: &[NtStatus] = match function {
        allocation if ALLOCATIONS.contains(&allocation) => &[NtStatus::INSUFFICIENT_RESOURCES],
        "WdfVersionBind" | "WdfWaitLockCreate" => &[NtStatus::INSUFFICIENT_RESOURCES, NtStatus::INVALID_PARAMETER],
        "WdfDriverCreate" => {
            &[NtStatus::INSUFFICIENT_RESOURCES, NtStatus::INVALID_PARAMETER, NtStatus::DRIVER_INTERNAL_ERROR]
        }
        "WdfDeviceCreate" => &[
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::INVALID_PARAMETER,
            NtStatus::INFO_LENGTH_MISMATCH,
            NtStatus::INVALID_DEVICE_STATE,
            NtStatus::INVALID_SECURITY_DESCR,
            NtStatus::OBJECT_NAME_COLLISION,
        ],
        "WdfDeviceCreateDeviceInterface" => &[NtStatus::INSUFFICIENT_RESOURCES, NtStatus::INVALID_DEVICE_REQUEST],
        "WdfIoQueueCreate" => &[
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::INVALID_PARAMETER,
            NtStatus::INFO_LENGTH_MISMATCH,
            NtStatus::WDF_NO_CALLBACK,
            NtStatus::UNSUCCESSFUL,
        ],
        "WdfWorkItemCreate" => &[
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::INVALID_PARAMETER,
            NtStatus::INVALID_DEVICE_REQUEST,
            NtStatus::WDF_INCOMPATIBLE_EXECUTION_LEVEL,
        ],
        // STATUS_OBJECT_NAME_EXISTS is a success.
        "WdfObjectAllocateContext" => &[
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::INVALID_PARAMETER,
            NtStatus::OBJECT_NAME_INVALID,
            NtStatus::DELETE_PENDING,
        ],
        "WdfRequestRetrieveInputBuffer" => {
            &[NtStatus::INVALID_PARAMETER, NtStatus::BUFFER_TOO_SMALL, NtStatus::INVALID_DEVICE_REQUEST]
        }
        "WdfRequestRetrieveOutputBuffer" => &[
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::INVALID_PARAMETER,
            NtStatus::BUFFER_TOO_SMALL,
            NtStatus::INVALID_DEVICE_REQUEST,
        ],
        "WdfRequestForwardToIoQueue" => &[NtStatus::INVALID_DEVICE_REQUEST, NtStatus::WDF_BUSY],
        "WdfIoQueueRetrieveNextRequest" => {
            &[NtStatus::INVALID_PARAMETER, NtStatus::NO_MORE_ENTRIES, NtStatus::WDF_PAUSED]
        }
        "WdfIoQueueRetrieveFoundRequest" => {
            &[NtStatus::NOT_FOUND, NtStatus::INVALID_DEVICE_REQUEST, NtStatus::WDF_PAUSED]
        }
        // Only a wait for a lock that has an end fails, and the driver's has none. A registration that stays is left over
        // when the driver unloads, so it has a machine of its own (`cargo xtask probes`).
        "WdfWaitLockAcquire" | "CancelMibChangeNotify2" => &[],
        "NdisSetThreadObjectCompartmentId" => &[NtStatus::NOT_FOUND, NtStatus::INVALID_PARAMETER],
        "SeQueryAuthenticationIdToken" => &[NtStatus::INVALID_HANDLE, NtStatus::INSUFFICIENT_RESOURCES],
        // NETIO's functions call others behind the scenes: those of the operation, and no memory, can come of each.
        netio if netio.contains("Ip") || ["GetIfTable2", "GetBestRoute2"].contains(&netio) => {
            return Some(of_operation(operation));
        }
        _ => return None,
    };
    Some(statuses.to_vec())
}

/// What NETIO may answer when it serves an operation: its own list, without what the driver and the I/O manager answer.
fn of_operation(operation: Operation) -> Vec<NtStatus> {
    let not_of_netio = [
        NtStatus::ACCESS_DENIED,
        NtStatus::INFO_LENGTH_MISMATCH,
        NtStatus::BUFFER_TOO_SMALL,
        NtStatus::BUFFER_OVERFLOW,
        NtStatus::REVISION_MISMATCH,
        NtStatus::QUOTA_EXCEEDED,
        NtStatus::CANCELLED,
        NtStatus::DEVICE_REMOVED,
    ];
    let mut statuses: Vec<_> = operation.reasons().map(|(status, _)| status).collect();
    statuses.retain(|status| !not_of_netio.contains(status));
    for status in [NtStatus::NO_MEMORY, NtStatus::INSUFFICIENT_RESOURCES] {
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    // The same in other words.
    if statuses.contains(&NtStatus::DUPLICATE_OBJECTID) {
        statuses.push(NtStatus::OBJECTID_EXISTS);
    }
    statuses
}

/// Every fault of a call.
pub fn faults(function: &str, call: u32, operation: Operation) -> Option<Vec<Fault>> {
    let fault = |status: NtStatus| Fault { function: function.to_owned(), call, status: status.0, delay: 0 };
    Some(statuses(function, operation)?.into_iter().map(fault).collect())
}
