//! The ways in beside a password: second factors, devices, programs, and a password that is changed.

use super::session::{PASSWORD, WHO, ask, code, open_on, renewing, signing_in, text};
use axum::http::StatusCode;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::Sql;
use xiaohao_tests::*;

pub(super) const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

const CLERK: &str = "office-clerk-1";

/// The six digits that an authenticator with this secret shows now.
pub(super) fn shown(office: &Office, secret: &str) -> String {
    sample::totp(secret, office.now())
}

/// What a mutation of these arguments, with the password of the clerk, is answered.
pub(super) async fn secretly(served: &Served, mutation: &str, more: &str, select: &str) -> Value {
    let query = format!(
        "mutation {{ done: {mutation}(login: \"{CLERK}\", password: \"{PASSWORD}\"{more}) {select} }}"
    );
    ask(served, None, &query).await.1
}

pub(super) async fn signed_in(served: &Served, code: Option<&str>) -> Value {
    let code = code.map_or_else(String::new, |code| format!(", code: \"{code}\""));
    ask(served, None, &signing_in(CLERK, PASSWORD, &code))
        .await
        .1
}

async fn is_in(served: &Served, token: &str) -> bool {
    ask(served, Some(token), WHO).await.0 != StatusCode::UNAUTHORIZED
}

fn later(office: &Office, seconds: i64) {
    office.set_clock(office.now() + TimeDelta::seconds(seconds));
}

/// Gives the clerk a second factor; its secret, and the codes for whoever loses it.
pub(super) async fn with_second_factor(office: &Office, served: &Served) -> (String, Vec<String>) {
    let made = secretly(served, "beginSecondFactor", "", "{ secret uri }").await;
    let secret = made["data"]["done"]["secret"].as_str().unwrap().to_owned();
    let code = format!(", code: \"{}\"", shown(office, &secret));
    let confirmed = secretly(served, "confirmSecondFactor", &code, "").await;
    let codes = confirmed["data"]["done"].as_array();
    let codes = codes.unwrap_or_else(|| panic!("{confirmed:#}")).iter();
    let codes = codes.map(|code| code.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed_and_each_code_is_taken_once() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let before = signed_in(&served, None).await;
        let made = secretly(&served, "beginSecondFactor", "", "{ secret uri }").await;
        let secret = made["data"]["done"]["secret"].as_str().unwrap().to_owned();
        let uri = made["data"]["done"]["uri"].as_str().unwrap();
        let expected =
            format!("otpauth://totp/xiaohao-431123:{CLERK}?secret={secret}&issuer=xiaohao-431123");
        assert_eq!(uri, expected);
        // Not asked for before it is shown that its owner has it.
        assert_eq!(code(&signed_in(&served, None).await), "");
        let wrong = secretly(&served, "confirmSecondFactor", ", code: \"000000\"", "").await;
        assert_eq!(code(&wrong), "SECOND_FACTOR_WRONG", "{kind:?}");

        let (secret, codes) = with_second_factor(&office, &served).await;
        assert_eq!(codes.len(), 10);
        assert!(!is_in(&served, text(&before, "token")).await);
        assert_eq!(
            code(&signed_in(&served, None).await),
            "SECOND_FACTOR_NEEDED"
        );
        assert_eq!(
            code(&signed_in(&served, Some(" ")).await),
            "SECOND_FACTOR_NEEDED"
        );
        // The code by which it was confirmed was taken.
        let taken = shown(&office, &secret);
        assert_eq!(
            code(&signed_in(&served, Some(&taken)).await),
            "SECOND_FACTOR_WRONG"
        );
        later(&office, 30);
        let next = shown(&office, &secret);
        let (one, other) = tokio::join!(
            signed_in(&served, Some(&next)),
            signed_in(&served, Some(&next))
        );
        let mut codes_of = [code(&one), code(&other)];
        codes_of.sort_unstable();
        assert_eq!(
            codes_of,
            ["", "SECOND_FACTOR_WRONG"],
            "of two at once one is let in"
        );
        // One that was shown before one that was taken is over too.
        assert_eq!(
            code(&signed_in(&served, Some(&taken)).await),
            "SECOND_FACTOR_WRONG"
        );
        let kept = secretly(&served, "beginSecondFactor", "", "{ secret }").await;
        assert_eq!(code(&kept), "SECOND_FACTOR_KEPT");
        // A wrong password is told as it is for everybody: nobody learns that there is a second factor.
        let wrong = ask(&served, None, &signing_in(CLERK, "wrong password", ""))
            .await
            .1;
        assert_eq!(code(&wrong), "SIGN_IN_FAILED");
    }
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_ends_the_second_factor() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let (_, codes) = with_second_factor(&office, &served).await;
        let typed = codes[0].to_lowercase().replace('-', " ");
        let opened = signed_in(&served, Some(&typed)).await;
        let (_, left) = ask(
            &served,
            Some(text(&opened, "token")),
            "{ recoveryCodesLeft }",
        )
        .await;
        assert_eq!(left["data"]["recoveryCodesLeft"], 9, "{kind:?}: {left:#}");
        let again = signed_in(&served, Some(&codes[0])).await;
        assert_eq!(code(&again), "SECOND_FACTOR_WRONG");
        let end = format!(", code: \"{}\"", codes[1]);
        let ended = secretly(&served, "endSecondFactor", &end, "").await;
        assert_eq!(ended["data"]["done"], true, "{ended:#}");
        let opened = signed_in(&served, None).await;
        let (_, left) = ask(
            &served,
            Some(text(&opened, "token")),
            "{ recoveryCodesLeft }",
        )
        .await;
        assert_eq!(left["data"]["recoveryCodesLeft"], json!(null));
    }
}

