//! A safe subset of KMDF: driver, device, queue, request.
#![no_std]
