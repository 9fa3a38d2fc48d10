//! `netioctl route`.

mod args;
mod row;

use crate::{
    error::{CliError, DONE, FamilyError},
    output::Output,
    select::{Directory, InterfaceSelector},
    system::System,
    values::{ScopedAddress, Zone},
};
use args::Get;
pub use args::{Route, Show};
use netioctl_client::{Access, Family, Interface, InterfaceKey, RouteQuery, abi::AddressFamily};
pub use row::is_of_the_machine;
use row::{Row, Taken};

pub fn run(command: &Route, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    match command {
        Route::Show(args) => show(args, family, system, output),
        Route::Get(args) => get(args, system, output),
    }
}

pub fn show(args: &Show, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let interfaces = device.interface_table(Family::Both)?.into_rows();
    let mut directory = Directory::of(system, &interfaces);
    let key = args.interface.as_ref().map(|selector| directory.resolve_listed(selector)).transpose()?;
    let mut routes = device.route_table(family)?.into_rows();
    routes.retain(|route| {
        key.is_none_or(|key| key.matches(route.interface_luid, route.interface_index))
            && (args.destination.is_empty() || args.destination.iter().any(|wanted| wanted.is(route)))
            && (args.all || !is_of_the_machine(route))
    });
    // Default routes first, as `ip route` has them, then by destination.
    routes.sort_by_key(|route| {
        let is_default = route.prefix_length == 0;
        (route.destination.is_ipv6(), !is_default, route.destination, route.prefix_length, total(route, &interfaces))
    });
    output.records(routes.iter().map(|route| Row::new(route, total(route, &interfaces), &mut directory)))?;
    Ok(DONE)
}

/// The metric that routes are compared by: that of the route and that of its interface.
fn total(route: &netioctl_client::Route, interfaces: &[Interface]) -> u32 {
    let same = |row: &&Interface| {
        row.luid == route.interface_luid && (row.family == AddressFamily::Ipv6) == route.destination.is_ipv6()
    };
    let of_interface = interfaces.iter().find(same).map_or(0, |row| row.metric);
    route.metric.saturating_add(of_interface)
}

fn get(args: &Get, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let interfaces = device.interface_table(Family::Both)?.into_rows();
    let mut directory = Directory::of(system, &interfaces);
    let best = device.best_route(&query(args, &directory)?)?;
    let row = Row::new(&best.route, total(&best.route, &interfaces), &mut directory);
    output.records([Taken::new(row, args.address.address, &best)])?;
    Ok(DONE)
}

fn query(args: &Get, directory: &Directory<'_>) -> Result<RouteQuery, CliError> {
    let ScopedAddress { address, ref zone } = args.address;
    let mut query = RouteQuery::to(address);
    if let Some(source) = args.source {
        if source.is_ipv4() != address.is_ipv4() {
            return Err(FamilyError::OtherSource { address, from: source }.into());
        }
        query = query.from(source, 0);
    }
    let by_zone = match zone {
        Zone::None => None,
        Zone::Id(index) => Some(InterfaceSelector::Key(InterfaceKey::Index(*index))),
        Zone::Name(name) => Some(InterfaceSelector::Name(name.clone())),
    };
    if let Some(selector) = &by_zone {
        query = query.with_scope_id(directory.index(directory.resolve_listed(selector)?).unwrap_or(0));
    }
    let interface = args.interface.as_ref().or(by_zone.as_ref());
    let key = interface.map(|selector| directory.resolve_listed(selector)).transpose()?;
    Ok(key.map_or(query, |key| query.through(key)))
}