#[tokio::test]
async fn a_second_factor_that_was_taken_away_or_changed_by_hand_is_told_by_its_login() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        with_second_factor(&office, &served).await;
        let told = async || {
            let findings = office.cabinet.sql().check(&office.county, |_| ()).await;
            findings.unwrap().told
        };
        assert_eq!(told().await, [""; 0], "{kind:?}");
        let sql = Sql::connect(office.cabinet.location()).await;
        let keep = "CREATE TABLE kept AS SELECT * FROM second_factor; \
                    CREATE TABLE kept_codes AS SELECT * FROM recovery_code";
        sql.run(keep).await;
        let bytes = if sql.is_file() {
            "randomblob(32)"
        } else {
            "decode(repeat('cd', 32), 'hex')"
        };
        let secret = format!("UPDATE second_factor SET secret = {bytes}");
        let code = format!(
            "INSERT INTO recovery_code (county, login, code) SELECT county, login, {bytes} FROM second_factor"
        );
        for (hand, part) in [
            (
                "DELETE FROM second_factor",
                "was recorded and is not asked for",
            ),
            (
                "UPDATE second_factor SET confirmed_at = NULL",
                "was recorded and is not asked for",
            ),
            (&secret, "is not the one that was recorded"),
            (&code, "no line says that it was made"),
        ] {
            sql.run(hand).await;
            let found = told().await;
            assert_eq!(found.len(), 1, "{kind:?}: {hand}: {found:#?}");
            assert!(
                found[0].contains(CLERK) && found[0].contains(part),
                "{found:#?}"
            );
            sql.run(
                "DELETE FROM recovery_code; DELETE FROM second_factor; \
                 INSERT INTO second_factor SELECT * FROM kept; \
                 INSERT INTO recovery_code SELECT * FROM kept_codes",
            )
            .await;
        }
        // A code that was used is gone, and that is as it should be.
        sql.run("DELETE FROM recovery_code").await;
        assert_eq!(told().await, [""; 0]);
    }
}

#[tokio::test]
async fn whoever_guesses_codes_waits_as_whoever_guesses_passwords() {
    let (office, served) = open_on(Kind::Sqlite).await;
    let (secret, _) = with_second_factor(&office, &served).await;
    later(&office, 30);
    for _ in 0..5 {
        let refused = signed_in(&served, Some("123456")).await;
        assert_eq!(code(&refused), "SECOND_FACTOR_WRONG");
    }
    let right = shown(&office, &secret);
    assert_eq!(
        code(&signed_in(&served, Some(&right)).await),
        "TOO_MANY_TRIES"
    );
    later(&office, 11);
    let right = shown(&office, &secret);
    assert_eq!(code(&signed_in(&served, Some(&right)).await), "");
}

