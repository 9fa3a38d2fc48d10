//! Signatures: good ones, and every way not to be good.
#![forbid(unsafe_code)]

mod common;
#[path = "common/pki.rs"]
mod pki;
#[path = "common/world.rs"]
mod world;

use std::fs;
use std::process::Command;

use cms::signed_data::SignerInfo;
use const_oid::db::{rfc5280, rfc5911, rfc5912};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use driver_catalog::oid;
use driver_catalog::signature::{Authorities, Distrust, SignatureError, check};

use common::{Package, has, printed};
use pki::{
    Identity, Issues, Wish, content, countersignature, day, sign, with_countersignature, with_signature, with_token,
};
use world::{World, authorities};

fn set_digest(signer: &mut SignerInfo, algorithm: ObjectIdentifier) {
    signer.digest_alg.oid = algorithm;
}

/// Microsoft's catalogs are so: the root is not in them.
#[test]
fn a_signature_with_intermediates_only_is_good_and_trusted_by_who_trusts_the_root() {
    let world = World::new();
    let signed = world.good(world.signer());
    assert_eq!(signed.certificate, world.code.certificate);
    assert_eq!((signed.digest, signed.timestamps.len()), (rfc5912::ID_SHA_256, 0));
    for trusted in [&world.root, &world.issuer, &world.code] {
        let judgement = authorities(&[trusted]).judge(&signed, &Authorities::default(), day(1));
        assert_eq!(judgement.signer, Ok(trusted.certificate.tbs_certificate.subject.to_string()));
    }
    let stranger = Wish { serial: 77, ..Wish::authority("CN=Stranger") }.make(None);
    let judgement = authorities(&[&stranger]).judge(&signed, &Authorities::default(), day(1));
    assert_eq!(judgement.signer, Err(Distrust::UnknownIssuer("CN=Root".into())));
    // The same name, and another key.
    let pretender = Wish { serial: 78, ..Wish::authority("CN=Root") }.make(None);
    let judgement = authorities(&[&pretender]).judge(&signed, &Authorities::default(), day(1));
    assert_eq!(judgement.signer, Err(Distrust::UnknownIssuer("CN=Root".into())));
}

#[test]
fn a_missing_intermediate_is_named_and_may_come_from_elsewhere() {
    let world = World::new();
    let catalog = with_signature(&world.catalog, &[world.signer()], &[&world.code]);
    let [signed] = &check(&catalog.to_der().unwrap()).unwrap()[..] else { panic!("one signer") };
    let judge = |all: &[&Identity]| authorities(all).judge(signed, &Authorities::default(), day(1)).signer;
    assert_eq!(judge(&[&world.root]), Err(Distrust::UnknownIssuer("CN=Issuer".into())));
    assert_eq!(judge(&[&world.root, &world.issuer]), Ok("CN=Issuer".into()));
}

#[test]
fn what_is_not_signed_has_no_signers() {
    assert_eq!(check(&World::new().catalog.to_der().unwrap()), Ok(Vec::new()));
}

#[test]
fn any_changed_byte_of_the_list_is_found() {
    let world = World::new();
    let good = world.signed(world.signer()).to_der().unwrap();
    let content = content(&world.catalog);
    let start = good.windows(content.len()).position(|window| window == content).unwrap();
    for at in (start..start + content.len()).step_by(31).chain([start, start + content.len() - 1]) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let error = check(&bytes).unwrap_err();
        assert_eq!(error, SignatureError::Changed { digest: "id-sha256".into() }, "byte {at}");
    }
}

#[test]
fn a_signature_that_is_not_that_of_the_key_is_forged() {
    let world = World::new();
    let mut flipped = world.signer();
    let mut bytes = flipped.signature.as_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    flipped.signature = OctetString::new(bytes).unwrap();
    assert_eq!(world.bad(flipped), SignatureError::Forged("CN=Code".into()));
    // Somebody else's key, under this name.
    let thief = Identity { certificate: world.code.certificate.clone(), ..Wish::timestamps().make(None) };
    let stolen = sign(&thief, oid::CTL, &content(&world.catalog), Vec::new());
    assert_eq!(world.bad(stolen), SignatureError::Forged("CN=Code".into()));
    // The hash of another list under the old signature.
    let mut moved = world.signer();
    moved.signed_attrs = sign(&world.code, oid::CTL, b"another list", Vec::new()).signed_attrs;
    assert!(matches!(world.bad(moved), SignatureError::Changed { .. }));
    let mut other = world.catalog.clone();
    other.extensions.pop();
    let mut moved = world.signer();
    moved.signed_attrs = sign(&world.code, oid::CTL, &content(&other), Vec::new()).signed_attrs;
    let forged = with_signature(&other, &[moved], &[&world.code]);
    assert_eq!(check(&forged.to_der().unwrap()), Err(SignatureError::Forged("CN=Code".into())));
}

#[test]
fn what_a_signature_lacks_is_said() {
    let world = World::new();
    let catalog = with_signature(&world.catalog, &[world.signer()], &[&world.issuer]);
    let error = check(&catalog.to_der().unwrap()).unwrap_err().to_string();
    assert!(error.contains("serial 02 of CN=Issuer"), "{error}");
    let mut bare = world.signer();
    bare.signed_attrs = None;
    assert!(matches!(world.bad(bare), SignatureError::Missing(_)));
    for lost in [rfc5911::ID_CONTENT_TYPE, rfc5911::ID_MESSAGE_DIGEST] {
        let mut signer = world.signer();
        let attributes = signer.signed_attrs.unwrap().into_vec().into_iter().filter(|one| one.oid != lost);
        signer.signed_attrs = Some(SetOfVec::try_from(attributes.collect::<Vec<_>>()).unwrap());
        assert!(matches!(world.bad(signer), SignatureError::Missing(_)), "{lost}");
    }
    let data = sign(&world.code, rfc5911::ID_DATA, &content(&world.catalog), Vec::new());
    assert_eq!(world.bad(data), SignatureError::Content(rfc5911::ID_DATA));
}

