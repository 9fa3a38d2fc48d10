//! What the driver says of itself.

use crate::{Answer, Call, Output, Serve, Service, Shell, Statistics, answer::put_table};
use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, NtError, Operation, Table,
    operation::{GetStatistics, GetVersion, ResetStatistics},
    wire::{StatisticsRow, VersionReply},
};

impl<N, S> Serve<GetVersion> for Service<N, S> {
    fn serve(&self, _: Call<'_, GetVersion>) -> Result<VersionReply, NtError> {
        Ok(VersionReply {
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            driver_version: self.driver_version,
            reserved: [0; 3],
            capabilities: Operation::ALL.iter().fold(0, |bits, operation| bits | operation.capability().bits()),
        })
    }
}

impl<N, S: Shell> Serve<GetStatistics> for Service<N, S> {
    fn serve(&self, _: Call<'_, GetStatistics>) -> Result<impl Answer<Table<StatisticsRow>>, NtError> {
        Ok(Snapshot { generation: self.next_generation(), statistics: self.shell.statistics() })
    }
}

impl<N, S: Shell> Serve<ResetStatistics> for Service<N, S> {
    fn serve(&self, _: Call<'_, ResetStatistics>) -> Result<(), NtError> {
        self.shell.statistics().reset();
        Ok(())
    }
}

/// The counters, which are read when they are written: all rows at once are too much for a kernel stack.
struct Snapshot<'a> {
    generation: u64,
    statistics: &'a Statistics,
}

impl Answer<Table<StatisticsRow>> for Snapshot<'_> {
    fn put_into(self, output: &mut Output<'_>) -> Result<(), NtError> {
        put_table(output, self.generation, self.statistics.rows())
    }
}
