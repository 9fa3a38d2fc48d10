//! Sets of flags: those with a name by name, the bits without one as a number.

macro_rules! flags {
    ($($(#[$doc:meta])* $module:ident: $type:ident, $number:ty;)+) => {
        $($(#[$doc])*
        pub mod $module {
            use crate::{$type};
            use serde::{Deserialize, Deserializer, Serializer, de::Error};

            pub fn serialize<S: Serializer>(flags: &$type, serializer: S) -> Result<S::Ok, S::Error> {
                let unknown = flags.bits() & !$type::all().bits();
                let named = flags.iter_names().map(|(name, _)| name.to_lowercase());
                serializer.collect_seq(named.chain((unknown != 0).then(|| format!("0x{unknown:02x}"))))
            }

            pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                let names = Vec::<String>::deserialize(deserializer)?;
                let unknown = |name| D::Error::custom(format!("{name} is no flag of {}", stringify!($type)));
                names.iter().map(|name| one(name).ok_or_else(|| unknown(name))).collect()
            }

            fn one(name: &str) -> Option<$type> {
                let number = name.strip_prefix("0x").and_then(|digits| <$number>::from_str_radix(digits, 16).ok());
                number.map($type::from_bits_retain).or_else(|| $type::from_name(&name.to_uppercase()))
            }
        })+
    };
}

flags! {
    /// What hardware does in place of the processor.
    offload: Offload, u8;
    /// What kind of interface it is.
    link: LinkFlags, u32;
    /// What a driver serves.
    capabilities: Capabilities, u64;
}
