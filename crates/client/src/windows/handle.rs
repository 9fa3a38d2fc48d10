//! The open device: `CreateFileW` through the standard library.

#[cfg(feature = "async")]
use super::completion;
use super::{
    call::failure_of_std,
    device_info::DeviceInfoSet,
    removal::{self, Yielding},
    request::Request,
};
#[cfg(feature = "async")]
use crate::Ending;
use crate::{Access, Canceller, Error, Failure, Transport};
use netioctl_abi::NtStatus;
use std::{
    fs::File,
    os::windows::{fs::OpenOptionsExt, io::AsHandle},
};
use windows_sys::Win32::{
    Foundation::{GENERIC_READ, GENERIC_WRITE},
    Storage::FileSystem::FILE_FLAG_OVERLAPPED,
};

/// A handle of the device; closed when dropped, or when the device is to be removed. It is an overlapped one: requests of
/// several threads run at the same time, and each can be cancelled by itself.
pub struct Handle {
    file: Yielding,
    #[cfg(feature = "async")]
    bound: completion::Bound,
}

/// Opens the device whose interface is present.
pub fn open(access: Access) -> Result<Handle, Error> {
    open_path(&device_path()?, access)
}

/// The path of the device whose interface is present.
pub fn device_path() -> Result<String, Error> {
    DeviceInfoSet::present_interface()?.ok_or(Error::DriverNotFound)
}

/// Opens the device interface with this path.
pub fn open_path(path: &str, access: Access) -> Result<Handle, Error> {
    let mode = match access {
        Access::Read => GENERIC_READ,
        Access::ReadWrite => GENERIC_READ | GENERIC_WRITE,
    };
    let opened = File::options().access_mode(mode).custom_flags(FILE_FLAG_OVERLAPPED).open(path);
    let opened = opened.map_err(|error| failure_of_std(&error)).and_then(Yielding::new);
    let handle = |file| Handle {
        file,
        #[cfg(feature = "async")]
        bound: completion::Bound::default(),
    };
    opened.map(handle).map_err(|failure| Error::Open { failure })
}

impl Transport for Handle {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        if canceller.is_some_and(Canceller::is_cancelled) {
            return Err(Failure::cancelled());
        }
        let file = self.file.get().ok_or(removal::gone())?;
        let request = Request::new(file.as_handle())?;
        let cancel = canceller.map(|canceller| canceller.signal().event());
        self.seen(request.run(code, input, output, [Some(self.file.leaving()), cancel]))
    }

    #[cfg(feature = "async")]
    fn start(&self, code: u32, input: Vec<u8>, output: Vec<u8>) -> Ending<'_> {
        Box::pin(async move {
            let Some(file) = self.file.get() else { return (Err(removal::gone()), output) };
            match completion::start(file, &self.bound, code, input, output) {
                Err(failure) => (Err(failure), Vec::new()),
                Ok(ending) => {
                    let (end, output) = ending.await;
                    (self.seen(end), output)
                }
            }
        })
    }
}

impl Handle {
    /// A request that was cancelled because its file is given up ends as if the device were gone already.
    fn seen(&self, end: Result<usize, Failure>) -> Result<usize, Failure> {
        match end {
            Err(failure) if self.file.is_leaving() && failure.ntstatus == Some(NtStatus::CANCELLED) => {
                Err(removal::gone())
            }
            end => end,
        }
    }
}
