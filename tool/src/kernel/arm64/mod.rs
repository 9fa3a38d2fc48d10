//! What is different about an image for ARM64: its unwind data, which says how much of the stack a function takes, and its code.

mod code;
mod unwind;

use anyhow::{Result, ensure};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, pe};

use super::frames;
use super::symbols::Symbols;
use code::Code;
use unwind::Function;

/// Whether an image is for ARM64.
pub fn is(file: &PeFile64<'_>) -> bool {
    file.nt_headers().file_header().machine.get(LE) == pe::IMAGE_FILE_MACHINE_ARM64
}

/// Checks that code and unwind data agree.
///
/// On ARM64 a function without unwind data counts as a leaf, which leaves the stack pointer alone. With unwind data, whoever
/// walks the stack undoes what the data says; if the code takes another number of bytes, the way is lost.
pub fn unwind(file: &PeFile64<'_>, bytes: &[u8], symbols: &Symbols) -> Result<()> {
    let functions = unwind::functions(file, bytes)?;
    in_order(file, &functions)?;
    let code = Code { file, bytes };
    let mut wrong = Vec::new();
    for function in &functions {
        let taken = code.taken(function.begin, function.prologue)?;
        if taken != function.stack {
            let name = name(symbols, function.begin);
            wrong.push(format!("{name} takes {taken} bytes of the stack, and its unwind data says {}", function.stack));
        }
    }
    ensure!(wrong.is_empty(), "the unwind data is not that of the code: {wrong:#?}");
    let covered = |address: &u32| functions.iter().any(|function| function.range().contains(address));
    let astray = code.moves_stack_pointer()?.into_iter().filter(|(address, _)| !covered(address));
    let astray: Vec<_> = astray.map(|(address, text)| format!("{}: `{text}`", name(symbols, address))).collect();
    ensure!(astray.is_empty(), "functions without unwind data move the stack pointer: {astray:#?}");
    Ok(())
}

/// Checks how much of the kernel's stack each function takes. Its unwind data does not tell: what it takes when the frame
/// pointer is set need not be undone step by step.
pub fn frames(file: &PeFile64<'_>, bytes: &[u8], symbols: &Symbols) -> Result<()> {
    let code = Code { file, bytes };
    let functions = unwind::functions(file, bytes)?;
    frames::within(functions.iter().map(|function| (function.begin, code.frame(function.range()))), symbols)
}

/// The data is searched by address, so it has to be in order; and each entry has to be of code.
fn in_order(file: &PeFile64<'_>, functions: &[Function]) -> Result<()> {
    ensure!(!functions.is_empty(), "the unwind data is empty");
    for function in functions {
        let (begin, end) = (function.begin, function.range().end);
        let within =
            begin.is_multiple_of(4) && code::contains(file, begin) && code::contains(file, end.saturating_sub(4));
        ensure!(within && end > begin, "unwind data for {begin:#x}, which is no code");
    }
    let apart = functions.is_sorted_by(|one, next| one.range().end <= next.begin);
    ensure!(apart, "the unwind data is not in order, or functions overlap");
    let start = file.nt_headers().optional_header().address_of_entry_point();
    ensure!(functions.iter().any(|function| function.begin == start), "the entry point has no unwind data");
    Ok(())
}

fn name(symbols: &Symbols, address: u32) -> String {
    let found = symbols.around(address);
    found.map_or_else(|| format!("a function without a name at {address:#x}"), |(name, _)| name.to_owned())
}
