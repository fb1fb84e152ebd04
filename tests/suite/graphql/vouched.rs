//! Whoever the county's identity provider vouches for: let in by a token that is good in everything, and by no other.

use super::session::{PASSWORD, WHO, ask, code, open_on, signing_in, text};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Arc;
use xiaohao_core::directory::{Directory, DirectoryParts, Login};
use xiaohao_core::{Actor, County, Role};
use xiaohao_graphql::Untold;
use xiaohao_ledger::{Ledger, Pace};
use xiaohao_server::oidc::{KeysUrl, Trusted, Verifier};
use xiaohao_server::people;
use xiaohao_server::served::Served;
use xiaohao_tests::issuer::{AUDIENCE, Issuer, Key, encoded, token};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::{approver, clerk, county, date, platform, unit};

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

fn verifier(trusted: Trusted, office: &Office, ledger: &Ledger) -> Verifier {
    let office = office.clone();
    Verifier::new(trusted, ledger.clone(), Arc::new(move || office.now())).unwrap()
}

/// An office whose server believes an issuer with this key.
pub(super) async fn believing(kind: Kind, key: &Key) -> (Office, Served, Issuer) {
    let (office, served) = open_on(kind).await;
    let issuer = Issuer::publishing(&[key]);
    let verifier = verifier(issuer.trusted(), &office, &served.office.ledger);
    served.gate.believe(verifier);
    (office, served, issuer)
}

/// What a good token says of the clerk, now.
pub(super) fn good(issuer: &Issuer, now: DateTime<Utc>) -> Value {
    let now = now.timestamp();
    json!({
        "iss": issuer.url(), "aud": AUDIENCE, "iat": now, "exp": now + 300, "sub": "f3b1",
        "preferred_username": "office-clerk-1",
    })
}

