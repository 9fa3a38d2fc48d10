//! Memory of ours in objects of the framework.

use crate::size_of_u32;
use core::{ffi::CStr, marker::PhantomData};
use wdk_sys::{
    PCWDF_OBJECT_CONTEXT_TYPE_INFO, WDF_OBJECT_CONTEXT_TYPE_INFO, WDFOBJECT, call_unsafe_wdf_function_binding,
};

/// The type of a context, which the framework knows by its address: it belongs into a static.
pub struct ContextType<T> {
    info: WDF_OBJECT_CONTEXT_TYPE_INFO,
    context: PhantomData<fn() -> T>,
}

// SAFETY: the framework reads it only, and it never changes.
unsafe impl<T> Sync for ContextType<T> {}

impl<T> ContextType<T> {
    /// The type with this name, at the address `this`.
    pub const fn new(name: &'static CStr, this: &'static Self) -> Self {
        let info = WDF_OBJECT_CONTEXT_TYPE_INFO {
            Size: size_of_u32::<WDF_OBJECT_CONTEXT_TYPE_INFO>(),
            ContextName: name.as_ptr().cast_mut().cast(),
            ContextSize: size_of::<T>(),
            UniqueType: &raw const this.info,
            EvtDriverGetUniqueContextType: None,
        };
        Self { info, context: PhantomData }
    }

    /// For the attributes of an object that is to have such a context. The framework sets the memory to zero.
    pub const fn info(&'static self) -> PCWDF_OBJECT_CONTEXT_TYPE_INFO {
        &raw const self.info
    }

    /// The context of an object; null if it has none of this type.
    ///
    /// # Safety
    /// The handle is valid.
    pub unsafe fn of(&'static self, object: WDFOBJECT) -> *mut T {
        // SAFETY: the caller vouches for the handle.
        unsafe { call_unsafe_wdf_function_binding!(WdfObjectGetTypedContextWorker, object, self.info()) }.cast()
    }
}
