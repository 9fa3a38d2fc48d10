//! What the compiler asks of a runtime library, for images that have none: the sandbox's own kernel images.
#![no_std]
#![forbid(unsafe_code)]

/// Imports the compiler's memory functions and its stack probe from a library of Wine's, and defines the two symbols
/// that objects of `core` refer to. Used once in an image.
///
/// A driver names `ntoskrnl.exe`: an image that imports ntdll is no kernel image to Wine's loader.
#[macro_export]
macro_rules! compiler_runtime {
    ($library:literal) => {
        /// Calls that only the compiler makes.
        mod compiler_runtime {
            use core::ffi::c_void;

            #[link(name = $library, kind = "raw-dylib", modifiers = "+verbatim")]
            unsafe extern "C" {
                fn memcpy(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
                fn memmove(to: *mut c_void, from: *const c_void, count: usize) -> *mut c_void;
                fn memset(to: *mut c_void, byte: i32, count: usize) -> *mut c_void;
                fn memcmp(one: *const c_void, other: *const c_void, count: usize) -> i32;
                fn strlen(text: *const c_void) -> usize;
                fn __chkstk();
            }

            type Move = unsafe extern "C" fn(*mut c_void, *const c_void, usize) -> *mut c_void;
            type Fill = unsafe extern "C" fn(*mut c_void, i32, usize) -> *mut c_void;
            type Compare = unsafe extern "C" fn(*const c_void, *const c_void, usize) -> i32;
            type Length = unsafe extern "C" fn(*const c_void) -> usize;

            /// Keeps the imports above in the image.
            #[used]
            static KEEP: (Move, Move, Fill, Compare, Length, unsafe extern "C" fn()) =
                (memcpy, memmove, memset, memcmp, strlen, __chkstk);

            /// Tells the linker that floating point is in use, as every image of this target must.
            #[unsafe(no_mangle)]
            static _fltused: i32 = 0;

            /// `ExceptionContinueSearch`: this frame handles nothing.
            const CONTINUE_SEARCH: i32 = 1;

            /// The handler of frames that would clean up while a C++ exception passes. A panic aborts, so none does.
            #[unsafe(no_mangle)]
            extern "system" fn __CxxFrameHandler3() -> i32 {
                CONTINUE_SEARCH
            }
        }
    };
}
