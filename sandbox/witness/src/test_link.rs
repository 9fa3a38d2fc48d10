//! The links that tests make and remove.

use macaddr::MacAddr6;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::ops::Range;

/// The name of a link that tests make and remove: `test0` to `test9`. Its other end has `-peer` added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TestLink(u8);

impl TestLink {
    /// The link of this number, which is below 10.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 10 { Some(Self(number)) } else { None }
    }

    /// The name of the link.
    #[must_use]
    pub fn name(self) -> String {
        format!("test{}", self.0)
    }

    /// The name of its other end.
    #[must_use]
    pub fn peer(self) -> String {
        format!("{}-peer", self.name())
    }

    /// The neighbors that it is given when it is filled: addresses of 10.64.0.0/10 in their order, and for each a physical
    /// address of its own.
    pub fn neighbors(numbers: Range<u32>) -> impl Iterator<Item = (Ipv4Addr, MacAddr6)> {
        numbers.map(|number| {
            let address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 64, 0, 0).to_bits() | number);
            let [a, b, c, d] = address.octets();
            (address, MacAddr6::new(2, 6, d, c, b, a))
        })
    }
}

impl From<TestLink> for String {
    fn from(link: TestLink) -> Self {
        link.name()
    }
}

impl TryFrom<String> for TestLink {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = (0..10).map(Self).find(|link| link.name() == name);
        known.ok_or_else(|| format!("{name:?} is not one of test0 to test9"))
    }
}
