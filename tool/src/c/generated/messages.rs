//! Messages of the event log (`.mc`): the numbers by which a driver names them. The texts would be a resource of the image.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use regex::Regex;

/// What a file says outside the texts of its messages.
struct Compiler {
    key: Regex,
    name: Regex,
    severities: HashMap<String, u32>,
    facilities: HashMap<String, u32>,
    typedef: Option<String>,
    severity: u32,
    facility: u32,
    id: Option<u32>,
    symbol: Option<String>,
    header: String,
}

/// The header of a file.
pub fn header(text: &str) -> Result<String> {
    let mut compiler = Compiler::new()?;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(verbatim) = line.strip_prefix(';') {
            writeln!(compiler.header, "{verbatim}")?;
            continue;
        }
        let mut statement = line.to_owned();
        while statement.contains('(') && !statement.contains(')') {
            statement.push(' ');
            statement.push_str(lines.next().context("a parenthesis is open at the end")?);
        }
        if compiler.take(&statement)? {
            // The text of the message, up to a dot that is alone.
            lines.by_ref().find(|line| line.trim_end() == ".").context("a message has no end")?;
        }
    }
    Ok(compiler.header)
}

impl Compiler {
    fn new() -> Result<Self> {
        let names = |names: &[(&str, u32)]| names.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        Ok(Self {
            key: Regex::new(r"(\w+)\s*=\s*(\([^)]*\)|\S*)")?,
            name: Regex::new(r"(\w+)\s*=\s*(\w+)(?:\s*:\s*(\w+))?")?,
            severities: names(&[("success", 0), ("informational", 1), ("warning", 2), ("error", 3)]),
            facilities: names(&[("system", 0xFF), ("application", 0xFFF)]),
            typedef: None,
            severity: 0,
            facility: 0xFFF,
            id: None,
            symbol: None,
            header: String::new(),
        })
    }

    /// Takes a statement, and says whether the text of a message follows it.
    fn take(&mut self, statement: &str) -> Result<bool> {
        let pairs: Vec<(String, String)> = self
            .key
            .captures_iter(statement)
            .map(|found| (found[1].to_ascii_lowercase(), found[2].to_owned()))
            .collect();
        let mut text = false;
        for (key, value) in pairs {
            match key.as_str() {
                "messageidtypedef" => self.typedef = Some(value).filter(|name| !name.is_empty()),
                "severitynames" => {
                    let names = self.named(&value)?;
                    self.severities.extend(names);
                }
                "facilitynames" => {
                    let names = self.named(&value)?;
                    self.facilities.extend(names);
                }
                "messageid" => self.id = Some(self.next_id(&value)?),
                "severity" => self.severity = known(&self.severities, &value)?,
                "facility" => self.facility = known(&self.facilities, &value)?,
                "symbolicname" => self.symbol = Some(value),
                "language" => {
                    text = true;
                    self.message()?;
                }
                "languagenames" | "outputbase" => {}
                _ => bail!("{key} is no word of a message file"),
            }
        }
        Ok(text)
    }

    /// The names that a statement gives to numbers, and their constants in the header.
    fn named(&mut self, value: &str) -> Result<Vec<(String, u32)>> {
        let mut names = Vec::new();
        for found in self.name.captures_iter(value) {
            names.push((found[1].to_ascii_lowercase(), number(&found[2])?));
            if let Some(symbol) = found.get(3) {
                writeln!(self.header, "#define {} {}", symbol.as_str(), &found[2])?;
            }
        }
        Ok(names)
    }

    /// The number of a message: given, so many after the one before, or the next.
    fn next_id(&self, value: &str) -> Result<u32> {
        let last = self.id.unwrap_or(0);
        match value.strip_prefix('+') {
            Some(more) => Ok(last + number(more)?),
            None if value.is_empty() => Ok(last + 1),
            None => number(value),
        }
    }

    /// The constant of a message. It has texts in several languages, and one constant.
    fn message(&mut self) -> Result<()> {
        let Some(symbol) = self.symbol.take() else { return Ok(()) };
        let id = self.id.context("a message has no number")?;
        let value = self.severity << 30 | self.facility << 16 | id;
        let cast = self.typedef.as_ref().map(|name| format!("({name})")).unwrap_or_default();
        writeln!(self.header, "#define {symbol} ({cast}0x{value:08X}L)")?;
        Ok(())
    }
}

fn known(names: &HashMap<String, u32>, name: &str) -> Result<u32> {
    names.get(&name.to_ascii_lowercase()).copied().with_context(|| format!("nothing says what {name} is"))
}

fn number(text: &str) -> Result<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let number = digits.map_or_else(|| text.parse(), |digits| u32::from_str_radix(digits, 16));
    number.with_context(|| format!("{text} is no number"))
}

#[cfg(test)]
mod tests {
    use super::header;

    const FILE: &str = "\
;// for people
MessageIdTypedef=NTSTATUS
SeverityNames=(Success=0x0:SEVERITY_GOOD
               Error=0x3
              )
FacilityNames=(Mine=0x7:FACILITY_MINE)

MessageId=0x0010 Facility=Mine Severity=Error SymbolicName=MINE_BROKEN
Language=English
MessageId=0x99 is text here, and a dot. ends nothing
.
Language=German
Kaputt
.

MessageId=
Severity=Success
SymbolicName=MINE_GOOD
Language=English
Good
.
MessageId=+3 SymbolicName=MINE_BETTER
Language=English
Better
.
";

    #[test]
    fn messages_have_the_numbers_that_the_file_says() {
        let expected = "\
// for people
#define SEVERITY_GOOD 0x0
#define FACILITY_MINE 0x7
#define MINE_BROKEN ((NTSTATUS)0xC0070010L)
#define MINE_GOOD ((NTSTATUS)0x00070011L)
#define MINE_BETTER ((NTSTATUS)0x00070014L)
";
        assert_eq!(header(FILE).unwrap(), expected);
    }

    #[test]
    fn what_is_no_message_file_is_refused() {
        for wrong in [
            "MessageId=1 SymbolicName=A\nLanguage=English\nno end",
            "Severity=Worse",
            "MessageId=x",
            "FacilityNames=(A=1",
            "Weight=3",
        ] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }
}
