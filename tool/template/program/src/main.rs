//! Has the driver double a number. With `--test`, tries more than that; the exit code says whether all went well.

#[cfg(windows)]
fn main() -> std::io::Result<()> {
    let argument = std::env::args().nth(1);
    let device = device::Device::open()?;
    match argument.as_deref() {
        Some("--test") => test(&device),
        Some(number) => {
            let number = number.parse().map_err(std::io::Error::other)?;
            println!("{}", device.double(number)?);
            Ok(())
        }
        None => Err(std::io::Error::other("usage: {{name}} NUMBER | --test")),
    }
}

/// What the driver promises.
#[cfg(windows)]
fn test(device: &device::Device) -> std::io::Result<()> {
    for number in [0, 1, 21, u32::MAX] {
        assert_eq!(device.double(number)?, number.wrapping_mul(2));
    }
    // ERROR_INVALID_FUNCTION: a control code that the driver does not know.
    assert_eq!(device.call(0x22_2ffc, &[], &mut []).unwrap_err().raw_os_error(), Some(1));
    // ERROR_INSUFFICIENT_BUFFER: no room for the answer.
    assert_eq!(device.call(device::DOUBLE, &[0; 4], &mut []).unwrap_err().raw_os_error(), Some(122));
    println!("all tests passed");
    Ok(())
}

#[cfg(windows)]
mod device {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::windows::io::AsRawHandle;
    use std::ptr::null_mut;

    use windows_sys::Win32::System::IO::DeviceIoControl;

    /// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)`.
    pub const DOUBLE: u32 = 0x22 << 16 | 0x800 << 2;

    /// The driver's device.
    pub struct Device(File);

    impl Device {
        pub fn open() -> io::Result<Self> {
            OpenOptions::new().read(true).write(true).open(r"\\.\{{image}}").map(Self)
        }

        /// Twice the number, modulo 2 to the power of 32.
        pub fn double(&self, number: u32) -> io::Result<u32> {
            let mut answer = [0; 4];
            self.call(DOUBLE, &number.to_le_bytes(), &mut answer)?;
            Ok(u32::from_le_bytes(answer))
        }

        /// Sends a request.
        pub fn call(&self, code: u32, input: &[u8], output: &mut [u8]) -> io::Result<u32> {
            let mut written = 0;
            // SAFETY: the handle is open, and both buffers have the lengths that are told.
            let result = unsafe {
                DeviceIoControl(
                    self.0.as_raw_handle(),
                    code,
                    input.as_ptr().cast(),
                    input.len() as u32,
                    output.as_mut_ptr().cast(),
                    output.len() as u32,
                    &raw mut written,
                    null_mut(),
                )
            };
            if result == 0 { Err(io::Error::last_os_error()) } else { Ok(written) }
        }
    }
}

#[cfg(not(windows))]
fn main() {
    eprintln!("{{name}} is a program for Windows: cargo build --target x86_64-pc-windows-gnu");
    std::process::exit(1);
}
