//! Files of evidence over HTTP: sent before the act that cites them, kept as they came, shown to whoever may see the hazard.

mod parts;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};
use tower::ServiceExt;
use xiaohao_core::values::{Digest, Evidence, EvidenceKind, EvidenceSet, HazardId};
use xiaohao_core::{Actor, Refusal, Status};
use xiaohao_graphql::{Door, Locksmith, PostAsked, Secrets};
use xiaohao_ledger::{Through, Told};
use xiaohao_server::config::{Rates, Requests};
use xiaohao_server::files::{FILE_BYTES, Taken, Untaken};
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::upload::Upload;
use xiaohao_server::{clock, http, people, seeds};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

const PASSWORD: &str = "long enough";

/// An office whose people can sign in, and its server.
async fn open(kind: Kind) -> (Office, Served) {
    let office = Office::on(kind).await;
    let served = office.served();
    people::give_all(&served, PASSWORD).await.unwrap();
    (office, served)
}

/// A token of this person.
async fn token(served: &Served, of: &Actor) -> String {
    let directory = served.office.directory();
    let people = directory.people();
    let person = people.iter().find(|person| person.id == of.person).unwrap();
    let post = PostAsked {
        role: Some(of.role),
        unit: Some(of.unit),
    };
    let login = person.login.to_string();
    let opened = served
        .door
        .sign_in(Secrets::of(&login, PASSWORD), post, None)
        .await;
    opened.unwrap().token
}

struct Answer {
    status: StatusCode,
    media: String,
    body: Bytes,
}

