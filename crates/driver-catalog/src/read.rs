//! From bytes to a catalog.

use std::ops::RangeInclusive;

use der::asn1::{Any, AnyRef, BmpString, ObjectIdentifier, OctetStringRef};
use der::{Tag, TagNumber};
use spki::AlgorithmIdentifierOwned;

use crate::catalog::{Catalog, Extension, Signature};
use crate::error::ReadError;
use crate::fields::Fields;
use crate::member::{Attribute, Identifier, IndirectData, Member, NameValue, Value};
use crate::version::Version;
use crate::{oid, text};

type Result<T> = std::result::Result<T, ReadError>;

impl Catalog {
    /// Reads a catalog, signed or not.
    ///
    /// # Errors
    ///
    /// The bytes are no catalog in DER, or one with parts that no catalog has. The error names the field.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        read_catalog(bytes).map_err(|error| error.within("catalog"))
    }
}

fn read_catalog(bytes: &[u8]) -> Result<Catalog> {
    let mut file = Fields::of_bytes(bytes, "file")?;
    let envelope = Envelope::read(file.next("signed data")?, 1..=1)?;
    file.finish("end of file")?;
    expect_oid(&envelope.content_type, &oid::CTL, "content type")?;
    let mut catalog = read_list(envelope.content).map_err(|error| error.within("list"))?;
    catalog.signature = envelope.signature;
    Ok(catalog)
}

/// PKCS#7 SignedData with any content.
pub(crate) struct Envelope<'a> {
    pub content_type: ObjectIdentifier,
    pub content: AnyRef<'a>,
    pub signature: Signature,
}

impl<'a> Envelope<'a> {
    /// Reads a `ContentInfo`, whose SignedData must have one of these versions: 1 is PKCS#7, what is later CMS.
    pub fn read(any: AnyRef<'a>, versions: RangeInclusive<u8>) -> Result<Self> {
        let mut info = Fields::of(any, Tag::Sequence, "signed data")?;
        let content_type = info.next("content type")?;
        expect_oid(&content_type, &oid::SIGNED_DATA, "content type")?;
        let mut explicit = info.context(TagNumber::N0, "signed data")?;
        info.finish("content info")?;
        let signed = explicit.sequence("signed data")?;
        explicit.finish("signed data")?;
        Self::read_signed_data(signed, &versions).map_err(|error| error.within("signed data"))
    }

    fn read_signed_data(mut signed: Fields<'a>, versions: &RangeInclusive<u8>) -> Result<Self> {
        let version: u8 = signed.next("version")?;
        if !versions.contains(&version) {
            return Err(ReadError::new("version", format!("expected {}, got {version}", versions.start())));
        }
        let digest_algorithms = elements(signed.open(Tag::Set, "digest algorithms")?, "digest algorithm")?;
        let (content_type, content) = read_content(signed.sequence("content")?)?;
        let certificates = signed.optional_context(TagNumber::N0, "certificates")?;
        let certificates = certificates.map(|fields| elements(fields, "certificate")).transpose()?;
        let crls = signed.optional_context(TagNumber::N1, "revocation lists")?;
        let crls = crls.map(|fields| elements(fields, "revocation list")).transpose()?;
        let signers = elements(signed.open(Tag::Set, "signers")?, "signer")?;
        signed.finish("end")?;
        Ok(Self { content_type, content, signature: Signature { digest_algorithms, certificates, crls, signers } })
    }
}

fn read_content(mut content: Fields<'_>) -> Result<(ObjectIdentifier, AnyRef<'_>)> {
    let content_type = content.next("content type")?;
    let mut explicit = content.context(TagNumber::N0, "content")?;
    content.finish("content")?;
    let inner = explicit.next("content")?;
    explicit.finish("content")?;
    Ok((content_type, inner))
}

fn elements(mut fields: Fields<'_>, name: &str) -> Result<Vec<Any>> {
    fields.each(name, |any| Ok(Any::from(any)))
}

fn read_list(any: AnyRef<'_>) -> Result<Catalog> {
    let mut list = Fields::of(any, Tag::Sequence, "encoding")?;
    let usage = list.next::<Vec<ObjectIdentifier>>("subject usage")?;
    if usage != [oid::CATALOG_LIST] {
        return Err(ReadError::new("subject usage", "not that of a catalog"));
    }
    let list_identifier = list.next::<OctetStringRef<'_>>("list identifier")?.as_bytes().to_vec();
    let this_update = list.next("this update")?;
    let version = read_version(&list.next("subject algorithm")?)?;
    let members = list.sequence("members")?.each("member", read_member)?;
    let extensions = match list.optional_context(TagNumber::N0, "extensions")? {
        Some(explicit) => read_extensions(explicit)?,
        None => Vec::new(),
    };
    list.finish("end")?;
    Ok(Catalog { version, list_identifier, this_update, members, extensions, signature: Signature::default() })
}

fn read_version(algorithm: &AlgorithmIdentifierOwned) -> Result<Version> {
    let name = "subject algorithm";
    if algorithm.parameters != Some(Any::null()) {
        return Err(ReadError::new(name, "expected NULL as its parameter"));
    }
    Version::from_subject_algorithm(&algorithm.oid)
        .ok_or_else(|| ReadError::new(name, format!("{} is that of no catalog version", algorithm.oid)))
}

