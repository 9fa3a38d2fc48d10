//! Classes of WMI (`.mof`): the structures of their data and of the parameters of their methods, as drivers in C use them.

mod reader;

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use reader::{Class, Item, Method};

/// The types that have a size of their own.
const TYPES: [(&str, &str); 9] = [
    ("boolean", "BOOLEAN"),
    ("uint8", "UCHAR"),
    ("sint8", "CHAR"),
    ("uint16", "USHORT"),
    ("sint16", "SHORT"),
    ("uint32", "ULONG"),
    ("sint32", "LONG"),
    ("uint64", "ULONGLONG"),
    ("sint64", "LONGLONG"),
];

/// The header of a file.
pub fn header(text: &str) -> Result<String> {
    let classes = reader::classes(text)?;
    ensure!(!classes.is_empty(), "the file has no classes");
    let mut types: HashMap<String, String> =
        TYPES.map(|(name, in_c)| (name.to_owned(), in_c.to_owned())).into_iter().collect();
    types.extend(classes.iter().map(|class| (class.name.to_ascii_lowercase(), class.header_name.clone())));
    let mut header = String::from("#pragma once\n");
    for class in &classes {
        let named = || format!("class {}", class.name);
        guid(&mut header, class).with_context(named)?;
        structure(&mut header, &class.header_name, &class.items, &types).with_context(named)?;
        for method in &class.methods {
            self::method(&mut header, method, &types).with_context(named)?;
        }
    }
    Ok(header)
}

fn guid(header: &mut String, class: &Class) -> Result<()> {
    let hex: String = class.guid.chars().filter(char::is_ascii_hexdigit).collect();
    ensure!(hex.len() == 32, "{} is no GUID", class.guid);
    let byte = |index: usize| format!("0x{}", &hex[2 * index..2 * index + 2]);
    let (first, second, third) = (&hex[..8], &hex[8..12], &hex[12..16]);
    let rest = (8..16).map(byte).collect::<Vec<_>>().join(", ");
    let name = &class.header_name;
    writeln!(header, "\n#define {name}Guid {{0x{first}, 0x{second}, 0x{third}, {{{rest}}}}}")?;
    writeln!(header, "DEFINE_GUID({name}_GUID, 0x{first}, 0x{second}, 0x{third}, {rest});")?;
    Ok(())
}

/// A structure of items. From the first that has no size of its own on, all is data of variable length.
fn structure(header: &mut String, name: &str, items: &[Item], types: &HashMap<String, String>) -> Result<()> {
    let mut members = String::new();
    let mut last = None;
    let mut variable = false;
    for item in items {
        writeln!(header, "#define {name}_{}_ID {}", item.name, item.id)?;
        variable |= item.variable || item.kind.eq_ignore_ascii_case("string");
        if variable {
            continue;
        }
        let kind = types.get(&item.kind.to_ascii_lowercase());
        let kind = kind.with_context(|| format!("{} has the type {}, which is not known", item.name, item.kind))?;
        let count = item.count.map(|count| format!("[{count}]")).unwrap_or_default();
        writeln!(header, "#define {name}_{}_SIZE sizeof({kind}{count})", item.name)?;
        writeln!(members, "    {kind} {}{count};", item.name)?;
        last = Some(&item.name);
    }
    if variable {
        members += "    CHAR VariableData[1];\n";
    }
    if members.is_empty() {
        return Ok(());
    }
    writeln!(header, "typedef struct _{name} {{\n{members}}} {name}, *P{name};")?;
    if let (false, Some(last)) = (variable, last) {
        writeln!(header, "#define {name}_SIZE (FIELD_OFFSET({name}, {last}) + {name}_{last}_SIZE)")?;
    }
    Ok(())
}

fn method(header: &mut String, method: &Method, types: &HashMap<String, String>) -> Result<()> {
    let name = &method.name;
    writeln!(header, "#define {name} {}", method.id)?;
    structure(header, &format!("{name}_IN"), &method.taken, types)?;
    structure(header, &format!("{name}_OUT"), &method.given, types)
}

#[cfg(test)]
mod tests {
    use super::header;

    const FILE: &str = r#"
#pragma autorecover
// class Commented { };
[WMI, HeaderName("PART"), guid("{00112233-4455-6677-8899-aabbccddeeff}")]
class Some_Part /* embedded */ {
    [WmiDataId(2), read] uint16 Second;
    [WmiDataId(1), Description("a [bracket], a \"quote\"; and // no comment") : amended] boolean First[3];
};
[Dynamic, Provider("WMIProv"), WMI, guid("00112233-4455-6677-8899-AABBCCDDEEFF")]
class Whole : WMIEvent {
    [key, read] string InstanceName;
    [read] boolean Active;
    [WmiDataId(1)] Some_Part Parts[2];
    [WmiDataId(2), WmiEnum{"0=a" "1=b"}] string Name;
    [WmiDataId(3)] uint32 Late;
    [Implemented, WmiMethodId(7)] void Act([in] uint32 Given, [in, out] uint8 Both);
    [WmiMethodId(8)] void Nothing();
};
"#;

    #[test]
    fn classes_become_structures() {
        let expected = "\
#pragma once

#define PARTGuid {0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}}
DEFINE_GUID(PART_GUID, 0x00112233, 0x4455, 0x6677, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff);
#define PART_First_ID 1
#define PART_First_SIZE sizeof(BOOLEAN[3])
#define PART_Second_ID 2
#define PART_Second_SIZE sizeof(USHORT)
typedef struct _PART {
    BOOLEAN First[3];
    USHORT Second;
} PART, *PPART;
#define PART_SIZE (FIELD_OFFSET(PART, Second) + PART_Second_SIZE)

#define WholeGuid {0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}}
DEFINE_GUID(Whole_GUID, 0x00112233, 0x4455, 0x6677, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF);
#define Whole_Parts_ID 1
#define Whole_Parts_SIZE sizeof(PART[2])
#define Whole_Name_ID 2
#define Whole_Late_ID 3
typedef struct _Whole {
    PART Parts[2];
    CHAR VariableData[1];
} Whole, *PWhole;
#define Act 7
#define Act_IN_Given_ID 1
#define Act_IN_Given_SIZE sizeof(ULONG)
#define Act_IN_Both_ID 2
#define Act_IN_Both_SIZE sizeof(UCHAR)
typedef struct _Act_IN {
    ULONG Given;
    UCHAR Both;
} Act_IN, *PAct_IN;
#define Act_IN_SIZE (FIELD_OFFSET(Act_IN, Both) + Act_IN_Both_SIZE)
#define Act_OUT_Both_ID 1
#define Act_OUT_Both_SIZE sizeof(UCHAR)
typedef struct _Act_OUT {
    UCHAR Both;
} Act_OUT, *PAct_OUT;
#define Act_OUT_SIZE (FIELD_OFFSET(Act_OUT, Both) + Act_OUT_Both_SIZE)
#define Nothing 8
";
        assert_eq!(header(FILE).unwrap(), expected);
    }

    #[test]
    fn what_is_no_file_of_classes_is_refused() {
        let quoted = "[guid(\"{00112233-4455-6677-8899-aabbccddeeff}\")] class A { [WmiDataId(1)] ";
        for wrong in ["", "class", "struct A { };", "class A { };", "[guid(\"{1}\")] class A { };", "[guid(\""] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
        for wrong in ["Unknown X; };", "uint32 X[; };", "uint32 X", "uint32; };"] {
            assert!(header(&format!("{quoted}{wrong}")).is_err(), "{wrong}");
        }
    }
}
