//! A driver in memory, and what the steps mean there.

use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_client::{Device, InterfaceLuid};
use netioctl_loopback::Loopback;
use netioctl_model::{Place, World};
use std::net::IpAddr;

/// A loopback with two interfaces of both families each, through a device of the choice of the test.
pub fn world(transport: impl FnOnce(&Loopback) -> Device) -> World {
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
    World { device: transport(&driver), places }
}
