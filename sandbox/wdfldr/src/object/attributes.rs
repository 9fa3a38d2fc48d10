//! Object attributes as the driver passed them, checked.

use crate::nt;
use crate::object::context::{Context, type_size};
use alloc::vec::Vec;
use wdf_abi::{Handle, ObjectAttributes};
use wdf_model::attributes;
use wdf_model::attributes::{Accepts, Attributes, Checked};
use wdf_model::execution::{Level, Scope};
use wdf_model::status::Status;

/// Attributes as the driver passed them, checked for a kind of object.
pub struct Chosen {
    pub raw: Option<ObjectAttributes>,
    pub checked: Checked,
}

impl Chosen {
    /// Reads and checks. No attributes are as good as default ones, except where a parent is required.
    pub fn read(attributes: *const ObjectAttributes, accepts: Accepts) -> Result<Self, Status> {
        Self::from(nt::read(attributes), accepts)
    }

    /// Checks attributes that were read before.
    pub fn from(raw: Option<ObjectAttributes>, accepts: Accepts) -> Result<Self, Status> {
        let view = raw.map_or_else(Attributes::default, |raw| Attributes {
            size: raw.size,
            execution_level: raw.execution_level,
            synchronization_scope: raw.synchronization_scope,
            parent: raw.parent != 0,
            context_size_override: raw.context_size_override,
            context_type_size: if raw.size == attributes::SIZE { type_size(raw.context_type) } else { None },
        });
        Ok(Self { checked: attributes::check(&view, accepts)?, raw })
    }

    /// The parent named, if any.
    pub fn parent(&self) -> Option<Handle> {
        self.raw.map(|raw| raw.parent).filter(|&parent| parent != 0)
    }

    /// The execution level chosen.
    pub const fn level(&self) -> Level {
        self.checked.level
    }

    /// The synchronization scope chosen.
    pub const fn scope(&self) -> Scope {
        self.checked.scope
    }

    /// The context asked for.
    pub fn contexts(&self) -> Vec<Context> {
        self.raw.iter().map(|raw| Context::new(raw, self.checked.context_size)).collect()
    }
}
