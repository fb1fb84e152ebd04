//! Files that come in parts: what came is kept while its sender has no signal, and he goes on from there.

use super::*;
use futures_util::StreamExt;
use tokio::sync::oneshot;
use tokio::time::sleep;
use xiaohao_server::files::{Files, Part, Progress};
use xiaohao_store::Findings;

/// A file that comes in three parts.
const FILE: [&[u8]; 3] = [b"a photo ", b"of the door ", b"that is locked"];

/// Whoever sends files, to a server where he may send 67 megabytes in a day.
struct Tablet {
    app: Router,
    token: String,
}

/// What was answered: the status, how far the file has come, whether that is all, and the code of a refusal.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    bytes: Option<u64>,
    is_whole: Option<bool>,
    code: Option<String>,
}

/// What is told of a file of which so much is here.
fn come(status: u16, bytes: usize, is_whole: bool) -> Told {
    Told {
        status,
        bytes: Some(bytes.try_into().unwrap()),
        is_whole: Some(is_whole),
        code: None,
    }
}

/// What is told to whoever is refused; where the file has come to is told where that helps.
fn refused(status: u16, code: &str, bytes: Option<u64>) -> Told {
    Told {
        status,
        bytes,
        is_whole: None,
        code: Some(code.to_owned()),
    }
}

impl Tablet {
    async fn of(served: &Served, of: &Actor) -> Self {
        Self {
            app: allowing(served, 67),
            token: token(served, of).await,
        }
    }

    async fn ask(&self, method: Method, digest: Digest, said: &[(&str, &str)], body: Body) -> Told {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/evidence/{digest}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in said {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let of = |name| Some(head.headers.get(name)?.to_str().unwrap().to_owned());
        let (bytes, whole, length) = (
            of("upload-offset").map(|bytes| bytes.parse().unwrap()),
            of("upload-complete").map(|said| said == "?1"),
            of("upload-length").map(|bytes| bytes.parse().unwrap()),
        );
        assert_eq!(length, bytes.filter(|_| whole == Some(true)));
        let body = body.collect().await.unwrap().to_bytes();
        let told = serde_json::from_slice::<Value>(&body).ok();
        let code = |told: Value| {
            told["errors"][0]["extensions"]["code"]
                .as_str()
                .map(str::to_owned)
        };
        Told {
            status: head.status.as_u16(),
            bytes,
            is_whole: whole,
            code: told.and_then(code),
        }
    }

    /// Asks how far a file has come.
    async fn head(&self, digest: Digest) -> Told {
        self.ask(Method::HEAD, digest, &[], Body::empty()).await
    }

    /// Sends a part.
    async fn patch(
        &self,
        digest: Digest,
        after: usize,
        is_last: bool,
        body: impl Into<Body>,
    ) -> Told {
        let (after, is_last) = (after.to_string(), if is_last { "?1" } else { "?0" });
        let said = [
            ("upload-offset", after.as_str()),
            ("upload-complete", is_last),
        ];
        self.ask(Method::PATCH, digest, &said, body.into()).await
    }
}

/// A body that breaks off after this.
fn breaking_off(after: impl Into<Bytes>) -> Body {
    let begins: io::Result<Bytes> = Ok(after.into());
    let breaks_off = Err(io::ErrorKind::ConnectionReset.into());
    Body::from_stream(stream::iter([begins, breaks_off]))
}

/// What lies where files lie while they come.
fn coming(office: &Office) -> Vec<PathBuf> {
    let incoming = office.cabinet.evidence().join("431123/incoming");
    let coming = fs::read_dir(incoming).into_iter().flatten();
    coming.map(|one| one.unwrap().path()).collect()
}

#[tokio::test]
async fn a_file_that_comes_in_parts_is_here_when_its_last_has_come() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (office, served) = open(kind).await;
        let tablet = Tablet::of(&served, &clerk()).await;
        let (content, digest) = (FILE.concat(), digest_of(&FILE.concat()));
        assert_eq!(tablet.head(digest).await, come(204, 0, false), "{kind:?}");
        let first = tablet.patch(digest, 0, false, FILE[0]).await;
        assert_eq!(first, come(204, 8, false));
        assert_eq!(
            tablet.patch(digest, 8, false, FILE[1]).await,
            come(204, 20, false)
        );
        assert!(served.files.find(digest).await.unwrap().is_none());
        let county = seeds::shuangpai().unwrap().code;
        let is_noted = async || {
            let mut unread = Findings::default();
            let noted = office.cabinet.sql().files_noted(county, &mut unread).await;
            noted.unwrap().contains(&digest)
        };
        assert!(!is_noted().await, "{kind:?}");
        assert_eq!(tablet.head(digest).await, come(204, 20, false));
        assert_eq!(
            tablet.patch(digest, 20, true, FILE[2]).await,
            come(201, content.len(), true)
        );
        assert_eq!(tablet.head(digest).await, come(204, content.len(), true));
        assert!(is_noted().await, "{kind:?}");
        let (path, _) = served.files.find(digest).await.unwrap().unwrap();
        assert_eq!(fs::read(path).unwrap(), content);
        assert_eq!(coming(&office), [] as [PathBuf; 0]);
        // Whatever is sent of it again.
        assert_eq!(
            tablet.patch(digest, 20, true, FILE[2]).await,
            come(200, content.len(), true)
        );
        let again = tablet.ask(Method::PUT, digest, &[], content.into()).await;
        assert_eq!(again.status, 200);
    }
}