/// The same, with these claims in place of its own; null takes one away.
pub(super) fn saying(claims: &Value, other: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in other.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

async fn is_in(served: &Served, token: &str) -> bool {
    let (status, answer) = ask(served, Some(token), WHO).await;
    if status == StatusCode::OK {
        assert_eq!(answer["data"]["viewer"]["role"], "OFFICE_CLERK");
        return true;
    }
    // Whatever is wrong with a token, whoever brings it hears the same.
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{answer:#}");
    let expected = json!([{
        "message": "登录已经过期，请续期或者重新登录。", "extensions": { "code": "SESSION_OVER" },
    }]);
    assert_eq!(answer["errors"], expected);
    false
}

#[tokio::test]
async fn whoever_the_provider_vouches_for_acts_as_himself() {
    for kind in KINDS {
        for key in [Key::es256("k1"), Key::ed25519("k1")] {
            let (office, served, issuer) = believing(kind, &key).await;
            let claims = good(&issuer, office.now());
            assert!(
                is_in(&served, &key.token(&claims)).await,
                "{kind:?} {key:?}"
            );
            for other in [
                json!({ "aud": ["https://elsewhere", AUDIENCE] }),
                json!({ "preferred_username": "Office-Clerk-1" }),
                json!({ "exp": claims["exp"].as_f64().unwrap() + 0.5 }),
                json!({ "xiaohao_role": "OFFICE_CLERK", "xiaohao_unit": clerk().unit }),
            ] {
                let token = key.token(&saying(&claims, &other));
                assert!(is_in(&served, &token).await, "{other}");
            }
            let typed = json!({ "alg": key.algorithm(), "typ": "JWT", "kid": "k1" });
            let unnamed = json!({ "alg": key.algorithm(), "typ": "application/at+jwt" });
            for header in [typed, unnamed] {
                let token = token(&header, &claims, |message| key.sign(message));
                assert!(is_in(&served, &token).await, "{header}");
            }
            assert_eq!(issuer.asked_for_keys(), 1);
        }
    }
}

#[tokio::test]
async fn the_keys_are_where_the_operator_says_or_where_the_provider_does() {
    let key = Key::es256("k1");
    let (office, served) = open_on(Kind::Sqlite).await;
    let (issuer, keys) = (Issuer::publishing(&[]), Issuer::publishing(&[&key]));
    let mut trusted = issuer.trusted();
    trusted.jwks_url = KeysUrl::parse(&format!("{}/jwks", keys.url()));
    served
        .gate
        .believe(verifier(trusted, &office, &served.office.ledger));
    assert!(is_in(&served, &key.token(&good(&issuer, office.now()))).await);
    assert_eq!(issuer.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_token_of_which_anything_is_not_as_it_should_be_lets_nobody_in() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let now = office.now().timestamp();
    let claims = good(&issuer, office.now());
    assert!(is_in(&served, &key.token(&claims)).await);

    // What it says.
    for other in [
        json!({ "iss": null }),
        json!({ "iss": format!("{}/", issuer.url()) }),
        json!({ "iss": "https://elsewhere.example.cn" }),
        json!({ "iss": [issuer.url()] }),
        json!({ "aud": null }),
        json!({ "aud": "https://elsewhere" }),
        json!({ "aud": [] }),
        json!({ "aud": { AUDIENCE: AUDIENCE } }),
        json!({ "exp": null }),
        json!({ "exp": (now + 300).to_string() }),
        json!({ "exp": now - 60 }),
        json!({ "exp": -1 }),
        json!({ "nbf": now + 62 }),
        json!({ "nbf": "now" }),
        json!({ "iat": null }),
        json!({ "exp": now + 7_201 }),
        json!({ "exp": now + 10 * 365 * 86_400 }),
        json!({ "iat": now - 7_000, "exp": now + 300 }),
        json!({ "iat": now + 62 }),
        json!({ "preferred_username": null }),
        json!({ "preferred_username": "nobody-here" }),
        json!({ "preferred_username": ["office-clerk-1"] }),
        json!({ "preferred_username": "office-clerk-1' OR '1'='1" }),
        json!({ "xiaohao_role": "OFFICE_APPROVER" }),
        json!({ "xiaohao_role": "no role" }),
        json!({ "xiaohao_role": ["OFFICE_CLERK"] }),
        json!({ "xiaohao_unit": unit(3) }),
        json!({ "xiaohao_unit": 7 }),
    ] {
        let token = key.token(&saying(&claims, &other));
        assert!(!is_in(&served, &token).await, "{other}");
    }
    // By so much clocks may differ.
    for other in [
        json!({ "exp": now - 59 }),
        json!({ "nbf": now + 59 }),
        json!({ "iat": now + 59 }),
    ] {
        let token = key.token(&saying(&claims, &other));
        assert!(is_in(&served, &token).await, "{other}");
    }

    // How long it is.
    let long = |length: usize| {
        let token = |pad: usize| key.token(&saying(&claims, &json!({ "pad": "x".repeat(pad) })));
        let shortest = token(0).len();
        token((length - shortest) * 3 / 4)
    };
    assert!(is_in(&served, &long(8 * 1024 - 8)).await);
    assert!(!is_in(&served, &long(8 * 1024 + 8)).await);

    // Its parts.
    let whole = key.token(&claims);
    let (said, signature) = whole.rsplit_once('.').unwrap();
    let other = key.token(&saying(&claims, &json!({ "jti": "2" })));
    let other = other.rsplit_once('.').unwrap().1;
    let padded = format!("{whole}=");
    let last = whole.len() - 1;
    for spoiled in [
        &format!("{said}."),
        &format!("{said}.{other}"),
        &format!("{said}.{}", encoded([0; 64])),
        &format!("{said}.{}", &signature[..signature.len() - 4]),
        &format!("{said}..{signature}"),
        &format!("{said}.{signature}."),
        &format!("eyJ.eyJ.{signature}"),
        "eyJ..",
        &padded,
        &whole[..last],
    ] {
        assert!(!is_in(&served, spoiled).await, "{spoiled}");
    }
}

#[tokio::test]
async fn no_token_is_let_in_by_another_algorithm_or_by_none() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let claims = good(&issuer, office.now());
    let with = |other: Value, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        token(&saying(&key.header(), &other), &claims, sign)
    };
    let signed = |message: &[u8]| key.sign(message);
    let nothing = |_: &[u8]| Vec::new();
    assert!(is_in(&served, &with(json!({}), &signed)).await);

    // No signature, or one by what is known to everybody.
    for none in ["none", "None", "NONE", "nOnE", ""] {
        for typ in ["JWT", "at+jwt"] {
            let header = json!({ "alg": none, "typ": typ });
            assert!(
                !is_in(&served, &token(&header, &claims, nothing)).await,
                "{none}"
            );
            let token = with(json!({ "alg": none, "typ": typ }), &signed);
            assert!(!is_in(&served, &token).await, "{none}");
        }
    }
    let published = key.published().to_string();
    let point = key.public().to_vec();
    let text = encoded(&point);
    for secret in [point.as_slice(), published.as_bytes(), text.as_bytes(), b""] {
        for (name, way) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let secret = hmac::Key::new(way, secret);
            let by_secret = |message: &[u8]| hmac::sign(&secret, message).as_ref().to_vec();
            let token = with(json!({ "alg": name }), &by_secret);
            assert!(!is_in(&served, &token).await, "{name}");
        }
    }
    // Another algorithm than that of the key, accepted or not.
    for other in ["EdDSA", "RS256", "PS256", "ES384", "ES256K", "RSA-OAEP"] {
        assert!(
            !is_in(&served, &with(json!({ "alg": other }), &signed)).await,
            "{other}"
        );
    }
}

