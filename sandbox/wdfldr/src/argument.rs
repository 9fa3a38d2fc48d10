//! The arguments of framework functions: what stands in for the driver's pointers in safe code.
//!
//! Only the thunks of the function table make these values. They rely on the framework's contract: a pointer that a
//! driver passes is null, or valid for what the function's reference says until the call returns.

use crate::device::preprocess::Function as Preprocess;
use crate::interrupt::Synchronize;
use crate::nt::{DeviceObject, DriverObject, FileObject, Irp, Pointer};
use alloc::vec::Vec;
use core::ffi::c_void;
use core::marker::PhantomData;
use core::ptr::NonNull;
use netioctl_status::NtStatus;
use wdf_abi::{
    ContextTypeInfo, DeviceState, DriverConfig, FileObjectConfig, Guid, HandleCallback, InterruptConfig, IoDefault,
    IoQueueConfig, MemoryOffset, ObjectAttributes, PnpPowerEventCallbacks, QueryInterfaceConfig, QueueState,
    RequestCompletion, ReuseParams, SendOptions, TargetOpenParams, TimerConfig, UnicodeString, WmiInstanceConfig,
    WorkItemConfig,
};
use wdf_model::attributes;

/// An argument of a function behind the table.
pub trait Argument {
    /// What the driver passes.
    type Raw;

    /// Makes it from what the driver passed.
    ///
    /// # Safety
    /// A pointer is null, or valid for what is read or written through it, until the call of the function ends.
    unsafe fn from_raw(raw: Self::Raw) -> Self;
}

/// What a function behind the table answers, as the driver gets it.
pub trait Answer<Raw> {
    /// Hands it to the driver.
    fn into_raw(self) -> Raw;
}

impl<Raw> Answer<Raw> for Raw {
    fn into_raw(self) -> Raw {
        self
    }
}

impl Answer<NtStatus> for Result<(), NtStatus> {
    fn into_raw(self) -> NtStatus {
        self.err().unwrap_or(NtStatus::SUCCESS)
    }
}

macro_rules! as_they_are {
    ($($type:ty),*) => {
        $(impl Argument for $type {
            type Raw = Self;

            unsafe fn from_raw(raw: Self) -> Self {
                raw
            }
        })*
    };
}

as_they_are!(usize, u8, i8, u16, u32, i32, i64, Pointer);
as_they_are!(Option<DeviceObject>, Option<DriverObject>, Option<FileObject>, Option<Irp>);
as_they_are!(NtStatus, HandleCallback, QueueState, IoDefault, Preprocess, RequestCompletion, Synchronize);

/// A pointer that is never read.
pub struct Unused;

impl Argument for Unused {
    type Raw = *const c_void;

    unsafe fn from_raw(_raw: Self::Raw) -> Self {
        Self
    }
}

macro_rules! copied {
    ($($type:ty),*) => {
        $(impl Argument for Option<$type> {
            type Raw = *const $type;

            unsafe fn from_raw(raw: Self::Raw) -> Self {
                // SAFETY: the caller's promise.
                unsafe { read(raw) }
            }
        })*
    };
}

copied!(DriverConfig, FileObjectConfig, IoQueueConfig, PnpPowerEventCallbacks, TimerConfig, WorkItemConfig);
copied!(Guid, i64, [i32; 4], [u32; 3]);
copied!(
    u32,
    InterruptConfig,
    MemoryOffset,
    QueryInterfaceConfig,
    ReuseParams,
    SendOptions,
    TargetOpenParams,
    WmiInstanceConfig
);

/// A value behind a pointer, or nothing for a null pointer.
///
/// # Safety
/// The pointer is null or valid for reads.
pub unsafe fn read<T: Copy>(pointer: *const T) -> Option<T> {
    // SAFETY: the caller's promise; null is refused here.
    (!pointer.is_null()).then(|| unsafe { pointer.read() })
}

/// A place for a result.
pub struct Out<T>(Option<NonNull<T>>);

impl<T> Out<T> {
    /// No place: the driver does not want the result, or has forgotten to say where it goes.
    pub const NONE: Self = Self(None);

    /// Whether there is none.
    pub const fn is_missing(&self) -> bool {
        self.0.is_none()
    }

    /// Stores the result, if there is a place for it.
    pub fn set(self, value: T) {
        if let Some(place) = self.0 {
            // SAFETY: the driver's promise, which `from_raw` passes on.
            unsafe { place.write(value) };
        }
    }
}

impl<T> Argument for Out<T> {
    type Raw = *mut T;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        Self(NonNull::new(raw))
    }
}

