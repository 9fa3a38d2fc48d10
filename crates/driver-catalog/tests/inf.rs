//! What the reader of INF files covers.
#![forbid(unsafe_code)]

use driver_catalog::inf::{Architecture, CodePage, Inf, InfError, Target, packages};
use proptest::prelude::*;

/// The fields of the only section, key and values by `|`.
fn lines(text: &str) -> Vec<String> {
    let inf = Inf::from_text(&format!("[s]\n{text}")).unwrap();
    assert_eq!(inf.sections().len(), 1);
    let show = |entry: &driver_catalog::inf::Entry| {
        let key = entry.key.iter().map(|key| format!("{key} = "));
        key.chain([entry.values.join("|")]).collect::<String>()
    };
    inf.sections()[0].entries.iter().map(show).collect()
}

#[test]
fn fields_of_a_line() {
    assert_eq!(lines("a = b"), ["a = b"]);
    assert_eq!(lines(" a=b , c,,d "), ["a = b|c||d"]);
    assert_eq!(lines("driver.sys,,,0x4000"), ["driver.sys|||0x4000"]);
    assert_eq!(lines("a ="), ["a = "]);
    assert_eq!(lines("HKR,,Name,,a=b"), ["HKR||Name||a=b"]);
    assert_eq!(lines("a = ROOT\\x\\y, c"), ["a = ROOT\\x\\y|c"]);
    assert_eq!(lines("a = b c"), ["a = b c"]);
    assert_eq!(lines("\n  \n;x\na\r\nb"), ["a", "b"]);
}

