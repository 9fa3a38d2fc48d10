//! For each failure, one sentence that says what to do.

use crate::{
    Failure, Operation,
    failure::{
        ERROR_ACCESS_DENIED, ERROR_FILE_NOT_FOUND, ERROR_INVALID_PARAMETER, ERROR_NOT_FOUND, ERROR_PROC_NOT_FOUND,
    },
};
use netioctl_abi::NtStatus;

/// What to do when the device does not open.
pub fn opening(failure: &Failure) -> &'static str {
    match failure.win32 {
        2 | 3 | 55 | 433 => {
            "the driver has died or is being removed; run `netioctl driver install`, or restart the machine if that fails"
        }
        ERROR_ACCESS_DENIED => "changing something needs an administrator; run it elevated",
        32 => "another program holds the device; close it",
        _ => "run `netioctl driver status`",
    }
}

/// What to do when a network compartment cannot be entered.
pub fn compartment(failure: &Failure) -> &'static str {
    match failure.win32 {
        ERROR_PROC_NOT_FOUND => "this system has no network compartments; leave the compartment out",
        ERROR_ACCESS_DENIED => "entering another compartment needs an administrator; run it elevated",
        ERROR_FILE_NOT_FOUND | ERROR_INVALID_PARAMETER | ERROR_NOT_FOUND => {
            "there is none with this number; `Get-NetCompartment` of PowerShell lists them"
        }
        _ => "leave the compartment out, or look the code up in the documentation of Windows",
    }
}

const GONE: &str = "the driver was removed, or is being removed or upgraded; run `netioctl driver status`";

const GONE_WHILE_WATCHED: &str = "the driver was removed, or is being removed or upgraded, while it was watched; run `netioctl driver status`, and \
     begin again when it is back";

/// What to do when a request fails.
pub fn request(operation: Operation, failure: &Failure) -> &'static str {
    if failure.is_device_gone() {
        return match operation {
            Operation::WatchChanges => GONE_WHILE_WATCHED,
            _ => GONE,
        };
    }
    let Some(status) = failure.status() else { return unknown(failure) };
    match (operation, status) {
        (Operation::SetNeighbor, NtStatus::NOT_FOUND) => {
            "there is no such neighbor or interface, and set changes existing neighbors only; see `netioctl neigh show`"
        }
        (
            Operation::SetNeighbor | Operation::CreateNeighbor | Operation::ReplaceNeighbor,
            NtStatus::INVALID_PARAMETER,
        ) => {
            "give an interface, a unicast address that is not loopback, a zone for a link-local or multicast address \
             only, and a physical address of the length that the interface uses"
        }
        (
            Operation::GetNeighbor | Operation::DeleteNeighbor | Operation::ResolveNeighbor,
            NtStatus::INVALID_PARAMETER,
        ) => {
            "give an interface and an address of a neighbor; only link-local and multicast addresses have a zone, a \
             number of 28 bits"
        }
        (Operation::GetNeighbor | Operation::DeleteNeighbor, NtStatus::NOT_FOUND) => {
            "there is no such neighbor or interface; see `netioctl neigh show`"
        }
        (Operation::GetInterface | Operation::SetInterface, NtStatus::NOT_FOUND) => {
            "there is no such interface, or it does not have the family; see `netioctl interface show`"
        }
        (Operation::SetInterface, NtStatus::INVALID_PARAMETER) => {
            "a value is outside its range, or the interface does not take it; see `netioctl interface set --help`"
        }
        (Operation::WatchChanges, status) => {
            watch_advice(status).or_else(|| status_advice(status)).unwrap_or_else(|| unknown(failure))
        }
        _ => status_advice(status).unwrap_or_else(|| unknown(failure)),
    }
}

/// What to do about the statuses that mean something of their own to a watch.
fn watch_advice(status: NtStatus) -> Option<&'static str> {
    Some(match status {
        NtStatus::CANCELLED => "the watch was cancelled, or its handle was closed; begin again if that was not meant",
        NtStatus::QUOTA_EXCEEDED => {
            "as many handles of this user or of all users watch as the driver takes, or as many requests of this handle \
             wait; end one and try again, or open the device as an administrator"
        }
        NtStatus::INVALID_DEVICE_STATE => {
            "this handle watches something else already; open another device for another watch"
        }
        NtStatus::INVALID_PARAMETER => "name at least one source, and both families or one of them",
        NtStatus::NOT_SUPPORTED => {
            "this system announces no such changes, or lacks the address family; watch another source or family"
        }
        _ => return None,
    })
}

fn unknown(failure: &Failure) -> &'static str {
    match failure.win32 {
        // One code for STATUS_NOT_IMPLEMENTED and STATUS_INVALID_DEVICE_REQUEST.
        1 => "the driver or this system does not know this operation; install the driver of this release",
        5010 => "the neighbor exists already; `netioctl neigh replace` changes it",
        _ => "look the code up in the documentation of Windows, and see `netioctl driver status`",
    }
}

