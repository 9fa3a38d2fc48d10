//! The object identifiers of a catalog.

use der::asn1::ObjectIdentifier;

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// PKCS#7 signedData: what a catalog is on the outside.
pub const SIGNED_DATA: ObjectIdentifier = const_oid::db::rfc5911::ID_SIGNED_DATA;
/// Certificate trust list: what a catalog is on the inside.
pub const CTL: ObjectIdentifier = oid("1.3.6.1.4.1.311.10.1");
/// The use of the list: a catalog.
pub const CATALOG_LIST: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.1.1");
/// The members are those of a catalog of version 1.
pub const CATALOG_MEMBER: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.1.2");
/// The members are those of a catalog of version 2.
pub const CATALOG_MEMBER_2: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.1.3");
/// A name with a value, of a member or of the catalog.
pub const NAME_VALUE: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.2.1");
/// What kind of file a member of version 1 is.
pub const MEMBER_INFO: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.2.2");
/// What kind of file a member of version 2 is.
pub const MEMBER_INFO_2: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.2.3");
/// The hash of a member and how it is taken.
pub const INDIRECT_DATA: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.4");
/// Hashed as a PE image (Authenticode).
pub const PE_IMAGE_DATA: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.15");
/// Hashed as a flat file.
pub const LINK: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.25");
/// The SHA-1 hash.
pub const SHA1: ObjectIdentifier = const_oid::db::rfc5912::ID_SHA_1;
/// The SHA-256 hash.
pub const SHA256: ObjectIdentifier = const_oid::db::rfc5912::ID_SHA_256;
/// A timestamp token (RFC 3161) on an Authenticode signature.
pub const TIMESTAMP_TOKEN: ObjectIdentifier = oid("1.3.6.1.4.1.311.3.3.1");
/// The same where other signatures have it: `id-aa-timeStampToken` of RFC 3161.
pub const TIMESTAMP_TOKEN_CMS: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.14");
/// What a timestamp token holds: `id-ct-TSTInfo` of RFC 3161.
pub const TIMESTAMP_INFO: ObjectIdentifier = oid("1.2.840.113549.1.9.16.1.4");
