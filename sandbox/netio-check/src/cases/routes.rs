//! Routes and links: what a driver that keeps to the rules never asks, and what lies where nothing is defined.

use crate::machine::{Machine, expect};
use anyhow::{Result, ensure};
use netio_sys::{MIB_IPFORWARD_ROW2, SOCKADDR_INET};
use netio_wire::{POISON, Row, row};
use netioctl_status::NtStatus;
use std::ptr::null_mut;
use verifier_abi::Violation;

pub fn the_best_one(machine: &Machine) -> Result<()> {
    let netio = &machine.netio;
    let to = row::socket_address("127.0.0.1".parse()?);
    let (mut route, mut from) = (MIB_IPFORWARD_ROW2::default(), SOCKADDR_INET::default());
    let findings = machine.findings(|| {
        for status in [
            netio.best_route(None, Some(&mut route), Some(&mut from)),
            netio.best_route(Some(&to), None, Some(&mut from)),
            netio.best_route(Some(&to), Some(&mut route), None),
            netio.best_route(Some(&SOCKADDR_INET::default()), Some(&mut route), Some(&mut from)),
        ] {
            ensure!(status == NtStatus::INVALID_PARAMETER, "{status}");
        }
        ensure!((route, from) == (MIB_IPFORWARD_ROW2::default(), SOCKADDR_INET::default()), "nothing is written");
        ensure!(netio.best_route(Some(&to), Some(&mut route), Some(&mut from)) == NtStatus::SUCCESS);
        Ok(())
    })?;
    ensure!(findings.is_empty(), "{findings:?}");
    ensure!((route.Loopback, row::ip(&from)) == (1, Some("127.0.0.1".parse()?)), "{route:?}, {from:?}");
    // What an IPv4 address leaves unused.
    ensure!(from.image()[16..].iter().all(|byte| *byte == POISON), "{from:?}");
    Ok(())
}

pub fn links(machine: &Machine) -> Result<()> {
    let netio = &machine.netio;
    ensure!(netio.get_links(None) == NtStatus::INVALID_PARAMETER);
    let mut table = null_mut();
    ensure!(netio.get_links(Some(&mut table)) == NtStatus::SUCCESS && !table.is_null());
    let findings = machine.findings(|| {
        netio.free(table);
        netio.free(table);
        Ok(())
    })?;
    expect(&findings, Violation::TableFreedTwice, "FreeMibTable")
}
