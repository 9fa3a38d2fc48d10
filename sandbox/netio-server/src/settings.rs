//! Answers that Windows leaves open, and faults to inject.
//!
//! Where Microsoft's documentation is silent or contradicts what is observed, a driver must be content with either
//! answer; these settings let a test see that it is. The defaults are the documented answers where there are any.

use clap::{Args, ValueEnum};
use netio_sys::MIB_IPINTERFACE_ROW;
use netio_wire::{Compartments, Row};
use netioctl_status::NtStatus;
use serde::{Deserialize, Serialize};

/// How a missing object is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// `STATUS_NOT_FOUND`, which the documentation names.
    NotFound,
    /// `STATUS_OBJECT_NAME_NOT_FOUND`, which the observed Win32 error 2 implies.
    ObjectNameNotFound,
    /// `STATUS_INVALID_PARAMETER`.
    InvalidParameter,
    /// `STATUS_SUCCESS`: nothing to do.
    Success,
}

impl Missing {
    /// The NTSTATUS.
    #[must_use]
    pub const fn status(self) -> NtStatus {
        match self {
            Self::NotFound => NtStatus::NOT_FOUND,
            Self::ObjectNameNotFound => NtStatus::OBJECT_NAME_NOT_FOUND,
            Self::InvalidParameter => NtStatus::INVALID_PARAMETER,
            Self::Success => NtStatus::SUCCESS,
        }
    }
}

/// What `InitializeIpInterfaceEntry` leaves in a row, beside a key of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initial {
    /// What Set takes for "unchanged": 0 in times and the MTU, all bits set in everything else. Without it the
    /// documented way (Initialize, fill in, Set) would reset all that is not filled in.
    Unchanged,
    /// Zeros, as documented.
    Zeros,
}

impl Initial {
    /// The row.
    #[must_use]
    pub fn row(self) -> MIB_IPINTERFACE_ROW {
        if self == Self::Zeros {
            return MIB_IPINTERFACE_ROW::default();
        }
        let mut image = MIB_IPINTERFACE_ROW::POISONED;
        image.fill(u8::MAX);
        MIB_IPINTERFACE_ROW {
            Family: 0,
            InterfaceLuid: 0,
            InterfaceIndex: 0,
            BaseReachableTime: 0,
            RetransmitTime: 0,
            PathMtuDiscoveryTimeout: 0,
            NlMtu: 0,
            ..MIB_IPINTERFACE_ROW::of_image(&image)
        }
    }
}

/// What the stand-in answers where Windows leaves it open.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[derive(Args, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// A row names an interface that does not exist, by LUID
    #[arg(long, value_name = "ANSWER", default_value = "not-found")]
    pub unknown_luid: Missing,
    /// A row names an interface that does not exist, by index
    #[arg(long, value_name = "ANSWER", default_value = "object-name-not-found")]
    pub unknown_index: Missing,
    /// A row names no interface: LUID and index are both 0
    #[arg(long, value_name = "ANSWER", default_value = "object-name-not-found")]
    pub unspecified_interface: Missing,
    /// `FlushIpNetTable2` names an interface that does not exist
    #[arg(long, value_name = "ANSWER", default_value = "not-found")]
    pub flush_unknown_interface: Missing,
    /// Get or Delete asks for a loopback address
    #[arg(long, value_name = "ANSWER", default_value = "not-found")]
    pub loopback_key: Missing,
    /// A table has no rows: fail, or (success) hand out an empty table
    #[arg(long, value_name = "ANSWER", default_value = "not-found")]
    pub empty_table: Missing,
    /// `GetIpInterfaceEntry` asks for a family without a stack
    #[arg(long, value_name = "ANSWER", default_value = "not-found")]
    pub interface_without_stack: Missing,
    /// What `InitializeIpInterfaceEntry` leaves in a row
    #[arg(long, value_name = "FILL", default_value = "unchanged")]
    pub initialize: Initial,
    /// Create and Set take the limited broadcast address 255.255.255.255
    #[arg(long)]
    pub accept_broadcast: bool,
    /// `FlushIpNetTable2` keeps the permanent rows that somebody made
    #[arg(long)]
    pub flush_keeps_permanent: bool,
    /// Show only Linux's rows, without the well-known permanent rows of each interface and family
    #[arg(long)]
    pub no_well_known_rows: bool,
    /// How long an interface that has just appeared has no row
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 20)]
    pub appearing: u64,
    /// Answer as a machine without an IPv4 stack
    #[arg(long)]
    pub without_ipv4: bool,
    /// Answer as a machine without an IPv6 stack
    #[arg(long)]
    pub without_ipv6: bool,
    /// The network compartment of all links; threads of the system act in compartment 1
    #[arg(long, value_name = "ID", default_value_t = 1)]
    pub compartment: u32,
    /// The network compartment of callers that have entered no other, where it is not that of the links
    #[arg(long, value_name = "ID")]
    pub callers: Option<u32>,
    /// Fail every table call with `STATUS_NO_MEMORY`
    #[arg(long)]
    pub fail_tables: bool,
    /// Fail `NotifyUnicastIpAddressChange`, the second of two registrations, with `STATUS_NO_MEMORY`
    #[arg(long)]
    pub fail_address_notifications: bool,
}

impl Settings {
    /// Where the links are, and where the callers.
    #[must_use]
    pub fn compartments(&self) -> Compartments {
        Compartments { callers: self.callers.unwrap_or(self.compartment), links: self.compartment }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unknown_luid: Missing::NotFound,
            unknown_index: Missing::ObjectNameNotFound,
            unspecified_interface: Missing::ObjectNameNotFound,
            flush_unknown_interface: Missing::NotFound,
            loopback_key: Missing::NotFound,
            empty_table: Missing::NotFound,
            interface_without_stack: Missing::NotFound,
            initialize: Initial::Unchanged,
            accept_broadcast: false,
            flush_keeps_permanent: false,
            no_well_known_rows: false,
            appearing: 20,
            without_ipv4: false,
            without_ipv6: false,
            compartment: 1,
            callers: None,
            fail_tables: false,
            fail_address_notifications: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        settings: Settings,
    }

    #[test]
    fn callers_see_the_links_from_their_compartment() {
        let together = Settings { compartment: 2, ..Settings::default() }.compartments();
        let apart = Settings { compartment: 2, callers: Some(1), ..Settings::default() }.compartments();
        let of_callers = u32::MAX;
        assert_eq!([of_callers, 1, 2].map(|compartment| together.sees_links(compartment)), [true, false, true]);
        assert_eq!([of_callers, 1, 2].map(|compartment| apart.sees_links(compartment)), [false, false, true]);
        assert!(apart.has(1) && apart.has(2) && !apart.has(3));
    }

    #[test]
    fn an_empty_command_line_gives_the_defaults() {
        assert_eq!(Line::parse_from(["netio-server"]).settings, Settings::default());
    }
}
