//! The witness: what Linux itself says of the network that the driver in Wine works on.
//!
//! A test inside Wine asks over TCP; `netio-server` answers with what `ip` of iproute2 prints, so that the answer does
//! not come from the code that serves NETIO.
//!
//! # Protocol
//!
//! One JSON object a line in each direction, any number of them on a connection.
//!
//! | request | what happens | `output` |
//! |---|---|---|
//! | `{"run":"neigh"}` | `ip -j neigh show nud all` | its output |
//! | `{"run":"links"}` | `ip -j -d link show` and `ip -j address show` | `{"links":…,"addresses":…}` |
//! | `{"run":"routes"}` | `ip -j route show table all` for both families | its output, both lists as one |
//! | `{"run":"route-get","address":A}` | `ip -j route get` | its output |
//! | `{"run":"route","destination":A,"prefix":N,"via":A,"metric":N,"add":B}` | `ip route add` or `del` | null |
//! | `{"run":"ping","address":A}` or `{…,"dev":D}` | one datagram to A (port 9, discard): the kernel resolves A and makes a dynamic entry; `dev` is needed for link-local addresses | null |
//! | `{"run":"neigh-add","dev":D,"address":A,"lladdr":M,"state":S,"router":B}` | `ip neigh add`, with S of `permanent` (the default), `reachable`, `stale`, `noarp`, and without M `failed`, `incomplete`; B says that it is a router | null |
//! | `{"run":"neigh-del","dev":D,"address":A}` | `ip neigh del` | null |
//! | `{"run":"link","dev":D,"up":B}` | `ip link set up` or `down` | null |
//! | `{"run":"address","dev":D,"address":A,"prefix":N,"add":B}` | `ip address add` or `del` | null |
//! | `{"run":"mtu","dev":D,"mtu":N}` | `ip link set mtu` | null |
//! | `{"run":"link-add","dev":T}` | makes a veth pair of T and `T-peer`, both down; T is one of `test0` to `test9` | null |
//! | `{"run":"link-del","dev":T}` | removes such a pair | null |
//! | `{"run":"processes"}` | looks at `/proc` | for each name of a process what all of that name take: `[{"name":…,"memory":…,"files":…,"threads":…}]`, memory of their own in KiB |
//! | `{"run":"neigh-fill","dev":T,"first":M,"count":N}` | gives such a link N permanent neighbors, from number M on: [`TestLink::neighbors`] | null |
//! | `{"run":"settings"}` | nothing | how the server answers where Windows leaves it open |
//! | `{"run":"settings","set":{…}}` | replaces those settings: what is not named is reset to its default | the settings |
//!
//! The answer is `{"ok":true,"output":…}` or `{"ok":false,"error":"…"}`. Nothing else can be run; addresses are parsed,
//! a device must exist, and no shell is involved.
#![forbid(unsafe_code)]

mod answer;
mod client;
mod request;
mod test_link;

pub use answer::{Neighbor, Processes, Response};
pub use client::{DEFAULT_ADDRESS, Witness};
pub use request::{Request, State};
pub use test_link::TestLink;
