//! Requests that are made ready, sent and waited for in one call.

use crate::argument::Out;
use crate::call::Call;
use crate::object::life;
use crate::request::data::Request;
use crate::target::format::Operation;
use crate::target::source::Source;
use crate::target::{format_calls, requests, send};
use crate::world;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, SendOptions};
use wdf_model::target::Options;

/// What is sent, and where.
struct Sent {
    target: Handle,
    /// The driver's request, or none: then one is made for the call.
    request: Handle,
    operation: Operation,
    input: Source,
    output: Source,
    options: Option<SendOptions>,
}

fn send(call: Call, sent: &Sent, bytes: Out<usize>) -> Result<(), NtStatus> {
    let options = Options { synchronous: true, forget: false, ..Options::check(sent.options)? };
    let made = if sent.request == 0 { Some(requests::make(call, None, sent.target)?) } else { None };
    let request = made.map_or(sent.request, world::handle);
    let outcome = format_calls::format(call, sent.target, request, sent.operation, sent.input, sent.output)
        .and_then(|()| send::try_send(call, request, sent.target, options))
        .and_then(|()| {
            world::with::<Request, _>(call, request, |request| (request.irp.status(), request.irp.information()))
        });
    if let Some(made) = made {
        life::delete(made);
    }
    let (status, information) = outcome?;
    bytes.set(information);
    if status.is_success() { Ok(()) } else { Err(status) }
}

/// `WdfIoTargetSendReadSynchronously`.
pub fn read(
    call: Call,
    target: Handle,
    request: Handle,
    output: Source,
    at: Option<i64>,
    options: Option<SendOptions>,
    bytes: Out<usize>,
) -> Result<(), NtStatus> {
    let operation = Operation::Read(at.unwrap_or(0));
    send(call, &Sent { target, request, operation, input: Source::None, output, options }, bytes)
}

/// `WdfIoTargetSendWriteSynchronously`.
pub fn write(
    call: Call,
    target: Handle,
    request: Handle,
    input: Source,
    at: Option<i64>,
    options: Option<SendOptions>,
    bytes: Out<usize>,
) -> Result<(), NtStatus> {
    let operation = Operation::Write(at.unwrap_or(0));
    send(call, &Sent { target, request, operation, input, output: Source::None, options }, bytes)
}

macro_rules! controls {
    ($($name:ident $function:ident: $internal:literal;)*) => {
        $(#[doc = concat!("`", stringify!($function), "`.")]
        #[allow(clippy::too_many_arguments, reason = "the framework's function has as many")]
        pub fn $name(
            call: Call,
            target: Handle,
            request: Handle,
            code: u32,
            input: Source,
            output: Source,
            options: Option<SendOptions>,
            bytes: Out<usize>,
        ) -> Result<(), NtStatus> {
            let operation = Operation::Control { internal: $internal, code };
            send(call, &Sent { target, request, operation, input, output, options }, bytes)
        })*
    };
}

controls! {
    control WdfIoTargetSendIoctlSynchronously: false;
    internal_control WdfIoTargetSendInternalIoctlSynchronously: true;
}