#[tokio::test]
async fn of_a_hundred_wrong_codes_at_once_no_more_are_looked_at_than_one_after_the_other() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let (secret, _) = with_second_factor(&office, &served).await;
        later(&office, 30);
        let guesses = (0..100).map(|number| {
            let guessed = format!("{number:06}");
            async {
                let guessed = guessed;
                code(&signed_in(&served, Some(&guessed)).await).to_owned()
            }
        });
        let told = join_all(guesses).await;
        let looked_at = |told: &&String| *told == "SECOND_FACTOR_WRONG";
        assert_eq!(told.iter().filter(looked_at).count(), 5, "{kind:?}");
        let waits = |told: &&String| *told == "TOO_MANY_TRIES";
        assert_eq!(told.iter().filter(waits).count(), 95, "{kind:?} {told:?}");
        // What was right is no guess, however many come at once.
        later(&office, 11);
        let right = shown(&office, &secret);
        assert_eq!(code(&signed_in(&served, Some(&right)).await), "");
        let without = (0..20).map(|_| signed_in(&served, None));
        for told in join_all(without).await {
            assert_eq!(code(&told), "SECOND_FACTOR_NEEDED", "{kind:?}");
        }
    }
}

#[tokio::test]
async fn nobody_has_more_than_ten_devices_however_many_are_enrolled_at_once() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let enrol = "mutation { enrolDevice(name: \"平板\") { code } }";
        let asked = (0..60).map(|_| ask(&served, Some(token), enrol));
        let told = join_all(asked).await.into_iter().map(|(_, told)| told);
        let (made, refused): (Vec<_>, Vec<_>) = told.partition(|told| code(told).is_empty());
        assert_eq!((made.len(), refused.len()), (10, 50), "{kind:?}");
        assert!(refused.iter().all(|told| code(told) == "DEVICES_TOO_MANY"));
        let first = made[0]["data"]["enrolDevice"]["code"].as_str().unwrap();
        let key = redeemed(&served, first).await;
        let id = &key["data"]["made"]["id"];
        // A code that is over is no device, and one that was ended neither.
        assert_eq!(
            code(&ask(&served, Some(token), enrol).await.1),
            "DEVICES_TOO_MANY"
        );
        later(&office, 601);
        for _ in 0..9 {
            enrolment(&served, token, "平板").await;
        }
        assert_eq!(
            code(&ask(&served, Some(token), enrol).await.1),
            "DEVICES_TOO_MANY"
        );
        let end = format!("mutation {{ endKey(id: {id}) }}");
        ask(&served, Some(token), &end).await;
        enrolment(&served, token, "平板").await;
    }
}

#[tokio::test]
async fn a_second_factor_ends_the_codes_of_devices_that_are_out_and_leaves_their_keys() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let key = enrolled(&served, token, "平板").await;
        let out = enrolment(&served, token, "另一台").await;
        with_second_factor(&office, &served).await;
        assert_eq!(
            code(&redeemed(&served, &out).await),
            "KEY_UNKNOWN",
            "{kind:?}"
        );
        assert_eq!(code(&by_key(&served, &key).await), "", "{kind:?}");
    }
}

#[tokio::test]
async fn a_changed_password_ends_what_the_old_one_opened() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        let before = signed_in(&served, None).await;
        let device = enrolled(&served, text(&before, "token"), "平板").await;
        let change = async |new: &str| {
            let new = format!(", newPassword: \"{new}\"");
            secretly(&served, "changePassword", &new, "").await
        };
        for unfit in ["short", PASSWORD, &"x".repeat(129)] {
            assert_eq!(code(&change(unfit).await), "PASSWORD_UNFIT", "{unfit}");
        }
        let guessed = change("office-clerk-1 2026").await;
        assert_eq!(code(&guessed), "PASSWORD_UNFIT");
        let why = guessed["errors"][0]["message"].as_str().unwrap();
        assert!(
            why.contains("容易被猜中") && why.contains("请另选一个"),
            "{why}"
        );
        assert!(is_in(&served, text(&before, "token")).await);
        assert_eq!(change("another long one").await["data"]["done"], true);
        assert!(!is_in(&served, text(&before, "token")).await, "{kind:?}");
        assert_eq!(code(&by_key(&served, &device).await), "KEY_UNKNOWN");
        assert_eq!(code(&signed_in(&served, None).await), "SIGN_IN_FAILED");
        let new = ask(&served, None, &signing_in(CLERK, "another long one", ""))
            .await
            .1;
        assert!(is_in(&served, text(&new, "token")).await);
        assert_eq!(code(&change("yet another one").await), "SIGN_IN_FAILED");
    }
}

