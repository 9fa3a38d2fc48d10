//! A registry without a single key, in the place of Windows' own: as much of the crate `windows` as wdk-build uses.
#![allow(missing_docs, non_snake_case, non_upper_case_globals, clippy::all)]

pub mod core {
    #[derive(Clone, Copy)]
    pub struct PCSTR;

    macro_rules! s {
        ($text:literal) => {
            $crate::no_registry::core::PCSTR
        };
    }
    pub(crate) use s;
}

pub mod Win32 {
    pub mod System {
        pub mod Registry {
            use crate::no_registry::core::PCSTR;
            use std::ffi::c_void;

            #[derive(Clone, Copy, Default)]
            pub struct HKEY;
            pub const HKEY_LOCAL_MACHINE: HKEY = HKEY;
            pub const KEY_READ: u32 = 0;
            pub const RRF_RT_REG_SZ: u32 = 0;

            /// There is no such key.
            pub struct NotFound;

            impl NotFound {
                pub fn is_ok(&self) -> bool {
                    false
                }

                pub fn ok(self) -> Result<(), &'static str> {
                    Err("there is no such key")
                }
            }

            pub unsafe fn RegOpenKeyExA(_: HKEY, _: PCSTR, _: Option<u32>, _: u32, _: *mut HKEY) -> NotFound {
                NotFound
            }

            pub unsafe fn RegGetValueA(
                _: HKEY,
                _: Option<PCSTR>,
                _: PCSTR,
                _: u32,
                _: Option<*mut u32>,
                _: Option<*mut c_void>,
                _: Option<*mut u32>,
            ) -> NotFound {
                NotFound
            }

            pub unsafe fn RegCloseKey(_: HKEY) -> NotFound {
                NotFound
            }
        }
    }
}
