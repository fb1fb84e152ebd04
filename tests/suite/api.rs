//! The API over HTTP: what it answers, and what it refuses.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tower::ServiceExt;
use xiaohao_core::values::{AccidentEdition, AccidentType};
use xiaohao_server::config::Requests;
use xiaohao_server::http;
use xiaohao_server::serving::UnderWay;
use xiaohao_tests::office::{Kind, Office};

struct Answer {
    status: StatusCode,
    media: String,
    body: Value,
}

async fn send(request: Request<Body>) -> Answer {
    let office = Office::on(Kind::Sqlite).await;
    let response = http::app(office.served(), Requests::default(), UnderWay::default())
        .oneshot(request)
        .await
        .unwrap();
    let status = response.status();
    let media = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer {
        status,
        media,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

fn post(content_type: &str, accept: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, content_type)
        .header(header::ACCEPT, accept);
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn an_answer_is_kept_nowhere_and_shown_in_no_frame() {
    let office = Office::on(Kind::Sqlite).await;
    let app = http::app(office.served(), Requests::default(), UnderWay::default());
    let body = json!({ "query": "{ __typename }" }).to_string();
    let asked = [
        post("application/json", "*/*", body),
        post("application/json", "*/*", "{"),
        Request::get("/health/live").body(Body::empty()).unwrap(),
        Request::get("/nowhere").body(Body::empty()).unwrap(),
    ];
    for request in asked {
        let path = request.uri().path().to_owned();
        let response = app.clone().oneshot(request).await.unwrap();
        let headers = response.headers();
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
        ] {
            assert_eq!(headers[name], value, "{path}");
        }
        assert!(
            headers.get("access-control-allow-origin").is_none(),
            "{path}"
        );
    }
    // What says something else itself goes on to say it.
    let page = Request::get("/").body(Body::empty()).unwrap();
    let page = app.oneshot(page).await.unwrap();
    assert_eq!(page.headers()["cache-control"], "no-cache");
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'"), "{policy}");
}

async fn query(query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let answer = send(post("application/json", "*/*", body)).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body
}

/// The code of the first error.
fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
}

#[tokio::test]
async fn the_lifecycle_is_told_as_it_stands_in_the_table() {
    let body = query(
        "{ statuses { status name stage isOpen } acts { act no from to roles } refusals { code } }",
    )
    .await;
    let statuses = body["data"]["statuses"].as_array().unwrap();
    assert_eq!(statuses.len(), xiaohao_core::Status::ALL.len());
    let rectifying =
        json!({ "status": "RECTIFYING", "name": "整改中", "stage": "TRACKED", "isOpen": true });
    assert!(statuses.contains(&rectifying));
    let acts = body["data"]["acts"].as_array().unwrap();
    let strike_off = json!({
        "act": "STRIKE_OFF", "no": "T18", "from": ["VERIFIED"], "to": "CLOSED", "roles": ["OFFICE_APPROVER"]
    });
    assert!(acts.contains(&strike_off), "{acts:#?}");
    assert_eq!(
        body["data"]["refusals"].as_array().unwrap().len(),
        xiaohao_core::Refusal::CODES.len()
    );
}

#[tokio::test]
async fn a_date_comes_with_its_explanation_and_one_out_of_reach_with_the_reason() {
    let window = |year: u16| {
        format!(
            "{{ timeLimitWindow(limit: EXT_APPLY, anchors: [{{anchor: DEADLINE, on: \"{year}-09-30\"}}]) \
             {{ closes {{ on explanation calendarVersion }} problem }} }}"
        )
    };
    let body = query(&window(2026)).await;
    insta::assert_json_snapshot!(body["data"]);
    let body = query(&window(2031)).await;
    assert_eq!(body["data"]["timeLimitWindow"]["closes"], Value::Null);
    assert!(
        body["data"]["timeLimitWindow"]["problem"]
            .as_str()
            .unwrap()
            .contains("2031年")
    );
}

