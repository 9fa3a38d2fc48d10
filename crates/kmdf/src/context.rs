//! Values of ours in the memory of the framework's objects.

use crate::{
    Device, SpinLock,
    framework::{Context, Destroy, Framework, Role, WDFDEVICE, WDFOBJECT, framework, step},
};
use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    sync::atomic::{AtomicU32, Ordering},
};
use netioctl_status::NtError;

/// A context: whether the value is there, and the value. Memory of zeros is a context without a value.
#[repr(C)]
pub struct Slot<T> {
    state: AtomicU32,
    /// Held while the value is put in.
    filling: SpinLock<()>,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: the value is put in under the lock, and only shared afterwards.
unsafe impl<T: Send + Sync> Sync for Slot<T> {}

/// The bits of `state`.
const READY: u32 = 1;
const ENDED: u32 = 2;

/// Bytes of the largest context. Contexts are memory that is never paged out.
const LARGEST: usize = 64 * 1024;

impl<T: 'static> Slot<T> {
    /// The framework aligns contexts to sixteen bytes and gives no more.
    const FITS: () = {
        assert!(align_of::<Self>() <= 16, "a context cannot be aligned to more than sixteen bytes");
        assert!(size_of::<Self>() <= LARGEST, "a context is limited to 64 KiB");
    };

    /// The context that an object needs for a `T`.
    pub const fn context(role: Role, destroy: Option<Destroy>) -> Context {
        let () = Self::FITS;
        Context { role, size: size_of::<Self>(), destroy }
    }

    /// The slot of an object; `None` if it has none in this role.
    ///
    /// # Safety
    /// The handle is valid for `'object`, and a context of the object in this role is of this type.
    pub unsafe fn of<'object>(object: WDFOBJECT, role: Role) -> Option<&'object Self> {
        // SAFETY: as the caller says.
        let memory = unsafe { framework().context(object, role) };
        // SAFETY: a context lives as long as its object, has the size that `context` asked for, began as zeros, which
        // is a slot, and is only changed through atomics and under the lock.
        unsafe { memory.cast::<Self>().as_ref() }
    }

    /// Adds a slot to an object, unless it has one, and answers it.
    ///
    /// # Safety
    /// As for [`of`](Self::of).
    pub unsafe fn add<'object>(object: WDFOBJECT, role: Role, destroy: Destroy) -> Result<&'object Self, NtError> {
        // SAFETY: as the caller says.
        let memory = unsafe { framework().allocate_context(object, Self::context(role, Some(destroy))) }?;
        // SAFETY: as in `of`.
        unsafe { memory.cast::<Self>().as_ref() }.ok_or(NtError::INSUFFICIENT_RESOURCES)
    }

    /// The value, if it is there.
    pub fn get(&self) -> Option<&T> {
        step();
        // Sequentially consistent, as `end` and `has_ended` are. One thread adds something and then asks whether the
        // handle is closed; another closes the handle and then looks for what was added. At least one of them sees
        // what the other did.
        let ready = self.state.load(Ordering::SeqCst) & READY != 0;
        // SAFETY: a value that is there stays, and is not changed but through itself, until the object is destroyed.
        ready.then(|| unsafe { &*self.value.get().cast() })
    }

