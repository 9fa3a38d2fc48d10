//! Which functions that are not provided can answer zero, so that the driver goes on and what comes after it is seen.

use wdf_abi::Function;

/// Functions whose answer a driver uses without asking whether there is one: an object, memory or a structure that the
/// function fills. All others answer nothing, or their documentation names zero as an answer: FALSE, no handle, none.
const FATAL: [Function; 27] = [
    Function::WdfChildListGetDevice,
    Function::WdfCommonBufferGetAlignedLogicalAddress,
    Function::WdfCommonBufferGetAlignedVirtualAddress,
    Function::WdfCommonBufferGetLength,
    Function::WdfCxDeviceInitAllocateContext,
    Function::WdfCxDeviceInitGetTypedContextWorker,
    Function::WdfDmaEnablerWdmGetDmaAdapter,
    Function::WdfDmaTransactionGetDevice,
    Function::WdfDmaTransactionGetRequest,
    Function::WdfDmaTransactionGetTransferInfo,
    Function::WdfDpcGetParentObject,
    Function::WdfDpcWdmGetDpc,
    Function::WdfInterruptGetDevice,
    Function::WdfInterruptGetInfo,
    Function::WdfIoTargetGetDevice,
    Function::WdfIoTargetWdmGetTargetDeviceObject,
    Function::WdfPdoGetParent,
    Function::WdfRegistryWdmGetHandle,
    Function::WdfRequestGetCompletionParams,
    Function::WdfUsbInterfaceGetDescriptor,
    Function::WdfUsbInterfaceGetEndpointInformation,
    Function::WdfUsbTargetDeviceGetDeviceDescriptor,
    Function::WdfUsbTargetPipeGetInformation,
    Function::WdfUsbTargetPipeWdmGetPipeHandle,
    Function::WdfWmiInstanceGetDevice,
    Function::WdfWmiInstanceGetProvider,
    Function::WdfWmiProviderGetDevice,
];

/// Whether a driver can go on after the function has done nothing and answered zero.
pub const fn is_neutral(function: Function) -> bool {
    let mut at = 0;
    while at < FATAL.len() {
        if FATAL[at] as usize == function as usize {
            return false;
        }
        at += 1;
    }
    true
}