/// The key of a device that somebody enrols.
pub(super) async fn enrolled(served: &Served, token: &str, name: &str) -> String {
    let code = enrolment(served, token, name).await;
    let made = redeemed(served, &code).await;
    let key = made["data"]["made"]["key"].as_str();
    key.unwrap_or_else(|| panic!("{made:#}")).to_owned()
}

pub(super) async fn enrolment(served: &Served, token: &str, name: &str) -> String {
    let query = format!("mutation {{ enrolDevice(name: \"{name}\") {{ code expiresAt }} }}");
    let (_, enrolled) = ask(served, Some(token), &query).await;
    let code = enrolled["data"]["enrolDevice"]["code"].as_str();
    code.unwrap_or_else(|| panic!("{enrolled:#}")).to_owned()
}

pub(super) async fn redeemed(served: &Served, code: &str) -> Value {
    let query =
        format!("mutation {{ made: redeemDeviceCode(code: \"{code}\") {{ key id expiresAt }} }}");
    ask(served, None, &query).await.1
}

pub(super) async fn by_key(served: &Served, key: &str) -> Value {
    let query = format!(
        "mutation {{ opened: signInByKey(key: \"{key}\") {{ token renewal renewableUntil viewer {{ role }} }} }}"
    );
    ask(served, None, &query).await.1
}

const KEYS: &str = "{ keys { id name isOfService acts usedAt expiresAt } }";

#[tokio::test]
async fn a_device_gets_its_key_by_a_code_that_is_good_once_and_soon() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let own = signed_in(&served, None).await;
        let token = text(&own, "token");
        let code_of = enrolment(&served, token, "平板").await;
        let typed = code_of.to_lowercase().replace('-', "").replace('0', "o");
        let made = redeemed(&served, &typed).await;
        let key = made["data"]["made"]["key"]
            .as_str()
            .unwrap_or_else(|| panic!("{made:#}"));
        assert!(key.starts_with("xhd_"), "{key}");
        assert_eq!(
            code(&redeemed(&served, &code_of).await),
            "KEY_UNKNOWN",
            "{kind:?}"
        );

        let opened = by_key(&served, key).await;
        assert_eq!(opened["data"]["opened"]["viewer"]["role"], "OFFICE_CLERK");
        let device = text(&opened, "token");
        // From the device nobody enrols another: who steals it has no more than it.
        let more = "mutation { enrolDevice(name: \"另一台\") { code } }";
        assert_eq!(
            code(&ask(&served, Some(device), more).await.1),
            "KEY_LIMITED"
        );

        let (_, keys) = ask(&served, Some(token), KEYS).await;
        let kept = &keys["data"]["keys"][0];
        assert_eq!(
            (&kept["name"], &kept["acts"]),
            (&json!("平板"), &json!(null)),
            "{keys:#}"
        );
        assert!(kept["usedAt"].is_string());
        let end = format!("mutation {{ endKey(id: {}) }}", kept["id"]);
        assert_eq!(
            ask(&served, Some(token), &end).await.1["data"]["endKey"],
            true
        );
        assert!(!is_in(&served, device).await, "its sessions end with it");
        assert_eq!(code(&by_key(&served, key).await), "KEY_UNKNOWN");
        let (_, again) = ask(&served, None, &renewing(text(&opened, "renewal"))).await;
        assert_eq!(code(&again), "SESSION_OVER");
        assert_eq!(
            ask(&served, Some(token), &end).await.1["data"]["endKey"],
            false
        );

        let late = enrolment(&served, token, "平板").await;
        later(&office, 601);
        assert_eq!(code(&redeemed(&served, &late).await), "KEY_UNKNOWN");
    }
}