impl Answer {
    fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

async fn send(
    served: &Served,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Body,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let app = http::app(served.clone(), Requests::default(), UnderWay::default());
    let response = app.oneshot(request.body(body).unwrap()).await.unwrap();
    // Whatever is answered here, no browser takes it for anything else.
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let media = response.headers().get(header::CONTENT_TYPE);
    Answer {
        status: response.status(),
        media: media.map_or("", |media| media.to_str().unwrap()).to_owned(),
        body: response.into_body().collect().await.unwrap().to_bytes(),
    }
}

/// The server where one person uploads so many megabytes in a day.
fn allowing(served: &Served, upload_megabytes_per_day: u32) -> Router {
    let requests = Requests {
        rates: Rates {
            upload_megabytes_per_day,
            ..Rates::default()
        },
        ..Requests::default()
    };
    http::app(served.clone(), requests, UnderWay::default())
}

fn digest_of(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

/// A photo, as far as its first bytes tell.
const PHOTO: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

#[tokio::test]
async fn a_file_is_taken_once_under_its_own_digest_alone() {
    let (office, served) = open(Kind::Sqlite).await;
    let by = token(&served, &clerk()).await;
    let put = async |digest: &str, token: Option<&str>, body: Body| {
        send(
            &served,
            Method::PUT,
            &format!("/evidence/{digest}"),
            token,
            body,
        )
        .await
    };
    let digest = digest_of(PHOTO).to_string();

    let nobody = put(&digest, None, PHOTO.into()).await;
    assert_eq!(
        (nobody.status, nobody.code().as_str()),
        (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
    );
    let malformed = put("photo.jpg", Some(&by), PHOTO.into()).await;
    assert_eq!(
        (malformed.status, malformed.code().as_str()),
        (StatusCode::BAD_REQUEST, "BAD_USER_INPUT")
    );
    let other = put(&"0".repeat(64), Some(&by), PHOTO.into()).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.code(), "DIGEST_MISMATCH");
    let incoming = office.cabinet.evidence().join("431123/incoming");
    assert_eq!(
        fs::read_dir(&incoming).unwrap().count(),
        0,
        "nothing is left of what was not taken"
    );

    assert_eq!(
        put(&digest, Some(&by), PHOTO.into()).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        put(&digest, Some(&by), PHOTO.into()).await.status,
        StatusCode::OK
    );
    let kept = office
        .cabinet
        .evidence()
        .join(format!("431123/{}/{digest}", &digest[..2]));
    assert_eq!(fs::read(kept).unwrap(), PHOTO);
    assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0);
}

/// A county that has got its first file.
async fn with_a_file(kind: Kind) -> (Cabinet, Served) {
    let cabinet = Cabinet::new(kind).await;
    let (store, data) = (cabinet.sql().clone(), seeds::shuangpai().unwrap());
    let served = Served::of(store, &data, &cabinet.evidence(), Arc::new(clock::now)).unwrap();
    assert_eq!(take(&served, PHOTO).await.unwrap(), Taken::Now);
    (cabinet, served)
}

async fn take(served: &Served, content: &'static [u8]) -> Result<Taken, Untaken> {
    let mut upload = Upload::new(content, Duration::from_mins(1));
    served.files.take(digest_of(content), &mut upload).await
}

/// What lies in a folder, and it itself, each with its rights.
fn rights(of: PathBuf) -> Vec<(PathBuf, u32)> {
    let mode = of.metadata().unwrap().permissions().mode() & 0o777;
    let below = fs::read_dir(&of).into_iter().flatten();
    let below = below.flat_map(|one| rights(one.unwrap().path()));
    let mut all: Vec<_> = below.collect();
    all.push((of, mode));
    all
}

#[tokio::test]
async fn what_files_of_evidence_are_kept_in_is_read_by_its_owner_alone() {
    let (cabinet, _) = with_a_file(Kind::Sqlite).await;
    let all = rights(cabinet.evidence());
    assert_eq!(
        all.len(),
        5,
        "two folders, two in them and the file: {all:?}"
    );
    for (path, mode) in &all {
        let own = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(*mode, own, "{path:?}");
    }
}

#[tokio::test]
async fn where_the_folder_of_what_was_received_is_away_none_is_made_and_the_server_is_not_ready() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (cabinet, served) = with_a_file(kind).await;
        served.files.ready().await.unwrap();
        let mounted = cabinet.evidence();
        let away = mounted.with_file_name("away");
        fs::rename(&mounted, &away).unwrap();
        fs::create_dir(&mounted).unwrap();
        let not_taken = take(&served, b"another photo").await.unwrap_err();
        assert!(
            matches!(&not_taken, Untaken::Fault(fault) if fault.code() == "DISK_ERROR"),
            "{kind:?}: {not_taken:?}"
        );
        let not_ready = served.readiness.check().await.unwrap_err();
        let told = Told(&not_ready).to_string();
        assert!(told.contains("mount its disk"), "{kind:?}: {told}");
        assert_eq!(fs::read_dir(&mounted).unwrap().count(), 0, "{kind:?}");
        fs::remove_dir(&mounted).unwrap();
        fs::rename(&away, &mounted).unwrap();
        let taken = take(&served, b"another photo").await;
        assert_eq!(taken.unwrap(), Taken::Now, "{kind:?}");
        served.files.ready().await.unwrap();
        let incoming = mounted.join("431123/incoming");
        assert_eq!(fs::read_dir(incoming).unwrap().count(), 0, "{kind:?}");
    }
}

