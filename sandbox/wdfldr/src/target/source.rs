//! The buffers that a driver names for a request to a target.

use crate::argument::{self, Argument};
use crate::call::Call;
use crate::memory::Memory;
use crate::nt::{Mdl, Pointer};
use crate::request::buffers;
use crate::world::World;
use core::ptr::{null_mut, with_exposed_provenance, with_exposed_provenance_mut};
use netioctl_status::NtStatus;
use wdf_abi::constants::{
    WDF_MEMORY_DESCRIPTOR_TYPE_BUFFER, WDF_MEMORY_DESCRIPTOR_TYPE_HANDLE, WDF_MEMORY_DESCRIPTOR_TYPE_MDL,
};
use wdf_abi::{Handle, MemoryDescriptor, MemoryOffset};
use wdf_model::target::part;
use wdf_model::tree::ObjectId;

/// A buffer as the driver names it.
#[derive(Clone, Copy)]
pub enum Source {
    None,
    Buffer(Pointer, usize),
    Mdl(Pointer, usize),
    Memory(Handle, Option<MemoryOffset>),
    /// A descriptor of no kind.
    Wrong,
}

/// A buffer, found.
#[derive(Clone, Copy)]
pub struct Piece {
    pub address: Pointer,
    pub length: usize,
    /// The memory object that it lies in, where, and its handle.
    pub memory: Option<(ObjectId, usize)>,
    pub handle: Handle,
}

impl Piece {
    /// No buffer.
    pub const NONE: Self = Self { address: null_mut(), length: 0, memory: None, handle: 0 };
}

impl Source {
    /// A memory object, if there is one.
    pub const fn memory(memory: Handle, offset: Option<MemoryOffset>) -> Self {
        if memory == 0 { Self::None } else { Self::Memory(memory, offset) }
    }

    /// Finds the buffer.
    pub fn find(self, call: Call, world: &World) -> Result<Piece, NtStatus> {
        match self {
            Self::None => Ok(Piece::NONE),
            Self::Wrong => Err(NtStatus::INVALID_PARAMETER),
            Self::Buffer(address, length) => Ok(Piece { address, length, ..Piece::NONE }),
            Self::Mdl(mdl, length) => {
                // SAFETY: the framework's contract asks the driver for an MDL with locked pages.
                let mdl = unsafe { Mdl::at(mdl) }.ok_or(NtStatus::INVALID_PARAMETER)?;
                let address = buffers::system_address(Some(mdl)).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
                Ok(Piece { address, length, ..Piece::NONE })
            }
            Self::Memory(handle, wanted) => {
                let id = world.check::<Memory>(call, handle)?;
                let memory = world.get::<Memory>(id).ok_or(NtStatus::INVALID_HANDLE)?;
                let (offset, length) = part(memory.size, wanted.map(|wanted| (wanted.offset, wanted.length)))?;
                let address = memory.address.wrapping_byte_add(offset);
                Ok(Piece { address, length, memory: Some((id, offset)), handle })
            }
        }
    }
}

impl Argument for Source {
    type Raw = *const MemoryDescriptor;

    unsafe fn from_raw(raw: Self::Raw) -> Self {
        // SAFETY: the caller's promise.
        let Some(descriptor) = (unsafe { argument::read(raw) }) else { return Self::None };
        let pointer = with_exposed_provenance_mut(descriptor.subject);
        let length = descriptor.extent & 0xFFFF_FFFF;
        match descriptor.kind {
            WDF_MEMORY_DESCRIPTOR_TYPE_BUFFER => Self::Buffer(pointer, length),
            WDF_MEMORY_DESCRIPTOR_TYPE_MDL => Self::Mdl(pointer, length),
            WDF_MEMORY_DESCRIPTOR_TYPE_HANDLE => {
                // SAFETY: the caller's promise: the offsets are there, or none are.
                let offset = unsafe { argument::read(with_exposed_provenance::<MemoryOffset>(descriptor.extent)) };
                Self::memory(descriptor.subject, offset)
            }
            _ => Self::Wrong,
        }
    }
}
