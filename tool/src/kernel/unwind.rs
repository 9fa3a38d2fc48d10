//! Unwind data: what gets exceptions, stack traces and debuggers past a function.
//!
//! On x64 a function without a `RUNTIME_FUNCTION` counts as a leaf, which never moves the stack pointer. If it moves it
//! nevertheless, whoever walks the stack loses the way: an exception, or a debugger that only wanted to look, then stops
//! the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use iced_x86::{
    Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, Mnemonic, OpAccess, OpKind, Register,
};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, pe, pod};

use super::symbols::Symbols;

/// Checks that everything that moves the stack pointer lies in a function with unwind data.
pub fn check(file: &PeFile64<'_>, bytes: &[u8], symbols: &Symbols) -> Result<()> {
    let code = Code { file, bytes };
    let functions = functions(file, bytes)?;
    for function in &functions {
        ensure!(code.at(function.start).is_some(), "unwind data for {:#x}, which is no code", function.start);
    }
    let mut walk = Walk { code, functions: &functions, seen: BTreeSet::new(), astray: BTreeMap::new() };
    let entry = file.nt_headers().optional_header().address_of_entry_point();
    walk.from(symbols.addresses().chain([entry]).collect());
    let named = |(address, instruction): (&u32, &Instruction)| {
        format!(
            "{}: `{instruction}` at {address:#x}",
            symbols.around(*address).map_or("a function without a name", |(name, _)| name)
        )
    };
    let astray: Vec<_> = walk.astray.iter().map(named).collect();
    ensure!(astray.is_empty(), "functions without unwind data move the stack pointer: {astray:#?}");
    Ok(())
}

/// The functions with unwind data, or parts of functions, as addresses relative to the image's.
pub fn functions(file: &PeFile64<'_>, bytes: &[u8]) -> Result<Vec<Range<u32>>> {
    let directory = file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    let data = directory.context("there is no unwind data")?.data(bytes, &file.section_table())?;
    let entries = pod::slice_from_all_bytes::<pe::ImageRuntimeFunctionEntry>(data);
    let entries = entries.ok().context("the unwind data is cut off")?;
    Ok(entries.iter().map(|entry| entry.begin_address.get(LE)..entry.end_address.get(LE)).collect())
}

/// How an instruction ends behind which the code may go on.
const GOES_ON: [FlowControl; 4] =
    [FlowControl::Next, FlowControl::ConditionalBranch, FlowControl::Call, FlowControl::IndirectCall];

/// The executable parts of an image.
pub struct Code<'data> {
    pub file: &'data PeFile64<'data>,
    pub bytes: &'data [u8],
}

impl<'data> Code<'data> {
    /// The code from an address on, up to the end of its section.
    fn at(&self, address: u32) -> Option<&'data [u8]> {
        let contains = |section: &&pe::ImageSectionHeader| {
            let start = section.virtual_address.get(LE);
            (start..start + section.virtual_size.get(LE)).contains(&address)
        };
        let section = self.file.section_table().iter().find(contains)?;
        let executable = section.characteristics.get(LE) & pe::IMAGE_SCN_MEM_EXECUTE != 0;
        executable.then(|| section.pe_data_at(self.bytes, address)).flatten()
    }

    /// The instructions from an address on.
    pub fn decode(&self, address: u32) -> impl Iterator<Item = Instruction> + use<'data> {
        let decoder = Decoder::with_ip(64, self.at(address).unwrap_or_default(), address.into(), DecoderOptions::NONE);
        decoder.into_iter().take_while(|instruction| !instruction.is_invalid())
    }
}

/// A walk through all code that can be found.
struct Walk<'a> {
    code: Code<'a>,
    functions: &'a [Range<u32>],
    seen: BTreeSet<u32>,
    /// What moves the stack pointer without unwind data.
    astray: BTreeMap<u32, Instruction>,
}

impl Walk<'_> {
    /// Walks through functions, and through all that they call or jump to.
    fn from(&mut self, mut starts: BTreeSet<u32>) {
        // Their code is read from end to end: what a jump table leads to is found in this way as well.
        starts.extend(self.functions.iter().map(|function| function.start));
        while let Some(start) = starts.pop_first() {
            match self.functions.iter().find(|function| function.contains(&start)) {
                Some(function) => {
                    for instruction in self.code.decode(function.start).take_while(|next| next.ip32() < function.end) {
                        if self.seen.insert(instruction.ip32()) {
                            starts.extend(target(&instruction));
                        }
                    }
                }
                None => self.without_unwind_data(start, &mut starts),
            }
        }
    }

    /// Follows code up to its end, or up to where it goes on with unwind data.
    fn without_unwind_data(&mut self, start: u32, starts: &mut BTreeSet<u32>) {
        let mut information = InstructionInfoFactory::new();
        for instruction in self.code.decode(start) {
            let address = instruction.ip32();
            let covered = self.functions.iter().any(|function| function.contains(&address));
            if covered || !self.seen.insert(address) {
                return;
            }
            starts.extend(target(&instruction));
            let flow = instruction.flow_control();
            if flow != FlowControl::Return && moves_stack_pointer(&instruction, &mut information) {
                self.astray.insert(address, instruction);
            }
            if !GOES_ON.contains(&flow) {
                return;
            }
        }
    }
}

/// The code that an instruction names: what it calls, jumps to or takes the address of.
fn target(instruction: &Instruction) -> Option<u32> {
    let address = if instruction.op_count() == 1 && instruction.op0_kind() == OpKind::NearBranch64 {
        instruction.near_branch_target()
    } else if instruction.mnemonic() == Mnemonic::Lea && instruction.is_ip_rel_memory_operand() {
        instruction.ip_rel_memory_address()
    } else {
        return None;
    };
    u32::try_from(address).ok()
}

fn moves_stack_pointer(instruction: &Instruction, information: &mut InstructionInfoFactory) -> bool {
    let registers = information.info(instruction).used_registers();
    registers.iter().any(|used| {
        let written = matches!(
            used.access(),
            OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
        );
        written && used.register().full_register() == Register::RSP
    })
}