#[tokio::test]
async fn nothing_in_the_header_of_a_token_leads_to_another_key() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let (thiefs, thief) = (Key::es256("k1"), Key::es256("t1"));
    let elsewhere = Issuer::publishing(&[&thiefs, &thief]);
    let claims = good(&issuer, office.now());
    let with = |other: Value, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        token(&saying(&key.header(), &other), &claims, sign)
    };
    let signed = |message: &[u8]| key.sign(message);
    let stolen = |message: &[u8]| thiefs.sign(message);
    assert!(is_in(&served, &with(json!({}), &signed)).await);
    assert!(!is_in(&served, &with(json!({}), &stolen)).await);
    // Another's key, wherever the header says that it is.
    let at = format!("{}/jwks", elsewhere.url());
    for header in [
        json!({ "jku": at }),
        json!({ "jku": at, "kid": "t1" }),
        json!({ "x5u": at }),
        json!({ "jwk": thiefs.published() }),
        json!({ "jwk": thiefs.published(), "kid": null }),
        json!({ "x5c": [encoded(thiefs.public())] }),
        json!({ "iss": elsewhere.url() }),
    ] {
        assert!(
            !is_in(&served, &with(header.clone(), &stolen)).await,
            "{header}"
        );
    }
    // Whoever names it too is believed by the published key alone.
    assert!(is_in(&served, &with(json!({ "jku": at }), &signed)).await);
    assert_eq!(elsewhere.asked(), Vec::<String>::new());
    // A name is looked for among the published ones, and is neither a path nor a question.
    let long = "k".repeat(5_000);
    for name in [
        "k2",
        "",
        "K1",
        "k1 ",
        "k1\0",
        "../../../../dev/null",
        "file:///dev/null",
        "' UNION SELECT 'x' --",
        "$(id)",
        "http://127.0.0.1/",
        &long,
    ] {
        assert!(
            !is_in(&served, &with(json!({ "kid": name }), &signed)).await,
            "{name:?}"
        );
        assert!(
            !is_in(&served, &with(json!({ "kid": name }), &stolen)).await,
            "{name:?}"
        );
    }
    let asked = issuer.asked();
    let allowed = ["/.well-known/openid-configuration", "/jwks"];
    assert!(
        asked.iter().all(|path| allowed.contains(&path.as_str())),
        "{asked:?}"
    );
    // What it is, and what it demands.
    for header in [
        json!({ "typ": null }),
        json!({ "typ": "logout+jwt" }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": ["b64"], "b64": true }),
        json!({ "crit": [] }),
        json!({ "b64": false }),
    ] {
        assert!(
            !is_in(&served, &with(header.clone(), &signed)).await,
            "{header}"
        );
    }
}

