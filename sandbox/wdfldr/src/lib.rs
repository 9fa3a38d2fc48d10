//! KMDF runtime stand-in and verifier for Wine.
#![no_std]
