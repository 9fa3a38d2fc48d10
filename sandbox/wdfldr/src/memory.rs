//! `WDFMEMORY`: a buffer with a handle.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::nt::Pointer;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;
use wdf_model::config;
use wdf_model::tree::ObjectId;

/// Who owns the bytes.
enum Owner {
    /// The object; the block goes with it.
    Object(#[expect(dead_code, reason = "kept for its memory")] Vec<u128>),
    /// The driver, which may exchange them.
    Driver,
    /// A request.
    Request,
}

/// The object's data.
pub struct Memory {
    pub address: Pointer,
    pub size: usize,
    owner: Owner,
    paged: bool,
}

const PAGED: i32 = 1;
/// No machine has so much.
const TOO_MUCH: usize = 1 << 40;
const POISON: u128 = u128::from_ne_bytes([0xCD; 16]);

impl Memory {
    /// A request's buffer.
    pub const fn of_request(address: Pointer, size: usize) -> Self {
        Self { address, size, owner: Owner::Request, paged: false }
    }

    fn allocate(size: usize, pool: i32) -> Result<Self, NtStatus> {
        if size == 0 {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        let words = size.div_ceil(16);
        let mut block = Vec::new();
        if size > TOO_MUCH || block.try_reserve_exact(words).is_err() {
            return Err(NtStatus::INSUFFICIENT_RESOURCES);
        }
        block.resize(words, POISON);
        let address = block.as_mut_ptr().cast();
        Ok(Self { address, size, owner: Owner::Object(block), paged: pool & 0x0F == PAGED })
    }
}

impl Memory {
    /// Makes an object that holds bytes.
    pub fn filled(call: Call, attributes: Option<Given>, bytes: &[u8], pool: i32) -> Result<ObjectId, NtStatus> {
        let memory = Self::allocate(bytes.len(), pool)?;
        // SAFETY: the object has just been allocated with as many bytes.
        unsafe { bytes.as_ptr().copy_to(memory.address.cast(), bytes.len()) };
        life::make_plain(call, attributes, Accepts::PLAIN, memory)
    }
}

/// `WdfMemoryCreate`.
pub fn create(
    call: Call,
    attributes: Option<Given>,
    pool: i32,
    _tag: u32,
    size: usize,
    out: Out<Handle>,
    buffer: Out<Pointer>,
) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.null_parameter("no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    finish(call, attributes, Memory::allocate(size, pool)?, out, buffer)
}

/// `WdfMemoryCreatePreallocated`.
pub fn create_preallocated(
    call: Call,
    attributes: Option<Given>,
    buffer: Pointer,
    size: usize,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    if buffer.is_null() || out.is_missing() {
        call.null_parameter("no buffer, or no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if size == 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let memory = Memory { address: buffer, size, owner: Owner::Driver, paged: false };
    finish(call, attributes, memory, out, Out::NONE)
}

fn finish(
    call: Call,
    attributes: Option<Given>,
    memory: Memory,
    out: Out<Handle>,
    buffer: Out<Pointer>,
) -> Result<(), NtStatus> {
    let address = memory.address;
    life::hand_out(life::make_plain(call, attributes, Accepts::PLAIN, memory), out)?;
    buffer.set(address);
    Ok(())
}

/// `WdfMemoryGetBuffer`.
pub fn get_buffer(call: Call, memory: Handle, size: Out<usize>) -> Pointer {
    let Ok((address, bytes)) = place(call, memory) else { return null_mut() };
    size.set(bytes);
    address
}

/// `WdfMemoryAssignBuffer`.
pub fn assign_buffer(call: Call, memory: Handle, buffer: Pointer, size: usize) -> Result<(), NtStatus> {
    if size == 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let assigned = world::with::<Memory, _>(call, memory, |memory| {
        let fits = matches!(memory.owner, Owner::Driver);
        if fits {
            memory.address = buffer;
            memory.size = size;
        }
        fits
    })?;
    if !assigned {
        call.report(Violation::WrongHandleType, "not made by WdfMemoryCreatePreallocated");
        return Err(NtStatus::INVALID_HANDLE);
    }
    Ok(())
}

fn place(call: Call, memory: Handle) -> Result<(Pointer, usize), NtStatus> {
    world::with::<Memory, _>(call, memory, |memory| (memory.address, memory.size))
}

/// `WdfMemoryCopyToBuffer`.
///
/// # Safety
/// The buffer has room for that many bytes.
pub unsafe fn copy_to(
    call: Call,
    memory: Handle,
    offset: usize,
    buffer: Pointer,
    count: usize,
) -> Result<(), NtStatus> {
    let (from, size) = place(call, memory)?;
    config::copy_to(size, offset, count)?;
    // SAFETY: the range lies in the object, and the caller has a buffer of that many bytes.
    unsafe { copy(from.wrapping_byte_add(offset), buffer, count) };
    Ok(())
}

/// `WdfMemoryCopyFromBuffer`.
///
/// # Safety
/// The buffer has that many bytes.
pub unsafe fn copy_from(
    call: Call,
    memory: Handle,
    offset: usize,
    buffer: Pointer,
    count: usize,
) -> Result<(), NtStatus> {
    let (to, size) = place(call, memory)?;
    config::copy_from(size, offset, count)?;
    // SAFETY: as above.
    unsafe { copy(buffer, to.wrapping_byte_add(offset), count) };
    Ok(())
}

/// Copies bytes, which may overlap.
///
/// # Safety
/// Both places have that many.
unsafe fn copy(from: Pointer, to: Pointer, count: usize) {
    // SAFETY: the caller's promise.
    unsafe { core::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), count) };
}

impl Kind for Memory {
    const NAME: &'static str = "WDFMEMORY";

    fn needs_passive(&self) -> bool {
        self.paged
    }
}
