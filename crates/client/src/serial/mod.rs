//! Serde's forms of rows and requests: the names and shapes of `netioctl --json`, which are those of `ip -j` where the
//! meaning is the same. What the command adds for readers, such as names of interfaces, is passed over.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signatures are serde's")]

mod key;
mod neighbor;
mod statistics;
#[cfg(test)]
mod tests;
mod text;
mod unicast;

pub use key::Form as KeyForm;
pub use neighbor::Form as NeighborForm;
pub use statistics::Form as StatisticsForm;
pub use unicast::Form as UnicastForm;

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

/// Abilities by name, and the bits without one as a number.
pub mod offload {
    use netioctl_abi::wire::Offload;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(offload: &Offload, serializer: S) -> Result<S::Ok, S::Error> {
        let unknown = offload.bits() & !Offload::all().bits();
        let named = offload.iter_names().map(|(name, _)| name.to_lowercase());
        serializer.collect_seq(named.chain((unknown != 0).then(|| format!("0x{unknown:02x}"))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Offload, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names
            .iter()
            .map(|name| one(name).ok_or_else(|| D::Error::custom(format!("no ability is called {name}"))))
            .collect()
    }

    fn one(name: &str) -> Option<Offload> {
        let number = name.strip_prefix("0x").and_then(|digits| u8::from_str_radix(digits, 16).ok());
        number.map(Offload::from_bits_retain).or_else(|| Offload::from_name(&name.to_uppercase()))
    }
}
