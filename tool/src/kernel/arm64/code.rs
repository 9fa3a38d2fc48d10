//! The code of ARM64, as far as it is about the stack pointer.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use object::read::pe::PeFile64;
use object::{LittleEndian as LE, pe};
use yaxpeax_arch::{Arch, Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::{ARMv8, Instruction, Opcode, Operand};

/// The number of the stack pointer.
const SP: u16 = 31;

/// Bytes that make the compiler call `__chkstk`.
const PAGE: i64 = 4096;

/// Bytes of an instruction.
const INSTRUCTION: u32 = 4;

/// The executable parts of an image.
pub struct Code<'data> {
    pub file: &'data PeFile64<'data>,
    pub bytes: &'data [u8],
}

/// Whether there is code at an address.
pub fn contains(file: &PeFile64<'_>, address: u32) -> bool {
    sections(file).any(|section| {
        let start = section.virtual_address.get(LE);
        (start..start + section.virtual_size.get(LE)).contains(&address)
    })
}

fn sections<'data>(file: &PeFile64<'data>) -> impl Iterator<Item = &'data pe::ImageSectionHeader> {
    let sections = file.section_table().iter();
    sections.filter(|section| section.characteristics.get(LE) & pe::IMAGE_SCN_MEM_EXECUTE != 0)
}

impl Code<'_> {
    /// Bytes of the stack that the first instructions of a function take.
    pub fn taken(&self, begin: u32, instructions: u32) -> Result<u64> {
        let mut taken = 0;
        for at in 0..instructions {
            let address = begin + at * INSTRUCTION;
            let data = self.file.section_table().pe_data_at(self.bytes, address).context("no code")?;
            match decode(data).map(|instruction| change(&instruction)) {
                Some(Some(Change::By(bytes))) => taken -= bytes,
                Some(Some(Change::To | Change::ByRegister)) => {
                    bail!("the prologue at {address:#x} sets the stack pointer to a number of its own")
                }
                _ => {}
            }
        }
        u64::try_from(taken).with_context(|| format!("the prologue at {begin:#x} gives back what it has not taken"))
    }

    /// The most that a function takes of the stack before it branches for the first time, which is after its prologue.
    pub fn frame(&self, function: Range<u32>) -> u64 {
        let (mut taken, mut most, mut branched) = (0_i64, 0_i64, false);
        for address in function.step_by(INSTRUCTION as usize) {
            let data = self.file.section_table().pe_data_at(self.bytes, address).unwrap_or_default();
            let Some(instruction) = decode(data) else { continue };
            branched |= branches(instruction.opcode);
            match change(&instruction) {
                Some(Change::By(bytes)) if !branched => taken -= bytes,
                Some(Change::ByRegister) => taken += PAGE,
                _ => {}
            }
            most = most.max(taken);
        }
        most.unsigned_abs()
    }

    /// The instructions that change the stack pointer, with their addresses.
    pub fn moves_stack_pointer(&self) -> Result<Vec<(u32, String)>> {
        let mut found = Vec::new();
        for section in sections(self.file) {
            let start = section.virtual_address.get(LE);
            let data = section.pe_data(self.bytes)?;
            for (word, address) in data.chunks_exact(4).zip((start..).step_by(4)) {
                if let Some(instruction) = decode(word).filter(|instruction| change(instruction).is_some()) {
                    found.push((address, instruction.to_string()));
                }
            }
        }
        Ok(found)
    }
}

/// How an instruction changes the stack pointer.
enum Change {
    By(i64),
    /// Taken off by a number in a register, as after `__chkstk`, which is called for a page or more.
    ByRegister,
    To,
}

fn branches(opcode: Opcode) -> bool {
    use Opcode::{B, BL, BLR, BR, Bcc, CBNZ, CBZ, RET, TBNZ, TBZ};
    matches!(opcode, B | BL | BLR | BR | Bcc(_) | CBNZ | CBZ | RET | TBNZ | TBZ)
}

fn decode(word: &[u8]) -> Option<Instruction> {
    let decoder = <ARMv8 as Arch>::Decoder::default();
    decoder.decode(&mut U8Reader::new(word.get(..4)?)).ok()
}

fn change(instruction: &Instruction) -> Option<Change> {
    for operand in &instruction.operands {
        match *operand {
            // What is stored or loaded with a new value of the address.
            Operand::RegPreIndex(SP, bytes, true) | Operand::RegPostIndex(SP, bytes) => {
                return Some(Change::By(bytes.into()));
            }
            Operand::RegPostIndexReg(SP, _) => return Some(Change::To),
            _ => {}
        }
    }
    let [Operand::RegisterOrSP(_, SP), from, number, _] = instruction.operands else { return None };
    // A comparison writes no register.
    let bytes = match number {
        Operand::Immediate(bytes) => Some(i64::from(bytes)),
        Operand::Imm64(bytes) => i64::try_from(bytes).ok(),
        Operand::ImmShift(bytes, shift) => Some(i64::from(bytes) << shift),
        _ => None,
    };
    match (instruction.opcode, from, bytes) {
        (Opcode::ADDS | Opcode::SUBS, ..) => None,
        (Opcode::ADD, Operand::RegisterOrSP(_, SP), Some(bytes)) => Some(Change::By(bytes)),
        (Opcode::SUB, Operand::RegisterOrSP(_, SP), Some(bytes)) => Some(Change::By(-bytes)),
        (Opcode::SUB, Operand::RegisterOrSP(_, SP), None) => Some(Change::ByRegister),
        _ => Some(Change::To),
    }
}
