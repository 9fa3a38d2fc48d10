//! What a declaration becomes.

/// Makes everything that follows from the list of operations. `$` comes in as a token, for the macro that this macro
/// makes.
macro_rules! operations {
    ($dollar:tt $(
        $(#[doc = $about:literal])+
        $variant:ident $constant:ident $name:literal, $activity:literal {
            code: $code:literal, $method:ident, $access:ident;
            request: $request:ty;
            reply: $reply:ty;
            course: $course:ident;
            since: $since:expr;
            functions: $functions:expr;
            $(capability: $capability:ident $(= $bit:literal)?;)?
            statuses: $reasons:expr;
        }
    )+) => {
        /// What the driver can be asked to do, in the order of the function numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Operation {
            $($(#[doc = $about])+ $variant,)+
        }

        $(
            #[doc = concat!("[`Operation::", stringify!($variant), "`] as a type.")]
            #[derive(Debug)]
            pub enum $variant {}

            impl Contract for $variant {
                type Request = $request;
                type Reply = $reply;
                type Course = course::$course;
                const OPERATION: Operation = Operation::$variant;
            }

            const _: () = {
                let code = ControlCode::$constant;
                assert!(matches!(code.method(), Method::$method), "the method is part of the code");
                assert!(matches!(code.access(), Some(Access::$access)), "the access is part of the code");
                assert!(code.is_of_this_device(), "the device type is part of the code");
            };
        )+

        impl ControlCode {
            $(
                #[doc = concat!("The code of [`Operation::", stringify!($variant), "`].")]
                pub const $constant: Self = Self::from_raw($code);
            )+
        }

        bitflags::bitflags! {
            /// What a driver can do, as [`VersionReply`] tells it: one bit for each operation, or for operations that
            /// come together. What every driver can do has none.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub struct Capabilities: u64 {
                $($($(
                    #[doc = concat!("[`Operation::", stringify!($variant), "`] is served.")]
                    const $capability = 1 << $bit;
                )?)?)+
            }
        }

        impl Operation {
            /// Every operation, in the order of the function numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The control code.
            #[must_use]
            pub const fn code(self) -> ControlCode {
                match self {
                    $(Self::$variant => ControlCode::$constant,)+
                }
            }

            /// The name in words, such as "flush neighbors".
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What somebody does who sends such a request, such as "flushing neighbors".
            #[must_use]
            pub const fn activity(self) -> &'static str {
                match self {
                    $(Self::$variant => $activity,)+
                }
            }

            /// What a driver that serves it says of itself; empty for what every driver serves.
            #[must_use]
            pub const fn capability(self) -> Capabilities {
                match self {
                    $(Self::$variant => Capabilities::empty()$(.union(Capabilities::$capability))?,)+
                }
            }

            /// Bytes of input.
            #[must_use]
            pub const fn input(self) -> InputSize {
                match self {
                    $(Self::$variant => <$request as Request>::SIZE,)+
                }
            }

            /// Bytes of output.
            #[must_use]
            pub const fn output(self) -> OutputSize {
                match self {
                    $(Self::$variant => <$reply as Reply>::SIZE,)+
                }
            }

            /// How a request is served.
            #[must_use]
            pub const fn course(self) -> Course {
                match self {
                    $(Self::$variant => Course::$course,)+
                }
            }

            /// What documents say of it.
            #[must_use]
            pub const fn documentation(self) -> Documentation {
                match self {
                    $(Self::$variant => Documentation {
                        about: &[$($about),+],
                        constant: stringify!($constant),
                        functions: &$functions,
                        since: $since,
                        reasons: &$reasons,
                    },)+
                }
            }
        }

        /// Calls the macro `then` with the names of all operations, in the order of [`Operation::ALL`]: the types of the
        /// module `operation`, and the variants of the enumeration.
        #[macro_export]
        macro_rules! for_each_operation {
            ($dollar then:ident) => { $dollar then! { $($variant)+ } };
        }
    };
}
