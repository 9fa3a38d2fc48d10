//! The `metadata.wdk` tables of a workspace and its packages.

use std::collections::HashSet;

use cargo_metadata::Metadata;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::DriverConfig;

/// A `metadata.wdk` table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wdk {
    /// The driver model.
    pub driver_model: DriverConfig,
}

/// Why the manifests do not name one driver model.
#[derive(Debug, Error)]
pub enum TryFromCargoMetadataError {
    /// No table anywhere: a library that leaves the choice to its users.
    #[error("no manifest has a metadata.wdk table")]
    NoWdkConfigurationsDetected,
    /// Tables that differ.
    #[error("the manifests disagree about metadata.wdk: {wdk_metadata_configurations:#?}")]
    MultipleWdkConfigurationsDetected {
        /// All that were found.
        wdk_metadata_configurations: HashSet<Wdk>,
    },
    /// A table with unknown contents.
    #[error("metadata.wdk of {metadata_source} is not valid")]
    WdkMetadataDeserialization {
        /// The package, or the workspace.
        metadata_source: String,
        /// The parser's reason.
        #[source]
        error_source: serde_json::Error,
    },
}

impl TryFrom<&Metadata> for Wdk {
    type Error = TryFromCargoMetadataError;

    fn try_from(metadata: &Metadata) -> Result<Self, Self::Error> {
        let packages = metadata.packages.iter().map(|p| (p.name.as_str(), &p.metadata));
        let tables = packages
            .chain([("the workspace", &metadata.workspace_metadata)])
            .filter_map(|(source, metadata)| parse(source, &metadata["wdk"]).transpose())
            .collect::<Result<HashSet<_>, _>>()?;
        let mut found = tables.iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only.clone()),
            (None, _) => Err(TryFromCargoMetadataError::NoWdkConfigurationsDetected),
            (Some(_), Some(_)) => Err(TryFromCargoMetadataError::MultipleWdkConfigurationsDetected {
                wdk_metadata_configurations: tables,
            }),
        }
    }
}

/// An absent or empty table says nothing: an empty one only marks a package as a driver.
fn parse(source: &str, table: &Value) -> Result<Option<Wdk>, TryFromCargoMetadataError> {
    if table.is_null() || table.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(None);
    }
    Wdk::deserialize(table).map(Some).map_err(|error_source| TryFromCargoMetadataError::WdkMetadataDeserialization {
        metadata_source: source.to_owned(),
        error_source,
    })
}
