//! What `WDF_OBJECT_ATTRIBUTES` may hold for each kind of object.

use crate::execution::{Level, Scope};
use netioctl_status::NtStatus;
use wdf_abi::ObjectAttributes;
use wdf_abi::constants::{WDF_EXECUTION_LEVEL_INHERIT_FROM_PARENT, WDF_SYNCHRONIZATION_SCOPE_INHERIT_FROM_PARENT};

/// `sizeof(WDF_OBJECT_ATTRIBUTES)`.
pub const SIZE: u32 = wdf_abi::size::<ObjectAttributes>();

/// The members of `WDF_OBJECT_ATTRIBUTES` that decide, as the driver filled them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The `Size` member.
    pub size: u32,
    /// The `ExecutionLevel` member, unchecked.
    pub execution_level: i32,
    /// The `SynchronizationScope` member, unchecked.
    pub synchronization_scope: i32,
    /// Whether a parent is named.
    pub parent: bool,
    /// `ContextSizeOverride`.
    pub context_size_override: usize,
    /// Size of the context type, if one is named.
    pub context_type_size: Option<usize>,
}

impl Default for Attributes {
    /// What `WDF_OBJECT_ATTRIBUTES_INIT` leaves.
    fn default() -> Self {
        Self {
            size: SIZE,
            execution_level: WDF_EXECUTION_LEVEL_INHERIT_FROM_PARENT,
            synchronization_scope: WDF_SYNCHRONIZATION_SCOPE_INHERIT_FROM_PARENT,
            parent: false,
            context_size_override: 0,
            context_type_size: None,
        }
    }
}

/// What a kind of object accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    /// Driver, device, queue and file objects take a scope of device or queue; others do not.
    pub scope: bool,
    /// Objects that call back take an execution level.
    pub level: bool,
    /// How the parent is chosen.
    pub parent: Parent,
}

/// How the parent of an object is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// By the driver, or the driver object.
    Optional,
    /// By the driver; there is no default.
    Required,
    /// By the framework.
    Fixed,
}

impl Accepts {
    /// `WdfObjectCreate`.
    pub const GENERAL: Self = Self { scope: false, level: true, parent: Parent::Optional };
    /// Memory, collection, string, locks.
    pub const PLAIN: Self = Self { scope: false, level: false, parent: Parent::Optional };
    /// Work items and DPCs.
    pub const CHILD: Self = Self { scope: false, level: false, parent: Parent::Required };
    /// Timers: a parent is needed and an execution level taken.
    pub const TIMER: Self = Self { scope: false, level: true, parent: Parent::Required };
    /// Driver and device.
    pub const ROOT: Self = Self { scope: true, level: true, parent: Parent::Fixed };
    /// Queues.
    pub const QUEUE: Self = Self { scope: true, level: true, parent: Parent::Optional };
    /// `WdfObjectAllocateContext`: nothing but the context.
    pub const CONTEXT: Self = Self { scope: false, level: false, parent: Parent::Fixed };
}

/// Attributes that passed [`check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The execution level.
    pub level: Level,
    /// The synchronization scope.
    pub scope: Scope,
    /// Bytes of the context to allocate.
    pub context_size: usize,
}

/// Checks attributes for a kind of object, in the framework's order.
///
/// # Errors
/// The status that the creating function answers with.
pub fn check(attributes: &Attributes, accepts: Accepts) -> Result<Checked, NtStatus> {
    if attributes.size != SIZE {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    let context_size = context_size(attributes)?;
    let level = Level::from_raw(attributes.execution_level).ok_or(NtStatus::WDF_OBJECT_ATTRIBUTES_INVALID)?;
    let scope = Scope::from_raw(attributes.synchronization_scope).ok_or(NtStatus::WDF_OBJECT_ATTRIBUTES_INVALID)?;
    match accepts.parent {
        Parent::Fixed if attributes.parent => return Err(NtStatus::WDF_PARENT_ASSIGNMENT_NOT_ALLOWED),
        Parent::Required if !attributes.parent => return Err(NtStatus::WDF_PARENT_NOT_SPECIFIED),
        _ => {}
    }
    if !accepts.level && level != Level::Inherit {
        return Err(NtStatus::WDF_EXECUTION_LEVEL_INVALID);
    }
    if !accepts.scope && matches!(scope, Scope::Device | Scope::Queue) {
        return Err(NtStatus::WDF_SYNCHRONIZATION_SCOPE_INVALID);
    }
    Ok(Checked { level, scope, context_size })
}

fn context_size(attributes: &Attributes) -> Result<usize, NtStatus> {
    match (attributes.context_type_size, attributes.context_size_override) {
        (Some(size), 0) => Ok(size),
        (Some(size), wanted) if wanted >= size => Ok(wanted),
        (None, 0) => Ok(0),
        _ => Err(NtStatus::WDF_OBJECT_ATTRIBUTES_INVALID),
    }
}
