//! A root, an issuer, their signers, and a catalog to sign.
#![allow(dead_code, reason = "each test file uses a part")]

use cms::signed_data::{SignedData, SignerInfo};
use driver_catalog::signature::{Authorities, SignatureError, SignedBy, check};
use driver_catalog::{Catalog, oid};

use super::common::Package;
use super::pki::{Identity, Wish, content, sign, token, with_signature};

/// A root, an issuer below it, the two signers that the issuer vouches for, and a catalog.
pub struct World {
    pub root: Identity,
    pub issuer: Identity,
    pub code: Identity,
    pub timestamps: Identity,
    pub catalog: Catalog,
}

impl World {
    pub fn new() -> Self {
        let root = Wish::authority("CN=Root").make(None);
        let issuer = Wish { serial: 9, ..Wish::authority("CN=Issuer") }.make(Some(&root));
        let code = Wish::code().make(Some(&issuer));
        let timestamps = Wish::timestamps().make(Some(&issuer));
        Self { root, issuer, code, timestamps, catalog: Package::new().catalog().catalog }
    }

    pub fn signer(&self) -> SignerInfo {
        sign(&self.code, oid::CTL, &content(&self.catalog), Vec::new())
    }

    /// The catalog, signed so, with the certificates of everybody but the root.
    pub fn signed(&self, signer: SignerInfo) -> Catalog {
        with_signature(&self.catalog, &[signer], &[&self.code, &self.issuer, &self.timestamps])
    }

    pub fn check(&self, signer: SignerInfo) -> Result<Vec<SignedBy>, SignatureError> {
        check(&self.signed(signer).to_der().unwrap())
    }

    pub fn good(&self, signer: SignerInfo) -> SignedBy {
        let mut signers = self.check(signer).unwrap();
        assert_eq!(signers.len(), 1);
        signers.pop().unwrap()
    }

    pub fn bad(&self, signer: SignerInfo) -> SignatureError {
        self.check(signer).unwrap_err()
    }

    pub fn token(&self) -> SignedData {
        token(&self.timestamps, self.signer().signature.as_bytes(), &[&self.timestamps])
    }
}

pub fn authorities(all: &[&Identity]) -> Authorities {
    let pem: String = all.iter().map(|one| one.pem()).collect();
    Authorities::from_pem(pem.as_bytes()).unwrap()
}
