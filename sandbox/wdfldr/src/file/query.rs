//! What a file object answers about itself.

use crate::call::Call;
use crate::file::data::File;
use crate::nt::FileObject;
use crate::{nt, world};
use core::ptr::null_mut;
use wdf_abi::{DriverGlobals, Function, Handle, UnicodeString};
use wdf_model::irql::DISPATCH_LEVEL;

fn ask<R>(function: Function, file: Handle, none: R, answer: impl FnOnce(&mut File) -> R) -> R {
    let call = Call::enter(function, DISPATCH_LEVEL);
    world::with::<File, _>(call, file, answer).unwrap_or(none)
}

/// `WdfFileObjectGetFileName`.
pub extern "system" fn name(_globals: *const DriverGlobals, file: Handle) -> *mut UnicodeString {
    ask(Function::WdfFileObjectGetFileName, file, null_mut(), |file| &raw mut file.name)
}

/// `WdfFileObjectGetFlags`.
pub extern "system" fn flags(_globals: *const DriverGlobals, file: Handle) -> u32 {
    ask(Function::WdfFileObjectGetFlags, file, 0, |file| file.object.file_flags())
}

/// `WdfFileObjectGetDevice`.
pub extern "system" fn device(_globals: *const DriverGlobals, file: Handle) -> Handle {
    ask(Function::WdfFileObjectGetDevice, file, 0, |file| world::handle(file.device))
}

/// `WdfFileObjectWdmGetFileObject`.
pub extern "system" fn wdm_file_object(_globals: *const DriverGlobals, file: Handle) -> FileObject {
    ask(Function::WdfFileObjectWdmGetFileObject, file, nt::FileObject::NULL, |file| file.object)
}