#[test]
fn quotes() {
    assert_eq!(lines(r#"a = "b, c = d; e", f"#), ["a = b, c = d; e|f"]);
    assert_eq!(lines(r#"a = " b "  , c"#), ["a =  b |c"]);
    assert_eq!(lines(r#"a = "say ""hi""""#), [r#"a = say "hi""#]);
    assert_eq!(lines(r#""a=b" = c"#), ["a=b = c"]);
    assert_eq!(lines(r#"a = "C:\", b"#), [r"a = C:\|b"]);
    let open = Inf::from_text("[s]\na = \"b\n").unwrap_err();
    assert_eq!(open, InfError::Syntax { line: 2, reason: "a quote is not closed on its line" });
}

#[test]
fn comments_and_continuation() {
    assert_eq!(lines("a = b ; c \"d"), ["a = b"]);
    assert_eq!(lines("a = b, \\\n  c, \\ ; more\r\n d\ne"), ["a = b|c|d", "e"]);
    assert_eq!(lines("a = b\\"), ["a = b"]);
    let inf = Inf::from_text("[s]\na, \\\nb\nc").unwrap();
    assert_eq!(inf.sections()[0].entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn sections() {
    let inf = Inf::from_text("[A]\nx=1\n[ b ] ; comment\ny=2\n[a]\nX=3").unwrap();
    assert_eq!(inf.sections().iter().map(|section| section.name.as_str()).collect::<Vec<_>>(), ["A", "b"]);
    let values: Vec<_> =
        inf.entries("a").filter(|entry| entry.has_key("x")).filter_map(|entry| entry.value(0)).collect();
    assert_eq!(values, ["1", "3"]);
    assert_eq!(inf.entries("none").count(), 0);
    for text in ["[", "[]", "[ ]", "[a"] {
        let error = Inf::from_text(text).unwrap_err();
        assert_eq!(error, InfError::Syntax { line: 1, reason: "a section needs a name in brackets" }, "{text}");
    }
}

/// As in samples of Microsoft: a comment of the language C, quotes and all.
#[test]
fn text_before_the_first_section_is_not_read() {
    let inf = Inf::from_text("/*++\n  It's a \"driver, = [x]\n\\\n--*/\n [a] \nb=1").unwrap();
    assert_eq!(inf.sections().iter().map(|section| section.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(inf.sections()[0].entries[0].line, 6);
    for text in ["", "x", "x=1\n\ny", "\"", "\n;"] {
        assert_eq!(Inf::from_text(text).unwrap().sections(), []);
    }
}

#[test]
fn strings() {
    let inf = Inf::from_text("[Strings]\na = \"A, B\"\n[strings.0407]\nA = x\nonly = y").unwrap();
    assert_eq!(inf.expand(1, "<%A%>%%%only%").unwrap(), "<A, B>%y");
    assert_eq!(inf.expand(1, "%12%\\drivers 100%").unwrap(), "%12%\\drivers 100%");
    assert_eq!(inf.expand(7, "%none%").unwrap_err(), InfError::NoString { line: 7, name: "none".into() });
}

#[test]
fn encodings() {
    let text = "[ä]\nb=ö";
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect();
    let all: [Vec<u8>; 4] =
        [text.into(), format!("\u{feff}{text}").into(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
    for bytes in all {
        assert_eq!(Inf::from_bytes(&bytes), Inf::from_text(text));
    }
    assert_eq!(Inf::from_bytes(b"\xff\xfe[\0\x00\xd8"), Err(InfError::Encoding("UTF-16LE")));
}

/// Without a mark, text is in the code page of the machine that it was written for.
#[test]
fn code_pages() {
    let section = |bytes: &[u8], code_page: &str| {
        let inf = Inf::from_bytes_in(bytes, code_page.parse().unwrap())?;
        Ok::<_, InfError>(inf.sections()[0].name.clone())
    };
    assert_eq!(section(b"[gr\xf6\xdfe]", "1252"), Ok("größe".into()));
    assert_eq!(section(b"[\xcf\xf0\xe8]", "1251"), Ok("При".into()));
    assert_eq!(section(b"[\x83\x68\x83\x89]", "932"), Ok("ドラ".into()));
    assert_eq!(section(b"[\x83\x20]", "932"), Err(InfError::Encoding("Shift_JIS")));
    assert_eq!(section("[größe]".as_bytes(), "932"), Ok("größe".into()), "UTF-8 is known by itself");
    assert_eq!(Inf::from_bytes(b"[\xe4]").unwrap().sections()[0].name, "ä");
    for none in ["", "x", "1", "99999"] {
        assert!(none.parse::<CodePage>().is_err(), "{none}");
    }
}

#[test]
fn targets() {
    let target = Target::parse("NTamd64.10.0...16299").unwrap();
    assert_eq!(
        (target.architecture, target.version, target.build),
        (Some(Architecture::Amd64), Some((10, 0)), Some(16299))
    );
    let target = Target::parse("nt.6.1.1.0x80").unwrap();
    assert_eq!((target.architecture, target.version, target.build), (None, Some((6, 1)), None));
    assert_eq!(Target::parse("NTARM64").unwrap().driver_architecture(), Architecture::Arm64);
    for wrong in ["", "N", "amd64", "NTamd", "NT.x", "NT.1.2.3.4.5.6"] {
        assert_eq!(Target::parse(wrong), None, "{wrong}");
    }
    assert!(Target::is_retired("NTia64.6.0") && Target::is_retired("ntarm") && !Target::is_retired("NTarm64"));
}

/// An INF for two architectures; `more` is added at its end.
fn inf(more: &str) -> Inf {
    let text = r"[Version]
        CatalogFile.NTarm64 = arm.cat
        CatalogFile.NT = %All%
        [Manufacturer]
        Maker = M, NTamd64.10.0, NTarm64.10.0, NTia64
        Other
        [M.NTamd64.10.0]
        A = I, PCI\A, PCI\COMPATIBLE
        A = I, PCI\B
        B = I, pci\a
        None = I
        [M.NTarm64.10.0]
        A = I, PCI\C
        [Other]
        A = I, PCI\X86
        [I.NT]
        CopyFiles = @a.sys, F
        [F]
        renamed.bin, B.BIN
        [SourceDisksNames]
        1 = Disk,,, \sub
        2 = Disk
        [SourceDisksNames.arm64]
        1 = Disk,,, arm
        [SourceDisksFiles]
        a.sys = 1
        b.bin = 2, x\.\y
        [SourceDisksFiles.arm64]
        a.sys = 1, deep
        [Strings]
        All = pc.cat
        ";
    Inf::from_text(&format!("{text}{more}")).unwrap()
}

#[test]
fn packages_of_an_inf() {
    let all = packages(&inf("")).unwrap();
    let shown: Vec<_> = all.iter().map(|one| (one.catalog.as_str(), one.os(), one.hardware_ids().join(" "))).collect();
    let pc = ("pc.cat", "_v100,_v100_X64".to_owned(), r"pci\x86 pci\a pci\compatible pci\b".to_owned());
    assert_eq!(shown, [pc, ("arm.cat", "_v100_ARM64".to_owned(), r"pci\c".to_owned())]);
    let paths = |index: usize| {
        let path = |file: &driver_catalog::inf::PackageFile| format!("{}/{}", file.folder.join("/"), file.name);
        all[index].files.iter().map(path).collect::<Vec<_>>()
    };
    assert_eq!(paths(0), ["sub/a.sys", "x/y/b.bin"]);
    assert_eq!(paths(1), ["arm/deep/a.sys", "x/y/b.bin"]);
    assert_eq!(all[0].models[1].compatible_ids, [r"PCI\COMPATIBLE"]);
}

#[test]
fn an_inf_without_devices() {
    let inf = Inf::from_text("[Version]\nCatalogFile=x.cat\n[DefaultInstall.NTamd64]\n[SourceDisksFiles]\n").unwrap();
    let all = packages(&inf).unwrap();
    assert_eq!((all.len(), all[0].os()), (1, "_v100_X64".into()));
    assert_eq!(packages(&Inf::from_text("[Version]\n[DefaultInstall]").unwrap()), Ok(Vec::new()));
}

#[test]
fn what_an_inf_may_not_do() {
    let error = |more: &str| packages(&inf(more)).unwrap_err().to_string();
    assert_eq!(error("[Manufacturer]\nX = Y, NTamd64"), "no section [Y.NTamd64], which [Manufacturer] needs");
    assert_eq!(error("[Manufacturer]\nX = M, amd64"), r#"line 33: "amd64" is no decoration such as NTamd64.10.0"#);
    assert_eq!(error("[M.NTamd64.10.0]\n%X% = I"), "line 33: %X% is not in [Strings]");
    assert_eq!(error("[I.NT]\nCopyFiles = G"), "no section [G], which [I.NT] needs");
    assert_eq!(error("[I.NT]\nCopyFiles = @c.sys"), "line 33: c.sys is copied, but not listed in [SourceDisksFiles]");
    assert_eq!(error("[F]\nc.sys"), "line 33: c.sys is copied, but not listed in [SourceDisksFiles]");
    assert_eq!(error("[SourceDisksFiles]\nc.sys = 9"), "no entry 9 in [SourceDisksNames]");
    assert_eq!(error("[SourceDisksFiles]\nc.sys = 1, ..\\x"), r"line 33: ..\x leads out of the package");
    assert_eq!(error("[SourceDisksFiles]\nc:\\c.sys = 1"), r"line 33: c:\c.sys leads out of the package");
}

/// Text made of what an INF is made of.
fn pieces() -> impl Strategy<Value = String> {
    let words = ["[Version]\n", "[Manufacturer]\n", "[M]\n", "[SourceDisksFiles]\n", "[Strings]\n", "CatalogFile="];
    let piece = prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        r#"[a%M=,;"\\\[\] \n.NT1ä]"#.prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Inf::from_bytes(&bytes).map(|inf| packages(&inf));
    }

    #[test]
    fn any_inf_is_survived(text in pieces()) {
        let _ = Inf::from_text(&text).map(|inf| packages(&inf));
    }
}