#[tokio::test]
async fn a_disk_that_does_not_take_a_file_is_told_as_that_and_not_as_a_defect() {
    let (office, served) = open(Kind::Sqlite).await;
    let by = token(&served, &clerk()).await;
    let incoming = office.cabinet.evidence().join("431123/incoming");
    fs::write(&incoming, "no folder").unwrap();
    let path = format!("/evidence/{}", digest_of(PHOTO));
    let put = async || send(&served, Method::PUT, &path, Some(&by), PHOTO.into()).await;
    let told = put().await;
    assert_eq!(
        (told.status, told.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "DISK_ERROR")
    );
    let not_ready = served.readiness.check().await.unwrap_err();
    assert_eq!(not_ready.code(), "DISK_ERROR");
    fs::remove_file(&incoming).unwrap();
    assert_eq!(put().await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_file_that_was_kept_and_not_noted_is_noted_when_it_is_sent_again() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (office, served) = open(kind).await;
        let digest = digest_of(b"kept when the program was killed");
        let drawer = format!("431123/{}", &digest.to_string()[..2]);
        let drawer = office.cabinet.evidence().join(drawer);
        fs::create_dir_all(&drawer).unwrap();
        let kept = drawer.join(digest.to_string());
        fs::write(kept, b"kept when the program was killed").unwrap();
        let by = token(&served, &clerk()).await;
        let path = format!("/evidence/{digest}");
        let again = send(&served, Method::PUT, &path, Some(&by), Body::empty()).await;
        assert_eq!(again.status, StatusCode::OK, "{kind:?}");
        let id = office.hazard_at(Status::Assigned).await;
        let receipt = vec![Evidence::new(digest, EvidenceKind::Document)];
        let acknowledge = but(sample::acknowledge(office.today()), |says| {
            says.receipt = EvidenceSet::new(receipt).unwrap();
        });
        office.act(&factory(), id, acknowledge).await;
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_while_it_comes() {
    let (_, served) = open(Kind::Sqlite).await;
    let by = token(&served, &clerk()).await;
    let path = format!("/evidence/{}", "0".repeat(64));
    let large = vec![0; usize::try_from(FILE_BYTES).unwrap() + 1];
    let answer = send(&served, Method::PUT, &path, Some(&by), large.into()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "FILE_TOO_LARGE")
    );
}

#[tokio::test]
async fn one_person_uploads_no_more_in_a_day_than_he_may_and_what_is_here_costs_nothing() {
    let (office, served) = open(Kind::Sqlite).await;
    let app = allowing(&served, 2);
    let (one, other) = (
        token(&served, &clerk()).await,
        token(&served, &approver()).await,
    );
    let put = async |by: &str, content: Vec<u8>| {
        let request = Request::put(format!("/evidence/{}", digest_of(&content)))
            .header(header::AUTHORIZATION, format!("Bearer {by}"))
            .body(Body::from(content));
        let answer = app.clone().oneshot(request.unwrap()).await.unwrap();
        let again = answer.headers().get(header::RETRY_AFTER).cloned();
        let body = answer.status();
        (body, again)
    };
    let photo = |number: u8| vec![number; 1024 * 1024];
    for number in [1, 2] {
        assert_eq!(put(&one, photo(number)).await.0, StatusCode::CREATED);
    }
    let (status, again) = put(&one, photo(3)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let again: u64 = again.unwrap().to_str().unwrap().parse().unwrap();
    assert!((11 * 3600..=12 * 3600).contains(&again), "{again}");
    assert!(
        served
            .files
            .find(digest_of(&photo(3)))
            .await
            .unwrap()
            .is_none()
    );
    let incoming = office.cabinet.evidence().join("431123/incoming");
    assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0);
    // A tablet that sends again what was kept is told so, and others have their own measure.
    assert_eq!(put(&one, photo(1)).await.0, StatusCode::OK);
    assert_eq!(put(&other, photo(3)).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_breaks_off_counts_as_far_as_it_came() {
    let (_, served) = open(Kind::Sqlite).await;
    let app = allowing(&served, 128);
    let by = token(&served, &clerk()).await;
    let put = async |digest: Digest, body: Body| {
        let request = Request::put(format!("/evidence/{digest}"))
            .header(header::AUTHORIZATION, format!("Bearer {by}"))
            .body(body);
        let answer = app.clone().oneshot(request.unwrap()).await.unwrap();
        answer.status()
    };
    // None of them says how large it will be, so each might be as large as a file may be.
    let photo = vec![1; 2 * 1024 * 1024];
    for _ in 0..5 {
        let begins: Result<_, io::Error> = Ok(Bytes::from_static(b"begins"));
        let breaks_off = Err(io::ErrorKind::ConnectionReset.into());
        let body = Body::from_stream(stream::iter([begins, breaks_off]));
        assert_eq!(put(digest_of(&photo), body).await, StatusCode::BAD_REQUEST);
    }
    let digest = digest_of(&photo);
    assert_eq!(put(digest, photo.into()).await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_file_in_which_nothing_is_is_not_taken_whatever_digest_it_comes_under() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (office, served) = open(kind).await;
        let by = token(&served, &clerk()).await;
        for digest in [digest_of(&[]), digest_of(PHOTO)] {
            let path = format!("/evidence/{digest}");
            let answer = send(&served, Method::PUT, &path, Some(&by), Body::empty()).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::BAD_REQUEST, "FILE_EMPTY"),
                "{kind:?}"
            );
            assert!(served.files.find(digest).await.unwrap().is_none());
        }
        let incoming = office.cabinet.evidence().join("431123/incoming");
        assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn an_act_may_cite_a_file_as_soon_as_it_is_here_and_whoever_sees_the_hazard_sees_the_file() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (office, served) = open(kind).await;
        let id = office.hazard_at(Status::Assigned).await;
        let digest = digest_of(PHOTO);
        let receipt = vec![Evidence::new(digest, EvidenceKind::Document)];
        let acknowledge = but(sample::acknowledge(office.today()), |says| {
            says.receipt = EvidenceSet::new(receipt).unwrap();
        });
        let first = office.saying(&factory(), id, acknowledge.clone()).await;
        let refused = office.refuse(&first).await;
        let missing = Refusal::EvidenceNotReceived { digest };
        assert!(refused.refusals.iter().any(|refusal| *refusal == missing));

        let by = token(&served, &factory()).await;
        let put = format!("/evidence/{digest}");
        let put = send(&served, Method::PUT, &put, Some(&by), PHOTO.into()).await;
        assert_eq!(put.status, StatusCode::CREATED);
        office.act(&factory(), id, acknowledge).await;

        let path = format!("/hazards/{id}/evidence/{digest}");
        let shown = send(&served, Method::GET, &path, Some(&by), Body::empty()).await;
        assert_eq!(
            (shown.status, shown.media.as_str()),
            (StatusCode::OK, "image/jpeg")
        );
        assert_eq!(&shown.body[..], PHOTO);
        let told = send(&served, Method::GET, &path, None, Body::empty()).await;
        assert_eq!(told.code(), "UNAUTHENTICATED");

        // It is shown as it came, or not at all.
        let name = digest.to_string();
        let kept = format!("431123/{}/{name}", &name[..2]);
        let kept = office.cabinet.evidence().join(kept);
        fs::write(&kept, [PHOTO, b"!"].concat()).unwrap();
        let told = send(&served, Method::GET, &path, Some(&by), Body::empty()).await;
        assert_eq!(
            (told.status, told.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "DATABASE_DAMAGED")
        );
        // Whoever still has it puts it right.
        let put = format!("/evidence/{digest}");
        let put = send(&served, Method::PUT, &put, Some(&by), PHOTO.into()).await;
        assert_eq!(put.status, StatusCode::CREATED);
        assert_eq!(fs::read(&kept).unwrap(), PHOTO);

        // An enterprise that the hazard does not concern, and a hazard that does not cite the file.
        let stranger = token(&served, &market()).await;
        let told = send(&served, Method::GET, &path, Some(&stranger), Body::empty()).await;
        assert_eq!(
            (told.status, told.code().as_str()),
            (StatusCode::NOT_FOUND, "NOT_FOUND")
        );
        let other = office.hazard_at(Status::Reported).await;
        let path = format!("/hazards/{other}/evidence/{digest}");
        let office_clerk = token(&served, &clerk()).await;
        let told = send(
            &served,
            Method::GET,
            &path,
            Some(&office_clerk),
            Body::empty(),
        )
        .await;
        assert_eq!(told.code(), "NOT_FOUND");

        let query = json!({ "query": format!(
            "{{ hazard(by: {{ id: \"{id}\" }}) {{ evidence {{ digest kind path }} }} }}") });
        let request = async_graphql::Request::new(query["query"].as_str().unwrap());
        let request = served.office.asked_by(factory(), "", request);
        let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
        let listed = answer["data"]["hazard"]["evidence"].as_array().unwrap();
        let path = format!("/hazards/{id}/evidence/{digest}");
        let own = json!({ "digest": digest.to_string(), "kind": "DOCUMENT", "path": path });
        assert!(listed.contains(&own), "{listed:#?}");
    }
}

#[tokio::test]
async fn a_program_brings_files_where_one_of_its_acts_can_cite_them() {
    let (_office, served) = open(Kind::Sqlite).await;
    let people = served.office.directory().people().to_vec();
    let of_platform = people.iter().find(|person| person.id == platform().person);
    let path = format!("/evidence/{}", digest_of(PHOTO));
    for (act, status) in [
        ("listHazard", StatusCode::FORBIDDEN),
        ("reportHazard", StatusCode::CREATED),
    ] {
        let (name, acts) = (sample::line("平台"), [act.to_owned()]);
        let lasts = chrono::TimeDelta::days(30);
        let issued = served.door.issue(of_platform.unwrap(), name, &acts, lasts);
        let key = issued.await.unwrap().key;
        let opened = served.door.sign_in_by_key(&key, PostAsked::default());
        let token = opened.await.unwrap().token;
        let sent = send(&served, Method::PUT, &path, Some(&token), PHOTO.into()).await;
        assert_eq!(sent.status, status, "{act}");
        if status == StatusCode::FORBIDDEN {
            let told: Value = serde_json::from_slice(&sent.body).unwrap();
            assert_eq!(told["errors"][0]["extensions"]["code"], "KEY_LIMITED");
        }
    }
}

#[tokio::test]
async fn through_a_link_files_are_sent_and_those_of_its_hazard_alone_are_shown() {
    let (office, served) = open(Kind::Sqlite).await;
    let own = office.hazard_at(Status::Acknowledged).await;
    let other = office.hazard_at(Status::Acknowledged).await;
    let digest = digest_of(PHOTO);
    let by_hand = token(&served, &factory()).await;
    let path = format!("/evidence/{digest}");
    send(&served, Method::PUT, &path, Some(&by_hand), PHOTO.into()).await;
    for id in [own, other] {
        let photo = Evidence::new(digest, EvidenceKind::Before);
        let note = but(sample::note(), |note| {
            note.evidence = EvidenceSet::new(vec![photo]).unwrap();
        });
        office.act(&factory(), id, note).await;
    }
    let says = sample::hand_out_link(office.today());
    office.act(&second_clerk(), own, says.clone()).await;
    let through = Through {
        hazard: own,
        link: says.link,
    };
    let by = second_clerk();
    let made = served
        .door
        .hand_out(&by, through, says.person, "链接", says.expires_on);
    let secret = made.await.unwrap().unwrap();
    let by_link = served.door.open_link(&secret).await.unwrap().token;
    let show = async |id: HazardId, token: &str| {
        let path = format!("/hazards/{id}/evidence/{digest}");
        send(&served, Method::GET, &path, Some(token), Body::empty())
            .await
            .status
    };
    assert_eq!(show(other, &by_hand).await, StatusCode::OK);
    assert_eq!(show(own, &by_link).await, StatusCode::OK);
    assert_eq!(show(other, &by_link).await, StatusCode::NOT_FOUND);
    let again = send(&served, Method::PUT, &path, Some(&by_link), PHOTO.into()).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn of_a_file_that_is_cited_it_is_told_whether_it_has_come() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (office, served) = open(kind).await;
        let digest = digest_of(PHOTO);
        let report = but(sample::report(), |says| {
            let photo = Evidence::new(digest, EvidenceKind::Before);
            says.evidence = EvidenceSet::new(vec![photo]).unwrap();
        });
        let report = office.reporting(&inspector(), report);
        let id = office::subject(&office.do_now(&report).await);
        let told = async || {
            let query = format!(
                "{{ hazard(by: {{ id: \"{id}\" }}) {{ evidence {{ received }} ledger {{ evidence {{ digest received }} }} }} }}"
            );
            let request = async_graphql::Request::new(query);
            let request = served.office.asked_by(clerk(), "", request);
            let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
            let hazard = &answer["data"]["hazard"];
            let own = &hazard["ledger"][0]["evidence"][0];
            assert_eq!(own["digest"], digest.to_string(), "{answer:#}");
            assert_eq!(own["received"], hazard["evidence"][0]["received"]);
            own["received"].clone()
        };
        assert_eq!(told().await, false, "{kind:?}");
        let by = token(&served, &clerk()).await;
        let put = format!("/evidence/{digest}");
        send(&served, Method::PUT, &put, Some(&by), PHOTO.into()).await;
        assert_eq!(told().await, true, "{kind:?}");
    }
}
