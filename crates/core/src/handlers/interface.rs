//! IP interfaces.

use crate::{Answer, Call, Netio, Serve, Service, WaitLock, convert, validate};
use netioctl_abi::{
    NtError, Table,
    operation::{GetInterface, GetInterfaceTable, SetInterface},
    wire::InterfaceRow,
};

impl<N: Netio, W> Serve<GetInterfaceTable> for Service<N, W> {
    fn serve(&self, call: Call<'_, GetInterfaceTable>) -> Result<impl Answer<Table<InterfaceRow>>, NtError> {
        self.table(call.at, call.request.family, convert::interface_row)
    }
}

impl<N: Netio, W> Serve<GetInterface> for Service<N, W> {
    fn serve(&self, call: Call<'_, GetInterface>) -> Result<InterfaceRow, NtError> {
        let row = self.netio.get_ip_interface_entry(call.at, validate::interface_key(&call.request)?)?;
        Ok(convert::interface_row(&row))
    }
}

/// Changes the named members and no others. Where NETIO says which members it is to leave alone, it is told of nothing
/// else; where it does not, all the others are set to what they are. Changes come one after the other, so that none
/// sets what another has just changed back.
impl<N: Netio, W: WaitLock> Serve<SetInterface> for Service<N, W> {
    fn serve(&self, call: Call<'_, SetInterface>) -> Result<(), NtError> {
        let change = validate::InterfaceChange::new(&call.request)?;
        self.changes.alone(call.at, || {
            let mut row = match change.keyed(self.netio.initialize_ip_interface_entry(call.at)) {
                Some(row) => row,
                None => self.netio.get_ip_interface_entry(call.at, change.key())?,
            };
            change.apply(&mut row);
            self.netio.set_ip_interface_entry(call.at, row)
        })?
    }
}
