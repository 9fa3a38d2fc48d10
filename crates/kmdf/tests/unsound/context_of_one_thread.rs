//! What a driver keeps for a handle may be used by any thread.
use kmdf::{
    Create, Device, DispatchLevel, File, Guid, IoQueue, NtError, NtStatus, OpenFile, PassiveLevel, Presented, Request,
};
use std::cell::Cell;

struct Adapter;

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = ();
    const INTERFACE: Guid = (0, 0, 0, [0; 8]);

    fn removed(&self, _at: PassiveLevel<'_>) {}

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        request.complete(NtStatus::CANCELLED, 0);
    }
}

struct Handle(Cell<u32>);

impl File for Handle {
    type Device = Adapter;
    type Extension = Cell<u32>;
    const EXTENSION: Cell<u32> = Cell::new(0);

    fn create(_create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        Ok(Self(Cell::new(0)))
    }

    fn cleanup(_file: &OpenFile<'_, Self>, _at: PassiveLevel<'_>) {}
}

struct Control;

impl IoQueue for Control {
    type Device = Adapter;

    fn device_control(&self, request: Presented<'_, Adapter>, _at: PassiveLevel<'_>) {
        request.complete(NtStatus::SUCCESS, 0);
    }
}

fn main() {}
