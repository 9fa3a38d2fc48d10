//! A request is made ready for a target: its next stack location is filled, and its buffers are put where the target's
//! driver looks for them.

use crate::nt::{self, DeviceObject, FileObject, Irp, Mdl, Pointer};
use crate::target::source::Piece;
use alloc::vec;
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::CompletionParams;
use wdf_abi::constants::{
    WDF_REQUEST_TYPE_DEVICE_CONTROL, WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL, WDF_REQUEST_TYPE_READ,
    WDF_REQUEST_TYPE_WRITE,
};
use wdf_model::buffer::Method;
use wdf_model::tree::ObjectId;

/// What a request asks its target for.
#[derive(Clone, Copy)]
pub enum Operation {
    Read(i64),
    Write(i64),
    Control { internal: bool, code: u32 },
}

/// How a request was made ready, to be undone when it comes back.
pub struct Format {
    kind: i32,
    code: u32,
    input: Piece,
    output: Piece,
    /// The system buffer of a buffered request.
    system: Vec<u128>,
    mdl: Option<Mdl>,
    /// What the IRP had before. None: the buffers are its own still.
    before: Option<Before>,
}

#[derive(Clone, Copy)]
struct Before {
    system_buffer: Pointer,
    user_buffer: Pointer,
    mdl: Option<Mdl>,
    flags: u32,
}

impl Format {
    /// A request that goes on as it came.
    pub const fn unchanged(kind: i32) -> Self {
        Self { kind, code: 0, input: Piece::NONE, output: Piece::NONE, system: Vec::new(), mdl: None, before: None }
    }

    /// Fills the next stack location of an IRP for a device.
    pub fn fill(
        irp: Irp,
        device: DeviceObject,
        file: Option<FileObject>,
        operation: Operation,
        input: Piece,
        output: Piece,
    ) -> Result<Self, NtStatus> {
        if !irp.has_room_for(device) {
            return Err(NtStatus::REQUEST_NOT_ACCEPTED);
        }
        let [inward, outward] = [input.length, output.length].map(u32::try_from);
        let (Ok(_), Ok(_)) = (inward, outward) else { return Err(NtStatus::INVALID_PARAMETER) };
        let before = Before {
            system_buffer: irp.system_buffer(),
            user_buffer: irp.user_buffer(),
            mdl: irp.mdl(),
            flags: irp.flags(),
        };
        let mut format = Self { input, output, before: Some(before), ..Self::unchanged(0) };
        let next = irp.next_stack();
        next.set_minor(0);
        next.set_file(file);
        let (major, method, parameters) = format.describe(device, operation);
        next.set_major(major);
        next.set_parameters(parameters);
        format.place(irp, method)?;
        Ok(format)
    }

    /// The function, how the buffers are passed, and the parameters.
    fn describe(&mut self, device: DeviceObject, operation: Operation) -> (u8, Method, [usize; 4]) {
        let transfer = match device.flags() & (nt::DO_BUFFERED_IO | nt::DO_DIRECT_IO) {
            0 => Method::Neither,
            flags if flags & nt::DO_DIRECT_IO != 0 => Method::OutDirect,
            _ => Method::Buffered,
        };
        let offset = |offset: i64| usize::try_from(offset).unwrap_or(0);
        match operation {
            Operation::Read(at) => {
                self.kind = WDF_REQUEST_TYPE_READ;
                (nt::IRP_MJ_READ, transfer, [self.output.length, 0, offset(at), 0])
            }
            Operation::Write(at) => {
                self.kind = WDF_REQUEST_TYPE_WRITE;
                (nt::IRP_MJ_WRITE, transfer, [self.input.length, 0, offset(at), 0])
            }
            Operation::Control { internal, code } => {
                self.code = code;
                self.kind =
                    if internal { WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL } else { WDF_REQUEST_TYPE_DEVICE_CONTROL };
                let major = if internal { nt::IRP_MJ_INTERNAL_DEVICE_CONTROL } else { nt::IRP_MJ_DEVICE_CONTROL };
                let parameters = [self.output.length, self.input.length, code as usize, self.input.address.addr()];
                (major, Method::of_control_code(code), parameters)
            }
        }
    }

    fn is_control(&self) -> bool {
        matches!(self.kind, WDF_REQUEST_TYPE_DEVICE_CONTROL | WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL)
    }

