//! What an interface is like, in the words and units of `interface set`.

use super::{
    args::{Behavior, LinkLocal},
    row::Row,
};
use crate::output::{Record, field};
use clap::ValueEnum;
use serde_json::Value;

/// How the value of a member is written.
#[derive(Clone, Copy)]
enum Form {
    Switch,
    Discovery,
    LinkLocal,
    Milliseconds,
    Bytes,
    Metric,
    Zones,
    Plain,
}

/// The members that can be set, by their names in the JSON, each with the option that sets it.
const OPTIONS: [(&str, &str, Form); 20] = [
    ("mtu", "mtu", Form::Bytes),
    ("metric", "metric", Form::Metric),
    ("forwarding_enabled", "forwarding", Form::Switch),
    ("advertising_enabled", "advertising", Form::Switch),
    ("weak_host_send", "weak-host-send", Form::Switch),
    ("weak_host_receive", "weak-host-receive", Form::Switch),
    ("use_neighbor_unreachability_detection", "nud", Form::Switch),
    ("managed_address_configuration_supported", "managed-address", Form::Switch),
    ("other_stateful_configuration_supported", "other-stateful", Form::Switch),
    ("advertise_default_route", "advertise-default-route", Form::Switch),
    ("disable_default_routes", "ignore-default-routes", Form::Switch),
    ("router_discovery_behavior", "router-discovery", Form::Discovery),
    ("dad_transmits", "dad-transmits", Form::Plain),
    ("base_reachable_time", "base-reachable-time", Form::Milliseconds),
    ("retransmit_time", "retransmit-time", Form::Milliseconds),
    ("path_mtu_discovery_timeout", "path-mtu-timeout", Form::Milliseconds),
    ("link_local_address_behavior", "link-local", Form::LinkLocal),
    ("link_local_address_timeout", "link-local-timeout", Form::Milliseconds),
    ("site_prefix_length", "site-prefix-length", Form::Plain),
    ("zone_indices", "zone", Form::Zones),
];

/// Units of members that cannot be set.
const UNITS: [(&str, &str); 4] = [
    ("reachable_time", "ms"),
    ("min_router_advertisement_interval", "s"),
    ("max_router_advertisement_interval", "s"),
    ("max_reassembly_size", "bytes"),
];

/// Every member, with its value: those that can be set are called as the options that set them.
pub fn of(row: &Row) -> serde_json::Result<Vec<[String; 2]>> {
    let members = serde_json::to_value(row)?;
    // That the metric is automatic is told with the metric.
    let shown = Row::columns().into_iter().filter(|name| *name != "use_automatic_metric");
    let line = |name: &'static str| {
        let value = members.get(name)?;
        let option = OPTIONS.iter().find(|(member, ..)| *member == name);
        let Some((_, option, form)) = option else { return Some([name.replace('_', "-"), read_only(name, value)]) };
        Some([(*option).to_owned(), written(*form, value, &members)])
    };
    Ok(shown.filter_map(line).collect())
}

fn written(form: Form, value: &Value, members: &Value) -> String {
    match form {
        Form::Switch => if value == &Value::Bool(true) { "on" } else { "off" }.to_owned(),
        Form::Discovery => word::<Behavior>(value, |behavior| behavior as i64),
        Form::LinkLocal => word::<LinkLocal>(value, |behavior| behavior as i64),
        Form::Milliseconds => format!("{} ms", field(value)),
        Form::Bytes => format!("{} bytes", field(value)),
        Form::Metric if members.get("use_automatic_metric") == Some(&Value::Bool(true)) => {
            format!("auto ({})", field(value))
        }
        Form::Zones => zones(value),
        Form::Metric | Form::Plain => field(value),
    }
}

/// The word of the command line for a number; the number, where there is none.
fn word<T: ValueEnum + Copy>(value: &Value, number: fn(T) -> i64) -> String {
    let known = T::value_variants().iter().find(|known| value.as_i64() == Some(number(**known)));
    let word = known.and_then(ValueEnum::to_possible_value).map(|word| word.get_name().to_owned());
    word.unwrap_or_else(|| field(value))
}

/// The scope levels that have a zone id.
fn zones(value: &Value) -> String {
    let levels = value.as_array().into_iter().flatten().enumerate();
    let zones = levels.filter(|(_, id)| id.as_u64() != Some(0)).map(|(level, id)| format!("{level}={id}"));
    zones.collect::<Vec<_>>().join(" ")
}

fn read_only(name: &str, value: &Value) -> String {
    let unit = UNITS.iter().find(|(member, _)| *member == name).map_or("", |(_, unit)| unit);
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        value => format!("{} {unit}", field(value)).trim_end().to_owned(),
    }
}
