//! Execution level and synchronization scope: at which IRQL and under which lock callbacks run.

use crate::irql::{DISPATCH_LEVEL, Irql, PASSIVE_LEVEL};
use netioctl_status::NtStatus;
use wdf_abi::constants::{
    WDF_EXECUTION_LEVEL_DISPATCH, WDF_EXECUTION_LEVEL_INHERIT_FROM_PARENT, WDF_EXECUTION_LEVEL_PASSIVE,
    WDF_SYNCHRONIZATION_SCOPE_DEVICE, WDF_SYNCHRONIZATION_SCOPE_INHERIT_FROM_PARENT, WDF_SYNCHRONIZATION_SCOPE_NONE,
    WDF_SYNCHRONIZATION_SCOPE_QUEUE,
};

/// `WDF_EXECUTION_LEVEL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As the parent.
    Inherit,
    /// Callbacks run at `PASSIVE_LEVEL`.
    Passive,
    /// Callbacks run at or below `DISPATCH_LEVEL`.
    Dispatch,
}

impl Level {
    /// The value of the enumeration, if it is one of its legal values.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Option<Self> {
        match raw {
            WDF_EXECUTION_LEVEL_INHERIT_FROM_PARENT => Some(Self::Inherit),
            WDF_EXECUTION_LEVEL_PASSIVE => Some(Self::Passive),
            WDF_EXECUTION_LEVEL_DISPATCH => Some(Self::Dispatch),
            _ => None,
        }
    }

    /// This level, or that of the parent.
    #[must_use]
    pub const fn or(self, parent: Self) -> Self {
        match self {
            Self::Inherit => parent,
            own => own,
        }
    }

    /// Whether callbacks run at `PASSIVE_LEVEL` only. The default is `DISPATCH_LEVEL`.
    #[must_use]
    pub const fn is_passive(self) -> bool {
        matches!(self, Self::Passive)
    }
}

/// `WDF_SYNCHRONIZATION_SCOPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// As the parent.
    Inherit,
    /// One callback at a time for the device.
    Device,
    /// One callback at a time for each queue.
    Queue,
    /// No serialization.
    None,
}

impl Scope {
    /// The value of the enumeration, if it is one of its legal values.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Option<Self> {
        match raw {
            WDF_SYNCHRONIZATION_SCOPE_INHERIT_FROM_PARENT => Some(Self::Inherit),
            WDF_SYNCHRONIZATION_SCOPE_DEVICE => Some(Self::Device),
            WDF_SYNCHRONIZATION_SCOPE_QUEUE => Some(Self::Queue),
            WDF_SYNCHRONIZATION_SCOPE_NONE => Some(Self::None),
            _ => None,
        }
    }

    /// This scope, or that of the parent.
    #[must_use]
    pub const fn or(self, parent: Self) -> Self {
        match self {
            Self::Inherit => parent,
            own => own,
        }
    }
}

/// What a device or queue inherits to its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The level in force.
    pub level: Level,
    /// The scope in force.
    pub scope: Scope,
}

impl Execution {
    /// The level and scope of a driver that chose none.
    pub const DEFAULT: Self = Self { level: Level::Dispatch, scope: Scope::None };

    /// The execution of a child with the given choices.
    #[must_use]
    pub const fn child(self, level: Level, scope: Scope) -> Self {
        Self { level: level.or(self.level), scope: scope.or(self.scope) }
    }
}

/// The lock held around a queue's callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackLock {
    /// No lock: callbacks run concurrently.
    None,
    /// The device's lock.
    Device,
    /// The queue's own lock.
    Queue,
}

/// How a queue presents its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presentation {
    /// Whether callbacks are confined to `PASSIVE_LEVEL`.
    pub passive: bool,
    /// The lock held.
    pub lock: CallbackLock,
}

impl Presentation {
    /// Resolves a queue's choices against its device's.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` when the queue would share the device's lock but not the kind of lock: a device of
    /// passive level has a mutex, any other a spin lock.
    pub fn of_queue(device: Execution, level: Level, scope: Scope) -> Result<Self, NtStatus> {
        let own = device.child(level, scope);
        let passive = own.level.is_passive();
        let lock = match own.scope {
            Scope::Device => CallbackLock::Device,
            Scope::Queue => CallbackLock::Queue,
            Scope::None | Scope::Inherit => CallbackLock::None,
        };
        if lock == CallbackLock::Device && passive != device.level.is_passive() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        Ok(Self { passive, lock })
    }

    /// The IRQL at which a callback runs when the request arrived at `caller`.
    #[must_use]
    pub fn irql(self, caller: Irql) -> Irql {
        if self.passive {
            PASSIVE_LEVEL
        } else if self.lock == CallbackLock::None {
            caller
        } else {
            caller.max(DISPATCH_LEVEL)
        }
    }
}
