//! Stamping: the INF of a build from the INX of the sources.

use driver_catalog::inf::{Architecture, Entry, Inf, InfError};
use jiff::civil::Date;

/// What a build puts into its INF: what stampinf does with `-a <architecture> -c <catalog> -k <kmdf> -d <date> -v <version>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The date of `DriverVer`.
    pub date: Date,
    /// The version of `DriverVer`, four numbers of 16 bits each.
    pub version: [u16; 4],
    /// The name of the catalog.
    pub catalog: String,
    /// The processor, in the place of `$ARCH$`.
    pub architecture: Architecture,
    /// Major and minor version of KMDF, in the place of `$KMDFVERSION$`.
    pub kmdf: (u32, u32),
}

/// Why an INX cannot be stamped.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// What would come of it is no INF.
    #[error("the INX is no INF: {0}")]
    NoInf(#[from] InfError),
    /// The section `[Version]` has not exactly one such line, or it is not where a stamp finds it.
    #[error("[Version] of the INX needs one line \"{0} = ...\", which is stamped")]
    NotOnce(&'static str),
    /// A line that is stamped goes on in the next one.
    #[error("stamping would change more of the INX than DriverVer and CatalogFile: each needs a line of its own")]
    MoreChanges,
    /// The name of the catalog, or the date, does not read back as what it is.
    #[error("{value:?} cannot be stamped as {key}: an INF reads it as {read:?}")]
    NotRead {
        /// The key of the line.
        key: &'static str,
        /// What was to be stamped.
        value: String,
        /// What is read of it.
        read: Vec<String>,
    },
}

impl Stamp {
    /// Stamps an INX: the lines `DriverVer` and `CatalogFile` of its section `[Version]` are replaced, `$ARCH$` becomes
    /// the name of the processor and `$KMDFVERSION$` the version of the framework everywhere. Each line ends with CR and LF.
    ///
    /// What comes of it is read again. So it is an INF that says what was stamped, and stamping it once more changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// The INX, or the stamp, is not such that an INF comes of it.
    pub fn apply(&self, inx: &str) -> Result<String, StampError> {
        let lines = [
            ("DriverVer", "DriverVer   = ", self.driver_ver()),
            ("CatalogFile", "CatalogFile = ", self.catalog.clone()),
        ];
        let (mut text, mut in_version) = (String::new(), false);
        for line in inx.lines() {
            if let Some(section) = line.trim_start().strip_prefix('[') {
                let name = section.split(']').next().unwrap_or_default();
                in_version = name.trim().eq_ignore_ascii_case("Version");
            }
            let key = line.split_once('=').map_or("", |(key, _)| key.trim());
            match lines.iter().find(|(name, ..)| in_version && key.eq_ignore_ascii_case(name)) {
                Some((_, begin, value)) => text.extend([begin, value.as_str()]),
                None => text += &self.filled(line),
            }
            text += "\r\n";
        }
        let inf = Inf::from_text(&text)?;
        lines.into_iter().try_for_each(|(key, _, value)| says(&inf, key, value))?;
        let same = others(&inf).eq(others(&Inf::from_text(&self.filled(inx))?));
        if same { Ok(text) } else { Err(StampError::MoreChanges) }
    }

    fn driver_ver(&self) -> String {
        let [major, minor, build, revision] = self.version;
        format!("{},{major}.{minor}.{build}.{revision}", self.date.strftime("%m/%d/%Y"))
    }

    fn filled(&self, text: &str) -> String {
        let (major, minor) = self.kmdf;
        text.replace("$ARCH$", self.architecture.name()).replace("$KMDFVERSION$", &format!("{major}.{minor}"))
    }
}

/// What an INF says besides what is stamped, each entry with its section.
fn others(inf: &Inf) -> impl Iterator<Item = (&str, &Entry)> {
    inf.sections().iter().flat_map(|section| {
        let is_version = section.name.eq_ignore_ascii_case("Version");
        let stamped = move |entry: &Entry| is_version && (entry.has_key("DriverVer") || entry.has_key("CatalogFile"));
        section.entries.iter().filter(move |entry| !stamped(entry)).map(|entry| (section.name.as_str(), entry))
    })
}

/// Whether `[Version]` says this, once.
fn says(inf: &Inf, key: &'static str, value: String) -> Result<(), StampError> {
    let found: Vec<&Entry> = inf.entries("Version").filter(|entry| entry.has_key(key)).collect();
    let [entry] = found[..] else { return Err(StampError::NotOnce(key)) };
    if entry.values.iter().map(String::as_str).eq(value.split(',')) {
        return Ok(());
    }
    Err(StampError::NotRead { key, value, read: entry.values.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn stamp() -> Stamp {
        Stamp {
            date: date(2026, 2, 3),
            version: [1, 2, 3, 0],
            catalog: "netioctl.cat".to_owned(),
            architecture: Architecture::Amd64,
            kmdf: (1, 33),
        }
    }

    #[test]
    fn the_stamp_fills_in_everything() {
        let inf = stamp().apply(include_str!("../../../driver.inx")).unwrap();
        assert!(!inf.contains('$') || inf.matches('$').count() == inf.matches("$WINDOWS NT$").count() * 2);
        for line in [
            "DriverVer   = 02/03/2026,1.2.3.0",
            "CatalogFile = netioctl.cat",
            "%Provider% = Standard,NTamd64.10.0...17134",
            "[Standard.NTamd64.10.0...17134]",
            "[Standard.NTamd64]",
            "KmdfLibraryVersion = 1.33",
        ] {
            assert_eq!(inf.lines().filter(|found| *found == line).count(), 1, "{line}");
        }
        assert_eq!(crate::problems(inf.as_bytes(), |_| true), [""; 0]);
        assert_eq!(stamp().apply(&inf).unwrap(), inf);
    }

    /// An INX, and a part of what is said of it.
    const REFUSED: [(&str, &str); 7] = [
        ("[Version]\nCatalogFile=x\n", "DriverVer"),
        ("[Version]\nDriverVer=x\n", "CatalogFile"),
        ("[Version]\nDriverVer=1\nCatalogFile=x\n[version]\n\"DriverVer\"=2\n", "DriverVer"),
        ("[Other]\nDriverVer=1\nCatalogFile=x\n", "DriverVer"),
        ("[Version]\nDriverVer=1 \\\n\nCatalogFile=x\nx=\"\n", "line 5"),
        ("[Version]\nDriverVer=1,\\\n2\nCatalogFile=x\n", "a line of its own"),
        ("[Version]\nx=\\\nDriverVer=1\nCatalogFile=x\n", "DriverVer"),
    ];

    #[test]
    fn an_inx_that_does_not_become_an_inf_is_refused() {
        for (inx, part) in REFUSED {
            let error = stamp().apply(inx).unwrap_err().to_string();
            assert!(error.contains(part), "{inx:?}: {error}");
        }
    }

    #[test]
    fn lines_of_other_sections_stay() {
        let inx = "[Version]\n driverver = x ; y\nCatalogFile=x\n[Other]\nCatalogFile = y\n";
        assert_eq!(
            stamp().apply(inx).unwrap(),
            "[Version]\r\nDriverVer   = 02/03/2026,1.2.3.0\r\nCatalogFile = netioctl.cat\r\n[Other]\r\nCatalogFile = y\r\n"
        );
    }

    #[test]
    fn a_catalog_whose_name_is_not_read_as_it_is_is_refused() {
        for catalog in ["a;b.cat", "a\nb.cat", "\"a.cat", " a.cat", "a.cat\\"] {
            let stamp = Stamp { catalog: catalog.to_owned(), ..stamp() };
            assert!(stamp.apply("[Version]\nDriverVer=1\nCatalogFile=x\n").is_err(), "{catalog:?}");
        }
    }
}
