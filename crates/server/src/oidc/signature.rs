//! Signatures under access tokens, checked by the cryptography that TLS brings.
//!
//! The library of the tokens leaves the arithmetic to whoever it is given. It is only ever asked to verify, and only by public
//! keys: of secrets that both sides know, and of signing, nothing is here.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature as ring;

/// Gives the library its arithmetic; once in a process is enough.
pub(super) fn prepare() {
    static RING: CryptoProvider = CryptoProvider {
        signer_factory: signs_nothing,
        verifier_factory: verifier,
        key_utils: KeyUtils {
            rsa_pub_components_from_private_key: |_| unsupported(),
            rsa_pub_components_from_public_key: |_| unsupported(),
            ec_pub_components_from_private_key: |_, _: Algorithm| {
                unsupported::<(EllipticCurve, Vec<u8>, Vec<u8>)>()
            },
            ed_pub_components_from_private_key: |_, _: &EllipticCurve| unsupported(),
            compute_digest: |_, _: ThumbprintHash| unsupported(),
        },
    };
    if RING.install_default().is_err() {
        tracing::trace!("the arithmetic of access tokens is there already");
    }
}

fn unsupported<T>() -> Result<T> {
    Err(ErrorKind::UnsupportedAlgorithm.into())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the library asks for it so"
)]
fn signs_nothing(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    unsupported()
}

/// How each algorithm verifies; none of those by a secret that both sides know.
enum Way {
    Rsa(&'static ring::RsaParameters),
    Curve(&'static dyn ring::VerificationAlgorithm),
}

fn way(algorithm: Algorithm) -> Option<Way> {
    let way = match algorithm {
        Algorithm::RS256 => Way::Rsa(&ring::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Way::Rsa(&ring::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Way::Rsa(&ring::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Way::Rsa(&ring::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Way::Rsa(&ring::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Way::Rsa(&ring::RSA_PSS_2048_8192_SHA512),
        Algorithm::ES256 => Way::Curve(&ring::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => Way::Curve(&ring::ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => Way::Curve(&ring::ED25519),
        // What the library may come to know later is not known here either.
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 | _ => return None,
    };
    Some(way)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the library asks for it so"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if key.family() != algorithm.family() || key.family() == AlgorithmFamily::Hmac {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    match way(*algorithm) {
        None => unsupported(),
        Some(way) => Ok(Box::new(Checked {
            algorithm: *algorithm,
            way,
            key: key.kind().clone(),
        })),
    }
}

struct Checked {
    algorithm: Algorithm,
    way: Way,
    key: DecodingKeyKind,
}

impl Verifier<Vec<u8>> for Checked {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        let good = match (&self.way, &self.key) {
            (Way::Rsa(parameters), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                ring::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (Way::Curve(way), DecodingKeyKind::SecretOrDer(point)) => {
                ring::UnparsedPublicKey::new(*way, point).verify(message, signature)
            }
            (Way::Rsa(_), DecodingKeyKind::SecretOrDer(_))
            | (Way::Curve(_), DecodingKeyKind::RsaModulusExponent { .. }) => {
                return Err(signature::Error::new());
            }
        };
        good.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Checked {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::crypto::verify;

    /// The examples of RFC 7515, A.2 and A.3, and of RFC 8037, A.4: key, message, signature.
    fn published() -> [(Algorithm, DecodingKey, &'static str, &'static str); 3] {
        let claims = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let curve = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        [
            (
                Algorithm::RS256,
                DecodingKey::from_rsa_components(modulus, "AQAB").unwrap(),
                claims,
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            ),
            (
                Algorithm::ES256,
                DecodingKey::from_ec_components(
                    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                )
                .unwrap(),
                curve,
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            (
                Algorithm::EdDSA,
                DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
                    .unwrap(),
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
        ]
    }

    #[test]
    fn what_the_specifications_publish_is_verified_and_nothing_else() {
        prepare();
        for (algorithm, key, message, signature) in published() {
            let good = |message: &str, signature: &str, algorithm| {
                verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false)
            };
            assert!(good(message, signature, algorithm), "{algorithm:?}");
            assert!(!good(&message.replace("eyJ", "eyK"), signature, algorithm));
            let other = signature.replacen(['A', 'B', 'C'], "D", 1);
            assert!(!good(message, &other, algorithm), "{algorithm:?}");
            for (other, ..) in published().iter().filter(|own| own.0 != algorithm) {
                assert!(
                    !good(message, signature, *other),
                    "{algorithm:?} as {other:?}"
                );
            }
        }
    }

    #[test]
    fn by_a_secret_that_both_sides_know_nothing_is_verified() {
        prepare();
        let secret = DecodingKey::from_secret(b"known to both").unwrap();
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            assert!(verify("AAAA", b"message", &secret, algorithm).is_err());
            for (_, key, message, signature) in published() {
                assert!(verify(signature, message.as_bytes(), &key, algorithm).is_err());
            }
        }
    }
}