/// A place that holds a value and gets another.
pub struct InOut<T>(Out<T>);

impl<T: Copy> InOut<T> {
    /// The value.
    pub const fn get(&self) -> Option<T> {
        match self.0.0 {
            // SAFETY: the driver's promise, which `from_raw` passes on.
            Some(place) => Some(unsafe { place.read() }),
            None => None,
        }
    }

    /// Stores another.
    pub fn set(self, value: T) {
        self.0.set(value);
    }
}

impl<T> Argument for InOut<T> {
    type Raw = *mut T;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { Out::from_raw(raw) })
    }
}

/// `UNICODE_STRING`, to be read.
#[derive(Clone, Copy)]
pub struct Counted<'a>(UnicodeString, PhantomData<&'a [u16]>);

impl Counted<'_> {
    /// Whether the length is that of whole characters, and not more than there is room for.
    pub const fn is_well_formed(&self) -> bool {
        self.0.length <= self.0.maximum_length && self.0.length.is_multiple_of(2)
    }

    /// The text.
    pub fn text(&self) -> Vec<u16> {
        // SAFETY: the driver's promise, which `from_raw` passes on.
        unsafe { text_of(&self.0) }
    }
}

impl Argument for Option<Counted<'_>> {
    type Raw = *const UnicodeString;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        // SAFETY: the caller's promise.
        unsafe { read(raw) }.map(|string| Counted(string, PhantomData))
    }
}

/// The text of a counted string.
///
/// # Safety
/// Its buffer is valid for its length.
pub unsafe fn text_of(string: &UnicodeString) -> Vec<u16> {
    if string.buffer.is_null() || string.length == 0 {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(string.buffer, usize::from(string.length / 2)) }.to_vec()
}

/// `WDF_OBJECT_CONTEXT_TYPE_INFO`, as far as it matters.
#[derive(Clone, Copy)]
pub struct ContextType {
    /// What makes two types the same.
    pub identity: usize,
    /// Bytes of a context.
    pub size: usize,
}

impl Argument for Option<ContextType> {
    type Raw = *const ContextTypeInfo;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        // SAFETY: the caller's promise.
        let info = unsafe { raw.as_ref() }?;
        let unique = if info.unique_type.is_null() { raw } else { info.unique_type };
        Some(ContextType { identity: unique.addr(), size: info.context_size })
    }
}

/// `WDF_OBJECT_ATTRIBUTES`, with the context type that they name.
#[derive(Clone, Copy)]
pub struct Given {
    /// The structure. Its pointer to the type must not be used.
    pub raw: ObjectAttributes,
    /// The type, if the structure has the size of one that names types.
    pub context_type: Option<ContextType>,
}

impl Argument for Option<Given> {
    type Raw = *const ObjectAttributes;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        // SAFETY: the caller's promise.
        let raw = unsafe { read(raw) }?;
        let named = if raw.size == attributes::SIZE { raw.context_type } else { core::ptr::null() };
        // SAFETY: the caller's promise: a type that is named lives as long as the driver.
        Some(Given { raw, context_type: unsafe { Option::from_raw(named) } })
    }
}

/// `WDF_DEVICE_STATE` of this release or of an older one, whose structure is shorter.
pub struct StateFlags {
    /// The `Size` member; none without a structure.
    pub size: Option<u32>,
    first: *mut i32,
}

impl StateFlags {
    /// The tri-states after the `Size` member, if there are not more than the newest release has.
    fn flags(&mut self) -> &mut [i32] {
        let Some(size) = self.size.filter(|&size| size as usize <= size_of::<DeviceState>()) else { return &mut [] };
        let count = (size as usize / size_of::<i32>()).saturating_sub(1);
        // SAFETY: the driver's promise, which `from_raw` passes on: there are as many bytes as `Size` says.
        unsafe { core::slice::from_raw_parts_mut(self.first, count) }
    }

    /// Stores as many as there is room for.
    pub fn set(&mut self, flags: &[i32]) {
        for (place, flag) in self.flags().iter_mut().zip(flags) {
            *place = *flag;
        }
    }

    /// Reads as many as there are.
    pub fn get(&mut self, flags: &mut [i32]) {
        for (flag, place) in flags.iter_mut().zip(self.flags()) {
            *flag = *place;
        }
    }
}

impl Argument for StateFlags {
    type Raw = *mut DeviceState;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        let size: *mut u32 = raw.cast();
        // SAFETY: the caller's promise.
        Self { size: unsafe { read(size.cast_const()) }, first: size.wrapping_add(1).cast() }
    }
}
