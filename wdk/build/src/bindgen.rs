//! bindgen as wdk-sys uses it.

use std::{borrow::Borrow, fmt};

use bindgen::{
    Builder, EnumVariation, Formatter, RustEdition, RustTarget,
    callbacks::{ItemInfo, ItemKind, ParseCallbacks},
};

use crate::{Config, ConfigError};

/// A [`Builder`] made for the WDK's headers.
pub trait BuilderExt {
    /// A builder that knows where the headers are and how wdk-sys wants its bindings.
    ///
    /// # Errors
    ///
    /// When a folder of the content root is missing.
    fn wdk_default(config: impl Borrow<Config> + fmt::Debug) -> Result<Builder, ConfigError>;
}

/// Functions that Microsoft has deprecated: no bindings for them.
const DEPRECATED: &[&str] =
    &["ExAllocatePoolWithTag", "ExAllocatePoolWithQuotaTag", "ExAllocatePoolWithTagPriority", "ExAllocatePool"];

/// Bit fields that bindgen lays out with the wrong alignment.
const MISALIGNED: &[&str] = &[
    ".*MCG_CAP(?:__bindgen.*)?",
    ".*WHEA_XPF_MCA_SECTION",
    ".*WHEA_ARM_BUS_ERROR(?:__bindgen.*)?",
    ".*WHEA_ARM_PROCESSOR_ERROR",
    ".*WHEA_ARM_CACHE_ERROR",
];

/// Types that the headers only name.
const OPAQUE: &[&str] = &["_KGDTENTRY64", "_KIDTENTRY64"];

impl BuilderExt for Builder {
    fn wdk_default(config: impl Borrow<Config> + fmt::Debug) -> Result<Self, ConfigError> {
        let config = config.borrow();
        let mut builder = Self::default()
            .use_core()
            .derive_default(true)
            .generate_cstr(true)
            .detect_include_paths(false)
            // Without built-in declarations, size_t of memcpy and the like becomes usize.
            .clang_arg("-fno-builtin")
            .clang_args(include_arguments(config)?)
            .clang_args(define_arguments(config))
            .clang_args(Config::wdk_bindgen_compiler_flags())
            .must_use_type("NTSTATUS")
            .must_use_type("HRESULT")
            .default_enum_style(EnumVariation::ModuleConsts)
            .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
            .parse_callbacks(Box::new(FunctionTableName(config.compute_wdffunctions_symbol_name())))
            .formatter(Formatter::Prettyplease)
            .rust_target(rust_target()?)
            .rust_edition(RustEdition::Edition2024);
        for item in DEPRECATED.iter().chain(MISALIGNED) {
            builder = builder.blocklist_item(item);
        }
        for item in OPAQUE {
            builder = builder.opaque_type(item);
        }
        Ok(builder)
    }
}

fn include_arguments(config: &Config) -> Result<impl Iterator<Item = String>, ConfigError> {
    let folders = config.include_paths()?;
    Ok(folders.map(|folder| format!("--include-directory={}", folder.display())))
}

fn define_arguments(config: &Config) -> impl Iterator<Item = String> {
    config.preprocessor_definitions().map(|(name, value)| match value {
        Some(value) => format!("--define-macro={name}={value}"),
        None => format!("--define-macro={name}"),
    })
}

/// This package's `rust-version`: what upstream generates for, too.
fn rust_target() -> Result<RustTarget, ConfigError> {
    let version = semver::Version::parse(env!("CARGO_PKG_RUST_VERSION"))
        .map_err(|error_source| ConfigError::RustVersionParseError { error_source })?;
    RustTarget::stable(version.minor, version.patch).map_err(|error| {
        let (msrv, reason) = (version.to_string(), error.to_string());
        ConfigError::MsrvNotSupportedByBindgen { msrv, reason }
    })
}

/// Gives the versioned symbol of the WDF function table its plain name `WdfFunctions`, which in C
/// is a macro.
#[derive(Debug)]
struct FunctionTableName(Option<String>);

impl ParseCallbacks for FunctionTableName {
    fn generated_name_override(&self, item: ItemInfo<'_>) -> Option<String> {
        let is_table = matches!(item.kind, ItemKind::Var) && self.0.as_deref() == Some(item.name);
        is_table.then(|| "WdfFunctions".to_owned())
    }
}
