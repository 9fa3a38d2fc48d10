//! Asking the server.

use crate::{
    socket::{self, Error, Socket},
    system::SandboxCompartment,
    verifier::Call,
};
use netio_wire::{FamilyRequest, Operation, RequestHeader, ResponseHeader, VERSION};
use netioctl_status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// A success whose payload has not been read yet.
pub struct Answer {
    call: Call,
    socket: Socket,
    length: u32,
}

/// Calls a function of the server; `Err` is the status that the caller gets.
pub fn ask<T: IntoBytes + Immutable>(call: Call, operation: Operation, arguments: &T) -> Result<Answer, NtStatus> {
    let (socket, header) = exchange(operation, arguments.as_bytes()).map_err(|error| out_of_reach(call, error))?;
    if !header.is_understood() {
        call.unserved(format_args!(
            "the NETIO server speaks version {} of the messages, this side {VERSION}",
            header.version
        ));
        return Err(NtStatus::DEVICE_NOT_READY);
    }
    if header.status() == NtStatus::SUCCESS {
        Ok(Answer { call, socket, length: header.length })
    } else {
        Err(header.status())
    }
}

fn exchange(operation: Operation, payload: &[u8]) -> Result<(Socket, ResponseHeader), Error> {
    let socket = Socket::connect()?;
    let compartment = SandboxCompartment();
    #[expect(clippy::cast_possible_truncation, reason = "a request carries a few rows of NETIO at most")]
    let header = RequestHeader { compartment, ..RequestHeader::new(operation, payload.len() as u32) };
    socket.send_all(header.as_bytes())?;
    socket.send_all(payload)?;
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

/// Asks to be told of changes.
pub fn subscribe(call: Call, operation: Operation, family: u16) -> Result<Socket, NtStatus> {
    let answer = ask(call, operation, &FamilyRequest { family, reserved: 0 })?;
    answer.socket.wait_for_ever().map_err(|error| out_of_reach(call, error))?;
    Ok(answer.socket)
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
        self.socket.receive_exact(bytes).map_err(|error| out_of_reach(self.call, error))
    }

    /// Reads the payload as a value.
    pub fn read<T: FromBytes + IntoBytes>(self) -> Result<T, NtStatus> {
        let mut value = T::new_zeroed();
        self.read_into(value.as_mut_bytes())?;
        Ok(value)
    }
}
