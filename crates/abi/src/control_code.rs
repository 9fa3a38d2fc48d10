//! Control codes: the `CTL_CODE` arithmetic of `devioctl.h`. The codes of this driver are in
//! [`operation`](crate::operation).

/// How the I/O manager passes the buffers of a control code (bits 0 and 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `METHOD_BUFFERED`: one system buffer, copied in before and out after.
    Buffered,
    /// `METHOD_IN_DIRECT`: the second buffer is mapped for reading.
    InDirect,
    /// `METHOD_OUT_DIRECT`: the second buffer is mapped for writing.
    OutDirect,
    /// `METHOD_NEITHER`: raw user pointers. This driver has no such code.
    Neither,
}

/// The access that a handle must have been opened with (bits 14 and 15); the I/O manager enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `FILE_ANY_ACCESS`. This driver has no such code.
    Any,
    /// `FILE_READ_DATA`: everything that only looks.
    Read,
    /// `FILE_WRITE_DATA`: everything that changes something.
    Write,
}

/// A 32-bit control code for `DeviceIoControl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlCode(u32);

/// Device type, in the range left to vendors (0x8000 to 0xFFFF).
const DEVICE_TYPE: u32 = 0xa1f7;

impl ControlCode {
    /// Composes the code of function number `function` (0x800 to 0xFFF for vendors).
    #[must_use]
    pub const fn new(function: u32, method: Method, access: Access) -> Self {
        let method = match method {
            Method::Buffered => 0,
            Method::InDirect => 1,
            Method::OutDirect => 2,
            Method::Neither => 3,
        };
        let access = match access {
            Access::Any => 0,
            Access::Read => 1,
            Access::Write => 2,
        };
        Self((DEVICE_TYPE << 16) | (access << 14) | ((function & 0xfff) << 2) | method)
    }

    /// The code with this number, known or not.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// The number that `DeviceIoControl` takes.
    #[must_use]
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Whether the device type is that of this driver.
    #[must_use]
    pub const fn is_of_this_device(self) -> bool {
        self.0 >> 16 == DEVICE_TYPE
    }

    /// The function number, 0 to 0xFFF.
    #[must_use]
    pub const fn function(self) -> u32 {
        (self.0 >> 2) & 0xfff
    }

    /// The access bits; `None` for a code that asks for reading and writing.
    #[must_use]
    pub const fn access(self) -> Option<Access> {
        match (self.0 >> 14) & 3 {
            0 => Some(Access::Any),
            1 => Some(Access::Read),
            2 => Some(Access::Write),
            _ => None,
        }
    }

    /// The transfer method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self.0 & 3 {
            0 => Method::Buffered,
            1 => Method::InDirect,
            2 => Method::OutDirect,
            _ => Method::Neither,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, ControlCode, Method};

    #[test]
    fn the_parts_of_a_code_come_back() {
        for method in [Method::Buffered, Method::InDirect, Method::OutDirect, Method::Neither] {
            for access in [Access::Any, Access::Read, Access::Write] {
                let code = ControlCode::new(0x8a5, method, access);
                assert_eq!((code.function(), code.method(), code.access()), (0x8a5, method, Some(access)));
            }
        }
    }
}
