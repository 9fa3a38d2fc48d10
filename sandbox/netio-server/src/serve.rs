//! Connections: the calls on one are answered one after the other, with one netlink socket.

use crate::{
    calls,
    kernel::Kernel,
    notify::{self, Subject},
    shared::Shared,
    status::Refusal,
};
use netio_wire::{MAX_PAYLOAD, Operation, RequestHeader, ResponseHeader};
use netioctl_status::NtStatus;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use zerocopy::{FromBytes, IntoBytes};

/// A client sends its request at once; one that does not is no client.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Answers calls until the listener fails.
///
/// # Errors
/// No connection can be accepted any more.
pub async fn run(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if let Err(error) = serve(stream, shared).await {
                eprintln!("netio-server: a call was cut off: {error}");
            }
        });
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut kernel = None;
    // Between calls a client may take its time; one that says no more has looked whether there is a server, or is done.
    while stream.peek(&mut [0]).await? != 0 {
        let (operation, compartment, payload) = match timeout(REQUEST_TIMEOUT, receive(&mut stream)).await?? {
            Ok(call) => call,
            Err(refusal) => {
                // Where the next call begins, nobody knows.
                respond(&mut stream, Err(refusal)).await?;
                return stream.shutdown().await;
            }
        };
        if let Some(subject) = subject(operation) {
            return notify::serve(stream, shared, subject, &payload).await;
        }
        let answer = answer(&shared, &mut kernel, operation, compartment, &payload).await;
        respond(&mut stream, answer.map_err(|refusal| refusal.0)).await?;
    }
    Ok(())
}

async fn answer(
    shared: &Shared,
    kernel: &mut Option<Kernel>,
    operation: Operation,
    compartment: u32,
    payload: &[u8],
) -> Result<Vec<u8>, Refusal> {
    let kernel = match kernel {
        Some(kernel) => kernel,
        None => kernel.insert(Kernel::open()?),
    };
    calls::answer(shared, kernel, operation, compartment, payload).await
}

async fn respond(stream: &mut TcpStream, answer: Result<Vec<u8>, NtStatus>) -> io::Result<()> {
    let (status, payload) = match answer {
        Ok(payload) if payload.len() <= MAX_PAYLOAD as usize => (NtStatus::SUCCESS, payload),
        Ok(_) => (NtStatus::NO_MEMORY, Vec::new()),
        Err(status) => (status, Vec::new()),
    };
    let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
    let mut response = ResponseHeader::new(status, length).as_bytes().to_vec();
    response.extend_from_slice(&payload);
    stream.write_all(&response).await
}

/// What a call asks to be told of, if it does.
const fn subject(operation: Operation) -> Option<Subject> {
    match operation {
        Operation::NotifyIpInterfaceChange => Some(Subject::Interfaces),
        Operation::NotifyUnicastIpAddressChange => Some(Subject::Addresses),
        _ => None,
    }
}

/// Reads a request; the inner error is the status of one that cannot be understood.
async fn receive(stream: &mut TcpStream) -> io::Result<Result<(Operation, u32, Vec<u8>), NtStatus>> {
    let mut header = [0; size_of::<RequestHeader>()];
    stream.read_exact(&mut header).await?;
    let header = RequestHeader::read_from_bytes(&header).map_err(|_| io::ErrorKind::InvalidData)?;
    let operation = match header.operation() {
        Ok(operation) => operation,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut payload = vec![0; header.length as usize];
    stream.read_exact(&mut payload).await?;
    Ok(Ok((operation, header.compartment, payload)))
}
