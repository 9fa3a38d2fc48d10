//! Receiving events.

use crate::{
    line::Line,
    socket::{Error, Socket},
};
use core::ffi::c_void;
use netio_sys::{
    MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, MibAddInstance, MibDeleteInstance, MibParameterNotification,
};
use netio_wire::{EventHeader, Operation, POISON};
use zerocopy::{FromZeros, IntoBytes};

/// Why no more events come.
pub enum End {
    /// The connection.
    Broken(Error),
    /// What came is no event.
    Garbled,
}

/// Room for the row of an event. Between events it is poisoned, so that a callback that keeps the pointer is caught.
#[repr(C, align(8))]
pub struct Row([u8; size_of::<MIB_IPINTERFACE_ROW>()]);

// The other row needs no more room.
const _: () = assert!(size_of::<MIB_UNICASTIPADDRESS_ROW>() <= size_of::<MIB_IPINTERFACE_ROW>());

impl Row {
    pub const POISONED: Self = Self([POISON; size_of::<MIB_IPINTERFACE_ROW>()]);

    pub fn poison(&mut self) {
        self.0.fill(POISON);
    }

    pub fn as_mut_ptr(&mut self) -> *mut c_void {
        self.0.as_mut_ptr().cast()
    }
}

/// Bytes of the rows that an operation tells of.
pub const fn row_length(operation: Operation) -> usize {
    match operation {
        Operation::NotifyUnicastIpAddressChange => size_of::<MIB_UNICASTIPADDRESS_ROW>(),
        _ => size_of::<MIB_IPINTERFACE_ROW>(),
    }
}

/// Waits for an event: its `MIB_NOTIFICATION_TYPE`, and the row.
pub fn receive(socket: &Socket, length: usize, row: &mut Row) -> Result<i32, End> {
    let mut header = EventHeader::new_zeroed();
    socket.receive_exact(header.as_mut_bytes()).map_err(End::Broken)?;
    let known = [MibParameterNotification, MibAddInstance, MibDeleteInstance].contains(&header.notification);
    if !known || header.length as usize != length {
        return Err(End::Garbled);
    }
    let place = row.0.get_mut(..length).ok_or(End::Garbled)?;
    socket.receive_exact(place).map_err(End::Broken)?;
    Ok(header.notification)
}
