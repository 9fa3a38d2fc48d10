//! A driver that is sound, for the programs that are not.
#![allow(dead_code)]

use kmdf::{
    Create, Device, DispatchLevel, File, Guid, IoQueue, ManualQueue, NtError, NtStatus, OpenFile, PassiveLevel,
    Presented, Request, Waiting, Work,
};

pub struct Adapter {
    pub queue: ManualQueue<Self>,
}

impl Device for Adapter {
    type File = Handle;
    type Queue = Control;
    type Request = u32;
    const INTERFACE: Guid = (0, 0, 0, [0; 8]);

    fn removed(&self, _at: PassiveLevel<'_>) {}

    fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
        request.complete(NtStatus::CANCELLED, 0);
    }
}

pub struct Handle;

impl File for Handle {
    type Device = Adapter;
    type Extension = ();
    const EXTENSION: () = ();

    fn create(_create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        Ok(Self)
    }

    fn cleanup(_file: &OpenFile<'_, Self>, _at: PassiveLevel<'_>) {}
}

pub struct Control;

impl IoQueue for Control {
    type Device = Adapter;

    fn device_control(&self, request: Presented<'_, Adapter>, _at: PassiveLevel<'_>) {
        request.complete(NtStatus::SUCCESS, 0);
    }
}

pub struct Job;

impl Work for Job {
    type Device = Adapter;

    fn run(&mut self, request: Waiting<'_, Adapter>, _at: PassiveLevel<'_>) {
        if let Some(request) = request.take() {
            request.complete(NtStatus::SUCCESS, 0);
        }
    }
}

fn main() {}
