//! The unwind data of ARM64 ("ARM64 exception handling" in Microsoft's documentation of the processor's conventions).
//!
//! An entry is two words: where the function begins, and either a packed description of a usual prologue, or where codes
//! stand. Each code stands for one instruction of the prologue, from the last to the first.

use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use object::read::pe::PeFile64;
use object::{LittleEndian as LE, U32, pe, pod};

/// What the data says of a function, or of a part of one.
pub struct Function {
    pub begin: u32,
    length: u32,
    /// Bytes of the stack that its prologue takes.
    pub stack: u64,
    /// Instructions of the prologue.
    pub prologue: u32,
}

impl Function {
    pub fn range(&self) -> Range<u32> {
        self.begin..self.begin.saturating_add(self.length)
    }
}

/// The functions with unwind data.
pub fn functions(file: &PeFile64<'_>, bytes: &[u8]) -> Result<Vec<Function>> {
    let directory = file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    let data = directory.context("there is no unwind data")?.data(bytes, &file.section_table())?;
    let entries = pod::slice_from_all_bytes::<[U32<LE>; 2]>(data);
    let entries = entries.ok().context("the unwind data is cut off")?;
    let function = |[begin, word]: &[U32<LE>; 2]| {
        let (begin, word) = (begin.get(LE), word.get(LE));
        let found = match word & 3 {
            0 => file
                .section_table()
                .pe_data_at(bytes, word)
                .context("it is in no section")
                .and_then(|data| described(begin, data)),
            1 => Ok(packed(begin, word)),
            // A part of a function without the prologue.
            2 => Ok(Function { prologue: 0, stack: 0, ..packed(begin, word) }),
            _ => bail!("it is of an unknown kind"),
        };
        found.with_context(|| format!("the unwind data of the function at {begin:#x}"))
    };
    entries.iter().map(function).collect()
}

/// Bits of a word.
const fn bits(word: u32, first: u32, count: u32) -> u32 {
    word >> first & ((1 << count) - 1)
}

/// Most that one instruction takes off the stack as a plain number that the packed form allows.
const ONE_SUBTRACTION: u32 = 4080;
/// Most that a store of two registers takes off at once.
const ONE_STORE: u32 = 512;

/// A packed description, whose prologue saves integer registers, then those of floating point, then the parameters of a
/// function with a variable number, and then makes room for locals, with or without a frame.
fn packed(begin: u32, word: u32) -> Function {
    let (floats, integers) = (bits(word, 13, 3), bits(word, 16, 4));
    let (homes, frame) = (bits(word, 20, 1), bits(word, 21, 2));
    let size = bits(word, 23, 9) * 16;
    let link_register = u32::from(frame == 1);
    // One register fewer than there are is told, as one alone is never saved.
    let floats = if floats == 0 { 0 } else { floats + 1 };
    let saved = ((integers + link_register + floats) * 8 + homes * 64).next_multiple_of(16);
    let locals = size.saturating_sub(saved);
    let subtractions = match locals {
        0 => 0,
        1..=ONE_SUBTRACTION => 1,
        _ => 2,
    };
    let locals = match frame {
        // The frame pointer and the return address are stored below, and a new frame begins.
        2 | 3 if locals <= ONE_STORE => 2 + u32::from(frame == 2),
        2 | 3 => subtractions + 2 + u32::from(frame == 2),
        _ => subtractions,
    };
    let prologue = (integers + link_register).div_ceil(2) + floats.div_ceil(2) + homes * 4 + locals;
    Function { begin, length: bits(word, 2, 11) * 4, stack: size.into(), prologue }
}

/// A description by codes.
fn described(begin: u32, data: &[u8]) -> Result<Function> {
    let word = |at: usize| {
        let bytes = data.get(at * 4..at * 4 + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).context("it is cut off")
    };
    let header = word(0)?;
    ensure!(bits(header, 18, 2) == 0, "it is of version {}", bits(header, 18, 2));
    let length = bits(header, 0, 18) * 4;
    let (mut epilogues, mut codes, mut at) = (bits(header, 22, 5), bits(header, 27, 5), 1);
    if epilogues == 0 && codes == 0 {
        let more = word(1)?;
        (epilogues, codes, at) = (bits(more, 0, 16), bits(more, 16, 8), 2);
    }
    // With this bit there is one epilogue, and the number says where its codes are.
    let in_header = bits(header, 21, 1) == 1;
    let first = at + if in_header { 0 } else { epilogues as usize };
    let codes = data.get(first * 4..(first + codes as usize) * 4).context("it is cut off")?;
    let (stack, prologue) = prologue(codes)?;
    Ok(Function { begin, length, stack, prologue })
}

/// What the codes of a prologue take off the stack, and how many they are.
fn prologue(mut codes: &[u8]) -> Result<(u64, u32)> {
    let (mut stack, mut count) = (0, 0);
    loop {
        let [first, rest @ ..] = codes else { bail!("its codes have no end") };
        let second = u64::from(*rest.first().unwrap_or(&0));
        let first = u64::from(*first);
        // The stores that move the stack pointer have the number of eight bytes in the last bits, less one.
        let (taken, bytes) = match first {
            0x00..=0x1f => (first * 16, 1),
            0x20..=0x3f => ((first & 0x1f) * 8, 1),
            0x40..=0x7f | 0xe1 | 0xe3 | 0xe6 | 0xfc => (0, 1),
            0x80..=0xbf => (((first & 0x3f) + 1) * 8, 1),
            0xc0..=0xc7 => (((first & 7) << 8 | second) * 16, 2),
            0xcc..=0xcf | 0xda..=0xdb => (((second & 0x3f) + 1) * 8, 2),
            0xd4..=0xd5 | 0xde => (((second & 0x1f) + 1) * 8, 2),
            0xc8..=0xcb | 0xd0..=0xd3 | 0xd6..=0xd9 | 0xdc..=0xdd | 0xe2 => (0, 2),
            0xe0 => {
                let [high, middle, low, ..] = rest else { bail!("its codes are cut off") };
                (u64::from(u32::from_be_bytes([0, *high, *middle, *low])) * 16, 4)
            }
            0xe4 | 0xe5 => return Ok((stack, count)),
            _ => bail!("no driver has the code {first:#x}"),
        };
        stack += taken;
        count += 1;
        codes = codes.get(bytes..).context("its codes are cut off")?;
    }
}