    /// The value; what `init` writes if it is not there yet. Several threads may come at the same time; one of them
    /// runs `init`, at `DISPATCH_LEVEL`.
    ///
    /// The value is written where it stays, so that a large one never lies on the kernel's stack.
    pub fn get_or_init(&self, init: impl FnOnce(Empty<'_, T>) -> Filled<'_, T> + Send) -> &T
    where
        T: Send + Sync,
    {
        let mut init = Some(init);
        loop {
            if let Some(value) = self.get() {
                return value;
            }
            self.filling.locked(|(), _| {
                if let Some(init) = init.take() {
                    self.fill(init);
                }
            });
        }
    }

    /// With the lock held.
    fn fill(&self, init: impl FnOnce(Empty<'_, T>) -> Filled<'_, T>) {
        if self.state.load(Ordering::Relaxed) & READY == 0 {
            // SAFETY: nobody reads it before it is ready, and nobody else writes it while we hold the lock.
            let place = unsafe { &mut *self.value.get() };
            init(Empty(place));
            self.state.fetch_or(READY, Ordering::SeqCst);
        }
    }

    /// Puts the value into the context of an object that nobody else knows yet.
    pub fn set(&self, value: T)
    where
        T: Send + Sync,
    {
        self.get_or_init(|place| place.write(value));
    }

    /// Notes that what the object stands for has ended. True the first time.
    pub fn end(&self) -> bool {
        step();
        self.state.fetch_or(ENDED, Ordering::SeqCst) & ENDED == 0
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        step();
        self.state.load(Ordering::SeqCst) & ENDED != 0
    }

    /// Drops the value, if there is one.
    ///
    /// # Safety
    /// As for [`of`](Self::of), and the object is being destroyed (`EvtDestroyCallback`): nobody has a reference to it.
    pub unsafe fn destroy(object: WDFOBJECT, role: Role) {
        // SAFETY: as the caller says.
        let Some(slot) = (unsafe { Self::of(object, role) }) else { return };
        if slot.state.fetch_and(!READY, Ordering::Acquire) & READY != 0 {
            // SAFETY: the value was there, and nobody finds it there any more.
            unsafe { slot.value.get().cast::<T>().drop_in_place() };
        }
    }
}

/// The place of a value that is not there yet.
pub struct Empty<'place, T>(&'place mut MaybeUninit<T>);

/// The place of a value that has been written, of which nobody else knows yet.
pub struct Filled<'place, T>(&'place mut T);

impl<'place, T> Empty<'place, T> {
    /// Writes the value.
    pub const fn write(self, value: T) -> Filled<'place, T> {
        Filled(self.0.write(value))
    }
}

impl<T> Filled<'_, T> {
    /// Changes the value.
    pub fn with(self, change: impl FnOnce(&mut T)) -> Self {
        change(self.0);
        self
    }
}

/// The context of a device; `None` before there is one.
///
/// # Safety
/// The handle is null or that of a device of this type, and stays valid for `'device`.
pub unsafe fn of_device<'device, D: Device>(device: WDFDEVICE) -> Option<&'device D> {
    if device.is_null() {
        return None;
    }
    // SAFETY: as the caller says.
    unsafe { Slot::<D>::of(device.cast(), Role::Device) }?.get()
}

/// The context of a request: plain data. Memory of zeros is a context without a value.
#[repr(C)]
pub struct Plain<T> {
    there: UnsafeCell<u32>,
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T: Copy + 'static> Plain<T> {
    const FITS: () = {
        assert!(align_of::<Self>() <= 16, "a context cannot be aligned to more than sixteen bytes");
        assert!(size_of::<Self>() <= LARGEST, "a context is limited to 64 KiB");
    };

    /// The context that a request needs for a `T`. There is nothing to drop.
    pub const fn context() -> Context {
        let () = Self::FITS;
        Context { role: Role::Request, size: size_of::<Self>(), destroy: None }
    }

    /// The value of a request.
    ///
    /// # Safety
    /// The handle is valid, the context of the request is of this type, and nobody sets it meanwhile.
    pub unsafe fn get(request: WDFOBJECT) -> Option<T> {
        // SAFETY: as the caller says.
        let memory = unsafe { framework().context(request, Role::Request) };
        // SAFETY: a context lives as long as its object, and began as zeros.
        let plain = unsafe { memory.cast::<Self>().as_ref() }?;
        // SAFETY: the caller vouches that nobody writes it.
        let there = unsafe { *plain.there.get() } != 0;
        // SAFETY: as above; the value was written before it was said to be there.
        there.then(|| unsafe { plain.value.get().cast::<T>().read() })
    }

    /// Sets the value of a request.
    ///
    /// # Safety
    /// As for [`get`](Self::get), and nobody gets it meanwhile.
    pub unsafe fn set(request: WDFOBJECT, value: T) {
        // SAFETY: as the caller says.
        let memory = unsafe { framework().context(request, Role::Request) };
        // SAFETY: as in `get`.
        let Some(plain) = (unsafe { memory.cast::<Self>().as_ref() }) else { return };
        // SAFETY: the caller vouches that nobody else reads or writes it.
        unsafe { plain.value.get().cast::<T>().write(value) };
        // SAFETY: as above.
        unsafe { plain.there.get().write(1) };
    }
}
