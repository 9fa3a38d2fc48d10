//! Compiles only when wdk-sys' bindings agree with the record of KMDF's interface (`kmdf-record`), for the release that
//! the manifest targets: the index and type of every function, the type of every callback, the size and alignment of every
//! structure, the type, size and offset of each of its members, the values of the enumerations.
//!
//! The build script turns each fact of the record into an assertion, and fails when the headers define a type that the
//! record does not have. The headers of this tree are written from the record, and are checked as clang and bindgen
//! understand them; so are those of any real WDK that `WDKContentRoot` names.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[allow(
    unused_imports,
    unused_unsafe,
    clippy::wildcard_imports,
    clippy::unreadable_literal,
    reason = "the assertions are generated, and name types of all kinds"
)]
mod assertions {
    use core::mem::{align_of, offset_of, size_of};

    use wdk_sys::*;

    include!(concat!(env!("OUT_DIR"), "/assertions.rs"));
}

/// Compiles only when the kernel's headers declare `KeGetCurrentIrql`, which `wdk::paged_code!` calls.
pub fn pageable() {
    wdk_sys::PAGED_CODE!();
}
