//! `WDFSTRING`: a counted string with a handle.

use crate::call::Call;
use crate::nt;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::vec::Vec;
use core::ptr::null_mut;
use wdf_abi::{DriverGlobals, Function, Handle, ObjectAttributes, UnicodeString};
use wdf_model::attributes::Accepts;
use wdf_model::irql::PASSIVE_LEVEL;
use wdf_model::status::{self, Status};

/// The object's data: the text and a terminator, or nothing at all.
#[derive(Default)]
pub struct Text(Option<Vec<u16>>);

impl Text {
    fn new(mut text: Vec<u16>) -> Self {
        text.push(0);
        Self(Some(text))
    }

    fn view(&mut self) -> UnicodeString {
        match &mut self.0 {
            Some(text) => {
                let maximum = u16::try_from(text.len().saturating_mul(2)).unwrap_or(u16::MAX - 1);
                UnicodeString { length: maximum.saturating_sub(2), maximum_length: maximum, buffer: text.as_mut_ptr() }
            }
            None => UnicodeString { length: 0, maximum_length: 0, buffer: null_mut() },
        }
    }
}

/// `WdfStringCreate`.
pub extern "system" fn create(
    globals: *const DriverGlobals,
    text: *const UnicodeString,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfStringCreate, PASSIVE_LEVEL);
    let data = match nt::read(text) {
        None => Text::default(),
        Some(text) if text.length > text.maximum_length || text.length % 2 != 0 => return status::INVALID_PARAMETER,
        Some(text) => Text::new(nt::text_of(&text)),
    };
    life::create_plain(call, globals, attributes, Accepts::PLAIN, data, out)
}

/// `WdfStringGetUnicodeString`.
pub extern "system" fn get(_globals: *const DriverGlobals, string: Handle, out: *mut UnicodeString) {
    let call = Call::enter(Function::WdfStringGetUnicodeString, PASSIVE_LEVEL);
    if let Ok(view) = world::with::<Text, _>(call, string, Text::view) {
        nt::write(out, view);
    }
}

/// Gives a string object a text.
pub fn assign(call: Call, string: Handle, text: Vec<u16>) -> Status {
    match world::with::<Text, _>(call, string, |data| *data = Text::new(text)) {
        Ok(()) => status::SUCCESS,
        Err(status) => status,
    }
}

impl Kind for Text {
    const NAME: &'static str = "WDFSTRING";

    fn needs_passive(&self) -> bool {
        true
    }
}
