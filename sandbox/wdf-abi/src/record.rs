//! What the build script writes from the record of the interface: the 458 functions of the KMDF 1.33 table in the order
//! of their index, and whether they answer with an `NTSTATUS`; the sizes of structures; the enumerators.

include!(concat!(env!("OUT_DIR"), "/record.rs"));

macro_rules! declare {
    ($($name:ident $kind:ident,)*) => {
        /// A function of the table; the value is its index.
        #[allow(missing_docs, reason = "the names are those of the framework's reference")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Function {
            $($name,)*
        }

        /// The names by index.
        pub static NAMES: [&str; FUNCTION_COUNT] = [$(stringify!($name),)*];
    };
}

for_each_function!(declare);

impl Function {
    /// The name, as in the reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// How many parameters it has besides the globals, if that is known.
    #[must_use]
    pub const fn parameters(self) -> Option<usize> {
        PARAMETER_COUNTS[self as usize]
    }
}
