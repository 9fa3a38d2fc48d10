//! Two symbols of a C runtime that objects of `core` refer to when nothing is optimized away.

/// Says that the image uses floating point, to a runtime that is not linked.
#[unsafe(no_mangle)]
static _fltused: i32 = 0;

/// `ExceptionContinueSearch`: this frame handles nothing.
const CONTINUE_SEARCH: i32 = 1;

/// The handler of frames that would clean up while a C++ exception passes. A panic aborts, so none does.
#[unsafe(no_mangle)]
extern "C" fn __CxxFrameHandler3() -> i32 {
    CONTINUE_SEARCH
}
