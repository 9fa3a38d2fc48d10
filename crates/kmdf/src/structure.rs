//! The framework's structures: their sizes in the framework that the driver runs on, and what all of them have.

use crate::framework::Role;
use core::ffi::CStr;
use wdk_sys::{
    _WDF_EXECUTION_LEVEL, _WDF_SYNCHRONIZATION_SCOPE, _WDFSTRUCTENUM, PCWDF_OBJECT_CONTEXT_TYPE_INFO, ULONG,
    WDF_DRIVER_CONFIG, WDF_FILEOBJECT_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_CONTEXT_TYPE_INFO,
    WDF_PNPPOWER_EVENT_CALLBACKS, WDF_REQUEST_PARAMETERS, WDF_WORKITEM_CONFIG, WdfClientVersionHigherThanFramework,
    WdfStructureCount, WdfStructures,
};

/// A structure that begins with its size.
pub trait Structure {
    /// Where the framework's loader tells the size.
    const INDEX: _WDFSTRUCTENUM::Type;
}

macro_rules! structures {
    ($($name:ident $index:ident,)*) => {
        $(impl Structure for $name {
            const INDEX: _WDFSTRUCTENUM::Type = _WDFSTRUCTENUM::$index;
        })*
    };
}

structures! {
    WDF_DRIVER_CONFIG INDEX_WDF_DRIVER_CONFIG,
    WDF_FILEOBJECT_CONFIG INDEX_WDF_FILEOBJECT_CONFIG,
    WDF_IO_QUEUE_CONFIG INDEX_WDF_IO_QUEUE_CONFIG,
    WDF_OBJECT_ATTRIBUTES INDEX_WDF_OBJECT_ATTRIBUTES,
    WDF_PNPPOWER_EVENT_CALLBACKS INDEX_WDF_PNPPOWER_EVENT_CALLBACKS,
    WDF_REQUEST_PARAMETERS INDEX_WDF_REQUEST_PARAMETERS,
    WDF_WORKITEM_CONFIG INDEX_WDF_WORKITEM_CONFIG,
}

/// The size of a framework structure, as its member `Size` wants it.
const fn size_of_u32<T>() -> u32 {
    let size = size_of::<T>();
    assert!(size <= u32::MAX as usize);
    #[expect(clippy::cast_possible_truncation, reason = "it has just been checked; `try_from` is not const")]
    let size = size as u32;
    size
}

/// The value of the member `Size` (`WDF_STRUCTURE_SIZE` in `wdffuncenum.h`). A framework that is older than the one
/// that the driver was built for may have a shorter structure, and accepts only its own size. -1 for a structure that
/// it does not have.
pub fn structure_size<T: Structure>() -> ULONG {
    // SAFETY: the loader writes this before the driver's entry point is called, and never again.
    if unsafe { WdfClientVersionHigherThanFramework } == 0 {
        return size_of_u32::<T>();
    }
    // SAFETY: as above.
    let count = unsafe { WdfStructureCount };
    let Some(index) = usize::try_from(T::INDEX).ok().filter(|&index| index < count as usize) else {
        return ULONG::MAX;
    };
    // SAFETY: as above.
    let sizes = unsafe { WdfStructures };
    // SAFETY: there are that many sizes, which stay as long as the driver is bound.
    let size = unsafe { sizes.wrapping_add(index).read() };
    ULONG::try_from(size).unwrap_or(ULONG::MAX)
}

/// Attributes of an object that takes everything from its parent.
pub fn attributes() -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        Size: structure_size::<WDF_OBJECT_ATTRIBUTES>(),
        ExecutionLevel: _WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
        SynchronizationScope: _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
        ..WDF_OBJECT_ATTRIBUTES::default()
    }
}

/// Attributes of an object whose callbacks run at `PASSIVE_LEVEL` and do not wait for one another.
pub fn passive_attributes() -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        ExecutionLevel: _WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive,
        SynchronizationScope: _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeNone,
        ..attributes()
    }
}

/// The types of context, each of which the framework knows by its address.
pub struct Roles {
    device: WDF_OBJECT_CONTEXT_TYPE_INFO,
    file: WDF_OBJECT_CONTEXT_TYPE_INFO,
    extension: WDF_OBJECT_CONTEXT_TYPE_INFO,
    queue: WDF_OBJECT_CONTEXT_TYPE_INFO,
    request: WDF_OBJECT_CONTEXT_TYPE_INFO,
    work_item: WDF_OBJECT_CONTEXT_TYPE_INFO,
}

// SAFETY: the framework reads it only, and it never changes.
unsafe impl Sync for Roles {}

pub static ROLES: Roles = Roles {
    device: info(c"Device", &raw const ROLES.device),
    file: info(c"File", &raw const ROLES.file),
    extension: info(c"Extension", &raw const ROLES.extension),
    queue: info(c"Queue", &raw const ROLES.queue),
    request: info(c"Request", &raw const ROLES.request),
    work_item: info(c"WorkItem", &raw const ROLES.work_item),
};

/// The least size of a context; each object asks for its own (`ContextSizeOverride`).
const LEAST: usize = 1;

const fn info(name: &'static CStr, this: PCWDF_OBJECT_CONTEXT_TYPE_INFO) -> WDF_OBJECT_CONTEXT_TYPE_INFO {
    WDF_OBJECT_CONTEXT_TYPE_INFO {
        Size: size_of_u32::<WDF_OBJECT_CONTEXT_TYPE_INFO>(),
        ContextName: name.as_ptr().cast_mut().cast(),
        ContextSize: LEAST,
        UniqueType: this,
        EvtDriverGetUniqueContextType: None,
    }
}

impl Roles {
    /// What the framework knows a type of context by.
    pub const fn info(&'static self, role: Role) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
        match role {
            Role::Device => &raw const self.device,
            Role::File => &raw const self.file,
            Role::Extension => &raw const self.extension,
            Role::Queue => &raw const self.queue,
            Role::Request => &raw const self.request,
            Role::WorkItem => &raw const self.work_item,
        }
    }
}
