//! Watching for changes.

use super::Device;
use crate::{Changes, Error, Failure, Family, Operation, Watch, WatchSources, watch};
use netioctl_abi::wire::WatchRequest;
use zerocopy::IntoBytes;

impl Device {
    /// Watches interfaces, addresses, or both, for changes. Nothing is sent yet: the watch begins with the first
    /// [`Watch::wait`].
    ///
    /// A device has one watch. Clones of it share that one and must ask for the same; [`Device::open`] another device
    /// for another watch. It ends when the device closes with its last clone, of which the [`Watch`] has one.
    #[must_use]
    pub fn watch(&self, sources: WatchSources, family: Family) -> Watch {
        Watch::new(self.clone(), sources, family)
    }

    pub(crate) fn wait_for_changes(&self, request: &WatchRequest) -> Result<Changes, Error> {
        let operation = Operation::WatchChanges;
        self.require(operation)?;
        let mut output = vec![0; watch::REPLY_BYTES];
        let end = self.raw_control(operation.code().raw(), request.as_bytes(), &mut output);
        changes(request, &output, end)
    }
}

/// The changes that a request was answered with.
pub(super) fn changes(request: &WatchRequest, output: &[u8], end: Result<usize, Failure>) -> Result<Changes, Error> {
    let operation = Operation::WatchChanges;
    let bytes = end.map_err(|failure| Error::Request { operation, failure })?;
    let bad_reply = |problem| Error::BadReply { operation, problem };
    let reply = output.get(..bytes).ok_or_else(|| bad_reply(format!("{bytes} bytes")))?;
    watch::changes(reply, WatchSources::from_bits_retain(request.sources)).map_err(bad_reply)
}
