//! The loopback does what the model says; the harness holds the real driver against the same model.
#![forbid(unsafe_code)]

use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_client::{Access, InterfaceLuid};
use netioctl_loopback::Loopback;
use netioctl_model::{Place, World, agree};
use std::{env, net::IpAddr};

/// A world of two interfaces with both families each.
fn world() -> World {
    let driver = Loopback::new();
    let places = [2_u32, 3].map(|index| {
        let luid = 6 << 48 | u64::from(index) << 24;
        for family in [2, 23] {
            let row = MIB_IPINTERFACE_ROW {
                Family: family,
                InterfaceLuid: luid,
                InterfaceIndex: index,
                ..Default::default()
            };
            driver.netio().update(|tables| tables.rows_mut().push(row));
        }
        let address = |text: String| text.parse::<IpAddr>().unwrap();
        let addresses = [
            address(format!("192.0.{index}.1")),
            address(format!("192.0.{index}.2")),
            address(format!("2001:db8:{index}::1")),
            address(format!("2001:db8:{index}::2")),
        ];
        Place { index, luid: InterfaceLuid(luid), addresses }
    });
    World { device: driver.open(Access::ReadWrite).unwrap(), places }
}

#[test]
fn the_loopback_agrees_with_the_model_after_every_step() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let sequences = number("MODEL_SEQUENCES").unwrap_or(if cfg!(miri) { 2 } else { 100 });
    let seed = number("MODEL_SEED").unwrap_or(1);
    let taken = agree(&world(), sequences, seed.into()).unwrap_or_else(|difference| panic!("{difference}"));
    assert!(taken >= u64::from(sequences), "{taken} steps");
}
