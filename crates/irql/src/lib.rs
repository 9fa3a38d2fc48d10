//! Proof tokens of the interrupt request level.
#![no_std]
