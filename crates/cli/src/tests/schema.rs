//! The JSON is what `docs/schema` says, and the CSV has the same names.

use super::{
    interface_watch,
    machine::{Driver, Machine, Meanwhile},
    on, works,
};
use jsonschema::Validator;
use netioctl_client::{Interface, Neighbor, Statistics, UnicastAddress};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

fn schema(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let text = fs::read_to_string(folder.join(format!("{name}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The schemas of lists, each with the command that its description says it is printed by.
fn lists() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".schema.json") else { continue };
        let schema = schema(name);
        let printed = schema["description"].as_str().unwrap().strip_prefix("Printed by `netioctl ");
        if let Some((line, _)) = printed.and_then(|rest| rest.split_once(" --json`")) {
            assert_eq!(schema["type"], "array", "{name}");
            lists.push((name.to_owned(), line.to_owned()));
        }
    }
    assert!(lists.len() >= 3, "{lists:?}");
    lists
}

fn validator(name: &str) -> Validator {
    jsonschema::options().should_validate_formats(true).build(&schema(name)).unwrap()
}

/// What a command printed that succeeded.
fn printed(screen: &str) -> &str {
    screen.strip_prefix("exit 0\n").unwrap_or_else(|| panic!("{screen}"))
}

fn json(line: &str) -> Value {
    serde_json::from_str(printed(&works(line))).unwrap()
}

fn check(validator: &Validator, value: &Value) {
    let problems: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:#?} in {value:#}");
}

#[test]
fn lists_follow_their_schemas() {
    let more = [
        ("neighbors", "neigh get fe80::1%12"),
        ("neighbors", "neigh resolve 192.0.2.10 -i 12"),
        ("neighbors", "neigh flush --all --dry-run"),
        ("neighbors", "neigh resolve 192.0.2.10 fe80::1 -i 12"),
        ("neighbors", "neigh save"),
        ("changes", "neigh apply neighbors.json --prune --dry-run"),
        ("changes", "neigh add 192.0.2.40/30 02-00-00-00-77-02 -i 12"),
        ("changes", "neigh set 192.0.2.9 192.0.2.10 02-00-00-00-77-02"),
        ("changes", "neigh del 192.0.2.9 192.0.2.10"),
        ("interfaces", "interface get 12"),
        ("routes", "route get 192.0.2.77"),
        ("routes", "route show --all"),
    ];
    let more = more.map(|(name, line)| (name.to_owned(), line.to_owned()));
    for (name, line) in lists().into_iter().chain(more) {
        let value = json(&format!("{line} --json"));
        assert!(!value.as_array().unwrap().is_empty(), "{line}");
        check(&validator(&name), &value);
    }
    let flushed = &json("neigh flush --all -v --json")["flushed"];
    assert!(!flushed.as_array().unwrap().is_empty());
    check(&validator("neighbors"), flushed);
}

#[test]
fn each_line_of_the_watch_follows_its_schema() {
    let machine = Machine::with(Driver::default());
    machine.meanwhile.replace(vec![Box::new(|driver| driver.neighbors(|rows| rows.truncate(1)))]);
    let change: Meanwhile =
        Box::new(|driver| driver.neighbors(|rows| (rows[0].State, rows[0].PhysicalAddress[0]) = (4, 6)));
    machine.meanwhile.borrow_mut().push(change);
    let screen = on(&machine, "neigh watch --json --count 2");
    let validator = validator("neighbor-event");
    let lines: Vec<Value> = printed(&screen).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["event"] == "removed"), "{screen}");
    assert!(lines.iter().any(|line| line["old_lladdr"].is_string() && line["old_state"].is_string()), "{screen}");
    for line in &lines {
        check(&validator, line);
    }
}

