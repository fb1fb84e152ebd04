//! The program believes the county's identity provider: from its start, also where the provider is away, and without a word of
//! any token in its log.

use super::Program;
use super::tls::county;
use serde_json::{Value, json};
use xiaohao_server::clock;
use xiaohao_tests::issuer::{AUDIENCE, Issuer, Key};

fn believing(issuer: &Issuer) -> Program {
    let url = issuer.url();
    let variables = [
        ("XIAOHAO_OIDC_ISSUER", url.as_str()),
        ("XIAOHAO_OIDC_AUDIENCE", AUDIENCE),
    ];
    Program::doing("serve", county(), &variables)
}

fn token_of(key: &Key, issuer: &Issuer, login: &str) -> String {
    let now = clock::now().timestamp();
    key.token(&json!({
        "iss": issuer.url(), "aud": AUDIENCE, "iat": now, "exp": now + 300, "preferred_username": login,
    }))
}

fn viewer(program: &Program, token: &str) -> (u16, Value) {
    let bearer = format!("authorization: Bearer {token}");
    let reply = program.ask(&[&bearer], "{ viewer { role } }", &json!({}));
    (reply.status, reply.json())
}

#[test]
fn whoever_is_refused_is_in_the_log_and_his_token_is_not() {
    let (key, other) = (Key::es256("k1"), Key::es256("k1"));
    let issuer = Issuer::publishing(&[&key]);
    let program = believing(&issuer);
    program.until_logged("the keys of the identity provider are here");
    let good = token_of(&key, &issuer, "clerk");
    let (status, told) = viewer(&program, &good);
    assert_eq!(status, 200, "{told:#}");
    assert_eq!(told["data"]["viewer"]["role"], "OFFICE_CLERK");
    let unknown = token_of(&key, &issuer, "somebody-else");
    let forged = token_of(&other, &issuer, "clerk");
    for (token, why) in [
        (&unknown, "nobody in the county's directory has the login"),
        (&forged, "its signature is not good"),
    ] {
        assert_eq!(viewer(&program, token).0, 401);
        program.until_logged(why);
    }
    let log = program.end_in_order();
    for token in [&good, &unknown, &forged] {
        for part in token.split('.') {
            assert!(!log.contains(part), "{part} in {log}");
        }
    }
    assert!(!log.contains("somebody-else"), "{log}");
}

#[test]
fn a_provider_that_is_away_at_the_start_holds_nobody_up() {
    let key = Key::es256("k1");
    let issuer = Issuer::publishing(&[&key]);
    issuer.is_away(true);
    let program = believing(&issuer);
    program.until_logged("the keys of the identity provider could not be had");
    let (status, told) = viewer(&program, &token_of(&key, &issuer, "clerk"));
    assert_eq!(status, 503);
    let code = &told["errors"][0]["extensions"]["code"];
    assert_eq!(code, "IDENTITY_PROVIDER_AWAY");
    let own = program.sign_in("clerk");
    assert_eq!(viewer(&program, &own).0, 200);
    program.end_in_order();
}
