//! One handler for each operation: what it checks of a request, and which functions of NETIO it calls.
#![allow(refining_impl_trait, reason = "a handler whose reply is one structure names it")]

mod address;
mod batch;
mod driver;
mod interface;
mod link;
mod neighbor;
mod route;
mod watch;

pub use interface::interface_row;

use crate::{Answer, Netio, Rows, Service, TableRow, validate};
use netioctl_abi::{NtError, Table, wire::Structure};
use netioctl_irql::PassiveLevel;

impl<N: Netio, S> Service<N, S> {
    /// A snapshot of one of NETIO's tables, as rows of the ABI.
    ///
    /// The conversion is a type of its own, not a pointer: it becomes part of the loop over the rows.
    fn table<'at, R: TableRow, Row: Structure, F: Fn(&R) -> Row>(
        &self,
        at: PassiveLevel<'at>,
        family: u16,
        convert: F,
    ) -> Result<impl Answer<Table<Row>> + use<'at, R, Row, F, N, S>, NtError> {
        let table = self.netio.table::<R>(at, validate::family_or_unspecified(family)?)?;
        Ok(Rows::new(self.next_generation(), table, convert))
    }
}
