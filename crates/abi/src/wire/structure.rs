//! What is written down of a structure.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A structure that travels: any bytes of its length are a value, and it has no padding.
pub trait Structure: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {
    /// Its name and its size.
    const INFO: StructureInfo;
}

/// No bytes at all.
impl Structure for () {
    const INFO: StructureInfo = StructureInfo { name: "", size: 0 };
}

/// What is written down of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructureInfo {
    /// The name in Rust.
    pub name: &'static str,
    /// Bytes.
    pub size: usize,
}

impl StructureInfo {
    /// Every field, in the order of its offset. They are looked up, so that the driver, which asks for sizes only, does
    /// not carry the names of all fields.
    #[must_use]
    pub fn fields(self) -> &'static [FieldInfo] {
        let all = super::FIELDS.iter().copied().flatten();
        all.filter(|(name, _)| *name == self.name).map(|(_, fields)| *fields).next().unwrap_or_default()
    }
}

/// What is written down of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The name in Rust and in C.
    pub name: &'static str,
    /// Bytes from the beginning of the structure.
    pub offset: usize,
    /// Bytes.
    pub size: usize,
}

/// The name of a structure, and its fields.
pub type Fields = (&'static str, &'static [FieldInfo]);

/// Says which structures of a file travel, with all of their fields: one that is forgotten does not compile.
macro_rules! structures {
    ($($name:ident { $($field:ident)+ })+) => {
        $(impl $crate::wire::Structure for $name {
            const INFO: $crate::wire::StructureInfo =
                $crate::wire::StructureInfo { name: stringify!($name), size: size_of::<Self>() };
        })+

        /// The structures of this file.
        pub(super) const STRUCTURES: &[$crate::wire::StructureInfo] =
            &[$(<$name as $crate::wire::Structure>::INFO),+];

        /// The fields of each.
        pub(super) const FIELDS: &[$crate::wire::structure::Fields] = &[$((stringify!($name), {
            const ZERO: $name = zerocopy::transmute!([0_u8; size_of::<$name>()]);
            const _: () = {
                let $name { $($field: _),+ } = ZERO;
            };
            &[$($crate::wire::FieldInfo {
                name: stringify!($field),
                offset: core::mem::offset_of!($name, $field),
                size: size_of_val(&ZERO.$field),
            }),+]
        })),+];
    };
}

/// Says which enumerations of a file are part of the contract.
macro_rules! enumerations {
    ($($name:ident)+) => {
        /// The enumerations of this file.
        pub(super) const ENUMERATIONS: &[&str] = &[$(stringify!($name)),+];
    };
}

pub(super) use enumerations;
pub(super) use structures;
