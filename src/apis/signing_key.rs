//! The key that signs tokens in JWT form. It is public, and says so in its `kid`: clients under test have to find the same
//! key at every server, and nothing that it signs is worth anything elsewhere. Kept as the members of a JSON Web Key
//! (RFC 7518), computed beforehand, so that nothing is generated; read when a token is first signed, so that the
//! start of a server does not wait for it.

use crate::contract;
use crate::contract::TypeName;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use std::sync::OnceLock;

/// The name of the key.
pub const KEY_ID: &str = "usertwin-test-key-not-secret";

const N: &str = "5ClsFrFa30w9Ta7_0-03vsAEgPC5WQDFAxE-orxytTMxnHDI48WIGF26A8VnneUZHqKtqkR3YzdlT5gFLEyUELMvvTxBBauQrZI6H5twSVX_VdKlHlhIVfoNR66OVJCAYyGGfjYpTElL9MOMl8k5k513DvkaPPEAeF0ED0pqp_F1ER3m3ntP0yRsSsFsedn6jQaOch7oJhKMiG1j5Ur0gj-2UtJECy3vb3VTeFw_0_rF0h6ruKPGVP2CQHoToXRJJTnOFkC-yzKOmCjAE9eWEt-ensJeZ8F0EnE3hLYN8vhylvBUr4cwx81Qs_pmOZQdUqciW4XIGLWey-Scd-yOgw";
const E: &str = "AQAB";
const D: &str = "EBWLdR4TleI-ABfyGPKEF4JZzu0pY8jWGp1AmSBHxdZSDQE2aDgom-8fidyErXDVEH_PVk11TR0-mxnQY4sSdQrstp5kxw2NKW9BgbDnfYP-eAJdeYInt0flX8RCbFuzcUmPvZ3701Dndd3DL4AT-wACwJ925gznR5TnEFzin-wXiPArasuXhiLAFuuR_qDoFVmcEnyfrigEVADZNFoDsfUwiNN19TibpLfWDu_snaJqG6XeGptdbFSTOA6FnwfEZGBx4qzQBGYsHBJzTBjyH14O2KbQInrtWAwTASqAyXD9H1fNmzKatrI1Dv9szRWGvx8u6IbW2YDCHCriODNfYQ";
const P: &str = "-ZOcjKWkgXbA2antlkujukWC0MKqYmYGQ0mXZpvedqkmMEqmnVnFMVlT026fsg7XWfuSyuMcOfK8X2X1PPz1lNrhsPIFx6E32UF-7albXhi_p7q4AimaswBp4bIYUl7i9CAhpGqVKewHhO_EHlFv6qzX-OSPzIoWbiWdrC2EfB8";
const Q: &str = "6gi2-IivqwYLA1pc-_XA2cEamjeBs3oGYrvHSz1GzzF8rrPyF0A6Xu1gg9-8W17KxwqiY5QQFH2gsKvggaqfwuk3oNjxc6lNzAsphkAjN0t1ZZAqrUsPDEPR-Km_-sAXyj-RBMV85G5zW4wb6pDn63a2qySiPEItEHWuiUbFoR0";
const DP: &str = "vdV6eTyxIUxrqeRn9C76jX-73gCDyy6hSuMaBxE-KHHGu2q8yujyZfP1H9iAHdbOFQKXCD2xRZ6Ni96op8gdIClRC987aDoHmfgIjMuJ1MvsU69hsTtmEQuaffKSL20_IcOi80Wiye1fVs1tFkaJYy4vZICtpD3Qi92Ozd0dba8";
const DQ: &str = "X8ZZOrSVT2QVtbWRP_t-hJ6mCF6W0aAqZNV75aqaA8i4wbYaaLF8McTrLoytRKcyTOppMl8xhXE0BZkRM39kChvvDAA8L50lnU8kGzC8OLDExl-NV4XUDqzijOTLEA70rWv-KPm49rLMurZH5mKOxqm6b6d6TTa3wnimiL9RuXE";
const QI: &str = "4HYn26UK9Dij3LpTR7j4VQETqdUOJWeyAVShSZBYOzkFkdjKZXt7WDVXOV9UN9PdJFuwubbYZFMB_IYZuACEGWj8LeFok8VTH_T-_SDcrs22Y1LVRJfICVXZZZBmYTY6O73uvfLt7UclpNXzDk8FkTKb4DQ9FzsLXq63Kgoi5oY";

contract! {
    /// The keys whose signatures are good (RFC 7517).
    pub struct KeySet: "Jose.KeySet" as TypeName::Plain("KeySet"), in "", {
        /// The keys.
        keys: Option<Vec<Option<PublicKey>>> = "keys",
    }

    /// The public half of a signing key.
    pub struct PublicKey: "Jose.PublicKey" as TypeName::Plain("PublicKey"), in "", {
        /// `RSA`.
        kind: Option<String> = "kty",
        /// `sig`.
        purpose: Option<String> = "use",
        /// The name by which the header of a token refers to it.
        id: Option<String> = "kid",
        /// The exponent.
        exponent: Option<String> = "e",
        /// The modulus.
        modulus: Option<String> = "n",
        /// `RS256`.
        algorithm: Option<String> = "alg",
    }
}

/// The keys as a server publishes them.
#[must_use]
pub fn published() -> KeySet {
    let text = |text: &str| Some(text.to_owned());
    let key = PublicKey {
        kind: text("RSA"),
        purpose: text("sig"),
        id: text(KEY_ID),
        exponent: text(E),
        modulus: text(N),
        algorithm: text("RS256"),
    };
    KeySet { keys: Some(vec![Some(key)]) }
}

/// Signs a message by RS256.
///
/// # Errors
/// When the key above is not one, which a test excludes.
pub fn sign(message: &[u8]) -> anyhow::Result<Vec<u8>> {
    static KEY: OnceLock<Option<KeyPair>> = OnceLock::new();
    let key = KEY.get_or_init(read).as_ref().ok_or_else(|| anyhow::anyhow!("the signing key cannot be read"))?;
    let mut signature = vec![0; key.public().modulus_len()];
    // This kind of signature is the same for the same message: the source of chance goes unused.
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
        .map_err(|_| anyhow::anyhow!("a token could not be signed"))?;
    Ok(signature)
}

fn read() -> Option<KeyPair> {
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: part(N)?, e: part(E)? },
        d: part(D)?,
        p: part(P)?,
        q: part(Q)?,
        dP: part(DP)?,
        dQ: part(DQ)?,
        qInv: part(QI)?,
    };
    KeyPair::from_components(&components).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_signs_is_good_by_its_public_half() {
        let signature = sign(b"message").unwrap();
        let public = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = PublicKeyComponents { n: public(N), e: public(E) };
        let algorithm = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
        assert!(key.verify(algorithm, b"message", &signature).is_ok());
        assert!(key.verify(algorithm, b"massage", &signature).is_err());
    }
}