/// What to do about each status of the contract, whatever the operation.
fn status_advice(status: NtStatus) -> Option<&'static str> {
    Some(match status {
        NtStatus::SUCCESS => "nothing is wrong, nothing is to be done",
        NtStatus::BUFFER_OVERFLOW => "only a part of the answer fits; ask again with a larger buffer",
        NtStatus::UNSUCCESSFUL => "the network stack failed without a reason; try again, then look at the event log",
        NtStatus::NOT_IMPLEMENTED => "this version of Windows has no such function; update it",
        NtStatus::INFO_LENGTH_MISMATCH => "program and driver disagree on the request; install both of one release",
        NtStatus::INVALID_HANDLE => "a handle in the driver is stale; run `netioctl driver install` again",
        NtStatus::INVALID_PARAMETER => "a value is outside its range; check the address, the family and the interface",
        NtStatus::INVALID_DEVICE_REQUEST => {
            "the driver does not know this operation; install the driver of this release"
        }
        NtStatus::NO_MEMORY => "the network stack found no memory; close programs and try again",
        NtStatus::ACCESS_DENIED => {
            "changing something needs an administrator and a device opened for \
             writing; run it elevated"
        }
        NtStatus::BUFFER_TOO_SMALL => "the output buffer does not hold the fixed part of the reply; enlarge it",
        NtStatus::OBJECT_NAME_NOT_FOUND => "no interface has this LUID or index; `netioctl interface show` lists them",
        NtStatus::QUOTA_EXCEEDED => "as many such requests are under way as the driver takes; wait for one to end",
        NtStatus::REVISION_MISMATCH => {
            "the driver was made for another major version; install the driver and the program of one release"
        }
        NtStatus::INSUFFICIENT_RESOURCES => "the kernel is out of a resource; close programs and try again",
        NtStatus::DEVICE_NOT_READY => "the network stack does not answer; try again when the network is up",
        NtStatus::NOT_SUPPORTED => "the stack of this address family is not installed; use the other family",
        NtStatus::BAD_NETWORK_NAME => "the neighbor does not answer or its network cannot be reached; check the link",
        NtStatus::NETWORK_UNREACHABLE => "no route leads there; see `netioctl route show`",
        NtStatus::CANCELLED => "the request was cancelled; send it again if that was not meant",
        NtStatus::INVALID_DEVICE_STATE => "the driver was called at the wrong IRQL; remove the filter driver above it",
        NtStatus::NOT_FOUND => "there is no such neighbor or interface; see `netioctl neigh show` and `interface show`",
        NtStatus::DUPLICATE_OBJECTID | NtStatus::OBJECTID_EXISTS => {
            "the neighbor exists already; `netioctl neigh replace` changes it"
        }
        NtStatus::DEVICE_REMOVED => GONE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_contract_has_a_sentence() {
        for row in netioctl_abi::statuses() {
            assert!(status_advice(row.status).is_some_and(|text| text.len() > 20), "{} has no sentence", row.name);
        }
        assert_eq!(status_advice(NtStatus::from_bits(0xcead_beef)), None);
    }

    #[test]
    fn a_missing_neighbor_is_explained_by_the_operation() {
        let failure = Failure { win32: 1168, ntstatus: Some(NtStatus::NOT_FOUND), bytes: 0 };
        assert!(request(Operation::SetNeighbor, &failure).contains("existing neighbors only"));
        assert!(!request(Operation::FlushNeighbors, &failure).contains("existing neighbors only"));
    }

    #[test]
    fn a_watch_has_sentences_of_its_own() {
        let advice = |operation, status: NtStatus| {
            let win32 = status.info().unwrap().win32;
            request(operation, &Failure { win32, ntstatus: Some(status), bytes: 0 })
        };
        let own = [
            NtStatus::CANCELLED,
            NtStatus::DEVICE_REMOVED,
            NtStatus::QUOTA_EXCEEDED,
            NtStatus::INVALID_DEVICE_STATE,
            NtStatus::INVALID_PARAMETER,
            NtStatus::NOT_SUPPORTED,
        ];
        for status in own {
            assert_ne!(advice(Operation::WatchChanges, status), advice(Operation::GetVersion, status), "{status}");
        }
        let common = NtStatus::BUFFER_TOO_SMALL;
        assert_eq!(advice(Operation::WatchChanges, common), advice(Operation::GetVersion, common));
    }

    #[test]
    fn a_code_without_a_status_still_has_a_sentence() {
        for code in [1, 5010, 433, 317] {
            assert!(request(Operation::GetVersion, &Failure::from_win32(code)).len() > 20);
        }
        assert_ne!(opening(&Failure::from_win32(5)), opening(&Failure::from_win32(2)));
    }
}
