//! Where the image of a driver is, as the service control manager tells it.

/// The file that an `ImagePath` of a driver's service names; `windows` is the folder of Windows.
///
/// The forms are those of the kernel (`\SystemRoot\...`, `\??\C:\...`), of a program, and a path below the folder of
/// Windows.
pub fn image_file(image_path: &str, windows: &str) -> String {
    let path = image_path.strip_prefix(r"\??\").unwrap_or(image_path);
    let prefix = |prefix: &str| path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    for root in [r"\SystemRoot\", r"%SystemRoot%\", r"SystemRoot\"] {
        if prefix(root) {
            return format!(r"{windows}\{}", &path[root.len()..]);
        }
    }
    match path.as_bytes() {
        [_, b':', ..] => path.to_owned(),
        _ => format!(r"{windows}\{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_leads_to_the_file() {
        let store = r"System32\DriverStore\FileRepository\netioctl.inf_amd64_1\netioctl.sys";
        for prefix in ["", r"\SystemRoot\", r"\systemroot\", r"%SystemRoot%\", r"C:\Windows\", r"\??\C:\Windows\"] {
            assert_eq!(
                image_file(&format!("{prefix}{store}"), r"C:\Windows"),
                format!(r"C:\Windows\{store}"),
                "{prefix}"
            );
        }
        assert_eq!(image_file(r"\??\D:\x.sys", r"C:\Windows"), r"D:\x.sys");
    }
}
