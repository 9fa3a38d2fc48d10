//! From a catalog to bytes.

use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::EncapsulatedContentInfo;
use der::asn1::{Any, BmpString, OctetString, SetOfVec};
use der::{Encode, Result};
use spki::AlgorithmIdentifierOwned;

use crate::catalog::{Catalog, Extension};
use crate::member::{Attribute, IndirectData, Member, NameValue, Value};
use crate::{oid, schema, text};

impl Catalog {
    /// Writes the catalog in DER.
    ///
    /// # Errors
    ///
    /// A name holds a character that BMPString has no room for, an element of a set is in it twice, or the catalog is
    /// longer than 256 MiB.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let signed = schema::SignedData {
            version: CmsVersion::V1,
            digest_algorithms: set(&self.signature.digest_algorithms)?,
            content: EncapsulatedContentInfo {
                econtent_type: oid::CTL,
                econtent: Some(Any::encode_from(&self.trust_list()?)?),
            },
            certificates: self.signature.certificates.as_deref().map(set).transpose()?,
            crls: self.signature.crls.as_deref().map(set).transpose()?,
            signer_infos: set(&self.signature.signers)?,
        };
        ContentInfo { content_type: oid::SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
    }

    fn trust_list(&self) -> Result<schema::TrustList> {
        let extensions = self.extensions.iter().map(extension).collect::<Result<Vec<_>>>()?;
        Ok(schema::TrustList {
            subject_usage: vec![oid::CATALOG_LIST],
            list_identifier: OctetString::new(self.list_identifier.clone())?,
            this_update: self.this_update,
            subject_algorithm: with_null(self.version.subject_algorithm()),
            trusted_subjects: self.members.iter().map(trusted_subject).collect::<Result<_>>()?,
            extensions: (!extensions.is_empty()).then_some(extensions),
        })
    }
}

/// An algorithm whose parameter is NULL.
pub(crate) fn with_null(oid: der::asn1::ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: Some(Any::null()) }
}

fn set(elements: &[Any]) -> Result<SetOfVec<Any>> {
    SetOfVec::try_from(elements.to_vec())
}

fn trusted_subject(member: &Member) -> Result<schema::TrustedSubject> {
    let attributes = member.attributes.iter().map(attribute).collect::<Result<Vec<_>>>()?;
    Ok(schema::TrustedSubject {
        identifier: OctetString::new(member.identifier.0.clone())?,
        attributes: attributes.try_into()?,
    })
}

fn attribute(attribute: &Attribute) -> Result<x509_cert::attr::Attribute> {
    let (oid, value) = match attribute {
        Attribute::NameValue(pair) => (oid::NAME_VALUE, Any::encode_from(&name_value(pair)?)?),
        Attribute::MemberInfo { subject_type, certificate_version } => {
            let subject_type = BmpString::from_utf8(subject_type)?;
            let info = schema::MemberInfo { subject_type, certificate_version: *certificate_version };
            (oid::MEMBER_INFO, Any::encode_from(&info)?)
        }
        Attribute::MemberInfo2(any) => (oid::MEMBER_INFO_2, any.clone()),
        Attribute::IndirectData(data) => (oid::INDIRECT_DATA, Any::encode_from(&indirect_data(data)?)?),
        Attribute::Other { oid, values } => {
            return Ok(x509_cert::attr::Attribute { oid: *oid, values: set(values)? });
        }
    };
    Ok(x509_cert::attr::Attribute { oid, values: SetOfVec::try_from([value])? })
}

fn name_value(pair: &NameValue) -> Result<schema::NameValue> {
    let value = match &pair.value {
        Value::Text(text) => text::to_utf16(text),
        Value::Bytes(bytes) => bytes.clone(),
    };
    Ok(schema::NameValue {
        name: BmpString::from_utf8(&pair.name)?,
        flags: pair.flags,
        value: OctetString::new(value)?,
    })
}

fn indirect_data(data: &IndirectData) -> Result<schema::IndirectData> {
    Ok(schema::IndirectData {
        data: schema::TypeAndValue { kind: data.kind, value: data.data.clone() },
        digest: schema::DigestInfo {
            algorithm: data.algorithm.clone(),
            digest: OctetString::new(data.digest.clone())?,
        },
    })
}

fn extension(extension: &Extension) -> Result<x509_cert::ext::Extension> {
    let (extn_id, critical, value) = match extension {
        Extension::NameValue(pair) => (oid::NAME_VALUE, false, name_value(pair)?.to_der()?),
        Extension::Other { oid, critical, value } => (*oid, *critical, value.clone()),
    };
    Ok(x509_cert::ext::Extension { extn_id, critical, extn_value: OctetString::new(value)? })
}
