//! Changes of interfaces and addresses.

use crate::{Call, Park, Service, Wait, validate};
use netioctl_abi::{NtError, operation::WatchChanges};

impl<N, S> Park<WatchChanges> for Service<N, S> {
    fn park(&self, call: Call<'_, WatchChanges>) -> Result<Wait, NtError> {
        validate::subscription(&call.request).map(Wait::Change)
    }
}