#[tokio::test]
async fn a_day_that_nobody_can_mean_is_refused_and_not_counted_from() {
    // A limit in working days, one in natural days, and one that counts back.
    for (limit, anchor) in [
        ("ASSIGN", "LISTED"),
        ("RECOG", "REPORTED"),
        ("CAP", "ASSIGNED"),
        ("EXT_APPLY", "DEADLINE"),
    ] {
        for day in ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"] {
            let asked = format!(
                "{{ timeLimitWindow(limit: {limit}, anchors: [{{anchor: {anchor}, on: \"{day}\"}}]) \
                 {{ opens {{ on }} closes {{ on }} problem }} }}"
            );
            let body = query(&asked).await;
            assert_eq!(code(&body), "BAD_USER_INPUT", "{limit} {day}: {body:#}");
            assert_eq!(
                body["errors"][0]["message"],
                "anchors.0.on：起算日应在2000年至2099年之间，请核对日期。"
            );
        }
    }
}

#[tokio::test]
async fn another_place_has_other_dates() {
    let body = query(
        "{ policies { reference isOwn } \
           timeLimitWindow(limit: EXT_APPLY, policy: \"qingdao\", anchors: [{anchor: DEADLINE, on: \"2026-09-30\"}]) \
           { closes { on } } }",
    )
    .await;
    assert_eq!(
        body["data"]["timeLimitWindow"]["closes"]["on"],
        "2026-09-02"
    );
    assert_eq!(
        body["data"]["policies"][0],
        json!({ "reference": "shuangpai.1", "isOwn": true })
    );
    let unknown =
        "{ timeLimitWindow(limit: EXT_APPLY, policy: \"nowhere\", anchors: []) { problem } }";
    assert!(
        query(unknown).await["data"]["timeLimitWindow"]["problem"]
            .as_str()
            .unwrap()
            .contains("nowhere")
    );
}

#[tokio::test]
async fn a_credit_code_is_checked_and_a_wrong_one_explained() {
    let body = query("{ a: creditCode(code: \"９１110000600037341l\") { code problem } b: creditCode(code: \"91110000600037342L\") { code problem } }").await;
    assert_eq!(
        body["data"]["a"],
        json!({ "code": "91110000600037341L", "problem": null })
    );
    assert_eq!(body["data"]["b"]["code"], Value::Null);
    assert!(body["data"]["b"]["problem"].as_str().unwrap().contains('P'));
}

