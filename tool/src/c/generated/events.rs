//! Events of a manifest (`.man`): macros that write none, as the trace macros trace nothing; and the constants.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use roxmltree::{Document, Node};

/// Elements whose symbol is a number, and the attribute that says it.
const NUMBERS: [(&str, &str); 5] =
    [("keyword", "mask"), ("opcode", "value"), ("task", "value"), ("level", "value"), ("channel", "value")];

/// The header of a manifest.
pub fn header(text: &str) -> Result<String> {
    let document = Document::parse(text.trim_start_matches('\u{feff}'))?;
    let mut header = String::from("#pragma once\n");
    let providers: Vec<_> = named(document.root(), "provider").collect();
    ensure!(!providers.is_empty(), "the manifest has no provider");
    for provider in providers {
        let name = provider.attribute("name").context("a provider has no name")?;
        let name: String = name.chars().map(|each| if each.is_ascii_alphanumeric() { each } else { '_' }).collect();
        writeln!(header, "#define EventRegister{name}() 0L\n#define EventUnregister{name}() 0L")?;
        for event in named(provider, "event") {
            let symbol = event.attribute("symbol").context("an event has no symbol")?;
            writeln!(header, "#define EventEnabled{symbol}() 0")?;
            writeln!(header, "#define EventWrite{symbol}(...) 0L\n#define EventWrite{symbol}_AssumeEnabled(...) 0L")?;
        }
        for (element, attribute) in NUMBERS {
            for node in named(provider, element) {
                if let (Some(symbol), Some(value)) = (node.attribute("symbol"), node.attribute(attribute)) {
                    writeln!(header, "#define {symbol} {value}")?;
                }
            }
        }
    }
    Ok(header)
}

fn named<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |node| node.tag_name().name() == name)
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn events_are_written_nowhere_and_constants_are_there() {
        let manifest = r#"<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events"><instrumentation><events>
          <provider name="Mine-Driver" symbol="MINE" guid="{00000000-0000-0000-0000-000000000000}">
            <keywords><keyword name="k" symbol="KEY" mask="0x10"/><keyword name="other" mask="0x20"/></keywords>
            <events><event symbol="Started" value="1"/></events>
          </provider></events></instrumentation></instrumentationManifest>"#;
        let header = header(manifest).unwrap();
        for line in [
            "#define EventRegisterMine_Driver() 0L",
            "#define EventUnregisterMine_Driver() 0L",
            "#define EventEnabledStarted() 0",
            "#define EventWriteStarted(...) 0L",
            "#define KEY 0x10",
        ] {
            assert!(header.lines().any(|other| other == line), "{line} is not in {header}");
        }
        assert!(!header.contains("0x20"), "what has no symbol has no constant");
    }

    #[test]
    fn a_manifest_without_a_provider_is_refused() {
        assert!(header("<instrumentationManifest/>").is_err());
    }
}