    /// Puts the buffers where the driver below looks for them.
    fn place(&mut self, irp: Irp, method: Method) -> Result<(), NtStatus> {
        irp.set_system_buffer(null_mut());
        irp.set_user_buffer(null_mut());
        irp.set_mdl(None);
        match method {
            Method::Buffered => {
                self.fill_system_buffer(irp, self.input.length.max(self.output.length));
                irp.set_flags(irp.flags() | nt::IRP_BUFFERED_IO);
            }
            Method::Neither => {
                let one = if self.kind == WDF_REQUEST_TYPE_WRITE { self.input } else { self.output };
                irp.set_user_buffer(one.address);
            }
            _ => {
                // A transfer has one buffer; of an I/O control the input is buffered, and the output described.
                let one = if self.kind == WDF_REQUEST_TYPE_WRITE { self.input } else { self.output };
                if self.is_control() {
                    self.fill_system_buffer(irp, self.input.length);
                }
                self.mdl = describe(one)?;
                irp.set_mdl(self.mdl);
            }
        }
        Ok(())
    }

    fn fill_system_buffer(&mut self, irp: Irp, length: usize) {
        if length == 0 {
            return;
        }
        self.system = vec![0; length.div_ceil(16)];
        let place: *mut u8 = self.system.as_mut_ptr().cast();
        if !self.input.address.is_null() {
            // SAFETY: the driver has promised a buffer of that length; the system buffer is no shorter.
            unsafe { place.copy_from(self.input.address.cast(), self.input.length) };
        }
        irp.set_system_buffer(place.cast());
    }

    /// The memory objects that are used until the request comes back.
    pub fn memories(&self) -> impl Iterator<Item = ObjectId> {
        [self.input, self.output].into_iter().filter_map(|piece| piece.memory).map(|(id, _)| id)
    }

    /// `WDF_REQUEST_COMPLETION_PARAMS`.
    pub fn outcome(&self, irp: Irp) -> CompletionParams {
        let (input, output) = (self.input, self.output);
        let place = |piece: Piece| piece.memory.map_or(0, |(_, offset)| offset);
        let information = irp.information();
        let words = match self.kind {
            WDF_REQUEST_TYPE_READ => [output.handle, information, place(output), 0, 0, 0],
            WDF_REQUEST_TYPE_WRITE => [input.handle, information, place(input), 0, 0, 0],
            _ if self.is_control() => {
                [self.code as usize, input.handle, place(input), output.handle, place(output), information]
            }
            _ => [0; 6],
        };
        let [word0, word1, word2, word3, word4, word5] = words;
        CompletionParams {
            size: wdf_abi::size::<CompletionParams>(),
            request_type: self.kind,
            status: irp.status().bits() as usize,
            information,
            word0,
            word1,
            word2,
            word3,
            word4,
            word5,
        }
    }

    /// Takes the output, gives the IRP back what it had, and answers the memory objects that are used no more.
    pub fn undo(self, irp: Irp) -> Vec<ObjectId> {
        let filled = irp.information().min(self.output.length);
        if !self.system.is_empty() && !irp.status().is_error() && self.mdl.is_none() && !self.output.address.is_null() {
            let from: *const u8 = self.system.as_ptr().cast();
            // SAFETY: the driver has promised a buffer of the length of the output; the system buffer is no shorter.
            unsafe { from.copy_to(self.output.address.cast(), filled) };
        }
        if let Some(before) = self.before {
            irp.set_system_buffer(before.system_buffer);
            irp.set_user_buffer(before.user_buffer);
            irp.set_mdl(before.mdl);
            irp.set_flags(before.flags);
        }
        let memories = self.memories().collect();
        if let Some(mdl) = self.mdl {
            // SAFETY: the MDL was made for this request, whose IRP has it no more.
            unsafe { nt::IoFreeMdl(mdl) };
        }
        memories
    }
}

/// An MDL of a buffer; none of an empty one.
fn describe(piece: Piece) -> Result<Option<Mdl>, NtStatus> {
    let length = u32::try_from(piece.length).map_err(|_| NtStatus::INVALID_PARAMETER)?;
    if length == 0 {
        return Ok(None);
    }
    // SAFETY: the buffer has that many bytes; the MDL is not tied to an IRP.
    let mdl = unsafe { nt::IoAllocateMdl(piece.address, length, 0, 0, None) };
    let mdl = mdl.ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
    // SAFETY: the MDL describes memory of the kernel, none of which is paged here.
    unsafe { nt::MmBuildMdlForNonPagedPool(mdl) };
    Ok(Some(mdl))
}