#[tokio::test]
async fn a_provider_that_signs_with_another_key_is_asked_again_and_seldom() {
    let (first, second) = (Key::es256("k1"), Key::es256("k2"));
    let (office, served, issuer) = believing(Kind::Sqlite, &first).await;
    let pass = |seconds: i64| office.set_clock(office.now() + TimeDelta::seconds(seconds));
    let says = |key: &Key| key.token(&good(&issuer, office.now()));
    // However many bring what nobody has signed, it is asked once.
    let unknown = says(&second);
    let crowd = (0..40).map(|_| is_in(&served, &unknown));
    let let_in = futures_util::future::join_all(crowd).await;
    assert_eq!(
        (let_in.contains(&true), issuer.asked_for_keys()),
        (false, 1)
    );
    assert!(is_in(&served, &says(&first)).await);

    issuer.publishes(&[&first, &second]);
    pass(29);
    assert!(!is_in(&served, &says(&second)).await);
    assert_eq!(issuer.asked_for_keys(), 1);
    pass(1);
    assert!(is_in(&served, &says(&second)).await);
    assert!(is_in(&served, &says(&first)).await);
    assert_eq!(issuer.asked_for_keys(), 2);

    // What it no longer publishes is good for an hour at most.
    issuer.publishes(&[&second]);
    pass(3_599);
    assert!(is_in(&served, &says(&first)).await);
    pass(1);
    assert!(!is_in(&served, &says(&first)).await);
    assert!(is_in(&served, &says(&second)).await);
    assert_eq!(issuer.asked_for_keys(), 3);
}

