//! Stamped INFs: whatever the INX and the stamp are, what comes of them says what was stamped and all else that the INX
//! says, or it is refused.

use crate::take::{byte, short, word};
use arbitrary::Unstructured;
use driver_catalog::inf::{Architecture, Entry, Inf};
use driver_inf::{BAD_DRIVER_VER, Stamp, problems};
use jiff::civil::Date;

/// The INF of the driver before it is stamped.
const DRIVER: &str = include_str!("../../driver.inx");

/// Bytes of the stamp, before the name of the catalog and the INX.
const HEAD: usize = 16;

/// Stamps an INX: the first line of the input is the name of the catalog, the rest the INX.
pub fn run(input: &[u8]) {
    let (head, texts) = input.split_at(input.len().min(HEAD));
    let Ok(texts) = str::from_utf8(texts) else { return };
    let (catalog, inx) = texts.split_once('\n').unwrap_or(("a.cat", texts));
    let Some(stamp) = stamp(head, catalog) else { return };
    match stamp.apply(inx) {
        Err(error) => assert!(error.to_string().split_whitespace().count() > 3, "{error}"),
        Ok(text) => check(&stamp, inx, &text),
    }
}

/// A stamp of any version and of any date that there is.
fn stamp(head: &[u8], catalog: &str) -> Option<Stamp> {
    let input = &mut Unstructured::new(head);
    let year = i16::try_from(short(input) % 10_000).unwrap_or_default();
    let [month, day] = [12, 31].map(|last| i8::try_from(byte(input) % last + 1).unwrap_or_default());
    let date = Date::new(year, month, day).ok()?;
    let version = [short(input), short(input), short(input), short(input)];
    Some(Stamp {
        date,
        version,
        catalog: catalog.to_owned(),
        architecture: Architecture::Amd64,
        kmdf: (1, word(input)),
    })
}

fn check(stamp: &Stamp, inx: &str, text: &str) {
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "a line ends otherwise");
    assert_eq!(stamp.apply(text).ok().as_deref(), Some(text), "a second stamp changes the INF");
    let inf = Inf::from_text(text).expect("what was stamped is an INF");
    let found = problems(text.as_bytes(), |_| true);
    assert!(found.iter().all(|problem| !problem.is_empty()), "{found:?}");
    // Not by a part of it: a problem may name a section of the INX, which may have any name.
    assert!(!found.iter().any(|problem| problem == BAD_DRIVER_VER), "{found:?} of {stamp:?}");

    let said = |key: &str| inf.entries("Version").find(|entry| entry.has_key(key)).map(|entry| entry.values.join(","));
    assert_eq!(said("CatalogFile").as_ref(), Some(&stamp.catalog));
    let left = text.contains("$ARCH$") || text.contains("$KMDFVERSION$");
    assert!(!left || stamp.catalog.contains('$'), "something is left to be filled in");
    let filled = inx.replace("$ARCH$", "amd64").replace("$KMDFVERSION$", &format!("1.{}", stamp.kmdf.1));
    let before = Inf::from_text(&filled).expect("the INX of an INF is read like one");
    assert_eq!(others(&inf), others(&before), "{text}");
}

/// What an INF says besides what is stamped.
fn others(inf: &Inf) -> Vec<(&str, &Entry)> {
    let stamped = |entry: &Entry| ["DriverVer", "CatalogFile"].iter().any(|key| entry.has_key(key));
    let entries = inf.sections().iter().flat_map(|section| {
        let is_version = section.name.eq_ignore_ascii_case("Version");
        let others = section.entries.iter().filter(move |entry| !(is_version && stamped(entry)));
        others.map(|entry| (section.name.as_str(), entry))
    });
    entries.collect()
}

/// The INX of the driver; and small ones that a stamp takes and that it does not.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let small = [
        "[Version]\nDriverVer=1\nCatalogFile=x",
        "[version] ; text\n driverver = x\\\n,y\ncatalogfile=\"x;\"\n[A]\nDriverVer=$ARCH$,\"$KMDFVERSION$\"",
        "[Version]\n\"DriverVer\"=1\nCatalogFile=x",
        "[Version]\nDriverVer=1\n[A]\nx=y\n[VERSION]\nCatalogFile=x",
    ];
    let head: [u8; HEAD] = [0xea, 0x07, 1, 2, 1, 0, 2, 0, 3, 0, 0, 0, 33, 0, 0, 0];
    let inxes = [DRIVER].into_iter().chain(small);
    inxes.map(|inx| [&head[..], b"netioctl.cat\n", inx.as_bytes()].concat()).collect()
}

/// What a stamp looks for.
#[must_use]
pub fn dictionary() -> Vec<Vec<u8>> {
    let pieces = [
        "[Version]",
        "\nDriverVer",
        "\nCatalogFile",
        "$ARCH$",
        "$KMDFVERSION$",
        "\\\n",
        "\"",
        ";",
        "%%",
        "[Strings]\n",
    ];
    pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect()
}