#[test]
fn what_cannot_be_checked_does_not_pass() {
    let world = World::new();
    let mut unknown = world.signer();
    set_digest(&mut unknown, ObjectIdentifier::new_unwrap("1.2.840.113549.2.5"));
    assert!(matches!(world.bad(unknown), SignatureError::Unsupported(_)));
    let mut unknown = world.signer();
    unknown.signature_algorithm.oid = rfc5912::ID_RSASSA_PSS;
    assert!(matches!(world.bad(unknown), SignatureError::Unsupported(_)));
}

/// Every rule about the certificates on the way, broken.
#[test]
fn certificates_that_may_not_vouch_or_sign_are_not_trusted() {
    let root = Wish::authority("CN=Root").make(None);
    let catalog = Package::new().catalog().catalog;
    let judge = |issuer: Wish, leaf: Wish| {
        let issuer = issuer.make(Some(&root));
        let leaf = leaf.make(Some(&issuer));
        let signer = sign(&leaf, oid::CTL, &content(&catalog), Vec::new());
        let signed = check(&with_signature(&catalog, &[signer], &[&leaf, &issuer]).to_der().unwrap()).unwrap();
        authorities(&[&root]).judge(&signed[0], &Authorities::default(), day(1)).signer
    };
    let issuer = Wish { serial: 9, ..Wish::authority("CN=Issuer") };
    let purpose = |subject: &str| Distrust::Purpose { subject: subject.into(), purpose: "signing code" };
    let unknown = || Distrust::UnknownIssuer("CN=Issuer".into());
    let extension =
        |subject: &str| Distrust::Extension { subject: subject.into(), extension: "1.3.6.1.4.1.99999.7".into() };
    let more = || Some(pki::Unknown { value: 1 });
    assert_eq!(judge(issuer.clone(), Wish::code()), Ok("CN=Root".into()));
    let servers = Some(rfc5280::ID_KP_SERVER_AUTH);
    let cases = [
        (issuer.clone(), Wish { authority: Some(Issues::Any), ..Wish::code() }, Distrust::Authority("CN=Code".into())),
        (issuer.clone(), Wish { purpose: None, ..Wish::code() }, purpose("CN=Code")),
        (issuer.clone(), Wish { purpose: servers, ..Wish::code() }, purpose("CN=Code")),
        (issuer.clone(), Wish { more: more(), ..Wish::code() }, extension("CN=Code")),
        (Wish { authority: None, ..issuer.clone() }, Wish::code(), unknown()),
        (Wish { purpose: servers, ..issuer.clone() }, Wish::code(), purpose("CN=Issuer")),
        (Wish { more: more(), ..issuer.clone() }, Wish::code(), extension("CN=Issuer")),
    ];
    for (issuer, leaf, expected) in cases {
        assert_eq!(judge(issuer, leaf), Err(expected));
    }
    let past = judge(Wish { days: (-1000, -10), ..issuer.clone() }, Wish::code());
    assert!(matches!(past, Err(Distrust::Validity { subject, .. }) if subject == "CN=Issuer"));
}

#[test]
fn an_issuer_may_not_have_more_issuers_below_it_than_it_says() {
    let root = Wish::authority("CN=Root").make(None);
    let catalog = Package::new().catalog().catalog;
    for (most, trusted) in [(0, false), (1, true)] {
        let upper =
            Wish { serial: 8, authority: Some(Issues::Below(most)), ..Wish::authority("CN=Upper") }.make(Some(&root));
        let lower = Wish { serial: 9, ..Wish::authority("CN=Lower") }.make(Some(&upper));
        let leaf = Wish::code().make(Some(&lower));
        let signer = sign(&leaf, oid::CTL, &content(&catalog), Vec::new());
        let bytes = with_signature(&catalog, &[signer], &[&leaf, &lower, &upper]).to_der().unwrap();
        let signed = check(&bytes).unwrap();
        let judgement = authorities(&[&root]).judge(&signed[0], &Authorities::default(), day(1));
        assert_eq!(judgement.signer.is_ok(), trusted, "{judgement:?}");
    }
}

/// Another program's opinion of what is made here: what is called good, osslsigncode calls good, and the reverse.
#[test]
fn osslsigncode_agrees() {
    if !has("osslsigncode") {
        return;
    }
    let world = World::new();
    let package = Package::new();
    let (path, root) = (package.file("sample.cat"), package.file("root.pem"));
    fs::write(&root, world.root.pem()).unwrap();
    let accepts = |signer: SignerInfo| {
        fs::write(&path, world.signed(signer).to_der().unwrap()).unwrap();
        let mut command = Command::new("osslsigncode");
        command.args(["verify", "-time", &pki::DAY.to_string()]).arg("-CAfile").arg(&root);
        let output = command.arg("-TSA-CAfile").arg(&root).arg("-in").arg(&path).output().unwrap();
        (output.status.success(), printed(&output))
    };
    let token = world.token();
    let signature = world.signer().signature;
    let good = [
        world.signer(),
        with_token(world.signer(), &token),
        with_countersignature(world.signer(), &countersignature(&world.timestamps, signature.as_bytes())),
    ];
    for signer in good {
        world.good(signer.clone());
        let (accepted, said) = accepts(signer);
        assert!(accepted, "{said}");
    }
    let mut forged = world.signer();
    forged.signature = OctetString::new([0x30, 6, 2, 1, 1, 2, 1, 1].to_vec()).unwrap();
    world.bad(forged.clone());
    assert!(!accepts(forged).0);
}