#[tokio::test]
async fn what_came_of_a_part_before_it_broke_off_is_gone_on_from_and_counts_once() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Tablet::of(&served, &clerk()).await;
    let content: Vec<u8> = (0..2 * 1024 * 1024_u32)
        .map(|n| n.to_le_bytes()[1])
        .collect();
    let digest = digest_of(&content);
    let third = content.len() / 3;
    for (begins, until) in [(0, third), (third, 2 * third)] {
        let part = content[begins..until].to_vec();
        let told = tablet.patch(digest, begins, true, breaking_off(part)).await;
        assert_eq!(told, refused(400, "UPLOAD_BROKEN_OFF", None));
        assert_eq!(tablet.head(digest).await, come(204, until, false));
    }
    // The program is started anew, and the tablet has a good signal.
    let data = seeds::shuangpai().unwrap();
    let clock = Arc::new(clock::now);
    let store = office.cabinet.sql().clone();
    let files = Files::new(&office.cabinet.evidence(), store, data.code, clock);
    let progress = files.progress(digest, clerk().person).await.unwrap();
    assert_eq!(progress.bytes, u64::try_from(2 * third).unwrap());
    let rest = content[2 * third..].to_vec();
    assert_eq!(
        tablet.patch(digest, 2 * third, true, rest).await,
        come(201, content.len(), true)
    );
    // What is not announced may be as much as a file may have, and there is still room for that.
    let unannounced = Body::from_stream(stream::iter([io::Result::Ok(PHOTO)]));
    let photo = tablet
        .ask(Method::PUT, digest_of(PHOTO), &[], unannounced)
        .await;
    assert_eq!(photo.status, 201);
}

#[tokio::test]
async fn a_part_that_belongs_elsewhere_is_not_taken_and_hears_where_it_would() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Tablet::of(&served, &clerk()).await;
    let digest = digest_of(&FILE.concat());
    let elsewhere = |bytes| refused(409, "UPLOAD_ELSEWHERE", Some(bytes));
    assert_eq!(tablet.patch(digest, 8, false, FILE[1]).await, elsewhere(0));
    assert_eq!(coming(&office), [] as [PathBuf; 0]);
    tablet.patch(digest, 0, false, FILE[0]).await;
    // The answer was lost, and the tablet sends again.
    assert_eq!(tablet.patch(digest, 0, false, FILE[0]).await, elsewhere(8));
    assert_eq!(tablet.patch(digest, 20, true, FILE[2]).await, elsewhere(8));
    assert_eq!(tablet.head(digest).await, come(204, 8, false));
    // What another person has sent is nothing to go on from.
    let other = Tablet::of(&served, &approver()).await;
    assert_eq!(other.head(digest).await, come(204, 0, false));
    assert_eq!(other.patch(digest, 8, false, FILE[1]).await, elsewhere(0));
}

