//! The driver shell: entry, device, queue. Glue, no decisions.
#![no_std]
