//! Catalogs of all kinds, for property tests.

use der::asn1::{Any, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{DateTime, Tag, TagNumber};
use driver_catalog::{
    Attribute, Catalog, Extension, Identifier, IndirectData, Member, NameValue, Signature, Value, Version, oid,
};
use proptest::collection::vec;
use proptest::prelude::*;
use spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");

pub fn catalog() -> impl Strategy<Value = Catalog> {
    let version = prop_oneof![Just(Version::V1), Just(Version::V2)];
    (version, vec(any::<u8>(), 0..20), time(), vec(member(), 0..6), vec(extension(), 0..4), signature()).prop_map(
        |(version, list_identifier, this_update, members, extensions, signature)| Catalog {
            version,
            list_identifier,
            this_update,
            members,
            extensions,
            signature,
        },
    )
}

fn time() -> impl Strategy<Value = Time> {
    let date = |seconds| DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).unwrap();
    prop_oneof![
        (0_u64..2_500_000_000).prop_map(move |seconds| Time::UtcTime(UtcTime::from_date_time(date(seconds)).unwrap())),
        (2_600_000_000_u64..9_000_000_000)
            .prop_map(move |seconds| Time::GeneralTime(GeneralizedTime::from_date_time(date(seconds)))),
    ]
}

fn member() -> impl Strategy<Value = Member> {
    let identifier = prop_oneof![
        vec(any::<u8>(), 20).prop_map(|hash| Identifier::from_hash(Version::V1, &hash)),
        vec(any::<u8>(), 32).prop_map(|hash| Identifier::from_hash(Version::V2, &hash)),
        vec(any::<u8>(), 0..40).prop_map(Identifier),
    ];
    (identifier, vec(attribute(), 0..5)).prop_map(|(identifier, attributes)| {
        let attributes = ordered(attributes);
        Member { identifier, attributes }
    })
}

/// In the order of DER and without repetitions: a set is read in the order that it has in the file.
fn ordered(attributes: Vec<Attribute>) -> Vec<Attribute> {
    let encoded = |attribute: &Attribute| {
        let member = Member { identifier: Identifier(Vec::new()), attributes: vec![attribute.clone()] };
        alone(member).to_der().unwrap()
    };
    let mut keyed: Vec<_> = attributes.into_iter().map(|attribute| (encoded(&attribute), attribute)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    keyed.dedup_by(|(a, _), (b, _)| a == b);
    keyed.into_iter().map(|(_, attribute)| attribute).collect()
}

fn alone(member: Member) -> Catalog {
    Catalog {
        version: Version::V2,
        list_identifier: Vec::new(),
        this_update: Time::UtcTime(UtcTime::from_unix_duration(std::time::Duration::ZERO).unwrap()),
        members: vec![member],
        extensions: Vec::new(),
        signature: Signature::default(),
    }
}

fn attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        name_value().prop_map(Attribute::NameValue),
        (bmp_text(), any::<i32>()).prop_map(|(subject_type, certificate_version)| Attribute::MemberInfo {
            subject_type,
            certificate_version
        }),
        anything().prop_map(Attribute::MemberInfo2),
        indirect_data().prop_map(Attribute::IndirectData),
        vec(anything(), 1..2).prop_map(|values| Attribute::Other { oid: UNKNOWN, values }),
    ]
}

fn indirect_data() -> impl Strategy<Value = IndirectData> {
    let kind = prop_oneof![Just(oid::PE_IMAGE_DATA), Just(oid::LINK), Just(UNKNOWN)];
    let algorithm = prop_oneof![Just(oid::SHA1), Just(oid::SHA256), Just(UNKNOWN)];
    let parameters = prop_oneof![Just(None), Just(Some(Any::null()))];
    (kind, proptest::option::of(anything()), algorithm, parameters, vec(any::<u8>(), 0..40)).prop_map(
        |(kind, data, oid, parameters, digest)| IndirectData {
            kind,
            data,
            algorithm: AlgorithmIdentifierOwned { oid, parameters },
            digest,
        },
    )
}

fn name_value() -> impl Strategy<Value = NameValue> {
    let bytes = vec(any::<u8>(), 0..9).prop_filter("is text", |bytes| !bytes.ends_with(&[0, 0]));
    let value = prop_oneof!["[^\0]{0,12}".prop_map(Value::Text), bytes.prop_map(Value::Bytes),];
    (bmp_text(), any::<u32>(), value).prop_map(|(name, flags, value)| NameValue { name, flags, value })
}

/// Characters that BMPString has.
fn bmp_text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß€{} -]{0,12}"
}

fn extension() -> impl Strategy<Value = Extension> {
    prop_oneof![
        name_value().prop_map(Extension::NameValue),
        (any::<bool>(), vec(any::<u8>(), 0..9)).prop_map(|(critical, value)| Extension::Other {
            oid: UNKNOWN,
            critical,
            value
        }),
    ]
}

fn signature() -> impl Strategy<Value = Signature> {
    let set = || proptest::option::of(vec(anything(), 0..2));
    (vec(anything(), 0..2), set(), set(), vec(anything(), 0..2)).prop_map(
        |(digest_algorithms, certificates, crls, signers)| Signature { digest_algorithms, certificates, crls, signers },
    )
}

fn anything() -> impl Strategy<Value = Any> {
    let context = |constructed| Tag::ContextSpecific { constructed, number: TagNumber::N2 };
    let tag = prop_oneof![Just(Tag::OctetString), Just(Tag::Sequence), Just(context(false)), Just(context(true))];
    (tag, vec(any::<u8>(), 0..9)).prop_map(|(tag, bytes)| Any::new(tag, bytes).unwrap())
}
