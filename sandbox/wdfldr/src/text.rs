//! `WDFSTRING`: a counted string with a handle.

use crate::argument::{Counted, Given, Out};
use crate::call::Call;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, UnicodeString};
use wdf_model::attributes::Accepts;

/// The object's data: the text and a terminator, or nothing at all.
#[derive(Default)]
pub struct Text(Option<Vec<u16>>);

impl Text {
    pub fn new(mut text: Vec<u16>) -> Self {
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
pub fn create(
    call: Call,
    text: Option<Counted<'_>>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let data = match text {
        None => Text::default(),
        Some(text) if !text.is_well_formed() => return Err(NtStatus::INVALID_PARAMETER),
        Some(text) => Text::new(text.text()),
    };
    life::create_plain(call, attributes, Accepts::PLAIN, data, out)
}

/// `WdfStringGetUnicodeString`.
pub fn get(call: Call, string: Handle, out: Out<UnicodeString>) {
    if let Ok(view) = world::with::<Text, _>(call, string, Text::view) {
        out.set(view);
    }
}

/// Gives a string object a text.
pub fn assign(call: Call, string: Handle, text: Vec<u16>) -> Result<(), NtStatus> {
    world::with::<Text, _>(call, string, |data| *data = Text::new(text))
}

/// The text of a string object, without its terminator.
pub fn text_of(call: Call, string: Handle) -> Result<Vec<u16>, NtStatus> {
    world::with::<Text, _>(call, string, |text| {
        let text = text.0.as_deref().unwrap_or(&[0]);
        text.split_last().map(|(_, text)| text.to_vec()).unwrap_or_default()
    })
}

impl Kind for Text {
    const NAME: &'static str = "WDFSTRING";

    fn needs_passive(&self) -> bool {
        true
    }
}
