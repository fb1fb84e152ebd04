//! The program speaks TLS by itself: with whom it does, what it says to others, and how its certificate is renewed.

use super::{CHOSEN, PROGRAM, Program, Reply, read, written};
use chrono::{Datelike, TimeDelta};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::json;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned,
    SupportedProtocolVersion,
};
use xiaohao_server::clock;

const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

/// A certificate for this machine, and its key.
struct Made {
    certificate: String,
    key: String,
}

impl Made {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(so: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        so(&mut params);
        Self {
            certificate: params.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }
}

/// The files in a folder with which TLS is spoken.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn in_folder(folder: &Path) -> Self {
        Self {
            certificate: folder.join("tls.pem"),
            key: folder.join("tls.key"),
        }
    }

    fn hold(&self, made: &Made) {
        fs::write(&self.certificate, &made.certificate).unwrap();
        fs::write(&self.key, &made.key).unwrap();
        fs::set_permissions(&self.key, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn flags(&self) -> [&str; 4] {
        let (certificate, key) = (self.certificate.to_str(), self.key.to_str());
        [
            "--tls-certificate",
            certificate.unwrap(),
            "--tls-key",
            key.unwrap(),
        ]
    }
}

/// A county with an empty ledger in which the clerk has a password.
pub(super) fn county() -> Arc<TempDir> {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/county/shuangpai");
    let data = folder.path().to_str().unwrap();
    for arguments in [
        &["init", "--from", seeds][..],
        &["user", "password", "clerk"],
    ] {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .args(["--data", data])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        drop(writeln!(child.stdin.take().unwrap(), "{CHOSEN}"));
        assert!(child.wait().unwrap().success(), "{arguments:?}");
    }
    folder
}

/// The program serving that county with this certificate.
fn secured(made: &Made, variables: &[(&str, &str)]) -> (Program, Files) {
    let folder = county();
    let files = Files::in_folder(folder.path());
    files.hold(made);
    let data = folder.path().to_str().unwrap().to_owned();
    let arguments = [&["serve", "--data", &data][..], &files.flags()].concat();
    (Program::at(&arguments, folder, variables), files)
}

type Secure = StreamOwned<ClientConnection, TcpStream>;

/// A connection with the program by somebody who trusts this certificate and no other.
fn connected(
    program: &Program,
    trusted: &Made,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<Secure> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(trusted.certificate.as_bytes());
    roots.add(certificate.unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_protocol_versions(versions).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = program.connect();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(connection, stream))
}

/// Whether somebody who trusts this certificate is let in, and answered.
fn is_shown(program: &Program, made: &Made) -> bool {
    match connected(program, made, BOTH) {
        Ok(mut stream) => {
            let live = exchange(&mut stream, "GET /health/live HTTP/1.1", &[], b"");
            assert_eq!(live.status, 200);
            true
        }
        Err(_) => false,
    }
}

fn exchange(stream: &mut Secure, line: &str, head: &[&str], body: &[u8]) -> Reply {
    stream.write_all(&written(line, head, body)).unwrap();
    read(stream).expect("an answer")
}

fn sign_in(program: &Program, made: &Made) -> String {
    let query =
        format!("mutation {{ signIn(login: \"clerk\", password: \"{CHOSEN}\") {{ token }} }}");
    let body = json!({ "query": query }).to_string();
    let json = ["content-type: application/json"];
    let mut stream = connected(program, made, BOTH).unwrap();
    let reply = exchange(
        &mut stream,
        "POST /graphql HTTP/1.1",
        &json,
        body.as_bytes(),
    );
    let token = reply.json()["data"]["signIn"]["token"].clone();
    token.as_str().unwrap().to_owned()
}

/// What comes until this does.
fn until(stream: &mut Secure, comes: &str) -> String {
    let mut told = Vec::new();
    let mut some = [0; 1024];
    while !String::from_utf8_lossy(&told).contains(comes) {
        let length = stream.read(&mut some).unwrap();
        assert_ne!(length, 0, "{}", String::from_utf8_lossy(&told));
        told.extend_from_slice(&some[..length]);
    }
    String::from_utf8_lossy(&told).into_owned()
}

#[test]
fn it_is_answered_over_both_versions_of_tls_that_nothing_else_is_spoken_here() {
    let made = Made::new();
    let (program, _) = secured(&made, &[]);
    let versions = [
        (&TLS12, ProtocolVersion::TLSv1_2),
        (&TLS13, ProtocolVersion::TLSv1_3),
    ];
    for (version, spoken) in versions {
        let mut stream = connected(&program, &made, &[version]).unwrap();
        assert_eq!(stream.conn.protocol_version(), Some(spoken));
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        let live = exchange(&mut stream, "GET /health/live HTTP/1.1", &[], b"");
        assert_eq!(live.status, 200);
        let strictly = live.header("strict-transport-security");
        assert_eq!(strictly, Some("max-age=31536000"));
    }
    let other = connected(&program, &Made::new(), BOTH).unwrap_err();
    assert!(other.to_string().contains("certificate"), "{other}");
    program.end_in_order();
    let data = county();
    let plain = Program::doing("serve", data, &[]);
    let live = plain.get("/health/live", &[]);
    assert_eq!(live.header("strict-transport-security"), None);
}

#[test]
fn whoever_subscribes_does_so_over_tls_too() {
    let made = Made::new();
    let (program, _) = secured(&made, &[]);
    let token = sign_in(&program, &made);
    let bearer = format!("authorization: Bearer {token}");

    let mut events = connected(&program, &made, BOTH).unwrap();
    let body = json!({ "query": "subscription { ledgerAppended { position } }" }).to_string();
    let head = [
        "content-type: application/json",
        "accept: text/event-stream",
        &bearer,
    ];
    let request = written("POST /graphql HTTP/1.1", &head, body.as_bytes());
    events.write_all(&request).unwrap();
    let told = until(&mut events, "\r\n\r\n");
    assert!(
        told.contains(" 200 ") && told.contains("text/event-stream"),
        "{told}"
    );

    let mut socket = connected(&program, &made, BOTH).unwrap();
    let head = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n";
    write!(socket, "{head}{bearer}\r\n\r\n").unwrap();
    assert!(until(&mut socket, "\r\n\r\n").contains(" 101 "));
    let init = br#"{"type":"connection_init"}"#;
    // A text, masked with zeros.
    let frame = [0x81, 0x80 | u8::try_from(init.len()).unwrap(), 0, 0, 0, 0];
    socket.write_all(&[&frame, &init[..]].concat()).unwrap();
    until(&mut socket, "connection_ack");
}

#[test]
fn slow_handshakes_hold_up_nobody_and_the_oldest_make_room() {
    let made = Made::new();
    let (program, _) = secured(&made, &[]);
    let slow: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = program.connect();
            stream.write_all(&[0x16, 0x03, 0x01]).unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    assert!(is_shown(&program, &made));
    assert!(begun.elapsed() < Duration::from_secs(5), "{begun:?}");
    let is_open = |mut stream: &TcpStream| {
        stream
            .set_read_timeout(Some(Duration::from_millis(10)))
            .unwrap();
        let read = stream.read(&mut [0]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    assert!(!is_open(&slow[0]), "the oldest did not make room");
    assert!(is_open(&slow[299]), "the latest had to go");
    // Each has its time.
    let mut last = &slow[299];
    last.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    assert_eq!(last.read(&mut [0]).unwrap_or(0), 0);
    assert!(begun.elapsed() < Duration::from_secs(25));
}

#[test]
fn whoever_speaks_plain_http_is_told_to_speak_tls() {
    let made = Made::new();
    let (program, _) = secured(&made, &[]);
    let told = program.ask(&[], &"x".repeat(10_000), &json!({}));
    assert_eq!(told.status, 400);
    let said = String::from_utf8(told.body).unwrap();
    assert!(said.contains("https://"), "{said}");
    // Of whoever speaks neither nothing is made.
    let mut stream = program.connect();
    stream.write_all(b"\x00\x01 neither").unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    assert!(
        !String::from_utf8_lossy(&answer).contains("HTTP"),
        "{answer:?}"
    );
    assert!(is_shown(&program, &made));
}

#[test]
fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let (first, second) = (Made::new(), Made::new());
    let (program, files) = secured(&first, &[]);
    assert!(is_shown(&program, &first));
    fs::write(&files.certificate, "-----BEGIN CERTIFICATE-----\nno").unwrap();
    program.until_logged("the certificate cannot be renewed");
    assert!(is_shown(&program, &first));
    files.hold(&second);
    program.until_logged("another certificate is shown from now on");
    assert!(is_shown(&program, &second));
    assert!(!is_shown(&program, &first));
    let log = program.end_in_order();
    let told = |what: &str| log.lines().filter(|line| line.contains(what)).count();
    assert_eq!(told("the certificate cannot be renewed"), 1, "{log}");
    assert_eq!(told("another certificate is shown from now on"), 1, "{log}");
}

#[test]
fn a_certificate_that_is_about_to_expire_is_told_of() {
    let soon = clock::now() + TimeDelta::days(10);
    let made = Made::with(|params| {
        let part = |part: u32| u8::try_from(part).unwrap();
        params.not_after = date_time_ymd(soon.year(), part(soon.month()), part(soon.day()));
    });
    let (program, _) = secured(&made, &[]);
    assert!(is_shown(&program, &made));
    let log = program.end_in_order();
    assert!(log.contains("the certificate is about to expire"), "{log}");
}

#[test]
fn what_tls_cannot_be_spoken_with_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let files = Files::in_folder(folder.path());
    let good = Made::new();
    let said = |flags: &[&str]| {
        let serve = ["serve", "--data", data, "--listen", "127.0.0.1:0"];
        let output: Output = Command::new(PROGRAM)
            .args([&serve, flags].concat())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let refused = |spoil: &dyn Fn(), told: &str| {
        files.hold(&good);
        spoil();
        let said = said(&files.flags());
        assert!(said.contains(told), "{told:?} in {said}");
        assert!(!said.contains("PRIVATE KEY"), "{said}");
    };
    // What is good goes on to be refused for want of a county.
    refused(&|| {}, "no county is kept at");
    refused(
        &|| fs::remove_file(&files.certificate).unwrap(),
        "tls.pem; correct tls.certificate",
    );
    refused(
        &|| fs::remove_file(&files.key).unwrap(),
        "tls.key; correct tls.key",
    );
    refused(
        &|| fs::write(&files.certificate, "").unwrap(),
        "there is no certificate in",
    );
    refused(
        &|| fs::write(&files.key, &good.certificate).unwrap(),
        "there is no private key in",
    );
    refused(
        &|| fs::write(&files.key, Made::new().key).unwrap(),
        "does not belong to the first certificate of",
    );
    for (mode, told) in [
        (0o644, "has the mode 0644"),
        (0o604, "has the mode 0604"),
        (0o660, "has the mode 0660"),
        (0o640, "no county is kept at"),
    ] {
        let opened = || fs::set_permissions(&files.key, fs::Permissions::from_mode(mode)).unwrap();
        refused(&opened, told);
    }
    let old = Made::with(|params| params.not_after = date_time_ymd(2020, 1, 1));
    refused(&|| files.hold(&old), "expired at 2020-01-01 00:00:00 UTC");
    let early = Made::with(|params| params.not_before = date_time_ymd(2990, 1, 1));
    refused(
        &|| files.hold(&early),
        "is good from 2990-01-01 00:00:00 UTC on only",
    );
    refused(
        &|| fs::write(&files.certificate, "-----BEGIN CERTIFICATE-----\n!").unwrap(),
        "is not written as PEM",
    );
    let bytes = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    refused(
        &|| fs::write(&files.certificate, bytes).unwrap(),
        "cannot be used",
    );
    let half = said(&files.flags()[..2]);
    assert!(
        half.contains("tls.certificate is said and tls.key is not"),
        "{half}"
    );
    let half = said(&files.flags()[2..]);
    assert!(
        half.contains("tls.key is said and tls.certificate is not"),
        "{half}"
    );
}

#[test]
fn whoever_serves_others_without_tls_is_warned() {
    let warned = |listen: &str, certificate: Option<&Made>| {
        let folder = county();
        let files = Files::in_folder(folder.path());
        let data = folder.path().to_str().unwrap().to_owned();
        let mut arguments = vec!["serve", "--data", &data, "--listen", listen];
        if let Some(made) = certificate {
            files.hold(made);
            arguments.extend(files.flags());
        }
        let program = Program::told(&arguments, Arc::clone(&folder), &[]);
        // Whoever is answered knows that it listens to signals too.
        program.get("/health/live", &[]);
        let log = program.end_in_order();
        log.matches("travel in the clear").count()
    };
    assert_eq!(warned("0.0.0.0:0", None), 1);
    assert_eq!(warned("0.0.0.0:0", Some(&Made::new())), 0);
    assert_eq!(warned("127.0.0.1:0", None), 0);
}
