//! What `InfVerif` asks of the INF of a driver, as far as it can be known without Windows.

mod found;
mod header;
mod install;

use driver_catalog::inf::{Inf, packages};
use found::Rules;
pub use header::BAD_DRIVER_VER;

/// Everything that is wrong with an INF, nothing if it is good. `present` says whether a file that it lists is in the
/// package.
#[must_use]
pub fn problems(bytes: &[u8], present: impl Fn(&str) -> bool) -> Vec<String> {
    let inf = match Inf::from_bytes(bytes) {
        Ok(inf) => inf,
        Err(error) => return vec![error.to_string()],
    };
    let mut rules = Rules { inf: &inf, problems: Vec::new() };
    rules.encoding(bytes);
    rules.version();
    rules.strings();
    rules.destinations();
    rules.manufacturers();
    rules.install_sections();
    match packages(&inf) {
        Ok(packages) => {
            let files = packages.iter().flat_map(|package| &package.files);
            let missing = files.filter(|file| !present(&file.name));
            rules.problems.extend(missing.map(|file| format!("{} is not in the package", file.name)));
            let models: Vec<_> = packages.iter().flat_map(|package| &package.models).collect();
            rules.ensure(!models.is_empty(), || "there are no models".into());
            for model in models {
                rules.model(model);
            }
        }
        Err(error) => rules.problems.push(error.to_string()),
    }
    rules.problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stamp;
    use driver_catalog::inf::Architecture;
    use jiff::civil::date;

    /// The INF of the driver, as a stamp leaves it.
    fn good() -> String {
        let (date, catalog) = (date(2025, 1, 1), "netioctl.cat".to_owned());
        let stamp = Stamp { date, version: [0; 4], catalog, architecture: Architecture::Amd64, kmdf: (1, 33) };
        stamp.apply(include_str!("../../../../driver.inx")).unwrap()
    }

    fn found(inf: &str) -> Vec<String> {
        problems(inf.as_bytes(), |file| file == "netioctl.sys")
    }

    #[test]
    fn the_inf_of_the_driver_is_good() {
        assert_eq!(found(&good()), [""; 0]);
        let utf16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(good().encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(problems(&utf16, |_| true), [""; 0]);
    }

    #[test]
    fn a_missing_file_is_named() {
        assert_eq!(problems(good().as_bytes(), |_| false), ["netioctl.sys is not in the package"]);
    }

    /// What is replaced, by what, and a part of what must be found.
    const DOCTORED: [(&str, &str, &str); 26] = [
        ("$WINDOWS NT$", "$CHICAGO$", "Signature"),
        ("Class       = System", "", "no Class"),
        ("{4d36e97d-e325-11ce-bfc1-08002be10318}", "{4d36e97d}", "ClassGuid"),
        ("Provider    = %Provider%\r\nCatalogFile", "CatalogFile", "no Provider"),
        ("CatalogFile = netioctl.cat", "CatalogFile = netioctl.txt", "CatalogFile"),
        ("DriverVer   = 01/01/2025,0.0.0.0", "DriverVer = 31/01/2025,0.0.0.0", "DriverVer"),
        ("DriverVer   = 01/01/2025,0.0.0.0", "DriverVer = 01/01/2025,1.0.70000.0", "DriverVer"),
        ("PnpLockdown = 1", "PnpLockdown = 0", "PnpLockdown"),
        ("DefaultDestDir = 13", "DefaultDestDir = 12", "DIRID 13"),
        ("DefaultDestDir = 13", "Netioctl_Files = 13", "no DefaultDestDir"),
        ("NTamd64.10.0...17134", "NTamd64.10.0...15063", "16299"),
        ("NTamd64.10.0...17134", "NTamd64.6.1", "16299"),
        ("NTamd64.10.0...17134", "NTx86.10.0...17134", "NTx86"),
        ("Standard,NTamd64.10.0...17134", "Standard", "no certain Windows"),
        ("[Standard.NTamd64.10.0...17134]", "[Other.NTamd64.10.0...17134]", "[Standard.NTamd64.10.0...17134]"),
        ("[Netioctl_Files]", "[Other_Files]", "[Netioctl_Files]"),
        ("netioctl.sys = 1", "other.sys = 1", "netioctl.sys"),
        ("[Netioctl_Security]", "[Other]", "[Netioctl_Security]"),
        ("HKR,,Security", "HKLM,,Security", "HKR"),
        ("[Netioctl_Service]", "[Other]", "[Netioctl_Service]"),
        ("StartType     = 3", "", "StartType"),
        ("%13%\\netioctl.sys", "%12%\\netioctl.sys", "ServiceBinary"),
        ("KmdfService = netioctl,", "KmdfService = other,", "not added"),
        ("[Netioctl_Device.NT.Wdf]", "[Netioctl_Device.NT.CoInstallers]", "co-installers"),
        ("ServiceDesc = \"netioctl\"", "", "%ServiceDesc%"),
        ("CopyFiles = Netioctl_Files", "RegisterDlls = Netioctl_Files", "RegisterDlls"),
    ];

    #[test]
    fn doctored_infs_are_bad() {
        for (what, by, part) in DOCTORED {
            let inf = good();
            assert!(inf.contains(what), "{what} is not in the INF");
            let problems = found(&inf.replace(what, by));
            assert!(problems.iter().any(|problem| problem.contains(part)), "{what} -> {by}: {problems:?}");
        }
    }

    #[test]
    fn encodings_that_windows_takes_for_something_else_are_bad() {
        assert!(found(&good().replace("IP Helper", "Hilfe f\u{fc}r IP"))[0].contains("encoding"));
        assert!(found(&good().replace("\r\n", "\n"))[0].contains("CR and LF"));
        assert!(problems(&[0xff, 0x80], |_| true)[0].contains("encoding"));
        // UTF-16 with half a character.
        assert!(problems(&[0xff, 0xfe, 0x00, 0xd8], |_| true)[0].contains("not text"));
    }
}
