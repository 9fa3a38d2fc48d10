//! `--compartment`: what is seen in another network compartment, and what is said where there is none.

use super::{
    machine::{Driver, ETHERNET, Machine},
    on,
};
use netioctl_client::Failure;
use std::collections::BTreeMap;

/// A machine whose interfaces are in compartment 2, commands begin elsewhere, and nobody may enter compartment 3.
fn machine() -> Machine {
    let empty = Driver::default();
    empty.netio().update(|tables| *tables = netioctl_loopback::Tables::default());
    let compartments = BTreeMap::from([(2, Ok(Driver::default())), (3, Err(Failure::from_win32(5)))]);
    Machine { compartments, ..Machine::with(empty) }
}

#[test]
fn a_command_sees_what_is_in_the_compartment_that_it_names() {
    let shows = ["neigh show", "interface show", "interface show --detail", "address show", "route show"];
    for command in shows {
        let (here, there) = (on(&machine(), command), on(&machine(), &format!("{command} --compartment 2")));
        assert!(!here.contains("Ethernet 2") && here.starts_with("exit 0\n"), "{command}: {here}");
        assert!(there.contains("Ethernet 2") && there.starts_with("exit 0\n"), "{command}: {there}");
    }
    let machine = machine();
    assert!(
        on(&machine, "--compartment 2 neigh replace 192.0.2.99 020000007799 -i Ethernet_2").starts_with("exit 0\n")
    );
    let Some(Ok(there)) = machine.compartments.get(&2) else { panic!("it is gone") };
    assert!(
        there.neighbors(|rows| rows.iter().any(|row| row.InterfaceLuid == ETHERNET && row.PhysicalAddress[5] == 0x99))
    );
}

#[test]
fn several_addresses_are_resolved_in_the_compartment() {
    let said = on(&machine(), "--compartment 2 neigh resolve 192.0.2.10 fe80::1 -i Ethernet_2");
    assert!(said.starts_with("exit 0\n") && said.contains("2 of 2 answered"), "{said}");
}

#[test]
fn who_cannot_get_in_is_told_what_to_do() {
    let expected = [
        ("--compartment 3 neigh show", 4, "run it elevated"),
        ("--compartment 3 neigh flush --all --yes", 4, "run it elevated"),
        ("--compartment 7 interface show", 3, "`Get-NetCompartment` of PowerShell lists them"),
        ("--compartment 0 neigh show", 2, "invalid value '0'"),
        ("--compartment two neigh show", 2, "invalid value 'two'"),
        ("--compartment 2 driver status", 2, "`driver` has no use for --compartment: leave it out"),
        ("stats --compartment 2", 2, "`stats` has no use for --compartment: leave it out"),
    ];
    for (line, code, text) in expected {
        let said = on(&machine(), line);
        assert!(said.starts_with(&format!("exit {code}\nnetioctl: ")) && said.lines().count() == 2, "{line}: {said}");
        assert!(said.contains(text), "{line}: {said}");
    }
}
