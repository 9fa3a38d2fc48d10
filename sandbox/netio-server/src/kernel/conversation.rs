//! Requests to rtnetlink, one after the other on one socket.
//!
//! The kernel carries a request out while it is sent, so the answer is read at once, by the same thread: nobody has to
//! be woken up for it.

use crate::status::Refusal;
use netlink_packet_core::{NLM_F_MULTIPART, NLM_F_REQUEST, NetlinkBuffer, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};
use std::{
    io,
    sync::{Mutex, PoisonError},
};

/// The most that the kernel answers at once.
const LONGEST: usize = 64 << 10;
/// Every message starts at a multiple of this.
const ALIGNMENT: usize = 4;

/// A socket, and what was asked last.
#[derive(Debug)]
pub struct Conversation(Mutex<State>);

#[derive(Debug)]
struct State {
    socket: Socket,
    sequence: u32,
    datagram: Vec<u8>,
}

/// How far the answer of a request has come.
enum Step {
    More,
    End,
}

impl Conversation {
    /// Opens a socket, in the network namespace of the process.
    pub fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self(Mutex::new(State { socket, sequence: 0, datagram: Vec::with_capacity(LONGEST) })))
    }

    /// Asks for something, and answers all that the kernel says to it.
    pub fn ask(&self, message: RouteNetlinkMessage, flags: u16) -> Result<Vec<RouteNetlinkMessage>, Refusal> {
        // Whoever failed in the middle has not read its answer; what belongs to another number is passed over.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ask(message, flags)
    }
}

impl State {
    fn ask(&mut self, message: RouteNetlinkMessage, flags: u16) -> Result<Vec<RouteNetlinkMessage>, Refusal> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut request = NetlinkMessage::from(message);
        request.header.flags = NLM_F_REQUEST | flags;
        request.header.sequence_number = self.sequence;
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        let mut answers = Vec::new();
        loop {
            self.datagram.clear();
            self.socket.recv(&mut self.datagram, 0)?;
            let mut rest = self.datagram.as_slice();
            while let Ok(buffer) = NetlinkBuffer::new_checked(&rest) {
                let (length, sequence) = (buffer.length() as usize, buffer.sequence_number());
                // What cannot be read says nothing that is asked for here.
                let answer = NetlinkMessage::deserialize(rest).ok().filter(|_| sequence == self.sequence);
                rest = rest.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
                if let Some(Step::End) = answer.map(|answer| take(answer, &mut answers)).transpose()? {
                    return Ok(answers);
                }
            }
        }
    }
}

/// Adds what a message says to the answers.
fn take(message: NetlinkMessage<RouteNetlinkMessage>, answers: &mut Vec<RouteNetlinkMessage>) -> Result<Step, Refusal> {
    match message.payload {
        NetlinkPayload::InnerMessage(answer) => {
            answers.push(answer);
            let more = message.header.flags & NLM_F_MULTIPART != 0;
            Ok(if more { Step::More } else { Step::End })
        }
        NetlinkPayload::Done(_) => Ok(Step::End),
        NetlinkPayload::Error(error) if error.code.is_none() => Ok(Step::End),
        NetlinkPayload::Error(error) => Err(Refusal::from_errno(error.raw_code().saturating_neg())),
        _ => Ok(Step::More),
    }
}
