//! Work on a system worker thread, while its request waits and can be cancelled.
//!
//! The request is forwarded to a manual queue; the work runs in a work item of its own. Whoever comes first takes the
//! request out of the queue and completes it: the work when it is done, or before that a cancellation, the end of the
//! handle or the removal of the device. In the second case nobody gets the result of the work. The work item is a child
//! of the queue that presented the request, so the framework waits for running work before the device is deleted:
//! unloading takes as long as the longest work that still runs.

use crate::{
    Device, ManualQueue, Presented, Request,
    context::Slot,
    framework::{Framework, Role, WDFOBJECT, WDFWORKITEM, framework},
    reference::Reference,
};
use core::cell::UnsafeCell;
use netioctl_irql::PassiveLevel;
use netioctl_status::NtError;

/// Work that a request waits for. The value is the context of the work item: whatever the work needs, such as a copy of
/// the input. It is dropped after the work, or with the request that could not wait.
///
/// ```
/// use core::marker::PhantomData;
/// use kmdf::{Device, ManualQueue, NtStatus, PassiveLevel, Presented, Waiting, Work};
///
/// struct Sum<D> {
///     numbers: [u8; 16],
///     of: PhantomData<fn() -> D>,
/// }
///
/// impl<D: Device> Work for Sum<D> {
///     type Device = D;
///
///     fn run(&mut self, request: Waiting<'_, D>, _at: PassiveLevel<'_>) {
///         let sum = self.numbers.iter().map(|&number| u16::from(number)).sum::<u16>();
///         // Somebody else may have ended the request meanwhile.
///         let Some(mut request) = request.take() else { return };
///         let written = request.output().is_ok_and(|mut output| output.write(&sum.to_le_bytes()));
///         let (status, information) = if written { (NtStatus::SUCCESS, 2) } else { (NtStatus::BUFFER_TOO_SMALL, 0) };
///         request.complete(status, information);
///     }
/// }
///
/// fn sum_later<D: Device>(request: Presented<'_, D>, queue: &ManualQueue<D>) {
///     let mut numbers = [0; 16];
///     if let Err(error) = request.copy_input(&mut numbers) {
///         return request.complete(error.into(), 0);
///     }
///     if let Err((request, error)) = request.defer(queue, Sum { numbers, of: PhantomData }) {
///         request.complete(error.into(), 0);
///     }
/// }
/// ```
pub trait Work: Send + Sized + 'static {
    /// The device whose requests wait.
    type Device: Device;

    /// Does the work, once ([EvtWorkItem]), and takes the request in the end to complete it.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, on a system worker thread.
    ///
    /// [EvtWorkItem]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfworkitem/nc-wdfworkitem-evt_wdf_workitem
    fn run(&mut self, request: Waiting<'_, Self::Device>, at: PassiveLevel<'_>);
}

/// A request that waits for work.
#[derive(Debug)]
pub struct Waiting<'work, D: Device> {
    request: &'work Reference,
    queue: &'work ManualQueue<D>,
}

impl<D: Device> Waiting<'_, D> {
    /// Takes the request out ([WdfIoQueueRetrieveFoundRequest]); `None` if it has been cancelled or ended meanwhile.
    ///
    /// That is the only reason. The framework also refuses requests of queues that are not manual, that the driver has
    /// stopped, or that are power-managed: a [`ManualQueue`] is none of these. (If it refused one nevertheless, the request
    /// would stay in the queue, until its cancellation, the end of its handle or the removal of the device ends it.)
    ///
    /// # IRQL
    /// Up to `DISPATCH_LEVEL`.
    ///
    /// [WdfIoQueueRetrieveFoundRequest]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfio/nf-wdfio-wdfioqueueretrievefoundrequest
    #[must_use]
    pub fn take(self) -> Option<Request<D>> {
        self.queue.take_this(self.request)
    }
}

/// What a work item keeps.
struct WorkItem<W: Work> {
    /// The handle of the request stays valid beyond completion.
    request: Reference,
    queue: ManualQueue<W::Device>,
    /// Only the one run of the item gets to it.
    work: UnsafeCell<W>,
}

