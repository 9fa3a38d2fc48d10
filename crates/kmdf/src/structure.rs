//! The sizes of the framework's structures, as the framework that is here knows them.

use crate::size_of_u32;
use wdk_sys::{
    _WDFSTRUCTENUM, ULONG, WDF_DRIVER_CONFIG, WDF_FILEOBJECT_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_OBJECT_ATTRIBUTES,
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

/// The value of the member `Size` (WDF_STRUCTURE_SIZE in wdffuncenum.h): a framework older than the one that the driver
/// is built for may know a shorter structure, and takes no other; -1 for one that it does not know.
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
