//! Who signs the package.

use std::path::Path;
use std::process::Command;

use crate::copy::{refusal, run, said, xtask};

/// What makes a company's own certificate, below an authority of its own, as PEM and as PKCS #12.
const COMPANY: &str = "
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Authority'
openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj '/CN=Company'
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n' > extensions
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile extensions -out leaf.pem
cat leaf.pem ca.pem > chain.pem
printf secret > password
openssl pkcs12 -export -in leaf.pem -inkey key.pem -certfile ca.pem -passout file:password -out company.pfx
";

#[test]
#[ignore = "builds the package"]
fn a_company_signs_with_a_certificate_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("sh").args(["-e", "-c", COMPANY]).current_dir(folder.path()));
    for arguments in [
        &["--certificate", "chain.pem", "--key", "key.pem"][..],
        &["--pfx", "company.pfx", "--password-file", "password"],
        &["--certificate", "leaf.pem", "--key", "key.pem", "--issuers", "ca.pem"],
    ] {
        let make =
            xtask(&["package", "--output", "package"]).args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(make.status.success(), "{arguments:?}: {}", said(&make));
        let certificate = folder.path().join("package/netioctl-test.cer");
        let show = ["x509", "-inform", "DER", "-noout", "-subject", "-in"];
        assert!(run(Command::new("openssl").args(show).arg(certificate)).contains("Company"));
    }
}

#[test]
#[ignore = "builds the package"]
fn no_private_key_is_put_among_the_sources() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys");
    let refusal = refusal(xtask(&["package", "--key-dir"]).arg(&sources)).unwrap();
    assert!(refusal.contains("lies among the sources") && !sources.exists(), "{refusal}");
}
