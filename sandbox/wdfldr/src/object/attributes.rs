//! Object attributes as the driver passed them, checked.

use crate::argument::Given;
use crate::object::context::Context;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::Handle;
use wdf_model::attributes::{self, Accepts, Attributes, Checked};
use wdf_model::execution::{Level, Scope};

/// Attributes as the driver passed them, checked for a kind of object.
pub struct Chosen {
    given: Option<Given>,
    pub checked: Checked,
}

impl Chosen {
    /// Checks attributes. None are as good as default ones, except where a parent is required.
    pub fn check(given: Option<Given>, accepts: Accepts) -> Result<Self, NtStatus> {
        let view = given.map_or_else(Attributes::default, |given| Attributes {
            size: given.raw.size,
            execution_level: given.raw.execution_level,
            synchronization_scope: given.raw.synchronization_scope,
            parent: given.raw.parent != 0,
            context_size_override: given.raw.context_size_override,
            context_type_size: given.context_type.map(|context| context.size),
        });
        Ok(Self { checked: attributes::check(&view, accepts)?, given })
    }

    /// The parent named, if any.
    pub fn parent(&self) -> Option<Handle> {
        self.given.map(|given| given.raw.parent).filter(|&parent| parent != 0)
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
        self.given.iter().map(|given| Context::new(given, self.checked.context_size)).collect()
    }
}
