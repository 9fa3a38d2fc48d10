//! A catalog for people and for programs.

use std::fmt;

use der::Encode;
use der::asn1::{Any, ObjectIdentifier};
use serde::Serialize;

use crate::catalog::{Catalog, Extension};
use crate::error::ReadError;
use crate::member::{Attribute, Member, NameValue, Value};
use crate::{oid, text};

/// Everything that is in a catalog, ready to be printed or, as JSON, compared with another one.
///
/// Bytes are in lower-case hex, numbers for flags in hex as Microsoft's headers have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    version: u8,
    list_identifier: String,
    this_update: String,
    extensions: Vec<AttributeView>,
    members: Vec<MemberView>,
    certificates: Vec<CertificateView>,
    signers: Vec<SignerView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct MemberView {
    identifier: String,
    /// The hash as it is looked up; `None` when the identifier is no hash.
    hash: Option<String>,
    attributes: Vec<AttributeView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum AttributeView {
    NameValue { name: String, flags: String, value: String },
    MemberInfo { subject_type: String, certificate_version: String },
    MemberInfo2 { der: String },
    IndirectData { kind: String, data: Option<String>, algorithm: String, digest: String },
    Other { oid: String, critical: bool, values: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum CertificateView {
    Read { subject: String, issuer: String, serial: String, not_before: String, not_after: String },
    Unreadable { error: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum SignerView {
    Read { certificate: String, digest: String, signature: String, signed_attributes: Vec<String> },
    Unreadable { error: String },
}

impl View {
    /// Collects what is in `catalog`.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        Self {
            version: catalog.version.number(),
            list_identifier: hex::encode(&catalog.list_identifier),
            this_update: catalog.this_update.to_date_time().to_string(),
            extensions: catalog.extensions.iter().map(extension).collect(),
            members: catalog.members.iter().map(member).collect(),
            certificates: catalog.signature.certificates().map(certificate).collect(),
            signers: catalog.signature.signers().map(signer).collect(),
        }
    }
}

fn member(member: &Member) -> MemberView {
    let identifier = &member.identifier.0;
    MemberView {
        identifier: text::from_utf16(identifier).unwrap_or_else(|| hex::encode(identifier)),
        hash: member.identifier.hash().map(hex::encode),
        attributes: member.attributes.iter().map(attribute).collect(),
    }
}

fn attribute(attribute: &Attribute) -> AttributeView {
    match attribute {
        Attribute::NameValue(pair) => name_value(pair),
        Attribute::MemberInfo { subject_type, certificate_version } => AttributeView::MemberInfo {
            subject_type: subject_type.clone(),
            certificate_version: format!("{certificate_version:#06x}"),
        },
        Attribute::MemberInfo2(any) => AttributeView::MemberInfo2 { der: encoding(any) },
        Attribute::IndirectData(data) => AttributeView::IndirectData {
            kind: name(&data.kind),
            data: data.data.as_ref().map(encoding),
            algorithm: name(&data.algorithm.oid),
            digest: hex::encode(&data.digest),
        },
        Attribute::Other { oid, values } => {
            AttributeView::Other { oid: name(oid), critical: false, values: values.iter().map(encoding).collect() }
        }
    }
}

fn extension(extension: &Extension) -> AttributeView {
    match extension {
        Extension::NameValue(pair) => name_value(pair),
        Extension::Other { oid, critical, value } => {
            AttributeView::Other { oid: name(oid), critical: *critical, values: vec![hex::encode(value)] }
        }
    }
}

fn name_value(pair: &NameValue) -> AttributeView {
    let value = match &pair.value {
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => hex::encode(bytes),
    };
    AttributeView::NameValue { name: pair.name.clone(), flags: format!("{:#010x}", pair.flags), value }
}

fn encoding(any: &Any) -> String {
    any.to_der().map_or_else(|error| error.to_string(), hex::encode)
}

/// What the identifiers of signatures are called. Others are shown as numbers.
fn name(oid: &ObjectIdentifier) -> String {
    let known = match *oid {
        oid::SHA1 => "sha1",
        oid::SHA256 => "sha256",
        oid::PE_IMAGE_DATA => "SPC_PE_IMAGE_DATA",
        oid::LINK => "SPC_LINK",
        _ => return const_oid::db::DB.by_oid(oid).map_or_else(|| oid.to_string(), str::to_owned),
    };
    known.to_owned()
}

fn certificate(certificate: Result<x509_cert::Certificate, ReadError>) -> CertificateView {
    match certificate {
        Ok(certificate) => {
            let certificate = certificate.tbs_certificate;
            CertificateView::Read {
                subject: certificate.subject.to_string(),
                issuer: certificate.issuer.to_string(),
                serial: hex::encode(certificate.serial_number.as_bytes()),
                not_before: certificate.validity.not_before.to_date_time().to_string(),
                not_after: certificate.validity.not_after.to_date_time().to_string(),
            }
        }
        Err(error) => CertificateView::Unreadable { error: error.to_string() },
    }
}

fn signer(signer: Result<cms::signed_data::SignerInfo, ReadError>) -> SignerView {
    use cms::signed_data::SignerIdentifier;
    match signer {
        Ok(signer) => SignerView::Read {
            certificate: match &signer.sid {
                SignerIdentifier::IssuerAndSerialNumber(id) => {
                    format!("serial {} of {}", hex::encode(id.serial_number.as_bytes()), id.issuer)
                }
                SignerIdentifier::SubjectKeyIdentifier(id) => format!("key {}", hex::encode(id.0.as_bytes())),
            },
            digest: name(&signer.digest_alg.oid),
            signature: name(&signer.signature_algorithm.oid),
            signed_attributes: signer
                .signed_attrs
                .iter()
                .flat_map(|set| set.iter())
                .map(|one| name(&one.oid))
                .collect(),
        },
        Err(error) => SignerView::Unreadable { error: error.to_string() },
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "catalog version {}, made {}", self.version, self.this_update)?;
        writeln!(f, "list identifier {}", self.list_identifier)?;
        writeln!(f, "extensions: {}", self.extensions.len())?;
        self.extensions.iter().try_for_each(|extension| writeln!(f, "  {extension}"))?;
        writeln!(f, "members: {}", self.members.len())?;
        for member in &self.members {
            writeln!(f, "  {}", member.identifier)?;
            member.attributes.iter().try_for_each(|attribute| writeln!(f, "    {attribute}"))?;
        }
        self.certificates.iter().try_for_each(|certificate| writeln!(f, "certificate: {certificate}"))?;
        self.signers.iter().try_for_each(|signer| writeln!(f, "signer: {signer}"))?;
        if self.signers.is_empty() { writeln!(f, "not signed") } else { Ok(()) }
    }
}

impl fmt::Display for AttributeView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameValue { name, flags, value } => write!(f, "{name} = {value} ({flags})"),
            Self::MemberInfo { subject_type, certificate_version } => {
                write!(f, "member info {subject_type} {certificate_version}")
            }
            Self::MemberInfo2 { der } => write!(f, "member info 2: {der}"),
            Self::IndirectData { kind, data, algorithm, digest } => {
                write!(f, "{kind} {algorithm} {digest}, data {}", data.as_deref().unwrap_or("none"))
            }
            Self::Other { oid, values, .. } => write!(f, "{oid}: {}", values.join(" ")),
        }
    }
}

impl fmt::Display for CertificateView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { subject, issuer, serial, not_before, not_after } => {
                write!(f, "{subject}, serial {serial}, by {issuer}, {not_before} to {not_after}")
            }
            Self::Unreadable { error } => f.write_str(error),
        }
    }
}

impl fmt::Display for SignerView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { certificate, digest, signature, signed_attributes } => {
                write!(f, "{certificate}, {digest}, {signature}, signed attributes {}", signed_attributes.join(" "))
            }
            Self::Unreadable { error } => f.write_str(error),
        }
    }
}
