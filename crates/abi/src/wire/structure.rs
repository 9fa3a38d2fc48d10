//! What is written down of a structure.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A structure that travels: any bytes of its length are a value, and it has no padding.
pub trait Structure: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {
    /// Its name, its size, and where its fields are.
    const INFO: StructureInfo;
}

/// No bytes at all.
impl Structure for () {
    const INFO: StructureInfo = StructureInfo { name: "", size: 0, fields: &[] };
}

/// What is written down of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructureInfo {
    /// The name in Rust.
    pub name: &'static str,
    /// Bytes.
    pub size: usize,
    /// Every field, in the order of its offset.
    pub fields: &'static [FieldInfo],
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

/// Says which structures of a file travel, with all of their fields: one that is forgotten does not compile.
macro_rules! structures {
    ($($name:ident { $($field:ident)+ })+) => {
        $(impl $crate::wire::Structure for $name {
            const INFO: $crate::wire::StructureInfo = {
                let zero: Self = zerocopy::transmute!([0_u8; size_of::<Self>()]);
                let Self { $($field: _),+ } = zero;
                $crate::wire::StructureInfo {
                    name: stringify!($name),
                    size: size_of::<Self>(),
                    fields: &[$($crate::wire::FieldInfo {
                        name: stringify!($field),
                        offset: core::mem::offset_of!(Self, $field),
                        size: size_of_val(&zero.$field),
                    }),+],
                }
            };
        })+

        /// The structures of this file.
        pub(super) const STRUCTURES: &[$crate::wire::StructureInfo] =
            &[$(<$name as $crate::wire::Structure>::INFO),+];
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