#[tokio::test]
async fn after_a_day_in_which_nobody_came_all_who_come_at_once_are_let_in() {
    let key = Key::ed25519("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let says = || key.token(&good(&issuer, office.now()));
    assert!(is_in(&served, &says()).await);
    office.set_clock(office.now() + TimeDelta::hours(25));
    let token = says();
    let crowd = (0..10).map(|_| is_in(&served, &token));
    let let_in = futures_util::future::join_all(crowd).await;
    assert!(!let_in.contains(&false), "{let_in:?}");
    assert_eq!(issuer.asked_for_keys(), 2);
}

#[tokio::test]
async fn while_the_provider_is_away_its_last_keys_go_on_for_a_day() {
    let key = Key::ed25519("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let pass = |hours: i64| office.set_clock(office.now() + TimeDelta::hours(hours));
    let says = || key.token(&good(&issuer, office.now()));
    assert!(is_in(&served, &says()).await);
    issuer.is_away(true);
    pass(23);
    assert!(is_in(&served, &says()).await);
    pass(1);
    for _ in 0..2 {
        let (status, away) = ask(&served, Some(&says()), WHO).await;
        assert_eq!(
            (status, code(&away)),
            (StatusCode::SERVICE_UNAVAILABLE, "IDENTITY_PROVIDER_AWAY")
        );
    }
    // Whoever has a password goes on.
    let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    assert!(is_in(&served, text(&opened, "token")).await);
    issuer.is_away(false);
    office.set_clock(office.now() + TimeDelta::seconds(30));
    assert!(is_in(&served, &says()).await);
}

#[tokio::test]
async fn what_is_published_is_taken_from_the_provider_alone_and_within_bounds() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let elsewhere = Issuer::publishing(&[&key]);
    let own = json!({ "issuer": issuer.url(), "jwks_uri": format!("{}/jwks", issuer.url()) });
    let told = |discovery: Value, keys: Value, status: u16| {
        issuer.says_of_itself(discovery);
        issuer.publishes_as_it_is(keys);
        issuer.answers_with(status);
        office.set_clock(office.now() + TimeDelta::seconds(30));
    };
    let keys = json!({ "keys": [key.published()] });
    let saying = |other: Value| saying(&own, &other);
    let mut secret = key.published();
    secret["kty"] = "oct".into();
    secret["k"] = encoded(key.public()).into();
    let mut for_another = key.published();
    for_another["use"] = "enc".into();
    for (discovery, published, status) in [
        (
            saying(json!({ "issuer": elsewhere.url() })),
            keys.clone(),
            200,
        ),
        (
            saying(json!({ "jwks_uri": "http://192.0.2.7/jwks" })),
            keys.clone(),
            200,
        ),
        (
            saying(json!({ "jwks_uri": "file:///etc/passwd" })),
            keys.clone(),
            200,
        ),
        (
            saying(json!({ "jwks_uri": "http://169.254.169.254/" })),
            keys.clone(),
            200,
        ),
        (saying(json!({ "jwks_uri": null })), keys.clone(), 200),
        (own.clone(), keys.clone(), 302),
        (own.clone(), keys.clone(), 500),
        (
            own.clone(),
            json!({ "keys": [], "pad": "x".repeat(300_000) }),
            200,
        ),
        (own.clone(), json!("keys"), 200),
        (own.clone(), json!({ "keys": [] }), 200),
        (own.clone(), json!({ "keys": [secret] }), 200),
        (own.clone(), json!({ "keys": [for_another] }), 200),
    ] {
        told(discovery.clone(), published, status);
        let token = key.token(&good(&issuer, office.now()));
        let (_, away) = ask(&served, Some(&token), WHO).await;
        assert_eq!(
            code(&away),
            "IDENTITY_PROVIDER_AWAY",
            "{discovery} {status}"
        );
    }
    assert_eq!(elsewhere.asked(), Vec::<String>::new());
    // One key that is none keeps no other from being used.
    let beside =
        json!({ "keys": [7, { "kty": "new" }, { "kty": "EC", "crv": "P-999" }, key.published()] });
    told(own, beside, 200);
    assert!(is_in(&served, &key.token(&good(&issuer, office.now()))).await);
}

#[tokio::test]
async fn where_no_provider_is_believed_its_token_is_that_of_nobody() {
    let key = Key::es256("k1");
    let issuer = Issuer::publishing(&[&key]);
    let (office, served) = open_on(Kind::Sqlite).await;
    assert!(!is_in(&served, &key.token(&good(&issuer, office.now()))).await);
    assert_eq!(issuer.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_the_provider_vouches_for_signs_out_there() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let token = key.token(&good(&issuer, office.now()));
    let (_, out) = ask(&served, Some(&token), "mutation { signOut }").await;
    assert_eq!(code(&out), "SIGNED_IN_ELSEWHERE");
    let message = out["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("统一身份认证平台"), "{message}");
    // What he opened by his password is listed and ended as ever.
    let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    let own = text(&opened, "token");
    let (_, list) = ask(&served, Some(&token), "{ sessions { isCurrent } }").await;
    assert_eq!(list["data"]["sessions"], json!([{ "isCurrent": false }]));
    let (_, ended) = ask(&served, Some(&token), "mutation { endSessions }").await;
    assert_eq!(ended["data"]["endSessions"], 1);
    assert!(!is_in(&served, own).await);
    assert!(is_in(&served, &token).await);
}

#[tokio::test]
async fn a_token_says_in_which_of_his_posts_somebody_acts_and_he_must_hold_it_today() {
    let key = Key::es256("k1");
    let issuer = Issuer::publishing(&[&key]);
    let mut parts = DirectoryParts::from((*county().directory).clone());
    let login = Login::parse("office-clerk-1").unwrap();
    let person = parts.people.iter_mut().find(|one| one.login == login);
    let person = person.unwrap();
    let mut second = person.posts[0];
    second.role = Role::Auditor;
    let mut ended = person.posts[0];
    ended.role = Role::Intake;
    ended.until = Some(date("2026-03-01"));
    person.posts.extend([second, ended]);
    let county = County {
        directory: Arc::new(Directory::new(parts).unwrap()),
        ..county()
    };
    let cabinet = Cabinet::new(Kind::Sqlite).await;
    let office = Office::open(cabinet, county, Pace::default()).await;
    let verifier = verifier(issuer.trusted(), &office, &office.ledger);
    let role = async |other: Value| {
        let token = key.token(&saying(&good(&issuer, office.now()), &other));
        match verifier.who(&token).await {
            Ok(vouched) => Some(vouched.actor.role),
            Err(Untold::NotVouched { .. }) => None,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(role(json!({})).await, Some(Role::OfficeClerk));
    let as_auditor = json!({ "xiaohao_role": "AUDITOR" });
    assert_eq!(role(as_auditor).await, Some(Role::Auditor));
    assert_eq!(role(json!({ "xiaohao_role": "INTAKE" })).await, None);
    assert_eq!(role(json!({ "xiaohao_role": "LEAD" })).await, None);
    let here = json!({ "xiaohao_role": "AUDITOR", "xiaohao_unit": clerk().unit });
    assert_eq!(role(here).await, Some(Role::Auditor));
    let elsewhere = json!({ "xiaohao_role": "AUDITOR", "xiaohao_unit": unit(3) });
    assert_eq!(role(elsewhere).await, None);
}

#[tokio::test]
async fn a_platform_is_let_in_by_no_token_of_the_provider() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let directory = served.office.directory();
    let login = |of: &Actor| directory.person(of.person).unwrap().login.to_string();
    for (who, expected) in [(clerk(), true), (platform(), false)] {
        let named = json!({ "preferred_username": login(&who) });
        let token = key.token(&saying(&good(&issuer, office.now()), &named));
        assert_eq!(is_in(&served, &token).await, expected, "{who:?}");
    }
}

#[tokio::test]
async fn what_the_provider_has_issued_is_over_once_the_sessions_are_ended() {
    for kind in KINDS {
        let key = Key::es256("k1");
        let (office, served, issuer) = believing(kind, &key).await;
        // Another process on the same ledger, or this one after a restart.
        let elsewhere = office.served();
        let other = verifier(issuer.trusted(), &office, &elsewhere.office.ledger);
        elsewhere.gate.believe(other);
        let token_no = |number: u32| {
            let claims = saying(&good(&issuer, office.now()), &json!({ "jti": number }));
            key.token(&claims)
        };
        let (one, own) = (token_no(1), token_no(2));
        office.set_clock(office.now() + TimeDelta::seconds(10));
        for token in [&one, &own] {
            assert!(is_in(&served, token).await && is_in(&elsewhere, token).await);
        }
        let ended = ask(&served, Some(&own), "mutation { endSessions }").await.1;
        assert_eq!(ended["data"]["endSessions"], 0, "{kind:?}: {ended:#}");
        for served in [&served, &elsewhere] {
            assert!(!is_in(served, &one).await, "{kind:?}");
            assert!(
                is_in(served, &own).await,
                "the one in use goes on: {kind:?}"
            );
        }
        // What is issued afterwards is good, until sessions are ended again: from here, by the office, by whoever runs the server,
        // by a new password.
        let from_here = async || {
            let opened = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, ""))
                .await
                .1;
            let token = text(&opened, "token");
            ask(&served, Some(token), "mutation { endSessions }").await;
            assert!(is_in(&served, token).await);
        };
        let by_the_office = async || {
            let directory = served.office.directory();
            let login = directory
                .person(approver().person)
                .unwrap()
                .login
                .to_string();
            let opened = ask(&served, None, &signing_in(&login, PASSWORD, ""))
                .await
                .1;
            let end = format!("mutation {{ endSessions(person: \"{}\") }}", clerk().person);
            ask(&served, Some(text(&opened, "token")), &end).await;
        };
        let by_the_operator = async || {
            people::end_sessions(&served, "office-clerk-1")
                .await
                .unwrap();
        };
        let by_a_password = async || {
            let directory = served.office.directory();
            let person = directory.person(clerk().person).unwrap();
            let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
            let whose = std::slice::from_ref(person);
            served.door.give(whose, &secret).await.unwrap();
        };
        for way in 0..4 {
            let token = token_no(10 + way);
            office.set_clock(office.now() + TimeDelta::seconds(1));
            assert!(is_in(&served, &token).await, "{kind:?} {way}");
            match way {
                0 => from_here().await,
                1 => by_the_office().await,
                2 => by_the_operator().await,
                _ => by_a_password().await,
            }
            for served in [&served, &elsewhere] {
                assert!(!is_in(served, &token).await, "{kind:?} {way}");
            }
            office.set_clock(office.now() + TimeDelta::seconds(1));
        }
        assert!(!is_in(&served, &own).await);
        assert!(is_in(&served, &token_no(99)).await);
    }
}

#[tokio::test]
async fn a_token_that_was_ended_is_kept_as_one() {
    let key = Key::es256("k1");
    let (office, served, issuer) = believing(Kind::Sqlite, &key).await;
    let token = key.token(&good(&issuer, office.now()));
    office.set_clock(office.now() + TimeDelta::seconds(1));
    people::end_sessions(&served, "office-clerk-1")
        .await
        .unwrap();
    let long = json!({ "exp": office.now().timestamp() + 10 * 365 * 86_400 });
    let long = key.token(&saying(&good(&issuer, office.now()), &long));
    for token in [&token, &long] {
        assert!(!is_in(&served, token).await);
    }
    let opened = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, ""))
        .await
        .1;
    let own = format!(
        "{{ refusedAttempts(person: \"{}\") {{ nodes {{ login codes }} }} }}",
        clerk().person
    );
    let told = ask(&served, Some(text(&opened, "token")), &own).await.1;
    let told = told["data"]["refusedAttempts"]["nodes"].clone();
    for why in ["TOKEN_ENDED", "TOKEN_TOO_LONG_GOOD"] {
        let row = json!({ "login": "office-clerk-1", "codes": ["SESSION_OVER", why] });
        assert!(told.as_array().unwrap().contains(&row), "{told:#}");
    }
}
