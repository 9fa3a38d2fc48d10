//! How much of the kernel's stack each function takes.
//!
//! A kernel thread has a stack of 24 KiB that does not grow, and the network stack below the driver needs most of it: a
//! function that keeps something large there is found here, before a machine stops for it.

use anyhow::{Result, ensure};
use iced_x86::{FlowControl, Instruction, Mnemonic, OpKind, Register};
use object::read::pe::PeFile64;

use super::symbols::Symbols;
use super::unwind::{self, Code};

/// Bytes that one function may take.
const LARGEST: u64 = 2048;

/// Checks the prologue of every function with unwind data; one without moves no stack pointer.
pub fn check(file: &PeFile64<'_>, bytes: &[u8], symbols: &Symbols) -> Result<()> {
    let code = Code { file, bytes };
    let frames = unwind::functions(file, bytes)?.into_iter().filter_map(|function| {
        let taken = code
            .decode(function.start)
            .take_while(|next| next.ip32() < function.end && next.flow_control() == FlowControl::Next)
            .find_map(|instruction| taken(&instruction));
        Some((function.start, taken?))
    });
    within(frames, symbols)
}

/// Checks what functions take, which is given with where they begin.
pub fn within(frames: impl Iterator<Item = (u32, u64)>, symbols: &Symbols) -> Result<()> {
    let large = frames.filter(|&(_, taken)| taken > LARGEST).map(|(begin, taken)| {
        let name = symbols.around(begin).map_or("a function without a name", |(name, _)| name);
        format!("{name}: {taken} bytes")
    });
    let large: Vec<_> = large.collect();
    ensure!(large.is_empty(), "functions take more than {LARGEST} bytes of the stack: {large:#?}");
    Ok(())
}

/// What `sub rsp, number` takes off the stack. For more than a page the compiler calls `__chkstk`, which would be an
/// import that the oldest Windows does not have.
fn taken(instruction: &Instruction) -> Option<u64> {
    let subtracts = instruction.mnemonic() == Mnemonic::Sub && instruction.op0_register() == Register::RSP;
    let number = [OpKind::Immediate8to64, OpKind::Immediate32to64].contains(&instruction.op1_kind());
    (subtracts && number).then(|| instruction.immediate(1))
}
