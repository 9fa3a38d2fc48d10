//! What is a text.

use crate::{Family, InterfaceLuid, PhysicalAddress};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

macro_rules! text {
    ($($type:ty)+) => {
        $(impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        })+
    };
}

text! { Family InterfaceLuid }

/// As `ip` writes it; empty for none.
impl Serialize for PhysicalAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_colon_string())
    }
}

impl<'de> Deserialize<'de> for PhysicalAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "" => Ok(Self::EMPTY),
            text => text.parse().map_err(D::Error::custom),
        }
    }
}
