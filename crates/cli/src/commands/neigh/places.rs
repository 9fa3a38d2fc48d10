//! Which addresses are meant by several words: addresses, networks, and what standard input has.

use crate::{
    error::{CliError, FamilyError, InputError},
    system::System,
    values::{Place, ScopedAddress, Zone},
};
use netioctl_client::Family;
use std::net::IpAddr;

/// Addresses of one command, at most: a network of 16 bits of hosts.
pub const MOST: usize = 1 << 16;

/// How standard input is called.
pub const INPUT: &str = "standard input";

/// Every address that is meant, in the order in which they are given. Of a network it is every host.
pub fn expand(places: &[Place], family: Family, system: &dyn System) -> Result<Vec<ScopedAddress>, CliError> {
    let mut addresses = Vec::new();
    for place in places {
        match place {
            Place::Input => {
                for place in read(system)? {
                    add(&place, family, &mut addresses)?;
                }
            }
            place => add(place, family, &mut addresses)?,
        }
    }
    Ok(addresses)
}

fn add(place: &Place, family: Family, addresses: &mut Vec<ScopedAddress>) -> Result<(), CliError> {
    match place {
        Place::Address(address) => {
            fits(address.address, family)?;
            addresses.push(address.clone());
        }
        Place::Network(network) => {
            fits(network.addr(), family)?;
            if u32::from(network.max_prefix_len() - network.prefix_len()) > MOST.ilog2() {
                return Err(InputError::TooMany { most: MOST }.into());
            }
            let hosts = network.hosts().map(|address| ScopedAddress { address, zone: Zone::None });
            addresses.extend(hosts.take(MOST + 1));
        }
        Place::Input => {}
    }
    if addresses.len() > MOST { Err(InputError::TooMany { most: MOST }.into()) } else { Ok(()) }
}

/// The address is of a family that is asked for.
fn fits(address: IpAddr, family: Family) -> Result<(), FamilyError> {
    let fits = match family {
        Family::Both => true,
        Family::Ipv4 => address.is_ipv4(),
        Family::Ipv6 => address.is_ipv6(),
    };
    if fits { Ok(()) } else { Err(FamilyError::OtherAddress { address, family }) }
}

/// Words of standard input, separated by blanks and lines; what follows a `#` is left out.
pub fn read(system: &dyn System) -> Result<Vec<Place>, CliError> {
    let unread = |source| InputError::Unread { file: INPUT.to_owned(), source };
    let text = super::text::decode(&system.read_input().map_err(unread)?, INPUT)?;
    let mut places = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.split('#').next().unwrap_or_default();
        for word in words.split_whitespace() {
            let column = super::text::column(line, word);
            let wrong = |problem| InputError::Wrong { file: INPUT.to_owned(), line: number, column, problem };
            match word.parse() {
                Ok(Place::Input) => return Err(wrong("not an address or a network".to_owned()).into()),
                Ok(place) => places.push(place),
                Err(problem) => return Err(wrong(problem).into()),
            }
        }
    }
    Ok(places)
}
