//! What a request carries is plain data that outlives every callback.
use kmdf::{Create, Device, DispatchLevel, File, Guid, IoQueue, NtError, NtStatus, OpenFile, PassiveLevel, Presented, Request};

struct Adapter;

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = std::string::String;
    const INTERFACE: Guid = (0, 0, 0, [0; 8]);

    fn removed(&self, _at: PassiveLevel<'_>) {}

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        request.complete(NtStatus::CANCELLED, 0);
    }
}

struct Handle;

impl File for Handle {
    type Device = Adapter;
    type Extension = ();
    const EXTENSION: () = ();

    fn create(_create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        Ok(Self)
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
