//! The Linux side of the NETIO stand-in: answers the kernel's IP Helper API from the Linux network stack.
//!
//! `netio.sys`, inside Wine, passes each call on as [`netio_wire`] describes. This library validates it ([`validate`]),
//! carries it out over rtnetlink ([`kernel`], [`calls`]) and makes the rows ([`neighbor`], [`interface`], [`address`],
//! [`adapter`], [`route`]).
//! Who asks for changes is told of them as long as it stays connected ([`notify`]). Everything happens in the network
//! namespace that the server was started in. A second port serves the [`witness`](::witness).
//!
//! # How Windows maps to Linux
//!
//! | Windows | Linux |
//! |---|---|
//! | interface index | ifindex |
//! | LUID | type << 48 \| ifindex << 24; not stable over a restart |
//! | alias | name of the link |
//! | `NlnsPermanent` | `NUD_PERMANENT` (made by somebody), `NUD_NOARP` (well-known: made by the kernel) |
//! | other neighbor states | the state of the same name; `NUD_FAILED` is `NlnsUnreachable` with `IsUnreachable` |
//! | `ReachabilityTime` | milliseconds since the neighbor was last confirmed |
//! | flush | a dump and one deletion a row, in several rounds; well-known rows stay |
//!
//! # What Linux cannot express
//!
//! | what | here |
//! |---|---|
//! | IPv4 neighbors on loopback and point-to-point links: Linux files them all under 0.0.0.0 | Set, Create and Resolve
//! answer `STATUS_NOT_SUPPORTED`; such rows are not shown |
//! | well-known permanent rows for each interface and family | Linux has them only while it uses the groups. 224.0.0.22,
//! 239.255.255.250 and `ff02::16` are added to what is shown when Linux does not list them (`--no-well-known-rows` shows Linux alone).
//! Set makes a real permanent entry of such a row; Delete succeeds, and it is there again |
//! | an interface that has just appeared has no row for a moment | the server counts from when it has seen it first
//! (`--appearing`) |
//! | an interface index above 24 bits | does not fit a LUID; the link is left out |
//! | entries without state (`NUD_NONE`) | not shown; Create replaces one |
//! | a scope id in the key of a neighbor | ignored: the interface is the row's |
//! | physical addresses of another length than the link's (Linux cuts off or accepts) | `STATUS_INVALID_PARAMETER` |
//! | members of an interface row without counterpart | constants, listed in [`interface`] |
//! | members that `SetIpInterfaceEntry` may set and Linux has no place for | kept by the server and shown: [`kept`] |
//! | the MTU of IPv4 alone | setting it sets the link's, and so IPv6's: [`configure`] |
//! | a persistent store of neighbors | there is none; entries live as long as the link is up |
//!
//! What Windows itself leaves open is a setting: see [`settings`].
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

pub mod adapter;
pub mod address;
mod appeared;
pub mod calls;
pub mod configure;
pub mod family;
pub mod interface;
pub mod kept;
pub mod kernel;
pub mod link;
pub mod neighbor;
pub mod notify;
mod pipes;
pub mod processes;
pub mod route;
pub mod serve;
pub mod settings;
pub mod shared;
pub mod status;
pub mod validate;
pub mod witness;

#[cfg(test)]
mod testing;
