//! Timestamps on signatures: good ones, and every way not to be good.
#![forbid(unsafe_code)]

mod common;
#[path = "common/pki.rs"]
mod pki;
#[path = "common/world.rs"]
mod world;

use cms::signed_data::{SignedData, SignerInfo, SignerInfos};
use const_oid::db::rfc5911;
use der::asn1::{OctetString, SetOfVec};
use driver_catalog::signature::{Authorities, Distrust, Form, SignatureError};

use pki::{Identity, Wish, countersignature, day, sign, token, with_countersignature, with_token};
use world::{World, authorities};

#[test]
fn both_forms_of_timestamps_are_read() {
    let world = World::new();
    let signed = world.good(with_token(world.signer(), &world.token()));
    let [stamp] = &signed.timestamps[..] else { panic!("one timestamp") };
    assert_eq!((stamp.form, stamp.time.to_string()), (Form::Rfc3161, "2025-01-02T03:04:05Z".into()));
    assert_eq!(stamp.certificate, world.timestamps.certificate);

    let counter = countersignature(&world.timestamps, world.signer().signature.as_bytes());
    let signed = world.good(with_countersignature(world.signer(), &counter));
    let [stamp] = &signed.timestamps[..] else { panic!("one timestamp") };
    assert_eq!((stamp.form, stamp.time.to_string()), (Form::Countersignature, "2025-01-02T00:00:00Z".into()));
}

fn of_timestamp(error: SignatureError) -> SignatureError {
    match error {
        SignatureError::Timestamp(error) => *error,
        other => panic!("not about the timestamp: {other}"),
    }
}

#[test]
fn a_token_that_is_not_right_is_an_error() {
    let world = World::new();
    let bad = |token: &SignedData| of_timestamp(world.bad(with_token(world.signer(), token)));
    let other = token(&world.timestamps, b"another signature", &[&world.timestamps]);
    assert_eq!(bad(&other), SignatureError::OtherSignature);

    // Another time, under the same signature.
    let mut changed = world.token();
    let info = changed.encap_content_info.econtent.unwrap().value().to_vec();
    let later = info.windows(8).position(|window| window == b"20250102").unwrap();
    let info = [&info[..later], b"20240102", &info[later + 8..]].concat();
    changed.encap_content_info.econtent = Some(pki::any(&OctetString::new(info).unwrap()));
    assert!(matches!(bad(&changed), SignatureError::Changed { .. }));

    let thief = Identity { certificate: world.timestamps.certificate.clone(), ..world.code.clone() };
    let forged = token(&thief, world.signer().signature.as_bytes(), &[&world.timestamps]);
    assert_eq!(bad(&forged), SignatureError::Forged("CN=Timestamps".into()));

    // A certificate for code makes no timestamps.
    let wrong = token(&world.code, world.signer().signature.as_bytes(), &[&world.code]);
    assert_eq!(bad(&wrong), SignatureError::NoTimestamper("CN=Code".into()));

    let mut nobody = world.token();
    nobody.signer_infos = SignerInfos(SetOfVec::new());
    assert!(matches!(bad(&nobody), SignatureError::Missing(_)));

    let stranger = Wish { serial: 5, ..Wish::timestamps() }.make(None);
    let unknown = token(&stranger, world.signer().signature.as_bytes(), &[]);
    assert!(matches!(bad(&unknown), SignatureError::Missing(_)));
}

#[test]
fn a_countersignature_that_is_not_right_is_an_error() {
    let world = World::new();
    let bad = |counter: &SignerInfo| of_timestamp(world.bad(with_countersignature(world.signer(), counter)));
    assert!(matches!(bad(&countersignature(&world.timestamps, b"another")), SignatureError::Changed { .. }));
    let signature = world.signer().signature;
    let thief = Identity { certificate: world.timestamps.certificate.clone(), ..world.code.clone() };
    assert_eq!(bad(&countersignature(&thief, signature.as_bytes())), SignatureError::Forged("CN=Timestamps".into()));
    assert!(matches!(bad(&countersignature(&world.code, signature.as_bytes())), SignatureError::NoTimestamper(_)));
    let timeless = sign(&world.timestamps, rfc5911::ID_DATA, signature.as_bytes(), Vec::new());
    assert!(matches!(bad(&timeless), SignatureError::Missing(_)));
}

#[test]
fn a_trusted_timestamp_outlives_the_certificate_and_a_strangers_does_not() {
    let world = World::new();
    let signed = world.good(with_token(world.signer(), &world.token()));
    let root = authorities(&[&world.root]);
    let now = day(100);
    let judgement = root.judge(&signed, &root, now);
    assert_eq!((&judgement.signer, &judgement.timestamps[..]), (&Ok("CN=Root".into()), &[Ok("CN=Root".into())][..]));
    assert_eq!(judgement.at.to_string(), "2025-01-02T03:04:05Z");
    let judgement = root.judge(&signed, &Authorities::default(), now);
    assert!(matches!(judgement.signer, Err(Distrust::Validity { .. })), "{judgement:?}");
    assert!(matches!(judgement.timestamps[..], [Err(Distrust::UnknownIssuer(_))]), "{judgement:?}");
    let plain = world.good(world.signer());
    assert!(matches!(root.judge(&plain, &root, now).signer, Err(Distrust::Validity { .. })));
    assert!(matches!(root.judge(&plain, &root, day(-100)).signer, Err(Distrust::Validity { .. })));
}
