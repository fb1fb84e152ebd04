//! What is handed out so that nobody need believe the server: checkpoints, and proofs under them.

use super::Client;
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_log::{Checkpoint, ConsistencyProof, Hash, SignedNote, TreeHead};
use xiaohao_server::proof::EntryProof;
use xiaohao_store::KeptCheckpoint;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// What a checkpoint says, once its signature is found to be good.
pub(super) fn opened(note: &Value) -> TreeHead {
    let key = log_signer().public().clone();
    let note = SignedNote::from_bytes(note.as_str().unwrap().as_bytes()).unwrap();
    let checkpoint = Checkpoint::signed_by(&note, &key).unwrap();
    checkpoint.head()
}

async fn latest(client: &Client) -> TreeHead {
    let told = client
        .ask(&clerk(), "{ latestCheckpoint }", json!({}))
        .await;
    opened(&told["latestCheckpoint"])
}

#[tokio::test]
async fn a_checkpoint_is_over_everything_and_goes_on_from_the_last() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        assert_eq!(latest(&client).await, TreeHead::EMPTY);
        office.report_several(3).await;
        let first = latest(&client).await;
        assert_eq!(first.size, 3);
        assert_eq!(latest(&client).await, first, "nothing has grown");
        office.report_several(4).await;
        let second = latest(&client).await;
        assert_eq!(second.size, 7);
        let kept = office.cabinet.sql().checkpoints(office.county.code).await;
        let kept: Vec<_> = kept.unwrap().iter().map(KeptCheckpoint::head).collect();
        assert_eq!(kept, [TreeHead::EMPTY, first, second]);

        let query = "query($from: Int!, $to: Int!) { consistencyProof(from: $from, to: $to) }";
        let told = client
            .ask(&clerk(), query, json!({ "from": 3, "to": 7 }))
            .await;
        let hashes = told["consistencyProof"].as_array().unwrap().iter();
        let hashes: Vec<Hash> = hashes
            .map(|hash| hash.as_str().unwrap().parse().unwrap())
            .collect();
        ConsistencyProof::from(hashes)
            .verify(first, second)
            .unwrap();
        for (from, to) in [(7, 3), (3, 8)] {
            let told = client
                .answer(&clerk(), query, json!({ "from": from, "to": to }))
                .await;
            let code = &told["errors"][0]["extensions"]["code"];
            assert_eq!(code, "BAD_USER_INPUT", "{told:#}");
        }
    }
}

#[tokio::test]
async fn a_closed_hazard_is_proved_to_be_and_an_open_one_is_not() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let closed = office.hazard_at(Status::Closed).await;
        let open = office.hazard_at(Status::Verified).await;
        let query = "query($id: ID!) { hazard(by: { id: $id }) { closureProof } }";
        let told = client.ask(&clerk(), query, json!({ "id": open })).await;
        assert_eq!(told["hazard"]["closureProof"], Value::Null);
        let told = client.ask(&clerk(), query, json!({ "id": closed })).await;
        let proof = told["hazard"]["closureProof"].as_str().unwrap();
        let key = log_signer().public().clone();
        let proved = EntryProof::check(proof, &key, &[]).unwrap();
        assert_eq!(proved.record.hazard().unwrap().hazard, closed);
        assert_eq!(proved.size, latest(&client).await.size);

        let other = xiaohao_log::LogSigner::from_seed(key.name().clone(), &[8; 32]);
        assert!(EntryProof::check(proof, other.public(), &[]).is_err());
        no_byte_can_be_another(proof);
    }
}

#[tokio::test]
async fn a_hazard_as_it_stood_when_an_act_was_done_tells_no_closure_that_came_later() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Verified).await;
        let note = "mutation($id: ID!) { addNote(act: { hazardId: $id, requestId: \"019a0000-0000-7000-8000-000000000001\" }, \
                    input: { text: \"门锁已换。\" }) { replayed hazard { status closureProof } } }";
        let asked = async || {
            let told = client.ask(&lead(), note, json!({ "id": hazard })).await;
            told["addNote"].clone()
        };
        let stood = json!({ "status": "VERIFIED", "closureProof": null });
        assert_eq!(asked().await, json!({ "replayed": false, "hazard": stood }));
        office.advance(&[hazard], Status::Closed).await;
        assert_eq!(asked().await, json!({ "replayed": true, "hazard": stood }));
    }
}

/// Every value of the proof, with each of its bytes changed to another sign.
fn no_byte_can_be_another(proof: &str) {
    let key = log_signer().public().clone();
    let parts: Value = serde_json::from_str(proof).unwrap();
    let names = ["value", "salt", "field"].map(|what| format!("/personal/0/{what}"));
    let texts = ["form", "entry", "salt", "fingerprint", "body", "proof"];
    let texts = texts.map(|name| format!("/{name}"));
    for name in texts.iter().chain(&names) {
        let part = parts.pointer(name).unwrap().as_str().unwrap();
        for (place, sign) in part.char_indices() {
            let other = if sign == '0' { '1' } else { '0' };
            let mut changed = part.to_owned();
            changed.replace_range(place..place + sign.len_utf8(), &other.to_string());
            let mut spoiled = parts.clone();
            *spoiled.pointer_mut(name).unwrap() = json!(changed);
            let checked = EntryProof::check(&spoiled.to_string(), &key, &[]);
            assert!(checked.is_err(), "{name} is another at {place}: {changed}");
        }
    }
}

#[tokio::test]
async fn nothing_is_proved_where_there_is_no_key() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let closed = office.hazard_at(Status::Closed).await;
    let query = "query($id: ID!) { latestCheckpoint consistencyProof(from: 1, to: 2) hazard(by: { id: $id }) { closureProof } }";
    let told = client.ask(&clerk(), query, json!({ "id": closed })).await;
    let nothing = json!({ "latestCheckpoint": null, "consistencyProof": null, "hazard": { "closureProof": null } });
    assert_eq!(told, nothing);
}
