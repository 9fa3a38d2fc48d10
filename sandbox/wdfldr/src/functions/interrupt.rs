//! Interrupts.

use crate::argument::{Answer, Argument, Given, InOut, Out, Unused};
use crate::call::Call;
use crate::faults::{self, Refusable};
use crate::interrupt::{self, Synchronize};
use crate::nt::Pointer;
use netioctl_status::NtStatus;
use wdf_abi::{DriverGlobals, Function, Handle, InterruptConfig, InterruptInfo};
use wdf_model::irql::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL};

functions! {
    WdfInterruptCreate(
        device: Handle, config: Option<InterruptConfig>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => interrupt::create;
    WdfInterruptQueueDpcForIsr(interrupt: Handle) -> u8, HIGH_LEVEL => interrupt::queue_dpc;
    WdfInterruptQueueWorkItemForIsr(interrupt: Handle) -> u8, HIGH_LEVEL => interrupt::queue_work_item;
    WdfInterruptSynchronize(interrupt: Handle, function: Synchronize, context: Pointer) -> u8, HIGH_LEVEL =>
        interrupt::synchronize;
    WdfInterruptAcquireLock(interrupt: Handle), HIGH_LEVEL => interrupt::acquire;
    WdfInterruptTryToAcquireLock(interrupt: Handle) -> u8, PASSIVE_LEVEL => interrupt::try_acquire;
    WdfInterruptReleaseLock(interrupt: Handle), HIGH_LEVEL => interrupt::release;
    WdfInterruptEnable(interrupt: Handle), PASSIVE_LEVEL => interrupt::switch;
    WdfInterruptDisable(interrupt: Handle), PASSIVE_LEVEL => interrupt::switch;
    WdfInterruptReportActive(interrupt: Handle), DISPATCH_LEVEL => interrupt::switch;
    WdfInterruptReportInactive(interrupt: Handle), DISPATCH_LEVEL => interrupt::switch;
    WdfInterruptGetDevice(interrupt: Handle) -> Handle, HIGH_LEVEL => interrupt::device;
    WdfInterruptGetInfo(interrupt: Handle, out: InOut<InterruptInfo>), HIGH_LEVEL => interrupt::info;
    WdfInterruptSetPolicy(interrupt: Handle, policy: i32, priority: i32, processors: usize), PASSIVE_LEVEL =>
        interrupt::set_policy;
    WdfInterruptSetExtendedPolicy(interrupt: Handle, policy: Unused), PASSIVE_LEVEL => interrupt::set_extended_policy;
    WdfInterruptWdmGetInterrupt(interrupt: Handle) -> Pointer, HIGH_LEVEL => interrupt::wdm_interrupt;
}
