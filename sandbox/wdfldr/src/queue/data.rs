//! `WDFQUEUE`: what is known of a queue.

use crate::lock::{CallbackLock, Monitor};
use crate::nt::Pointer;
use alloc::sync::Arc;
use wdf_abi::constants::{
    WDF_REQUEST_TYPE_DEVICE_CONTROL, WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL, WDF_REQUEST_TYPE_READ,
    WDF_REQUEST_TYPE_WRITE,
};
use wdf_abi::{IoQueueConfig, QueueState};
use wdf_model::config::Dispatch;
use wdf_model::execution::Presentation;
use wdf_model::queue::Queue;
use wdf_model::tree::ObjectId;

/// What follows a change of state.
pub enum Then {
    /// A callback of the driver.
    Call(&'static str, QueueState, Pointer),
    /// Somebody waits.
    Signal(Arc<Monitor<bool>>),
}

/// The object's data.
pub struct IoQueue {
    pub device: ObjectId,
    pub config: IoQueueConfig,
    pub state: Queue<ObjectId, Then>,
    pub presentation: Presentation,
    /// The lock that the presentation asks for.
    pub lock: Arc<CallbackLock>,
    pub ready: (QueueState, usize),
    pub power_managed: bool,
}

impl IoQueue {
    /// Whether a request of this type can be handed out.
    pub fn serves(&self, kind: i32) -> bool {
        let config = &self.config;
        let own = match kind {
            WDF_REQUEST_TYPE_READ => config.io_read.is_some(),
            WDF_REQUEST_TYPE_WRITE => config.io_write.is_some(),
            WDF_REQUEST_TYPE_DEVICE_CONTROL => config.io_device_control.is_some(),
            WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL => config.io_internal_device_control.is_some(),
            _ => false,
        };
        own || config.io_default.is_some() || self.state.dispatch() == Dispatch::Manual
    }
}