#[tokio::test]
async fn a_key_is_over_after_a_year_and_opens_nothing_that_outlasts_it() {
    let (office, served) = open_on(Kind::Sqlite).await;
    let own = signed_in(&served, None).await;
    let key = enrolled(&served, text(&own, "token"), "平板").await;
    office.set_clock(office.now() + TimeDelta::days(365) - TimeDelta::hours(1));
    let opened = by_key(&served, &key).await;
    let until: chrono::DateTime<chrono::Utc> = text(&opened, "renewableUntil").parse().unwrap();
    assert_eq!(until - office.now(), TimeDelta::hours(1));
    office.set_clock(office.now() + TimeDelta::hours(1));
    assert_eq!(code(&by_key(&served, &key).await), "KEY_UNKNOWN");
}

#[tokio::test]
async fn a_program_does_what_its_key_is_for_and_nothing_else() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let people = served.office.directory().people().to_vec();
        let of_platform = people.iter().find(|person| person.id == platform().person);
        let person = of_platform.unwrap();
        let acts = ["reportHazard".to_owned()];
        let issued = served.door.issue(
            person,
            sample::line("消防监管平台"),
            &acts,
            TimeDelta::days(30),
        );
        let key = issued.await.unwrap().key;
        assert!(key.starts_with("xhs_"));
        let opened = by_key(&served, &key).await;
        assert_eq!(
            opened["data"]["opened"]["viewer"]["role"], "PLATFORM",
            "{kind:?}"
        );
        let token = text(&opened, "token");
        let act = |mutation: &str, input: &str| {
            let id = office.request().as_uuid();
            format!(
                "mutation {{ done: {mutation}(act: {{ hazardId: \"{id}\", requestId: \"{id}\" }}, input: {input}) \
                 {{ userErrors {{ code }} }} }}"
            )
        };
        let note = act("addNote", "{ text: \"x\", evidence: [] }");
        assert_eq!(
            code(&ask(&served, Some(token), &note).await.1),
            "KEY_LIMITED"
        );
        let batch = "mutation($act: ActInput!) { submitActs(acts: [{ act: $act, input: { addNote: { text: \"x\", evidence: [] } } }]) \
                     { error { code } } }";
        let id = office.request().as_uuid();
        let batch = batch.replace("($act: ActInput!)", "").replace(
            "$act",
            &format!("{{ hazardId: \"{id}\", requestId: \"{id}\" }}"),
        );
        let told = ask(&served, Some(token), &batch).await.1;
        assert_eq!(
            told["data"]["submitActs"][0]["error"]["code"], "KEY_LIMITED",
            "{told:#}"
        );
        for beyond in [
            "{ sessions { id } }",
            KEYS,
            "mutation { endSessions }",
            "mutation { endKey(id: \"x\") }",
            "mutation { enrolDevice(name: \"x\") { code } }",
        ] {
            let told = ask(&served, Some(token), beyond).await.1;
            assert_eq!(code(&told), "KEY_LIMITED", "{beyond}: {told:#}");
        }
        // What it may, it is judged by as anybody.
        let (_, hazards) = ask(&served, Some(token), "{ hazards { nodes { id } } }").await;
        assert_eq!(hazards["data"]["hazards"]["nodes"], json!([]));
        assert_eq!(
            ask(&served, Some(token), "mutation { signOut }").await.1["data"]["signOut"],
            true
        );
        assert!(!is_in(&served, token).await);
    }
}

