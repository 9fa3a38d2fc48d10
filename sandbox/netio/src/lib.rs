//! The NETIO stand-in: a `netio.sys` for Wine that exports the kernel's IP Helper API, served by the Linux stack.
//!
//! Nothing is decided here. Each export checks the IRQL (through the verifier in `wdfldr.sys`) and its pointers, copies
//! the caller's row, asks `netio-server` as [`netio_wire`] describes, and copies the answer back. Tables live
//! in pool memory that the verifier tracks, so that one that is never freed, or twice, is reported with the caller's
//! address.
//!
//! | situation | answer |
//! |---|---|
//! | above `PASSIVE_LEVEL` | violation `irql-too-high`; `STATUS_INVALID_DEVICE_STATE`. `FreeMibTable` is allowed up to `APC_LEVEL` |
//! | a pointer is NULL | `STATUS_INVALID_PARAMETER`; `FreeMibTable(NULL)` is the violation `bad-argument` |
//! | the server cannot be reached or speaks another version | violation `stand-in-failed`, which is not the driver's; `STATUS_DEVICE_NOT_READY` |
//! | a table that is not held | violation `table-freed-twice`; the memory is left alone |
//!
//! The server is expected at 127.0.0.1, port 4799. Another port is set by the registry value `Port` (`REG_DWORD`) in
//! `HKLM\SYSTEM\CurrentControlSet\Services\netio\Parameters`, read at the first call.
//!
//! # Change notifications
//!
//! Each registration has a connection to the server and a system thread that waits for it; both end with
//! `CancelMibChangeNotify2`, which returns once the thread has.
//!
//! | rule | here |
//! |---|---|
//! | the initial notification | delivered within the call, before the handle is stored; its row is NULL |
//! | events | delivered one after the other, at `PASSIVE_LEVEL`, on the registration's thread |
//! | rows | hold the keys, everything else is poisoned; after the callback all of it is |
//! | a callback that returns at another IRQL | violation `irql-changed` |
//! | cancelling from the callback | violation `bad-argument`; `STATUS_INVALID_DEVICE_STATE`, and nothing is cancelled |
//! | cancelling while a callback runs for 10 s | violation `bad-argument`, since it looks like a deadlock; the wait goes on |
//! | a handle that is not held | violation `notification-cancelled-twice`; `STATUS_INVALID_PARAMETER` |
//! | the handle | a pointer, which no function for kernel handles takes |
//! | the server goes away | violation `stand-in-failed`; no more events |
//!
//! # Network compartments
//!
//! Every call goes to the server with the compartment of the calling thread, which `wdfldr.sys` keeps: a thread that
//! presents a request acts in the compartment that its caller has entered, or else in that of the callers (a setting of the
//! server), all others in the primary one, unless they are given one. All links of the machine are in one compartment, that
//! of the callers unless a setting says otherwise. The functions to ask for a thread's compartment and to set it are those
//! of `ndis.sys`.
//!
//! Built for `x86_64-pc-windows-msvc`; the file is `sandbox_netio.dll`, to be installed as `netio.sys`, and as `ndis.sys`
//! for the compartments. On other targets the crate is empty.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![cfg(windows)]
#![no_std]

mod caller;
mod calls;
mod compartment;
mod event;
mod exports;
mod idle;
mod line;
mod notifications;
mod notify;
mod pipes;
mod remote;
mod routes;
mod running;
mod runtime;
mod socket;
mod system;
mod table;
mod thread;
mod verifier;

use core::panic::PanicInfo;
use verifier::Call;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    Call::without_caller("netio.sys").unserved(format_args!("the NETIO stand-in itself failed: {info}"));
    // SAFETY: An undefined instruction ends the process, which is what is wanted.
    unsafe { core::arch::asm!("ud2", options(noreturn)) }
}
