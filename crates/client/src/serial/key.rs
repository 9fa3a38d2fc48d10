//! What names an interface.

use crate::{InterfaceKey, InterfaceLuid};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    luid: Option<InterfaceLuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ifindex: Option<u32>,
}

impl From<InterfaceKey> for Form {
    fn from(key: InterfaceKey) -> Self {
        match key {
            InterfaceKey::Luid(luid) => Self { luid: Some(luid), ifindex: None },
            InterfaceKey::Index(index) => Self { luid: None, ifindex: Some(index) },
        }
    }
}

impl TryFrom<Form> for InterfaceKey {
    type Error = &'static str;

    /// The LUID, if both are there: it wins in requests, too.
    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let luid = form.luid.map(Self::Luid);
        luid.or(form.ifindex.map(Self::Index)).ok_or("an interface has a luid or an ifindex")
    }
}
