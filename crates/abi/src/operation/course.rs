//! How requests are served. What is not done at once holds up no other request, and can be cancelled.

/// How a request of an operation is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// By the thread that brings it.
    AtOnce,
    /// By a worker thread, which waits for the network, possibly for seconds.
    Waits,
    /// When something happens that it waits for. That may be never.
    Parks,
}

/// The course of an operation, as a type: it decides which kind of handler serves the operation.
pub trait Kind {
    /// The same as a value.
    const COURSE: Course;
}

macro_rules! kinds {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("[`Course::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub enum $name {}

            impl Kind for $name {
                const COURSE: Course = Course::$name;
            }
        )+
    };
}

kinds! { AtOnce Waits Parks }
