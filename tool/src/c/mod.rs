//! Drivers in C, from the projects of Visual Studio that describe them.

mod compile;
mod project;

pub use compile::build;
pub use project::Project;