fn read_member(any: AnyRef<'_>) -> Result<Member> {
    let mut member = Fields::of(any, Tag::Sequence, "encoding")?;
    let identifier: OctetStringRef<'_> = member.next("identifier")?;
    let attributes = member.open(Tag::Set, "attributes")?.each("attribute", read_attribute)?;
    member.finish("end")?;
    Ok(Member { identifier: Identifier(identifier.as_bytes().to_vec()), attributes })
}

fn read_attribute(any: AnyRef<'_>) -> Result<Attribute> {
    let mut attribute = Fields::of(any, Tag::Sequence, "encoding")?;
    let oid: ObjectIdentifier = attribute.next("type")?;
    let mut values = attribute.open(Tag::Set, "values")?;
    attribute.finish("end")?;
    let read: fn(AnyRef<'_>) -> Result<Attribute> = match oid {
        oid::NAME_VALUE => |any| read_name_value(any).map(Attribute::NameValue),
        oid::MEMBER_INFO => read_member_info,
        oid::MEMBER_INFO_2 => |any| Ok(Attribute::MemberInfo2(any.into())),
        oid::INDIRECT_DATA => |any| read_indirect_data(any).map(Attribute::IndirectData),
        _ => return Ok(Attribute::Other { oid, values: elements(values, "value")? }),
    };
    let name = attribute_name(&oid);
    let attribute = values.next("value").and_then(read).map_err(|error| error.within(name))?;
    values.finish("values").map_err(|error| error.within(name))?;
    Ok(attribute)
}

const fn attribute_name(oid: &ObjectIdentifier) -> &'static str {
    match *oid {
        oid::NAME_VALUE => "name and value",
        oid::INDIRECT_DATA => "indirect data",
        _ => "member info",
    }
}

fn read_name_value(any: AnyRef<'_>) -> Result<NameValue> {
    let mut pair = Fields::of(any, Tag::Sequence, "encoding")?;
    let name = bmp_text(&mut pair, "name")?;
    let flags = pair.next("flags")?;
    let value = pair.next::<OctetStringRef<'_>>("value")?.as_bytes();
    pair.finish("end")?;
    let value = text::from_utf16(value).map_or_else(|| Value::Bytes(value.to_vec()), Value::Text);
    Ok(NameValue { name, flags, value })
}

fn bmp_text(fields: &mut Fields<'_>, name: &'static str) -> Result<String> {
    fields.next::<BmpString>(name).map(|text| text.to_string())
}

fn read_member_info(any: AnyRef<'_>) -> Result<Attribute> {
    let mut info = Fields::of(any, Tag::Sequence, "encoding")?;
    let subject_type = bmp_text(&mut info, "subject type")?;
    let certificate_version = info.next("certificate version")?;
    info.finish("end")?;
    Ok(Attribute::MemberInfo { subject_type, certificate_version })
}

/// Reads `SPC_INDIRECT_DATA`: a catalog's member has one, and so does the signature inside an image.
pub(crate) fn read_indirect_data(any: AnyRef<'_>) -> Result<IndirectData> {
    let mut content = Fields::of(any, Tag::Sequence, "encoding")?;
    let mut data = content.sequence("data")?;
    let kind = data.next("type of data")?;
    let value = if data.is_finished() { None } else { Some(data.next("data")?) };
    data.finish("data")?;
    let mut info = content.sequence("digest info")?;
    content.finish("end")?;
    let algorithm = info.next("digest algorithm")?;
    let digest = info.next::<OctetStringRef<'_>>("digest")?.as_bytes().to_vec();
    info.finish("digest info")?;
    Ok(IndirectData { kind, data: value, algorithm, digest })
}

fn read_extensions(mut explicit: Fields<'_>) -> Result<Vec<Extension>> {
    let extensions = explicit.sequence("extensions")?.each("extension", read_extension)?;
    explicit.finish("extensions")?;
    Ok(extensions)
}

fn read_extension(any: AnyRef<'_>) -> Result<Extension> {
    let mut fields = Fields::of(any, Tag::Sequence, "encoding")?;
    let oid: ObjectIdentifier = fields.next("type")?;
    let critical = fields.optional::<bool>(Tag::Boolean, "critical")?.unwrap_or(false);
    let value = fields.next::<OctetStringRef<'_>>("value")?.as_bytes();
    fields.finish("end")?;
    if oid != oid::NAME_VALUE || critical {
        return Ok(Extension::Other { oid, critical, value: value.to_vec() });
    }
    let mut content = Fields::of_bytes(value, "value")?;
    let pair = content.next("value").and_then(read_name_value).map_err(|error| error.within("name and value"))?;
    content.finish("value")?;
    Ok(Extension::NameValue(pair))
}

fn expect_oid(actual: &ObjectIdentifier, expected: &ObjectIdentifier, name: &'static str) -> Result<()> {
    if actual == expected {
        return Ok(());
    }
    Err(ReadError::new(name, format!("expected {expected}, got {actual}")))
}
