//! Drivers in C, from the projects of Visual Studio that describe them.

mod compile;
mod generated;
mod project;
mod traces;

pub use compile::build;
pub use project::Project;