#[tokio::test]
async fn a_platform_comes_in_by_its_key_and_by_nothing_else() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        let people = served.office.directory().people().to_vec();
        let person = people.iter().find(|one| one.id == platform().person);
        let person = person.unwrap();
        let login = person.login.as_str();
        // It has no password; and one that it was given before opens nothing.
        let none = ask(&served, None, &signing_in(login, PASSWORD, "")).await.1;
        assert_eq!(code(&none), "SIGN_IN_FAILED", "{kind:?}");
        let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
        let whose = std::slice::from_ref(person);
        served.door.give(whose, &secret).await.unwrap();
        let refused = ask(&served, None, &signing_in(login, PASSWORD, "")).await.1;
        assert_eq!(code(&refused), "KEY_NEEDED", "{refused:#}");
        let guessed = ask(&served, None, &signing_in(login, "wrong password", "")).await;
        assert_eq!(code(&guessed.1), "SIGN_IN_FAILED");
        let acts = ["reportHazard".to_owned()];
        let lasts = TimeDelta::days(30);
        let issued = served
            .door
            .issue(person, sample::line("平台"), &acts, lasts);
        let opened = by_key(&served, &issued.await.unwrap().key).await;
        assert_eq!(opened["data"]["opened"]["viewer"]["role"], "PLATFORM");
    }
}

#[tokio::test]
async fn from_a_device_nobody_is_thrown_out() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        for who in [clerk(), approver()] {
            let directory = served.office.directory();
            let login = directory.person(who.person).unwrap().login.to_string();
            let own = ask(&served, None, &signing_in(&login, PASSWORD, ""))
                .await
                .1;
            let desk = text(&own, "token");
            let key = enrolled(&served, desk, "平板").await;
            let opened = by_key(&served, &key).await;
            let device = text(&opened, "token");
            let (_, told) = ask(&served, Some(desk), "{ sessions { id } keys { id } }").await;
            let (session, key) = (
                &told["data"]["sessions"][0]["id"],
                &told["data"]["keys"][0]["id"],
            );
            let others = inspector().person;
            for end in [
                "mutation { endSessions }".to_owned(),
                format!("mutation {{ endSessions(person: \"{others}\") }}"),
                format!("mutation {{ endSession(id: {session}) }}"),
                format!("mutation {{ endKey(id: {key}) }}"),
                format!("mutation {{ endKey(id: {key}, person: \"{others}\") }}"),
            ] {
                let told = ask(&served, Some(device), &end).await.1;
                assert_eq!(code(&told), "KEY_LIMITED", "{kind:?}: {end}: {told:#}");
            }
            assert!(is_in(&served, desk).await && is_in(&served, device).await);
            // Its own session it ends.
            let out = ask(&served, Some(device), "mutation { signOut }").await.1;
            assert_eq!(out["data"]["signOut"], true);
            assert!(!is_in(&served, device).await && is_in(&served, desk).await);
        }
    }
}

#[tokio::test]
async fn the_approver_ends_the_keys_of_others_and_nobody_else_does() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    let own = signed_in(&served, None).await;
    let key = enrolled(&served, text(&own, "token"), "平板").await;
    let (_, keys) = ask(&served, Some(text(&own, "token")), KEYS).await;
    let id = keys["data"]["keys"][0]["id"].clone();
    let list = format!("{{ keys(person: \"{}\") {{ id }} }}", clerk().person);
    let end = format!(
        "mutation {{ endKey(id: {id}, person: \"{}\") }}",
        clerk().person
    );
    for who in everybody() {
        if who == approver() || who == clerk() || who == platform() {
            continue;
        }
        let directory = served.office.directory();
        let person = directory.person(who.person).unwrap();
        let opened = ask(
            &served,
            None,
            &signing_in(person.login.as_str(), PASSWORD, ""),
        )
        .await
        .1;
        let token = Some(text(&opened, "token"));
        for query in [&list, &end] {
            let told = ask(&served, token, query).await.1;
            assert_eq!(code(&told), "NOT_FOUND", "{who:?}: {told:#}");
        }
    }
    assert_eq!(code(&by_key(&served, &key).await), "");
    let directory = served.office.directory();
    let person = directory.person(approver().person).unwrap();
    let opened = ask(
        &served,
        None,
        &signing_in(person.login.as_str(), PASSWORD, ""),
    )
    .await
    .1;
    let ended = ask(&served, Some(text(&opened, "token")), &end).await.1;
    assert_eq!(ended["data"]["endKey"], true, "{ended:#}");
    assert_eq!(code(&by_key(&served, &key).await), "KEY_UNKNOWN");
}
