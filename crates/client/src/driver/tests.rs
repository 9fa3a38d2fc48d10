//! The order of installing, on systems that keep their books honestly and fail where they are told to.

use super::sequence::{self, Steps};
use super::{DeviceNode, Installed, ProblemCode, SetupError};
use crate::{Error, ErrorKind, Version};
use netioctl_abi::Capabilities;
use std::cell::{Cell, RefCell};
use std::path::Path;

/// A package by its published name. `good` ones hold a driver that works.
#[derive(Clone, Debug, PartialEq)]
struct Package {
    name: &'static str,
    good: bool,
}

const OLD: Package = Package { name: "oem1.inf", good: true };
const NEW: Package = Package { name: "oem2.inf", good: true };
const BROKEN: Package = Package { name: "oem2.inf", good: false };

/// A system: which packages it keeps, and which one drives the device.
struct System {
    offered: Package,
    kept: RefCell<Vec<Package>>,
    /// The device, if there is one: driven by a package, or by none yet.
    #[expect(clippy::option_option, reason = "a device without a driver is another thing than no device")]
    device: RefCell<Option<Option<Package>>>,
    loaded: RefCell<Option<Package>>,
    /// Wine: what is loaded is not replaced.
    keeps_what_is_loaded: bool,
    fails_at: Cell<Option<&'static str>>,
    reboot_at: Option<&'static str>,
    log: RefCell<Vec<&'static str>>,
}

impl System {
    fn new(installed: Option<Package>, offered: Package) -> Self {
        Self {
            offered,
            kept: RefCell::new(installed.iter().cloned().collect()),
            device: RefCell::new(installed.clone().map(Some)),
            loaded: RefCell::new(installed),
            keeps_what_is_loaded: false,
            fails_at: Cell::new(None),
            reboot_at: None,
            log: RefCell::default(),
        }
    }

    fn install(&self) -> Result<Installed, Error> {
        sequence::install(self, Path::new("new.inf"))
    }

    /// Notes a step; fails in it the first time, if that is wanted.
    fn step(&self, name: &'static str) -> Result<(), SetupError> {
        self.log.borrow_mut().push(name);
        if self.fails_at.get() == Some(name) {
            self.fails_at.set(None);
            return Err(SetupError::NothingInstalled);
        }
        Ok(())
    }

    fn drive(&self, package: &Package) {
        let mut device = self.device.borrow_mut();
        let mut loaded = self.loaded.borrow_mut();
        if let Some(driver) = device.as_mut() {
            *driver = Some(package.clone());
            if !(self.keeps_what_is_loaded && loaded.is_some()) {
                *loaded = Some(package.clone());
            }
        }
    }

    fn names(&self) -> Vec<&'static str> {
        self.kept.borrow().iter().map(|package| package.name).collect()
    }

    fn did(&self, step: &str) -> bool {
        self.log.borrow().contains(&step)
    }
}

impl Steps for System {
    fn check(&self, _: &Path) -> Result<(), Error> {
        Ok(self.step("check")?)
    }

    fn stage(&self, _: &Path) -> Result<String, SetupError> {
        self.step("stage")?;
        let mut kept = self.kept.borrow_mut();
        if !kept.contains(&self.offered) {
            kept.push(self.offered.clone());
        }
        Ok(self.offered.name.to_owned())
    }

    fn unstage(&self, published: &str) -> Result<(), SetupError> {
        self.step("unstage")?;
        self.kept.borrow_mut().retain(|package| package.name != published);
        Ok(())
    }

    fn devices(&self) -> Result<Vec<DeviceNode>, SetupError> {
        let device = self.device.borrow();
        let broken = |package: &Package| (!package.good).then(|| ProblemCode(39).into());
        let node = |driver: &Option<Package>| DeviceNode {
            instance_id: r"ROOT\NETIOCTL\0000".into(),
            service: driver.as_ref().map(|_| "netioctl".into()),
            inf: driver.as_ref().map(|package| package.name.into()),
            problem: driver.as_ref().and_then(broken),
        };
        Ok(device.iter().map(node).collect())
    }

    fn create_device(&self, _: &Path) -> Result<(), SetupError> {
        self.step("create")?;
        let before = self.device.replace(Some(None));
        assert_eq!(before, None, "a second device");
        Ok(())
    }

    fn update(&self, _: &Path) -> Result<bool, SetupError> {
        self.step("update")?;
        assert!(self.device.borrow().is_some(), "no device to drive");
        self.drive(&self.offered);
        Ok(self.reboot_at == Some("update"))
    }

    fn runs(&self, _: &Path) -> Result<bool, SetupError> {
        self.step("runs")?;
        Ok(self.loaded.borrow().as_ref() == Some(&self.offered))
    }

    fn unload(&self) -> Result<bool, SetupError> {
        self.step("unload")?;
        if self.reboot_at == Some("unload") {
            return Ok(true);
        }
        self.device.replace(None);
        self.loaded.replace(None);
        Ok(false)
    }

    fn remove_all(&self) -> Result<(), SetupError> {
        self.step("remove_all")?;
        self.device.replace(None);
        self.loaded.replace(None);
        Ok(())
    }

    fn answers(&self) -> bool {
        self.device.borrow().is_some() && self.loaded.borrow().as_ref().is_some_and(|package| package.good)
    }

    fn wait(&self) -> Result<Version, Error> {
        self.step("wait")?;
        if !self.answers() || self.reboot_at == Some("update") {
            return Err(SetupError::NotStarted { seconds: 10 }.into());
        }
        Ok(Version { abi: (1, 0), driver: (1, 2, 3), capabilities: Capabilities::empty() })
    }

