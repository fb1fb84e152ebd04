//! Over TLS a message goes to whoever proves to be the receiver, and to nobody else.

use super::program::County;
use super::receiver::{Receiver, SECRET};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::fs;
use std::sync::Arc;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// An authority.
struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self(Issuer::new(params, key), certificate)
    }

    /// A receiver with a certificate for this name.
    fn receiver(&self, name: &str) -> Receiver {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.into()], key);
        Receiver::secured(config.unwrap())
    }
}

#[test]
fn a_message_goes_to_whoever_proves_to_be_the_receiver() {
    let (own, other) = (Authority::new(), Authority::new());
    let receivers = [
        ("proven", own.receiver("localhost")),
        ("misnamed", own.receiver("elsewhere.example")),
        ("unknown", other.receiver("localhost")),
    ];
    let table = |(name, receiver): &(&str, Receiver)| {
        format!(
            "[[webhook]]\nname = \"{name}\"\nurl = \"https://localhost:{}/\"\nlogin = \"clerk\"\nsecret = \"{SECRET}\"\n\
             allow_private = true\n",
            receiver.port()
        )
    };
    let county = County::with(&receivers.iter().map(table).collect::<String>());
    let trusted = county.folder.path().join("own.pem");
    fs::write(&trusted, &own.1).unwrap();
    let variables = [("SSL_CERT_FILE", trusted.to_str().unwrap())];
    for (name, receiver) in &receivers {
        let output = county.run_with(&["webhook", "test", name], &variables, "");
        let said = String::from_utf8(output.stderr).unwrap();
        if *name == "proven" {
            assert!(output.status.success(), "{said}");
            assert!(receiver.got()[0].is_signed_with(SECRET));
        } else {
            assert!(
                said.contains("no connection with the receiver that is sure to be with him"),
                "{said}"
            );
            assert_eq!(receiver.got().len(), 0, "{name}");
        }
    }
}
