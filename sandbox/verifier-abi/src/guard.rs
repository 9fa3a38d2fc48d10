//! What the compiler asks for in an image that is built with control flow guard.
//!
//! An indirect call goes through a pointer that a kernel which enforces the guard replaces. Wine enforces nothing, and
//! the stand-ins do not link the library in which the driver finds these symbols, so here they lead straight on.

use core::arch::naked_asm;

/// Calls the function in `rax`; everything else belongs to that function.
#[unsafe(naked)]
unsafe extern "system" fn unchecked_dispatch() {
    naked_asm!("jmp rax");
}

/// Takes no offence at any target.
unsafe extern "system" fn unchecked() {}

// SAFETY: the name is the compiler's for this pointer, and nothing else defines it.
#[unsafe(no_mangle)]
static __guard_dispatch_icall_fptr: unsafe extern "system" fn() = unchecked_dispatch;

// SAFETY: the name is the compiler's for this pointer, and nothing else defines it.
#[unsafe(no_mangle)]
static __guard_check_icall_fptr: unsafe extern "system" fn() = unchecked;
