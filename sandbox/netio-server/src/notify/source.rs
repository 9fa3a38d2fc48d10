//! What the kernel says of its own accord: multicast groups of rtnetlink.
//!
//! The socket is read directly, because two things matter here that a request and its answer do not need: that messages
//! were lost (`ENOBUFS`), and messages that cannot be parsed (`RTM_NEWNETCONF`), which say that something has changed.

use netlink_packet_core::{NetlinkBuffer, NetlinkDeserializable, NetlinkHeader, Parseable};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage, link::LinkMessage};
use netlink_sys::{AsyncSocket, AsyncSocketExt, SocketAddr, TokioSocket, protocols::NETLINK_ROUTE};
use rtnetlink::MulticastGroup;
use std::io;

use crate::address::Address;

/// The longest message that the kernel sends to a group.
const LONGEST: usize = 64 << 10;
/// Every message starts at a multiple of this.
const ALIGNMENT: usize = 4;

/// Something that the kernel says.
#[derive(Debug)]
pub enum Message {
    /// A link is new or has changed.
    Link(LinkMessage),
    /// The link with this index is gone.
    LinkGone(u32),
    /// An address is new or has changed.
    Address(Address),
    /// An address is gone.
    AddressGone(Address),
    /// Something that has to be looked at.
    Other,
}

/// What was received.
#[derive(Debug)]
pub enum Received {
    /// Messages, in order.
    Messages(Vec<Message>),
    /// Some messages were lost: the socket's buffer was full.
    Lost,
}

/// A socket that belongs to some groups.
pub struct Source(TokioSocket);

impl Source {
    /// Joins these groups, in the network namespace of the process.
    pub fn open(groups: &[MulticastGroup]) -> io::Result<Self> {
        let mut socket = TokioSocket::new(NETLINK_ROUTE)?;
        socket.socket_mut().bind(&SocketAddr::new(0, 0))?;
        for group in groups {
            socket.socket_ref().add_membership(*group as u32)?;
        }
        Ok(Self(socket))
    }

    /// Waits for something. Nothing is lost if the waiting is given up.
    pub async fn receive(&self) -> io::Result<Received> {
        let mut datagram = Vec::with_capacity(LONGEST);
        match self.0.recv(&mut datagram).await {
            Ok(()) => Ok(Received::Messages(read(&datagram))),
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => Ok(Received::Lost),
            Err(error) => Err(error),
        }
    }
}

fn read(mut datagram: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Ok(buffer) = NetlinkBuffer::new_checked(&datagram) {
        let length = (buffer.length() as usize).next_multiple_of(ALIGNMENT);
        messages.push(read_one(&buffer).unwrap_or(Message::Other));
        datagram = datagram.get(length..).unwrap_or_default();
    }
    messages
}

fn read_one(buffer: &NetlinkBuffer<&&[u8]>) -> Option<Message> {
    let header = NetlinkHeader::parse(buffer).ok()?;
    match RouteNetlinkMessage::deserialize(&header, buffer.payload()).ok()? {
        // Other families of the same message speak of bridge ports, or of the IPv6 side of a link alone.
        RouteNetlinkMessage::NewLink(link) if is_whole(&link) => Some(Message::Link(link)),
        RouteNetlinkMessage::DelLink(link) if link.header.interface_family == AddressFamily::Unspec => {
            Some(Message::LinkGone(link.header.index))
        }
        RouteNetlinkMessage::NewAddress(address) => Address::from_message(&address).map(Message::Address),
        RouteNetlinkMessage::DelAddress(address) => Address::from_message(&address).map(Message::AddressGone),
        _ => None,
    }
}

/// Whether a message says everything of a link: a wireless event does not, for example.
fn is_whole(link: &LinkMessage) -> bool {
    use netlink_packet_route::link::LinkAttribute::{AfSpecUnspec, IfName};
    let has = |wanted: fn(&_) -> bool| link.attributes.iter().any(wanted);
    link.header.interface_family == AddressFamily::Unspec
        && has(|attribute| matches!(attribute, IfName(_)))
        && has(|attribute| matches!(attribute, AfSpecUnspec(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::NetlinkMessage;
    use netlink_packet_route::link::LinkAttribute;

    fn datagram(message: RouteNetlinkMessage) -> Vec<u8> {
        let mut message = NetlinkMessage::from(message);
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        bytes
    }

    fn link(attributes: Vec<LinkAttribute>) -> LinkMessage {
        let mut link = LinkMessage::default();
        link.header.index = 7;
        link.attributes = attributes;
        link
    }

    #[test]
    fn a_datagram_may_hold_several_messages() {
        let whole = vec![LinkAttribute::IfName("a".to_owned()), LinkAttribute::AfSpecUnspec(vec![])];
        let mut bytes = datagram(RouteNetlinkMessage::NewLink(link(whole)));
        bytes.extend(datagram(RouteNetlinkMessage::NewLink(link(vec![]))));
        bytes.extend(datagram(RouteNetlinkMessage::DelLink(link(vec![]))));
        let messages = read(&bytes);
        assert!(
            matches!(messages.as_slice(), [Message::Link(_), Message::Other, Message::LinkGone(7)]),
            "{messages:?}"
        );
    }

    #[test]
    fn what_is_not_understood_has_to_be_looked_at() {
        let mut bytes = datagram(RouteNetlinkMessage::DelLink(link(vec![])));
        // RTM_NEWNETCONF.
        bytes[4] = 80;
        assert!(matches!(read(&bytes).as_slice(), [Message::Other]));
        assert!(read(&[1, 2, 3]).is_empty());
    }
}
