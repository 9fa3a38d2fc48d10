//! Addresses as programs and people write them.

use netioctl_abi::{AF_INET, AF_INET6, AF_UNSPEC, AddressFamily, UnknownWord, wire::MAX_PHYSICAL_ADDRESS};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Which address family a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4 and IPv6.
    #[default]
    Both,
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
}

impl Family {
    /// The number that requests carry: `AF_UNSPEC`, `AF_INET` or `AF_INET6`.
    #[must_use]
    pub const fn raw(self) -> u16 {
        match self {
            Self::Both => AF_UNSPEC,
            Self::Ipv4 => AF_INET,
            Self::Ipv6 => AF_INET6,
        }
    }
}

impl From<AddressFamily> for Family {
    fn from(family: AddressFamily) -> Self {
        match family {
            AddressFamily::Ipv4 => Self::Ipv4,
            AddressFamily::Ipv6 => Self::Ipv6,
        }
    }
}

/// The words of [`Family`], in its order.
const FAMILIES: [&str; 3] = ["both", "IPv4", "IPv6"];

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(FAMILIES[*self as usize])
    }
}

impl FromStr for Family {
    type Err = UnknownWord;

    /// Reads "both", and what [`AddressFamily`] reads.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case(FAMILIES[0]) {
            return Ok(Self::Both);
        }
        text.parse::<AddressFamily>().map(Self::from).map_err(|_| UnknownWord::new(&FAMILIES))
    }
}

/// The 16 bytes in which the contract carries an address of either family.
pub(crate) fn to_wire(address: IpAddr) -> (u16, [u8; 16]) {
    match address {
        IpAddr::V4(v4) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&v4.octets());
            (AF_INET, bytes)
        }
        IpAddr::V6(v6) => (AF_INET6, v6.octets()),
    }
}

/// The reverse of [`to_wire`]; `None` for an unknown family.
#[inline]
pub(crate) fn from_wire(family: u16, bytes: [u8; 16]) -> Option<IpAddr> {
    match family {
        AF_INET => Some(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into()),
        AF_INET6 => Some(Ipv6Addr::from(bytes).into()),
        _ => None,
    }
}

/// The address of a row, or what is wrong with the row.
#[inline]
pub(crate) fn of_row(family: u16, bytes: [u8; 16]) -> Result<IpAddr, String> {
    from_wire(family, bytes).ok_or_else(|| format!("unknown address family {family}"))
}

/// A physical (link-layer) address of 0 to 32 bytes; 6 on Ethernet.
///
/// Shown as Windows shows it, `02-00-00-00-77-02`. Read with `-`, with `:` or without separators; as BSD systems print it,
/// without leading zeros (`2:0:0:0:77:2`), and as switches print it (`0200.0000.7702`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhysicalAddress {
    bytes: [u8; MAX_PHYSICAL_ADDRESS],
    length: u8,
}

impl PhysicalAddress {
    /// No address, as an unresolved neighbor has it.
    pub const EMPTY: Self = Self { bytes: [0; MAX_PHYSICAL_ADDRESS], length: 0 };

    /// An address of these bytes.
    ///
    /// # Errors
    /// More than 32 bytes.
    #[inline]
    pub fn new(bytes: &[u8]) -> Result<Self, PhysicalAddressError> {
        let mut address = Self::EMPTY;
        let slot = address.bytes.get_mut(..bytes.len()).ok_or(PhysicalAddressError::TooLong)?;
        slot.copy_from_slice(bytes);
        address.length = u8::try_from(bytes.len()).map_err(|_| PhysicalAddressError::TooLong)?;
        Ok(address)
    }

    /// The bytes in use.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// All 32 bytes; those beyond the length are zero.
    pub(crate) fn padded(&self) -> [u8; MAX_PHYSICAL_ADDRESS] {
        self.bytes
    }

    pub(crate) const fn length(&self) -> u8 {
        self.length
    }

    /// The number of bytes in use.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// There is no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All bytes are zero: what Windows shows for a neighbor that did not answer.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|byte| *byte == 0)
    }

    /// The form of Linux tools: lower case with colons, `02:00:00:00:77:02`.
    #[must_use]
    pub fn to_colon_string(&self) -> String {
        separated(&hex::encode(self), ':')
    }
}