#[tokio::test]
async fn a_part_of_which_it_is_not_said_where_it_belongs_is_not_taken() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Tablet::of(&served, &clerk()).await;
    let digest = digest_of(&FILE.concat());
    for said in [
        &[][..],
        &[("upload-offset", "0")],
        &[("upload-complete", "?1")],
        &[("upload-offset", "-1"), ("upload-complete", "?1")],
        &[("upload-offset", "0"), ("upload-complete", "true")],
    ] {
        let told = tablet
            .ask(Method::PATCH, digest, said, FILE[0].into())
            .await;
        assert_eq!(told, refused(400, "BAD_USER_INPUT", None), "{said:?}");
    }
    assert_eq!(coming(&office), [] as [PathBuf; 0]);
    for method in [Method::HEAD, Method::PATCH] {
        let path = format!("/evidence/{digest}");
        let nobody = send(&served, method, &path, None, FILE[0].into()).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn nothing_is_kept_of_parts_that_can_come_to_nothing() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Tablet::of(&served, &clerk()).await;
    let digest = digest_of(&FILE.concat());
    tablet.patch(digest, 0, false, FILE[1]).await;
    let mismatch = tablet.patch(digest, 12, true, FILE[2]).await;
    assert_eq!(mismatch, refused(422, "DIGEST_MISMATCH", None));
    assert_eq!(tablet.head(digest).await, come(204, 0, false));
    for is_last in [false, true] {
        let empty = tablet.patch(digest, 0, is_last, Body::empty()).await;
        let told = if is_last {
            refused(400, "FILE_EMPTY", None)
        } else {
            come(204, 0, false)
        };
        assert_eq!(empty, told);
    }
    let far = usize::try_from(FILE_BYTES).unwrap();
    let announced = tablet.patch(digest, far, true, FILE[0]).await;
    assert_eq!(announced, refused(413, "FILE_TOO_LARGE", None));
    assert_eq!(coming(&office), [] as [PathBuf; 0]);
    // One that does not say how large it will be is told when it is.
    let mut upload = Upload::new(vec![0; far], Duration::from_mins(1));
    let part = |after, is_last| Part { after, is_last };
    let person = clerk().person;
    let append = served
        .files
        .append(digest, person, part(0, false), &mut upload);
    let whole = Progress {
        bytes: FILE_BYTES,
        taken: None,
    };
    assert_eq!(append.await.unwrap(), whole);
    let mut upload = Upload::new(
        Body::from_stream(stream::iter([io::Result::Ok("x")])),
        Duration::from_mins(1),
    );
    let append = served
        .files
        .append(digest, person, part(FILE_BYTES, true), &mut upload);
    let too_large = append.await.unwrap_err();
    assert!(matches!(too_large, Untaken::TooLarge), "{too_large:?}");
    assert_eq!(coming(&office), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn whoever_comes_next_with_a_file_sets_aside_a_connection_that_was_lost() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Arc::new(Tablet::of(&served, &clerk()).await);
    let (content, digest) = (FILE.concat(), digest_of(&FILE.concat()));
    let (noticed, is_noticed) = oneshot::channel::<()>();
    let lost = tokio::spawn({
        let tablet = Arc::clone(&tablet);
        let begins = stream::once(async { Ok(Bytes::from(FILE[0])) });
        let ends = stream::once(async {
            is_noticed.await.unwrap();
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        });
        let body = Body::from_stream(begins.chain(ends));
        async move { tablet.patch(digest, 0, true, body).await }
    });
    let has_begun = |coming: &PathBuf| coming.metadata().unwrap().len() == 8;
    while !coming(&office).iter().any(has_begun) {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(tablet.head(digest).await, come(204, 8, false));
    let rest = [FILE[1], FILE[2]].concat();
    let told = tablet.patch(digest, 8, true, rest).await;
    assert_eq!(told, come(201, content.len(), true));
    noticed.send(()).unwrap();
    assert_eq!(lost.await.unwrap(), refused(409, "UPLOAD_ELSEWHERE", None));
}

#[tokio::test]
async fn what_another_process_is_at_is_left_to_it() {
    let (office, served) = open(Kind::Sqlite).await;
    let tablet = Tablet::of(&served, &clerk()).await;
    let digest = digest_of(&FILE.concat());
    tablet.patch(digest, 0, false, FILE[0]).await;
    let [place] = coming(&office).try_into().unwrap();
    let held = fs::File::open(place).unwrap();
    held.lock().unwrap();
    let at_it = refused(409, "UPLOAD_ELSEWHERE", None);
    assert_eq!(tablet.patch(digest, 8, false, FILE[1]).await, at_it);
    assert_eq!(tablet.head(digest).await.status, 409);
    drop(held);
    assert_eq!(tablet.head(digest).await, come(204, 8, false));
}
