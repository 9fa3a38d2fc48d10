//! Change notifications: what the kernel says of its own accord, as events of NETIO.
//!
//! | Linux | event |
//! |---|---|
//! | a link or an address that the listener has not been told of | `MibAddInstance`, for each family that the link has |
//! | a link or an address is gone, or a family is no longer bound to a link | `MibDeleteInstance` |
//! | anything else that is said of a link or an address | `MibParameterNotification` |
//! | something is said of the IPv4 or IPv6 side of a link, or a member is set that only this server keeps | `MibParameterNotification` for each row that looks different |
//! | messages were lost because the listener was slow | what has come and gone; `MibParameterNotification` for all the rest |
//!
//! As with Windows, one change of the machine may make several events, and an event names the row, no more.

mod addresses;
mod interfaces;
mod known;
mod source;

use crate::{
    calls::Call,
    family::Family,
    kernel::Kernel,
    shared::Shared,
    status::{INVALID, Refusal},
};
use addresses::Addresses;
use interfaces::Interfaces;
use netio_wire::{EventHeader, FamilyRequest, ResponseHeader, Row, row};
use netioctl_status::NtStatus;
use rtnetlink::MulticastGroup;
use source::{Received, Source};
use std::{io, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use zerocopy::{FromBytes, IntoBytes};

/// What a listener wants to hear of.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// `NotifyIpInterfaceChange`.
    Interfaces,
    /// `NotifyUnicastIpAddressChange`.
    Addresses,
}

/// What a listener asks for.
pub struct Wanted<'a> {
    /// Interfaces or addresses.
    pub subject: Subject,
    /// The network compartment that it listens in, as a request's header has it.
    pub compartment: u32,
    /// A [`FamilyRequest`].
    pub payload: &'a [u8],
}

/// Tells a listener of changes until it closes the connection.
///
/// # Errors
/// The connection breaks, or the kernel cannot be listened to any more.
pub async fn serve(mut stream: TcpStream, shared: Arc<Shared>, wanted: Wanted<'_>) -> io::Result<()> {
    let _counted = shared.listener();
    let watcher = Watcher::start(shared, &wanted);
    let answer = watcher.as_ref().map_or_else(|refusal| refusal.0, |_| NtStatus::SUCCESS);
    stream.write_all(ResponseHeader::new(answer, 0).as_bytes()).await?;
    let Ok(mut watcher) = watcher else { return stream.shutdown().await };
    let (mut from, mut to) = stream.split();
    loop {
        let events = tokio::select! {
            // A listener has nothing to say: it has closed the connection, or it is gone.
            _ = from.read_u8() => return Ok(()),
            events = watcher.next() => events?,
        };
        if to.write_all(&events).await.is_err() {
            return Ok(());
        }
    }
}

/// What a listener knows of.
enum View {
    Interfaces(Interfaces),
    Addresses(Addresses),
}

impl View {
    fn look(&mut self, everything: bool) -> Result<Vec<u8>, Refusal> {
        Ok(match self {
            Self::Interfaces(view) => interface_events(view.look(everything)?),
            Self::Addresses(view) => address_events(view.look(everything)?),
        })
    }

    fn read(&mut self, messages: Vec<source::Message>) -> Result<Vec<u8>, Refusal> {
        Ok(match self {
            Self::Interfaces(view) => interface_events(view.read(messages)?),
            Self::Addresses(view) => address_events(view.read(messages)?),
        })
    }
}

/// A listener's ear.
struct Watcher {
    groups: &'static [MulticastGroup],
    source: Source,
    /// Changes that the server itself has made, and that Linux does not know of.
    kept: watch::Receiver<()>,
    view: View,
}

impl Watcher {
    fn start(shared: Arc<Shared>, wanted: &Wanted<'_>) -> Result<Self, Refusal> {
        let subject = wanted.subject;
        let request = FamilyRequest::read_from_bytes(wanted.payload).map_err(|_| INVALID)?;
        let kernel = Kernel::open()?;
        let mut families: Vec<Family> = Call::new(&shared, &kernel)?.host.families(request.family)?;
        if !shared.settings().compartments().sees_links(wanted.compartment) {
            // Nothing happens there.
            families.clear();
        }
        if matches!(subject, Subject::Addresses) && shared.settings().fail_address_notifications {
            return Err(Refusal(NtStatus::NO_MEMORY));
        }
        let groups: &[_] = match subject {
            Subject::Interfaces => &interfaces::GROUPS,
            Subject::Addresses => &addresses::GROUPS,
        };
        // First listen, then look: what changes in between is told twice rather than not at all.
        let source = Source::open(groups)?;
        let kept = shared.changes();
        let view = match subject {
            Subject::Interfaces => View::Interfaces(Interfaces::new(shared, families)?),
            Subject::Addresses => View::Addresses(Addresses::new(shared, families)?),
        };
        Ok(Self { groups, source, kept, view })
    }

    /// Waits for the next events, possibly none.
    async fn next(&mut self) -> io::Result<Vec<u8>> {
        let received = tokio::select! {
            received = self.source.receive() => Some(received?),
            changed = self.kept.changed() => {
                changed.map_err(io::Error::other)?;
                None
            }
        };
        let events = match received {
            Some(Received::Messages(messages)) => self.view.read(messages),
            Some(Received::Lost) => {
                // What is still in the socket is older than what is seen now.
                self.source = Source::open(self.groups)?;
                self.view.look(true)
            }
            None => self.view.look(false),
        };
        events.map_err(|refusal| io::Error::other(format!("the kernel refuses to be looked at: {}", refusal.0)))
    }
}

fn interface_events(changes: Vec<interfaces::Change>) -> Vec<u8> {
    let event = |(notification, (index, family), row): interfaces::Change| {
        event(notification, &row::changed_interface(family.windows(), row.InterfaceLuid, index))
    };
    changes.into_iter().flat_map(event).collect()
}

fn address_events(changes: Vec<addresses::Change>) -> Vec<u8> {
    let event = |(notification, (index, ip), luid): addresses::Change| {
        event(notification, &row::changed_address(ip, luid, index))
    };
    changes.into_iter().flat_map(event).collect()
}

fn event(notification: i32, row: &impl Row) -> Vec<u8> {
    let image = row.image();
    let row = image.as_bytes();
    let header = EventHeader { notification, length: u32::try_from(row.len()).unwrap_or(0) };
    [header.as_bytes(), row].concat()
}