// SAFETY: there is nothing to share: only the one run of the item uses the work.
unsafe impl<W: Work> Sync for WorkItem<W> {}

impl<D: Device> Presented<'_, D> {
    /// Lets the request wait in `queue` while `work` is done ([WdfWorkItemEnqueue]).
    ///
    /// Only a request that its queue has just presented can be deferred:
    ///
    /// ```compile_fail,E0599
    /// # use kmdf::{Device, ManualQueue, Work};
    /// fn later<D: Device>(queue: &ManualQueue<D>, work: impl Work<Device = D>) {
    ///     if let Some(request) = queue.take_next() {
    ///         request.defer(queue, work);
    ///     }
    /// }
    /// ```
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`, as the callback of the queue.
    ///
    /// # Errors
    /// The error, and the request, which is still ours: the work is dropped and will not be done.
    ///
    /// [WdfWorkItemEnqueue]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfworkitem/nf-wdfworkitem-wdfworkitemenqueue
    pub fn defer<W: Work<Device = D>>(self, queue: &ManualQueue<D>, work: W) -> Result<(), (Self, NtError)> {
        let item = match self.prepare(queue, work) {
            Ok(item) => item,
            Err(error) => return Err((self, error)),
        };
        // The proof that the callback runs stays here, whatever becomes of the request.
        if let Err(refused) = self.forward(queue) {
            // SAFETY: the item was not enqueued, and is not used afterwards.
            unsafe { framework().delete(item.cast()) };
            return Err(refused);
        }
        // SAFETY: the item is alive, whoever has ended the request by now: it goes with the queue that presented the
        // request, which waits for the callback that we are in.
        unsafe { framework().enqueue(item) };
        Ok(())
    }

    /// The work item, ready to be enqueued.
    fn prepare<W: Work<Device = D>>(&self, queue: &ManualQueue<D>, work: W) -> Result<WDFWORKITEM, NtError> {
        let context = Slot::<WorkItem<W>>::context(Role::WorkItem, Some(destroy::<W>));
        // SAFETY: the queue lives during its callback.
        let item = unsafe { framework().create_work_item(self.queue(), run::<W>, context) }?;
        // SAFETY: the item is alive, and has a context of this type.
        let Some(slot) = (unsafe { Slot::of(item.cast(), Role::WorkItem) }) else {
            // SAFETY: nobody else knows the item.
            unsafe { framework().delete(item.cast()) };
            return Err(NtError::INSUFFICIENT_RESOURCES);
        };
        // SAFETY: we own the request.
        let request = unsafe { Reference::new(self.handle().cast()) };
        slot.set(WorkItem { request, queue: queue.clone(), work: UnsafeCell::new(work) });
        Ok(item)
    }
}

/// `EvtWorkItem`.
unsafe extern "C" fn run<W: Work>(item: WDFWORKITEM) {
    // SAFETY: the item is alive while it runs, and has a context of this type.
    let context = unsafe { Slot::<WorkItem<W>>::of(item.cast(), Role::WorkItem) }.and_then(Slot::get);
    if let Some(WorkItem { request, queue, work }) = context {
        // SAFETY: the item is enqueued once, so this is its only run, and nobody else gets to the work.
        let work = unsafe { &mut *work.get() };
        // SAFETY: the framework calls this at PASSIVE_LEVEL.
        work.run(Waiting { request, queue }, unsafe { PassiveLevel::assume() });
    }
    // SAFETY: this is the end of the item's only run; an item may be deleted by its own callback.
    unsafe { framework().delete(item.cast()) };
}

/// `EvtDestroyCallback` of a work item.
unsafe extern "C" fn destroy<W: Work>(item: WDFOBJECT) {
    // SAFETY: the framework destroys our item, whose context is of this type.
    unsafe { Slot::<WorkItem<W>>::destroy(item, Role::WorkItem) };
}