/// Hexadecimal digits in pairs.
fn separated(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() / 2 * 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && place % 2 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

impl Default for PhysicalAddress {
    /// No address.
    fn default() -> Self {
        Self::EMPTY
    }
}

impl From<[u8; 6]> for PhysicalAddress {
    /// An address of Ethernet or Wi-Fi (EUI-48).
    fn from(octets: [u8; 6]) -> Self {
        let mut address = Self::EMPTY;
        address.bytes[..6].copy_from_slice(&octets);
        address.length = 6;
        address
    }
}

impl TryFrom<&[u8]> for PhysicalAddress {
    type Error = PhysicalAddressError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        Self::new(bytes)
    }
}

impl AsRef<[u8]> for PhysicalAddress {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for PhysicalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&separated(&hex::encode_upper(self), '-'))
    }
}

impl fmt::Debug for PhysicalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not a physical address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PhysicalAddressError {
    /// More than 32 bytes.
    #[error("a physical address has at most 32 bytes")]
    TooLong,
    /// Not pairs of hexadecimal digits, or mixed separators.
    #[error(
        "not a physical address: write pairs of hexadecimal digits, such as 02-00-00-00-77-02 or 02:00:00:00:77:02"
    )]
    Malformed,
}

impl FromStr for PhysicalAddress {
    type Err = PhysicalAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Digits of each group: with colons, zeros at the beginning may be left out.
        let (separator, least, most) = match text.chars().find(|c| matches!(c, '-' | ':' | '.')) {
            None => return Self::of_digits(text),
            Some(':') => (':', 1, 2),
            Some('.') => ('.', 4, 4),
            Some(other) => (other, 2, 2),
        };
        let groups: Vec<_> = text.split(separator).collect();
        if groups.iter().any(|group| !(least..=most).contains(&group.len())) {
            return Err(PhysicalAddressError::Malformed);
        }
        let groups: Vec<_> = groups.iter().map(|group| format!("{group:0>most$}")).collect();
        Self::of_digits(&groups.concat())
    }
}

impl PhysicalAddress {
    fn of_digits(digits: &str) -> Result<Self, PhysicalAddressError> {
        if digits.is_empty() {
            return Err(PhysicalAddressError::Malformed);
        }
        Self::new(&hex::decode(digits).map_err(|_| PhysicalAddressError::Malformed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: [u8; 6] = [0x02, 0, 0, 0, 0x77, 0xab];

    #[test]
    fn a_physical_address_is_read_in_each_form_and_shown_in_one() {
        for text in ["02-00-00-00-77-ab", "02:00:00:00:77:AB", "2:0:0:0:77:ab", "0200.0000.77ab", "0200000077aB"] {
            assert_eq!(text.parse(), Ok(PhysicalAddress::from(MAC)), "{text}");
        }
        assert_eq!(PhysicalAddress::from(MAC).to_string(), "02-00-00-00-77-AB");
        assert_eq!(PhysicalAddress::from(MAC).to_colon_string(), "02:00:00:00:77:ab");
    }

    #[test]
    fn what_is_no_physical_address_is_refused() {
        for text in [
            "",
            "02-00:00-00-77-ab",
            "2-0-0-0-77-ab",
            "02-00-00-00-77-",
            "xx-00",
            "020",
            "0x02",
            "2::77",
            "2:000",
            "0200.00",
        ] {
            assert_eq!(text.parse::<PhysicalAddress>(), Err(PhysicalAddressError::Malformed), "{text:?}");
        }
        assert_eq!("00".repeat(33).parse::<PhysicalAddress>(), Err(PhysicalAddressError::TooLong));
        assert_eq!("00".repeat(32).parse::<PhysicalAddress>().map(|a| a.len()), Ok(32));
    }

    #[test]
    fn addresses_survive_the_wire() {
        for text in ["192.0.2.7", "::1", "fe80::1", "2001:db8::2"] {
            let address: IpAddr = text.parse().unwrap();
            let (family, bytes) = to_wire(address);
            assert_eq!(from_wire(family, bytes), Some(address));
        }
        assert_eq!(from_wire(10, [0; 16]), None);
    }
}