#[test]
fn each_line_of_the_watch_of_interfaces_follows_its_schema() {
    let screen = on(&interface_watch::eventful(), "interface watch --json");
    let validator = validator("interface-event");
    let lines: Vec<Value> = printed(&screen).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        check(&validator, line);
    }
    let of = |name: &str, value: &str| lines.iter().find(|line| line[name] == value).unwrap().clone();
    let has_members = |line: &&Value| line.get("mtu").is_some();
    assert!(lines.iter().filter(has_members).count() > 5 && !lines.iter().all(|line| has_members(&line)), "{screen}");
    let with = |mut line: Value, name: &str, value: Value| {
        line[name] = value;
        line
    };
    let without = |mut line: Value, name: &str| {
        line.as_object_mut().unwrap().remove(name);
        line
    };
    let (interface, address, lost) = (of("source", "interface"), of("source", "address"), of("event", "lost"));
    let bad = [
        with(interface.clone(), "address", "192.0.2.7".into()),
        with(interface.clone(), "surprise", true.into()),
        with(interface.clone(), "source", "address".into()),
        with(interface.clone(), "changed", vec!["luid"].into()),
        without(interface.clone(), "dad_transmits"),
        without(interface.clone(), "mtu"),
        without(interface, "luid"),
        with(address.clone(), "mtu", 1500.into()),
        with(address.clone(), "event", "lost".into()),
        without(address, "address"),
        with(lost.clone(), "ifindex", 12.into()),
        without(lost, "count"),
    ];
    for line in &bad {
        assert!(!validator.is_valid(line), "{line:#}");
    }
}

#[test]
fn an_interface_is_described_alike_in_both_schemas() {
    let (rows, events) = (schema("interfaces"), schema("interface-event"));
    let required = rows.pointer("/items/required").unwrap().as_array().unwrap();
    // What the link tells is optional, and no part of the watch.
    for name in required.iter().filter_map(Value::as_str).chain(["name"]) {
        assert_eq!(events["properties"][name], rows["items"]["properties"][name], "{name}");
    }
}

#[test]
fn the_schemas_refuse_what_they_do_not_describe() {
    for (name, line) in lists() {
        let validator = validator(&name);
        let good = json(&format!("{line} --json"));
        let required = schema(&name).pointer("/items/required").cloned();
        let required = required.or_else(|| schema(&name).pointer("/$defs/neighbor/required").cloned()).unwrap();
        for property in required.as_array().unwrap() {
            let mut bad = good.clone();
            bad[0].as_object_mut().unwrap().remove(property.as_str().unwrap());
            assert!(!validator.is_valid(&bad), "{name} without {property}");
        }
        let mut bad = good;
        bad[0]["surprise"] = Value::Bool(true);
        assert!(!validator.is_valid(&bad), "{name} with a surprise");
    }
}

#[test]
fn the_csv_has_the_names_of_the_json() {
    let events = [("neighbor-event", "neigh watch -c 0"), ("interface-event", "if watch -c 0")];
    let events = events.map(|(name, line)| (name.to_owned(), line.to_owned()));
    for (name, line) in lists().into_iter().chain(events) {
        let screen = works(&format!("{line} --csv"));
        let columns: BTreeSet<_> = printed(&screen).lines().next().unwrap().split(',').map(str::to_owned).collect();
        let schema = schema(&name);
        let places = ["/$defs/neighbor/properties", "/items/properties", "/properties"];
        let properties = places.iter().find_map(|place| schema.pointer(place)).unwrap().as_object().unwrap();
        // A list of lists has no place in a line.
        let flat = properties.keys().filter(|property| *property != "by_status").cloned();
        assert_eq!(columns, flat.collect(), "{line}");
    }
}

/// The values that the client makes of what a command prints say nothing else than that.
fn is_read<T: Serialize + DeserializeOwned>(line: &str) {
    let printed = json(line);
    let rows: Vec<T> = serde_json::from_value(printed.clone()).unwrap_or_else(|error| panic!("{line}: {error}"));
    let again = serde_json::to_value(rows).unwrap();
    let (printed, again) = (printed.as_array().unwrap(), again.as_array().unwrap());
    assert!(!printed.is_empty() && printed.len() == again.len(), "{line}");
    for (row, again) in printed.iter().zip(again) {
        for (name, value) in again.as_object().unwrap() {
            assert_eq!(row.get(name), Some(value), "{name} of {line}");
        }
    }
}

#[test]
fn programs_read_the_json_as_values_of_the_client() {
    is_read::<Neighbor>("neigh show --json");
    is_read::<UnicastAddress>("address show --json");
    is_read::<Interface>("interface show --json");
    is_read::<Statistics>("stats --json");
}
