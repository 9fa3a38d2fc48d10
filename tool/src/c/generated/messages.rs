//! Messages of the event log (`.mc`): the numbers by which a driver names them, of the message compiler of GNU.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::kernel::files;
use crate::kernel::tools::output;

/// It comes with the linker of the Windows programs. A message that names no severity or facility has none for it, where
/// Microsoft's gives it those of the message before.
const COMPILER: &str = "x86_64-w64-mingw32-windmc";

/// UTF-8.
const CODE_PAGE: &str = "65001";

/// Writes a header, and beside it the resource of the texts, which no image here has.
///
/// # Errors
///
/// The text is none of messages, or there is no compiler.
pub fn compile(text: &str, header: &Path) -> Result<()> {
    let folder = header.parent().context("a header lies in a folder")?;
    let input = header.with_extension("mc");
    files::write(&input, text)?;
    let mut compiler = Command::new(COMPILER);
    compiler.args(["--codepage_in", CODE_PAGE, "--codepage_out", CODE_PAGE]);
    for to in ["--headerdir", "--rcdir"] {
        compiler.arg(to).arg(folder);
    }
    output(compiler.arg(&input)).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::compile;

    const FILE: &str = "\
;// für Menschen
MessageIdTypedef=NTSTATUS
SeverityNames=(Success=0x0:SEVERITY_GOOD
               Error=0x3
              )
FacilityNames=(Mine=0x7:FACILITY_MINE)

MessageId=0x0010 Facility=Mine Severity=Error SymbolicName=MINE_BROKEN
Language=English
MessageId=0x99 is text here, and a dot. ends nothing
.

MessageId=+3 Severity=Success SymbolicName=MINE_BETTER
Language=English
Größer
.
";

    #[test]
    fn messages_have_the_numbers_that_the_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.h");
        compile(FILE, &path).unwrap();
        let header = fs::read_to_string(path).unwrap();
        for line in [
            "// für Menschen",
            "#define SEVERITY_GOOD 0x0",
            "#define FACILITY_MINE 0x7",
            "#define MINE_BROKEN (NTSTATUS) 0xc0070010",
            "#define MINE_BETTER (NTSTATUS) 0x13",
        ] {
            assert!(header.lines().any(|other| other.trim_end() == line), "{line} is not in {header}");
        }
        assert!(!header.contains("0x99"), "{header}");
    }

    #[test]
    fn what_is_no_message_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for wrong in ["MessageId=1 SymbolicName=A\nLanguage=English\nno end", "Severity=Worse", "Weight=3"] {
            assert!(compile(wrong, &folder.path().join("wrong.h")).is_err(), "{wrong}");
        }
    }
}
