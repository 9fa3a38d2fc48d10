//! What `netioctl` printed as JSON in the sandbox follows the schemas in `docs/schema`.
//!
//! `cargo xtask test` prints it and runs this.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const NEEDS: &str = "NETIOCTL_PRINTED names the folder";

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
#[ignore = "needs what was printed in the sandbox"]
fn what_was_printed_follows_its_schema() {
    let folder = PathBuf::from(std::env::var_os("NETIOCTL_PRINTED").expect(NEEDS));
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema");
    let mut checked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let schema = name.split('.').next().unwrap();
        let schema = read(&schemas.join(format!("{schema}.schema.json")));
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let printed = read(&path);
        assert!(printed.as_array().is_some_and(|rows| !rows.is_empty()), "{name}: {printed}");
        let problems: Vec<_> = validator.iter_errors(&printed).map(|problem| problem.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
        checked += 1;
    }
    assert!(checked > 0, "nothing was printed");
}
