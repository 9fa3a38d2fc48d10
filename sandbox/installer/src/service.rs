//! Drivers as services.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use windows_service::service::{
    Service, ServiceAccess, ServiceErrorControl, ServiceInfo, ServiceStartType, ServiceState, ServiceType,
    UserEventCode,
};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

/// A driver that owns requests still may take as long as this to unload.
const STOP: Duration = Duration::from_secs(30);

/// Time between two looks at a service that is about to stop.
const POLL: Duration = Duration::from_millis(20);

/// Makes the service of a driver and starts it.
pub fn start(name: &str, image: &str) -> Result<()> {
    let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
    let manager = ServiceManager::local_computer(None::<&str>, access).context("the service control manager")?;
    let information = ServiceInfo {
        name: name.into(),
        display_name: name.into(),
        service_type: ServiceType::KERNEL_DRIVER,
        start_type: ServiceStartType::OnDemand,
        error_control: ServiceErrorControl::Normal,
        executable_path: image.into(),
        launch_arguments: Vec::new(),
        dependencies: Vec::new(),
        account_name: None,
        account_password: None,
    };
    let access = ServiceAccess::START | ServiceAccess::QUERY_STATUS;
    let service = manager.create_service(&information, access).with_context(|| format!("making the service {name}"))?;
    service.start::<&str>(&[]).with_context(|| format!("the driver did not load: starting the service {name}"))
}

/// Stops a service, so that its driver is unloaded, and deletes it.
pub fn remove(name: &str) -> Result<()> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::STOP | ServiceAccess::QUERY_STATUS | ServiceAccess::DELETE;
    let service = manager.open_service(name, access).with_context(|| format!("there is no service {name}"))?;
    stop(&service, name)?;
    service.delete().with_context(|| format!("deleting the service {name}"))
}

/// A driver whose last device is gone may take no order to stop, since it is on its way out: what counts is the state.
fn stop(service: &Service, name: &str) -> Result<()> {
    let refusal = service.stop().err();
    let deadline = Instant::now() + STOP;
    while service.query_status()?.current_state != ServiceState::Stopped {
        let why = || refusal.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        ensure!(Instant::now() < deadline, "the driver {name} does not unload{}", why());
        std::thread::sleep(POLL);
    }
    Ok(())
}

/// Tells the driver of a service that the system goes down.
pub fn shut_down(name: &str) -> Result<()> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::USER_DEFINED_CONTROL;
    let service = manager.open_service(name, access).with_context(|| format!("there is no service {name}"))?;
    let code = UserEventCode::from_raw(verifier_abi::SHUT_DOWN).context("a code of the sandbox's own")?;
    service.notify(code).map(drop).with_context(|| format!("telling {name} that the system goes down"))
}

/// Whether the driver of a service is loaded.
pub fn runs(name: &str) -> Result<bool> {
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)?;
    let service = manager.open_service(name, ServiceAccess::QUERY_STATUS)?;
    Ok(service.query_status()?.current_state == ServiceState::Running)
}
