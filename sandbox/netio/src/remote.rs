//! Asking the server.

use crate::{
    idle,
    socket::{self, Error, Socket},
    system::SandboxCompartment,
    verifier::Call,
};
use netio_wire::{FamilyRequest, Operation, RequestHeader, ResponseHeader, VERSION};
use netioctl_status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// No request is longer.
const REQUEST_ROOM: usize = 512;

/// A success whose payload has not been read yet.
pub struct Answer {
    call: Call,
    /// Where the payload comes; `None` without one.
    socket: Option<Socket>,
    length: u32,
}

/// Calls a function of the server; `Err` is the status that the caller gets.
pub fn ask<T: IntoBytes + Immutable>(call: Call, operation: Operation, arguments: &T) -> Result<Answer, NtStatus> {
    let (socket, header) = exchange(call, operation, arguments.as_bytes())?;
    let length = header.length;
    let more = if length == 0 {
        idle::keep(socket);
        None
    } else {
        Some(socket)
    };
    if header.status() == NtStatus::SUCCESS { Ok(Answer { call, socket: more, length }) } else { Err(header.status()) }
}

/// Asks to be told of changes, on a connection of its own.
pub fn subscribe(call: Call, operation: Operation, family: u16) -> Result<Socket, NtStatus> {
    let request = FamilyRequest { family, reserved: 0 };
    let (socket, header) = exchange(call, operation, request.as_bytes())?;
    if header.status() != NtStatus::SUCCESS {
        return Err(header.status());
    }
    socket.wait_for_ever().map_err(|error| out_of_reach(call, error))?;
    Ok(socket)
}

/// Sends a call and hears how it ended.
fn exchange(call: Call, operation: Operation, payload: &[u8]) -> Result<(Socket, ResponseHeader), NtStatus> {
    // One that was kept may have ended meanwhile: then the call was not heard.
    let kept = idle::take().and_then(|socket| exchange_over(socket, operation, payload).ok());
    let exchanged = kept.map_or_else(|| exchange_over(Socket::connect()?, operation, payload), Ok);
    let (socket, header) = exchanged.map_err(|error| out_of_reach(call, error))?;
    if !header.is_understood() {
        call.unserved(format_args!(
            "the NETIO server speaks version {} of the messages, this side {VERSION}",
            header.version
        ));
        return Err(NtStatus::DEVICE_NOT_READY);
    }
    Ok((socket, header))
}

fn exchange_over(socket: Socket, operation: Operation, payload: &[u8]) -> Result<(Socket, ResponseHeader), Error> {
    let compartment = SandboxCompartment();
    #[expect(clippy::cast_possible_truncation, reason = "a request carries a few rows of NETIO at most")]
    let header = RequestHeader { compartment, ..RequestHeader::new(operation, payload.len() as u32) };
    // At once: each call of Winsock asks a server of Wine's.
    let mut message = [0; REQUEST_ROOM];
    let length = size_of::<RequestHeader>() + payload.len();
    let message = message.get_mut(..length).ok_or(Error::TOO_LONG)?;
    let (head, body) = message.split_at_mut(size_of::<RequestHeader>());
    head.copy_from_slice(header.as_bytes());
    body.copy_from_slice(payload);
    socket.send_all(message)?;
    let mut response = ResponseHeader::new(NtStatus::SUCCESS, 0);
    socket.receive_exact(response.as_mut_bytes())?;
    Ok((socket, response))
}

fn out_of_reach(call: Call, error: Error) -> NtStatus {
    let port = socket::port();
    call.unserved(format_args!(
        "the NETIO server at 127.0.0.1:{port} cannot be reached (Winsock error {}); is netio-server running?",
        error.0
    ));
    NtStatus::DEVICE_NOT_READY
}

impl Answer {
    /// The call that it answers.
    pub fn call(&self) -> Call {
        self.call
    }

    /// Bytes of payload.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Reads the whole payload into a buffer of exactly its length.
    pub fn read_into(self, bytes: &mut [u8]) -> Result<(), NtStatus> {
        if bytes.len() != self.length as usize {
            self.call.unserved(format_args!("the NETIO server sent {} bytes, expected {}", self.length, bytes.len()));
            return Err(NtStatus::DEVICE_NOT_READY);
        }
        if let Some(socket) = self.socket {
            socket.receive_exact(bytes).map_err(|error| out_of_reach(self.call, error))?;
            idle::keep(socket);
        }
        Ok(())
    }

    /// Reads the payload as a value.
    pub fn read<T: FromBytes + IntoBytes>(self) -> Result<T, NtStatus> {
        let mut value = T::new_zeroed();
        self.read_into(value.as_mut_bytes())?;
        Ok(value)
    }
}
