//! Connections: the calls on one are answered one after the other, by a thread of its own with a netlink socket of its own.
//! No call waits for another, and none has to wake up another thread. A client may go on through pipes.

use crate::{
    calls,
    kernel::Kernel,
    notify::{self, Subject, Wanted},
    pipes::Pipes,
    shared::Shared,
    status::Refusal,
};
use netio_wire::{MAX_PAYLOAD, Operation, RequestHeader, ResponseHeader};
use netioctl_status::NtStatus;
use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::ffi::OsStrExt,
    sync::Arc,
    thread,
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Handle};
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
        let stream = stream.into_std()?;
        let (shared, runtime) = (Arc::clone(&shared), Handle::current());
        let connection = move || {
            if let Err(error) = serve(stream, &shared, &runtime) {
                eprintln!("netio-server: a call was cut off: {error}");
            }
        };
        thread::Builder::new().name("connection".to_owned()).spawn(connection)?;
    }
}

fn serve(stream: TcpStream, shared: &Arc<Shared>, runtime: &Handle) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(REQUEST_TIMEOUT))?;
    let mut calls = BufReader::new(&stream);
    let Some(request) = answer_all(&mut calls, &mut &stream, shared)? else { return stream.shutdown(Shutdown::Write) };
    match subject(request.operation) {
        Some(subject) => {
            let wanted = Wanted { subject, compartment: request.compartment, payload: &request.payload };
            runtime.block_on(listen(stream, Arc::clone(shared), wanted))
        }
        None => through_pipes(&stream, calls, shared),
    }
}

/// Answers calls, until there are no more, or until one that is not answered but served.
fn answer_all(calls: &mut impl BufRead, answers: &mut impl Write, shared: &Shared) -> io::Result<Option<Request>> {
    let mut kernel = None;
    while another(calls)? {
        let request = match receive(calls)? {
            Ok(request) => request,
            Err(refusal) => {
                // Where the next call begins, nobody knows.
                respond(answers, Err(refusal))?;
                return Ok(None);
            }
        };
        if subject(request.operation).is_some() || request.operation == Operation::OpenPipes {
            return Ok(Some(request));
        }
        let answer = answer(shared, &mut kernel, &request);
        respond(answers, answer.map_err(|refusal| refusal.0))?;
    }
    Ok(None)
}

/// Has the client open pipes, and answers the calls that come through them.
fn through_pipes(mut stream: &TcpStream, mut calls: BufReader<&TcpStream>, shared: &Shared) -> io::Result<()> {
    let pipes = Pipes::make()?;
    respond(&mut stream, Ok(pipes.folder().as_os_str().as_bytes().to_vec()))?;
    if !another(&mut calls)? || !receive(&mut calls)?.is_ok_and(|again| again.operation == Operation::OpenPipes) {
        return Ok(());
    }
    let (calls, mut answers) = pipes.open()?;
    respond(&mut stream, Ok(Vec::new()))?;
    stream.shutdown(Shutdown::Both)?;
    // Changes are told over connections only.
    answer_all(&mut BufReader::new(calls), &mut answers, shared).map(drop)
}

/// Whether another call begins. Between calls a client may take its time; one that says no more has looked whether there
/// is a server, or is done.
fn another(stream: &mut impl BufRead) -> io::Result<bool> {
    loop {
        match stream.fill_buf() {
            Ok(bytes) => return Ok(!bytes.is_empty()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Tells of changes, and hears when nobody listens any more: both at the same time.
async fn listen(stream: TcpStream, shared: Arc<Shared>, wanted: Wanted<'_>) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    notify::serve(tokio::net::TcpStream::from_std(stream)?, shared, wanted).await
}

fn answer(shared: &Shared, kernel: &mut Option<Kernel>, request: &Request) -> Result<Vec<u8>, Refusal> {
    let kernel = match kernel {
        Some(kernel) => kernel,
        None => kernel.insert(Kernel::open()?),
    };
    calls::answer(shared, kernel, request.operation, request.compartment, &request.payload)
}

fn respond(stream: &mut impl Write, answer: Result<Vec<u8>, NtStatus>) -> io::Result<()> {
    let (status, payload) = match answer {
        Ok(payload) if payload.len() <= MAX_PAYLOAD as usize => (NtStatus::SUCCESS, payload),
        Ok(_) => (NtStatus::NO_MEMORY, Vec::new()),
        Err(status) => (status, Vec::new()),
    };
    let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
    let mut response = ResponseHeader::new(status, length).as_bytes().to_vec();
    response.extend_from_slice(&payload);
    stream.write_all(&response)
}

/// What a call asks to be told of, if it does.
const fn subject(operation: Operation) -> Option<Subject> {
    match operation {
        Operation::NotifyIpInterfaceChange => Some(Subject::Interfaces),
        Operation::NotifyUnicastIpAddressChange => Some(Subject::Addresses),
        _ => None,
    }
}

/// What a client asks for.
struct Request {
    operation: Operation,
    compartment: u32,
    payload: Vec<u8>,
}

/// Reads a request; the inner error is the status of one that cannot be understood.
fn receive(stream: &mut impl Read) -> io::Result<Result<Request, NtStatus>> {
    let mut header = [0; size_of::<RequestHeader>()];
    stream.read_exact(&mut header)?;
    let header = RequestHeader::read_from_bytes(&header).map_err(|_| io::ErrorKind::InvalidData)?;
    let operation = match header.operation() {
        Ok(operation) => operation,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut payload = vec![0; header.length as usize];
    stream.read_exact(&mut payload)?;
    Ok(Ok(Request { operation, compartment: header.compartment, payload }))
}
