//! Serde's forms of rows and requests: the names and shapes of `netioctl --json`, which are those of `ip -j` where the
//! meaning is the same. What the command adds for readers, such as names of interfaces, is passed over.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures are serde's")]

mod change;
pub mod flags;
pub mod guid;
mod key;
mod link;
mod neighbor;
mod route;
mod statistics;
#[cfg(test)]
mod tests;
mod text;
mod unicast;
mod version;

pub use change::Form as ChangeForm;
pub use key::Form as KeyForm;
pub use link::Form as LinkForm;
pub use neighbor::Form as NeighborForm;
pub use route::Form as RouteForm;
pub use statistics::Form as StatisticsForm;
pub use unicast::Form as UnicastForm;
pub use version::Form as VersionForm;

use std::time::Duration;

/// A value that is absent because it has its default.
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A number of an enumeration: its word, or the number if it has none.
fn word<T>(number: i32, name: impl Fn(T) -> String) -> String
where
    T: TryFrom<i32>,
{
    T::try_from(number).map_or_else(|_| number.to_string(), name)
}

/// The reverse of [`word`].
fn number<T>(word: &str) -> Result<i32, T::Err>
where
    T: std::str::FromStr + Into<i32>,
{
    word.parse::<i32>().or_else(|_| word.parse::<T>().map(Into::into))
}

/// A lifetime in seconds as `ip` writes it: all ones for ever.
fn seconds(lifetime: Option<Duration>) -> u32 {
    lifetime.and_then(|time| u32::try_from(time.as_secs()).ok()).unwrap_or(u32::MAX)
}

/// The reverse of [`seconds`].
fn lifetime(seconds: u32) -> Option<Duration> {
    (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()))
}

/// A family, as `ip` names it.
pub mod family {
    use netioctl_abi::AddressFamily;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(family: &AddressFamily, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(name(*family))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AddressFamily, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }

    pub const fn name(family: AddressFamily) -> &'static str {
        match family {
            AddressFamily::Ipv4 => "inet",
            AddressFamily::Ipv6 => "inet6",
        }
    }
}

/// A time in whole milliseconds.
pub mod milliseconds {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

/// 64 bits as a text of 16 hexadecimal digits behind `0x`: JSON's numbers may have 53.
pub mod hexadecimal {
    use crate::InterfaceLuid;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        InterfaceLuid(*number).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        InterfaceLuid::deserialize(deserializer).map(u64::from)
    }
}
