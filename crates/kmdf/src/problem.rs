//! Why a device does not run, in words that the Device Manager shows beside the status.

use crate::framework::{Framework, PDEVICE_OBJECT, PWDFDEVICE_INIT, framework};
use core::marker::PhantomData;
use netioctl_status::NtError;

/// Characters of a description, the terminating zero included.
const LENGTH: usize = 64;

/// The device node of a device that is being added, as the plug and play manager knows it.
#[derive(Debug)]
pub struct DeviceNode<'callback> {
    physical: PDEVICE_OBJECT,
    callback: PhantomData<&'callback ()>,
}

impl DeviceNode<'_> {
    /// The node that a device is being made for. What was said of an earlier try is taken back.
    ///
    /// # Safety
    /// `init` is the framework's, lent to the callback that adds the device, and not used up yet.
    pub unsafe fn of(init: PWDFDEVICE_INIT) -> Self {
        // SAFETY: as the caller says.
        let physical = unsafe { framework().physical_device(init) };
        let node = Self { physical, callback: PhantomData };
        node.describe(&[]);
        node
    }

    /// Says what failed, and hands on its error.
    #[cold]
    #[inline(never)]
    pub fn failed(&self, what: &'static str, error: NtError) -> NtError {
        let mut text = [0; LENGTH];
        // The last character stays zero.
        let (places, _) = text.split_at_mut(LENGTH - 1);
        for (place, byte) in places.iter_mut().zip(what.bytes()) {
            *place = u16::from(byte);
        }
        self.describe(&text);
        error
    }

    /// Whatever becomes of it: the status is told in any case. Not part of its callers, which would make the image larger.
    #[inline(never)]
    fn describe(&self, text: &[u16]) {
        // SAFETY: the physical device is there as long as its device node, which the callback is about.
        unsafe { framework().describe_problem(self.physical, text) };
    }
}