    fn restore(&self, published: &str) -> Result<(), SetupError> {
        self.step("restore")?;
        let package = self.kept.borrow().iter().find(|package| package.name == published).cloned();
        let package = package.ok_or(SetupError::NothingInstalled)?;
        if self.device.borrow().is_none() {
            self.device.replace(Some(None));
        }
        self.loaded.replace(None);
        self.drive(&package);
        Ok(())
    }
}

#[test]
fn a_first_installation_makes_the_device() {
    let system = System::new(None, NEW);
    let installed = system.install().unwrap();
    assert_eq!(
        (installed.replaced, installed.reboot_needed, installed.inf.as_deref()),
        (false, false, Some("oem2.inf"))
    );
    assert_eq!(*system.log.borrow(), ["check", "stage", "unload", "create", "update", "wait"]);
}

/// The new package is there before the old one goes, and the device stays.
#[test]
fn a_driver_that_works_is_replaced_in_place() {
    let system = System::new(Some(OLD), NEW);
    let installed = system.install().unwrap();
    assert!(installed.replaced && !system.did("unload") && !system.did("create"));
    assert_eq!(*system.log.borrow(), ["check", "stage", "update", "runs", "wait", "unstage"]);
    assert_eq!((system.names(), system.answers()), (vec!["oem2.inf"], true));
}

#[test]
fn the_same_package_again_is_kept() {
    let system = System::new(Some(OLD), OLD);
    assert!(system.install().unwrap().replaced);
    assert_eq!((system.names(), system.did("unstage")), (vec!["oem1.inf"], false));
}

#[test]
fn a_system_that_keeps_what_is_loaded_is_made_to_load_the_new_one() {
    let system = System { keeps_what_is_loaded: true, ..System::new(Some(OLD), NEW) };
    assert!(system.install().unwrap().replaced);
    assert_eq!(*system.loaded.borrow(), Some(NEW));
    assert_eq!(
        *system.log.borrow(),
        ["check", "stage", "update", "runs", "unload", "create", "update", "wait", "unstage"]
    );
}

#[test]
fn one_that_does_not_work_is_not_kept() {
    let system = System::new(Some(Package { name: "oem1.inf", good: false }), NEW);
    assert!(system.install().unwrap().replaced);
    assert_eq!((system.did("unload"), system.names(), system.answers()), (true, vec!["oem2.inf"], true));
}

/// Whatever fails, the old driver drives the device afterwards, and answers; the new package is gone again.
#[test]
fn every_failure_leaves_the_old_driver_in_place() {
    for keeps_what_is_loaded in [false, true] {
        for step in ["check", "stage", "update", "runs", "unload", "create", "wait"] {
            let system = System { keeps_what_is_loaded, ..System::new(Some(OLD), NEW) };
            system.fails_at.set(Some(step));
            let failed = system.install();
            let reached = system.did(step);
            assert_eq!(failed.is_err(), reached, "{step}");
            let expected = if reached { OLD } else { NEW };
            assert!(system.answers(), "{step}: {:?}", system.log.borrow());
            assert_eq!(*system.device.borrow(), Some(Some(expected.clone())), "{step}: {:?}", system.log.borrow());
            assert_eq!(*system.loaded.borrow(), Some(expected.clone()), "{step}: {:?}", system.log.borrow());
            assert_eq!(system.names(), [expected.name], "{step}: {:?}", system.log.borrow());
            if reached && !["check", "stage"].contains(&step) {
                let said = failed.unwrap_err().to_string();
                assert!(said.contains("is in place and works"), "{step}: {said}");
            }
        }
    }
}

/// The system's own reason is part of the error.
#[test]
fn a_driver_that_does_not_start_gives_way_to_the_old_one_and_its_problem_is_said() {
    let system = System::new(Some(OLD), BROKEN);
    let error = system.install().unwrap_err();
    let said = error.to_string();
    assert!(said.contains("problem 39 (CM_PROB_DRIVER_FAILED_LOAD)") && said.contains("no interface"), "{said}");
    assert!(said.contains("is in place and works"), "{said}");
    assert_eq!((system.names(), system.answers(), error.kind()), (vec!["oem1.inf"], true, ErrorKind::Failed));

    let system = System::new(None, BROKEN);
    let said = system.install().unwrap_err().to_string();
    assert!(said.contains("problem 39") && !said.contains("before"), "{said}");
    assert_eq!((system.names(), system.device.borrow().is_none()), (Vec::new(), true));
}

#[test]
fn what_cannot_be_brought_back_is_said() {
    let system = System::new(Some(OLD), BROKEN);
    system.fails_at.set(Some("restore"));
    let said = system.install().unwrap_err().to_string();
    assert!(said.contains("does not work any more"), "{said}");
}

/// Nothing is undone that Windows is about to finish.
#[test]
fn a_restart_is_an_outcome_of_its_own() {
    let system = System { reboot_at: Some("update"), ..System::new(Some(OLD), NEW) };
    let error = system.install().unwrap_err();
    assert_eq!((error.kind(), system.names()), (ErrorKind::RestartNeeded, vec!["oem1.inf", "oem2.inf"]));
    let broken = Package { name: "oem1.inf", good: false };
    let system = System { reboot_at: Some("unload"), ..System::new(Some(broken), NEW) };
    assert_eq!(system.install().unwrap_err().kind(), ErrorKind::RestartNeeded);
    assert!(!system.did("create") && !system.did("remove_all"));
}
