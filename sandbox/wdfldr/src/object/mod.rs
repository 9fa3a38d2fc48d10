//! What every framework object has: attributes, contexts, references, and an end.

pub mod attributes;
pub mod calls;
pub mod context;
pub mod life;
