//! What a file object answers about itself.

use crate::call::Call;
use crate::file::data::File;
use crate::nt::FileObject;
use crate::world;
use core::ptr::null_mut;
use wdf_abi::{Handle, UnicodeString};

fn ask<R>(call: Call, file: Handle, none: R, answer: impl FnOnce(&mut File) -> R) -> R {
    world::with::<File, _>(call, file, answer).unwrap_or(none)
}

/// `WdfFileObjectGetFileName`.
pub fn name(call: Call, file: Handle) -> *mut UnicodeString {
    ask(call, file, null_mut(), |file| &raw mut file.name)
}

/// `WdfFileObjectGetFlags`.
pub fn flags(call: Call, file: Handle) -> u32 {
    ask(call, file, 0, |file| file.object.file_flags())
}

/// `WdfFileObjectGetDevice`.
pub fn device(call: Call, file: Handle) -> Handle {
    ask(call, file, 0, |file| world::handle(file.device))
}

/// `WdfFileObjectWdmGetFileObject`.
pub fn wdm_file_object(call: Call, file: Handle) -> Option<FileObject> {
    ask(call, file, None, |file| Some(file.object))
}
