//! Asking the server.

use crate::{
    idle,
    line::Line,
    pipes::Pipes,
    socket::{self, Error, Socket},
    system::SandboxCompartment,
    verifier::Call,
};
use netio_wire::{FamilyRequest, Operation, RequestHeader, ResponseHeader, VERSION};
use netioctl_status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// No request is longer.
const REQUEST_ROOM: usize = 512;

/// No folder has a longer name.
const FOLDER_ROOM: usize = 200;

/// A success whose payload has not been read yet.
pub struct Answer {
    call: Call,
    /// Where the payload comes; `None` without one.
    pipes: Option<Pipes>,
    length: u32,
}

/// Calls a function of the server; `Err` is the status that the caller gets.
pub fn ask<T: IntoBytes + Immutable>(call: Call, operation: Operation, arguments: &T) -> Result<Answer, NtStatus> {
    let (pipes, header) = exchange(call, operation, arguments.as_bytes())?;
    let length = header.length;
    let more = if length == 0 {
        idle::keep(pipes);
        None
    } else {
        Some(pipes)
    };
    if header.status() == NtStatus::SUCCESS { Ok(Answer { call, pipes: more, length }) } else { Err(header.status()) }
}

/// Asks to be told of changes, on a connection of its own.
pub fn subscribe(call: Call, operation: Operation, family: u16) -> Result<Socket, NtStatus> {
    let request = FamilyRequest { family, reserved: 0 };
    let asked = Socket::connect().and_then(|socket| Ok((ask_over(&socket, operation, request.as_bytes())?, socket)));
    let (header, socket) = asked.map_err(|error| out_of_reach(call, error))?;
    understood(call, header)?;
    if header.status() != NtStatus::SUCCESS {
        return Err(header.status());
    }
    socket.wait_for_ever().map_err(|error| out_of_reach(call, error))?;
    Ok(socket)
}

/// Sends a call and hears how it ended.
fn exchange(call: Call, operation: Operation, payload: &[u8]) -> Result<(Pipes, ResponseHeader), NtStatus> {
    // The server of those that were kept may have ended meanwhile: then the call was not heard.
    let over = |pipes: Pipes| ask_over(&pipes, operation, payload).map(|header| (pipes, header));
    let exchanged = match idle::take().and_then(|kept| over(kept).ok()) {
        Some(exchanged) => exchanged,
        None => over(open(call)?).map_err(|error| out_of_reach(call, error))?,
    };
    understood(call, exchanged.1)?;
    Ok(exchanged)
}

/// Opens pipes to the server, by way of a connection.
fn open(call: Call) -> Result<Pipes, NtStatus> {
    let mut folder = [0; FOLDER_ROOM];
    let opened = Socket::connect().and_then(|socket| {
        let made = ask_over(&socket, Operation::OpenPipes, &[])?;
        let Some(folder) = folder.get_mut(..made.length as usize).filter(|_| made.is_understood()) else {
            return Ok((made, None));
        };
        socket.receive_exact(folder)?;
        let pipes = Pipes::open(core::str::from_utf8(folder).unwrap_or_default())?;
        Ok((ask_over(&socket, Operation::OpenPipes, &[])?, Some(pipes)))
    });
    let (header, pipes) = opened.map_err(|error| out_of_reach(call, error))?;
    understood(call, header)?;
    pipes.filter(|_| header.status() == NtStatus::SUCCESS).ok_or_else(|| {
        call.unserved(format_args!("the NETIO server makes no pipes: {}", header.status()));
        NtStatus::DEVICE_NOT_READY
    })
}

fn ask_over(line: &impl Line, operation: Operation, payload: &[u8]) -> Result<ResponseHeader, Error> {
    let compartment = SandboxCompartment();
    #[expect(clippy::cast_possible_truncation, reason = "a request carries a few rows of NETIO at most")]
    let header = RequestHeader { compartment, ..RequestHeader::new(operation, payload.len() as u32) };
    // At once: who reads it wakes up once.
    let mut message = [0; REQUEST_ROOM];
    let length = size_of::<RequestHeader>() + payload.len();
    let message = message.get_mut(..length).ok_or(Error::TOO_LONG)?;
    let (head, body) = message.split_at_mut(size_of::<RequestHeader>());
    head.copy_from_slice(header.as_bytes());
    body.copy_from_slice(payload);
    line.send_all(message)?;
    let mut response = ResponseHeader::new(NtStatus::SUCCESS, 0);
    line.receive_exact(response.as_mut_bytes())?;
    Ok(response)
}

fn understood(call: Call, header: ResponseHeader) -> Result<(), NtStatus> {
    if header.is_understood() {
        return Ok(());
    }
    call.unserved(format_args!(
        "the NETIO server speaks version {} of the messages, this side {VERSION}",
        header.version
    ));
    Err(NtStatus::DEVICE_NOT_READY)
}

fn out_of_reach(call: Call, error: Error) -> NtStatus {
    let port = socket::port();
    call.unserved(format_args!(
        "the NETIO server at 127.0.0.1:{port} cannot be reached (error {}); is netio-server running?",
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
        if let Some(pipes) = self.pipes {
            pipes.receive_exact(bytes).map_err(|error| out_of_reach(self.call, error))?;
            idle::keep(pipes);
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
