//! What the stand-ins report and track: the functions that `wdfldr.sys` exports for them, and the final account.

use crate::call::Call;
use crate::lock::Mutex;
use crate::{caller, death, faults, irql, log};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use core::ffi::c_void;
use netioctl_status::NtStatus;
use verifier_abi::{Resource, Violation};

struct Tracked {
    function: String,
    caller: usize,
}

static TRACKED: Mutex<BTreeMap<(u32, usize), Tracked>> = Mutex::new(BTreeMap::new());

const RESOURCES: [Resource; 4] = [Resource::Pool, Resource::Handle, Resource::Table, Resource::Notification];

fn resource(raw: u32) -> Option<Resource> {
    RESOURCES.into_iter().find(|&resource| resource as u32 == raw)
}

/// Notes that a resource is held.
pub fn track(resource: Resource, address: usize, function: &str, caller: usize) {
    let tracked = Tracked { function: function.into(), caller };
    TRACKED.lock().insert((resource as u32, address), tracked);
}

/// Notes that a resource is given back. False, after a report, if it was not held.
pub fn untrack(resource: Resource, address: usize, function: &str, caller: usize) -> bool {
    let held = TRACKED.lock().remove(&(resource as u32, address)).is_some();
    if !held {
        let detail = format!("{address:#x} is not held");
        log::violation(resource.returned_twice(), function, &caller::describe(caller), &detail);
    }
    held
}

/// How many resources of a kind are held.
pub fn held(resource: Resource) -> usize {
    TRACKED.lock().keys().filter(|(kind, _)| *kind == resource as u32).count()
}

/// Reports what code of a module still holds, and forgets it.
pub fn settle(module: usize) {
    let mut tracked = TRACKED.lock();
    let left = tracked.extract_if(.., |_, tracked| caller::module_of(tracked.caller) == module);
    for ((kind, address), tracked) in left {
        if let Some(resource) = resource(kind) {
            let detail = format!("{address:#x} is still held at unload");
            log::violation(resource.leaked(), &tracked.function, &caller::describe(tracked.caller), &detail);
        }
    }
}

/// A text that another image passes.
///
/// # Safety
/// It is null, or there are that many bytes, which stay as long as the answer is used.
unsafe fn text<'a>(text: *const u8, length: usize) -> &'a str {
    if text.is_null() {
        return "";
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(text, length) };
    core::str::from_utf8(bytes).unwrap_or("")
}

#[unsafe(no_mangle)]
extern "system" fn SandboxCurrentIrql() -> u8 {
    irql::current()
}

/// # Safety
/// Each text is null, or there are as many bytes as its length says.
#[unsafe(no_mangle)]
unsafe extern "system" fn SandboxTrack(
    kind: u32,
    object: *const c_void,
    function: *const u8,
    length: usize,
    caller: *const c_void,
) {
    // SAFETY: the caller's promise.
    let function = unsafe { text(function, length) };
    if let Some(resource) = resource(kind) {
        track(resource, object.addr(), function, caller.addr());
    }
}

/// # Safety
/// Each text is null, or there are as many bytes as its length says.
#[unsafe(no_mangle)]
unsafe extern "system" fn SandboxUntrack(
    kind: u32,
    object: *const c_void,
    function: *const u8,
    length: usize,
    caller: *const c_void,
) -> u32 {
    // SAFETY: the caller's promise.
    let function = unsafe { text(function, length) };
    let known = resource(kind);
    u32::from(known.is_some_and(|resource| untrack(resource, object.addr(), function, caller.addr())))
}

/// # Safety
/// Each text is null, or there are as many bytes as its length says.
#[unsafe(no_mangle)]
unsafe extern "system" fn SandboxReport(
    violation: u32,
    function: *const u8,
    function_length: usize,
    detail: *const u8,
    detail_length: usize,
    caller: *const c_void,
) {
    // SAFETY: the caller's promise.
    let function = unsafe { text(function, function_length) };
    // SAFETY: the caller's promise.
    let detail = unsafe { text(detail, detail_length) };
    if let Some(violation) = Violation::from_number(violation) {
        log::violation(violation, function, &caller::describe(caller.addr()), detail);
    }
}

/// # Safety
/// The text is null, or there are as many bytes as its length says.
#[unsafe(no_mangle)]
unsafe extern "system" fn SandboxFault(function: *const u8, length: usize) -> i32 {
    // SAFETY: the caller's promise.
    faults::refusal(unsafe { text(function, length) }).unwrap_or(NtStatus::SUCCESS).0
}

// What is exported is what the contract between the stand-ins says.
const _: verifier_abi::CurrentIrql = SandboxCurrentIrql;
const _: verifier_abi::Track = SandboxTrack;
const _: verifier_abi::Untrack = SandboxUntrack;
const _: verifier_abi::Report = SandboxReport;
const _: verifier_abi::RefusedBy = SandboxFault;

/// `WdfVerifierDbgBreakPoint`: there is no debugger here.
pub fn breakpoint(call: Call) {
    call.report(Violation::BadArgument, "the driver asks for the debugger");
}

/// `WdfVerifierKeBugCheck`.
pub fn bug_check(_call: Call, code: u32, p1: usize, p2: usize, p3: usize, p4: usize) {
    death::bug_check(code, p1, p2, p3, p4)
}
