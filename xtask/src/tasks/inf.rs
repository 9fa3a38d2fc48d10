//! Makes the INF out of `driver.inx`, as `stampinf` does on Windows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::read;
use super::workspace::Workspace;

/// What `stampinf -a amd64 -k 1.33` puts in the place of these words.
const VARIABLES: [(&str, &str); 2] = [("$ARCH$", "amd64"), ("$KMDFVERSION$", "1.33")];

/// Writes `netioctl.inf` beside the driver and answers where.
pub fn stamp(workspace: &Workspace) -> Result<PathBuf> {
    let source = workspace.root.join("driver.inx");
    let text = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let date = read(Command::new("date").args(["-u", "+%m/%d/%Y"]))?;
    let stamped = substitute(&text, date.trim(), env!("CARGO_PKG_VERSION"))?;
    let target = workspace.target.join("driver/netioctl.inf");
    fs::write(&target, stamped).with_context(|| format!("cannot write {}", target.display()))?;
    Ok(target)
}

/// Fills in the variables and the date and version of the driver.
fn substitute(inx: &str, date: &str, version: &str) -> Result<String> {
    let mut inf = inx.to_owned();
    for (variable, value) in VARIABLES {
        inf = inf.replace(variable, value);
    }
    let stamps = inf.lines().filter(|line| is_stamp(line)).count();
    ensure!(stamps == 1, "driver.inx must have one DriverVer line, not {stamps}");
    let lines = inf.lines().map(|line| {
        let stamp = format!("DriverVer = {date},{version}.0");
        if is_stamp(line) { stamp } else { line.to_owned() }
    });
    // An INF has the line ends of Windows.
    let text: String = lines.map(|line| line + "\r\n").collect();
    Ok(text)
}

fn is_stamp(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("DriverVer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inf_is_stamped() {
        let inx =
            "[Version]\nDriverVer = ; stamped\n[Standard.NT$ARCH$.10.0...16299]\nKmdfLibraryVersion=$KMDFVERSION$\n";
        let inf = substitute(inx, "01/02/2026", "0.1.0").unwrap();
        assert_eq!(
            inf,
            "[Version]\r\nDriverVer = 01/02/2026,0.1.0.0\r\n[Standard.NTamd64.10.0...16299]\r\nKmdfLibraryVersion=1.33\r\n"
        );
    }

    #[test]
    fn an_inx_without_a_date_is_refused() {
        assert!(substitute("[Version]\n", "01/02/2026", "0.1.0").is_err());
    }
}