#[tokio::test]
async fn every_class_of_accident_that_a_listing_may_name_is_told() {
    let told = |body: &Value| -> Vec<String> {
        let classes = body["data"]["accidentTypes"].as_array().unwrap().iter();
        classes
            .map(|class| class["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = query("{ accidentTypes { name editions successors } }").await;
    let names = told(&all);
    let known = AccidentEdition::ALL
        .iter()
        .copied()
        .flat_map(AccidentType::all);
    let known: BTreeSet<&str> = known.map(AccidentType::name).collect();
    assert_eq!(names.len(), known.len());
    assert!(names.iter().all(|name| known.contains(name.as_str())));
    let vehicle = json!({
        "name": "车辆伤害", "editions": ["GB_6441_1986"], "successors": ["厂（场）内车辆致害", "道路（轨道）车辆致害"],
    });
    let classes = all["data"]["accidentTypes"].as_array().unwrap();
    assert!(classes.contains(&vehicle), "{classes:#?}");
    for (edition, many) in [("GB_6441_1986", 20), ("GB_6441_2025", 27)] {
        let own = format!("{{ accidentTypes(edition: {edition}) {{ name }} }}");
        assert_eq!(told(&query(&own).await).len(), many);
    }
}

#[tokio::test]
async fn what_would_stop_the_server_is_refused_before_it_is_parsed_or_run() {
    let nested = format!("{{a(b:{}{})}}", "[".repeat(1600), "]".repeat(1600));
    assert_eq!(code(&query(&nested).await), "QUERY_TOO_DEEP");
    let twice = |n: u32| format!(" fragment f{n} on Query {{...f{m} ...f{m}}}", m = n + 1);
    let doubling: String = (0..30).map(twice).collect();
    let doubling = format!("{{...f0}} fragment f30 on Query {{__typename}} {doubling}");
    assert_eq!(code(&query(&doubling).await), "QUERY_TOO_COSTLY");
    let nowhere = doubling.replace("__typename", "...nope");
    assert_eq!(code(&query(&nowhere).await), "QUERY_TOO_COSTLY");
    let deep = format!(
        "{{{}__typename{}",
        "... on Query {".repeat(20),
        "}".repeat(21)
    );
    assert_eq!(query(&deep).await["data"]["__typename"], "Query");
    let deeper = format!(
        "{{{}__typename{}",
        "... on Query {".repeat(70),
        "}".repeat(71)
    );
    assert_eq!(code(&query(&deeper).await), "QUERY_TOO_DEEP");
    assert_eq!(
        code(&query("{...a} fragment a on Query {...a}").await),
        "FRAGMENT_CYCLE"
    );
    assert_eq!(
        code(&query(&format!("{{__typename #{}\n}}", "x".repeat(20_000))).await),
        "QUERY_TOO_LONG"
    );
    let wide = "statuses{status name} ".repeat(700);
    assert_eq!(
        code(&query(&format!("{{{wide}}}")).await),
        "QUERY_TOO_COSTLY"
    );
    assert_eq!(code(&query("{ never closed").await), "QUERY_MALFORMED");
    let within = "{ hazards { nodes { ledger { hazard { again: ledger { seq } } } } } }";
    assert_eq!(code(&query(within).await), "QUERY_TOO_DEEP");
    let aliased = |count: usize| {
        let one = |n| format!("a{n}: __typename ");
        format!("{{{}}}", (0..count).map(one).collect::<String>())
    };
    assert_eq!(query(&aliased(50)).await["data"]["a49"], "Query");
    assert_eq!(code(&query(&aliased(51)).await), "QUERY_TOO_COSTLY");
    for directed in ["__typename {}", "...on Query {} {__typename}", "...f {}"] {
        let with = |count: usize| {
            let directives = directed.replace("{}", &"@include(if: true) ".repeat(count));
            let directives = directives.replace(" {__typename}", "{__typename}");
            format!("{{{directives}}} fragment f on Query {{__typename}}")
        };
        assert_ne!(code(&query(&with(1)).await), "QUERY_TOO_COSTLY");
        assert_eq!(code(&query(&with(51)).await), "QUERY_TOO_COSTLY");
    }
}

#[tokio::test]
async fn what_was_counted_tells_its_cost_and_what_was_refused_before_tells_none() {
    let told = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        let answer = send(post("application/json", "*/*", body)).await.body;
        (
            answer["extensions"].get("cost").is_some(),
            code(&answer).to_owned(),
        )
    };
    let page =
        "{ ledgerEntries(after: 0, first: 500) { entries { position seq subject event body } } }";
    let costly: Vec<_> = (0..9)
        .map(|n| format!("p{n}: {}", &page[1..page.len() - 1]))
        .collect();
    let costly = format!("{{ {} }}", costly.join(" "));
    let aliases: Vec<_> = (0..300).map(|n| format!("a{n}: __typename")).collect();
    let aliases = format!("{{ {} }}", aliases.join(" "));
    for (query, is_told, expected) in [
        ("{ __typename }", true, ""),
        ("{ hazards { totalCount } }", true, "UNAUTHENTICATED"),
        (&*costly, true, "QUERY_TOO_COSTLY"),
        (&*aliases, false, "QUERY_TOO_COSTLY"),
        ("{ nope }", false, "QUERY_INVALID"),
        ("{", false, "QUERY_MALFORMED"),
    ] {
        assert_eq!(told(query).await, (is_told, expected.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_query_costs_its_fields_times_the_length_of_its_pages_and_tells_so() {
    let cost = async |query_text: &str, variables: Value| {
        let body = json!({ "query": query_text, "variables": variables }).to_string();
        let answer = send(post("application/json", "*/*", body)).await.body;
        (
            answer["extensions"]["cost"]["complexity"].clone(),
            code(&answer).to_owned(),
        )
    };
    // The answer itself is refused to somebody who has not signed in; what it would have cost is told all the same.
    let refused = "UNAUTHENTICATED".to_owned();
    for (asked, variables, complexity) in [
        (
            "{ hazards(first: 7) { nodes { id title } } }",
            json!({}),
            1 + 7 * 3,
        ),
        (
            "query($n: Int) { hazards(last: $n) { nodes { id } } }",
            json!({ "n": 30 }),
            1 + 30 * 2,
        ),
        ("{ hazards { nodes { id } } }", json!({}), 1 + 20 * 2),
        ("{ nodes(ids: [\"a\", \"b\"]) { id } }", json!({}), 1 + 2),
        (
            "{ orders(first: 3) { nodes { id } } circulars { nodes { id } } }",
            json!({}),
            1 + 3 * 2 + 1 + 20 * 2,
        ),
        (
            "{ ledgerEntries(after: 0, first: 200) { readTo entries { seq } } }",
            json!({}),
            1 + 200 * 3,
        ),
        (
            "{ closureStatistics { byTownship { figures { members(of: OPEN, first: 10) { nodes { id } } } } } }",
            json!({}),
            1 + 1 + 20 * (1 + 1 + 10 * 2),
        ),
    ] {
        assert_eq!(
            cost(asked, variables).await,
            (json!(complexity), refused.clone()),
            "{asked}"
        );
    }
    let too_much = "QUERY_TOO_COSTLY".to_owned();
    let within = "members(of: OPEN, first: 100) { nodes { id title } }";
    for asked in [
        format!(
            "{{ closureStatistics {{ byCommittee {{ figures {{ {} }} }} }} }}",
            [0, 1, 2, 3, 4].map(|n| format!("m{n}: {within}")).join(" ")
        ),
        // A length that no page can have is counted as the longest, and many of them do not run over.
        format!(
            "{{ hazards(first: 2147483647) {{ nodes {{ {} }} }} }}",
            "id ".repeat(100)
        ),
    ] {
        assert_eq!(cost(&asked, json!({})).await.1, too_much, "{asked}");
    }
}

#[tokio::test]
async fn a_request_that_is_no_operation_is_refused_with_a_code() {
    let whole = r#"{"query":"{__typename}"}"#;
    for (content_type, body, status, expected) in [
        (
            "text/plain",
            whole,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "application/x-www-form-urlencoded",
            "query=a",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "application/json; charset=latin1",
            whole,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "application/json",
            "{",
            StatusCode::BAD_REQUEST,
            "REQUEST_MALFORMED",
        ),
        (
            "application/json",
            "{}",
            StatusCode::BAD_REQUEST,
            "REQUEST_MALFORMED",
        ),
        (
            "application/json",
            r#"{"query":7}"#,
            StatusCode::BAD_REQUEST,
            "REQUEST_MALFORMED",
        ),
        (
            "application/json",
            r#"[{"query":"{__typename}"}]"#,
            StatusCode::BAD_REQUEST,
            "REQUEST_MALFORMED",
        ),
        (
            "application/json",
            r#"{"query":"{__typename}","variables":[]}"#,
            StatusCode::BAD_REQUEST,
            "REQUEST_MALFORMED",
        ),
    ] {
        let answer = send(post(content_type, "application/json", body)).await;
        assert_eq!(
            (answer.status, code(&answer.body)),
            (status, expected),
            "{content_type} {body}"
        );
    }
    let large = || {
        post(
            "application/json",
            "application/json",
            vec![b' '; 300 * 1024],
        )
    };
    let mut announced = large();
    let length = header::HeaderValue::from_static("307200");
    announced
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length);
    for large in [large(), announced] {
        let answer = send(large).await;
        assert_eq!(
            (answer.status, code(&answer.body)),
            (StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_TOO_LARGE")
        );
    }
}

#[tokio::test]
async fn the_answer_has_the_media_type_and_status_that_the_client_asked_for() {
    let spec = "application/graphql-response+json";
    let good = r#"{"query":"query A{__typename} query B{x:__typename}","operationName":"B"}"#;
    let answer = send(post("application/json; charset=utf-8", spec, good)).await;
    assert_eq!(
        answer.media,
        "application/graphql-response+json; charset=utf-8"
    );
    assert_eq!(
        (answer.status, &answer.body["data"]),
        (StatusCode::OK, &json!({ "x": "Query" }))
    );
    let unknown_field = r#"{"query":"{nope}"}"#;
    assert_eq!(
        send(post("application/json", spec, unknown_field))
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
    let answer = send(post("application/json", "application/json", unknown_field)).await;
    assert_eq!(
        (answer.status, answer.media.as_str()),
        (StatusCode::OK, "application/json; charset=utf-8")
    );
    let uri = "/graphql?query=query(%24c%3AString!)%7BcreditCode(code%3A%24c)%7Bcode%7D%7D&variables=%7B%22c%22%3A%22x%22%7D";
    let answer = send(Request::get(uri).body(Body::empty()).unwrap()).await;
    assert_eq!(
        answer.body["data"]["creditCode"]["code"],
        Value::Null,
        "{:?}",
        answer.body
    );
    let nothing = send(Request::get("/graphql").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (nothing.status, code(&nothing.body)),
        (StatusCode::BAD_REQUEST, "REQUEST_MALFORMED")
    );
}

#[tokio::test]
async fn an_operation_that_never_ran_has_no_data_and_one_that_failed_has_null() {
    let spec = "application/graphql-response+json";
    let ask = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        send(post("application/json", spec, body)).await
    };
    for refused in [
        "{",
        "{nope}",
        "query($a: Int!) { __typename @skip(if: $a) }",
        "",
    ] {
        let answer = ask(refused).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{refused}");
        assert_eq!(answer.body.get("data"), None, "{refused}");
        assert!(!code(&answer.body).is_empty(), "{refused}");
    }
    let failed = ask("{ hazards { nodes { id } } }").await;
    assert_eq!(
        (failed.status, code(&failed.body)),
        (StatusCode::OK, "UNAUTHENTICATED")
    );
    assert_eq!(failed.body.get("data"), Some(&Value::Null));
}

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    let fresh = committed == xiaohao_graphql::sdl();
    assert!(
        fresh,
        "schema.graphql is stale; refresh it with `cargo xtask gen`"
    );
}

#[tokio::test]
async fn an_answer_is_compressed_for_whoever_asks_for_it() {
    let office = Office::on(Kind::Sqlite).await;
    let body = json!({ "query": "{ acts { act no from to roles } }" }).to_string();
    let mut lengths = Vec::new();
    for encoding in ["identity", "gzip"] {
        let mut request = post("application/json", "*/*", body.clone());
        let encoding = encoding.parse().unwrap();
        request
            .headers_mut()
            .insert(header::ACCEPT_ENCODING, encoding);
        let app = http::app(office.served(), Requests::default(), UnderWay::default());
        let response = app.oneshot(request).await.unwrap();
        let compressed = response.headers().get(header::CONTENT_ENCODING).cloned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let is_gzip = bytes.starts_with(&[0x1F, 0x8B]);
        assert_eq!(compressed.is_some_and(|own| own == "gzip"), is_gzip);
        lengths.push((is_gzip, bytes.len()));
    }
    assert!(!lengths[0].0 && lengths[1].0, "{lengths:?}");
    assert!(lengths[1].1 * 2 < lengths[0].1, "{lengths:?}");
}
