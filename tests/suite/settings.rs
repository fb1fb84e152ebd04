//! 系统设置登记: by which settings, on which rights depend, programs went.

use crate::rebuild::WITH_ROWS;
use crate::second_county::Counties;
use crate::upkeep;
use serde_json::json;
use xiaohao_core::settings::{RightsSettings, SettingsStated};
use xiaohao_core::upkeep::{UpkeepEntry, UpkeepEvent, evolve_upkeep, operator};
use xiaohao_core::values::{CountyCode, Line};
use xiaohao_ledger::{Record, Store as _};
use xiaohao_server::stating::state;
use xiaohao_store::SqlStore;
use xiaohao_tests::issuer::Issuer;
use xiaohao_tests::office::Office;
use xiaohao_tests::*;

/// That the public is shown what is published.
pub(crate) fn of_public() -> RightsSettings {
    RightsSettings {
        public_view: true,
        ..RightsSettings::default()
    }
}

pub(crate) fn stated(program: Option<&str>, settings: RightsSettings) -> SettingsStated {
    SettingsStated {
        program: program.map(sample::line),
        settings,
    }
}

/// What the ledger says of settings.
async fn entered(store: &SqlStore, county: CountyCode) -> Vec<SettingsStated> {
    let own = store.own_lines_after(county, 0).await.unwrap();
    let said = own.into_iter().filter_map(|line| match line.record {
        Record::Ledger(entry) => match entry.event {
            UpkeepEvent::SettingsStated(says) => Some(*says),
            _ => None,
        },
        _ => None,
    });
    said.collect()
}

#[test]
fn settings_are_stored_with_the_identity_provider_and_what_lets_in_whom() {
    let provider = json!({
        "issuer": "https://id.example.gov.cn", "audience": "xiaohao", "keys": "https://id.example.gov.cn/keys",
        "algorithms": ["RS256"], "longest_minutes": 120, "login_claim": "preferred_username",
        "role_claim": "xiaohao_role", "unit_claim": "xiaohao_unit"
    });
    let data = json!({
        "program": "front",
        "settings": { "public_view": true, "link_days": 7, "identity_provider": provider }
    });
    let says: SettingsStated = serde_json::from_value(data.clone()).unwrap();
    let event = UpkeepEvent::SettingsStated(Box::new(says));
    let record = upkeep::entry(&operator(&county()), 1, event);
    let stored = serde_json::to_value(&record).unwrap();
    let agreed = json!({ "kind": "SETTINGS_STATED", "data": data });
    assert_eq!(stored["event"], agreed);
    let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
    assert_eq!(read, record);
    let file = evolve_upkeep(None, &record).unwrap();
    assert!(!file.settings.is_empty());
}

#[tokio::test]
async fn settings_are_entered_once_by_whoever_runs_the_program_and_again_where_they_are_others() {
    for kind in WITH_ROWS {
        let office = Office::on(kind).await;
        let ledger = &office.ledger;
        let new = async |program, settings| state(ledger, stated(program, settings)).await.unwrap();
        let usual = RightsSettings::default;
        assert!(!new(None, usual()).await, "{kind:?}");
        assert!(new(None, of_public()).await);
        assert!(!new(None, of_public()).await);
        assert!(
            new(
                Some("inside"),
                RightsSettings {
                    link_days: 7,
                    ..usual()
                }
            )
            .await
        );
        for _ in 0..3 {
            assert!(!new(None, of_public()).await, "{kind:?}");
            assert!(
                !new(
                    Some("inside"),
                    RightsSettings {
                        link_days: 7,
                        ..usual()
                    }
                )
                .await
            );
        }
        assert!(new(None, usual()).await);
        let lines = office.lines().await;
        assert_eq!(lines.len(), 3, "{kind:?}");
        let by = operator(&office.county);
        assert!(lines.iter().all(|line| line.record.stamp().actor == by));
    }
}

#[test]
fn the_program_enters_its_settings_as_it_starts_and_not_when_it_is_started_again() {
    let issuer = Issuer::publishing(&[]);
    let url = issuer.url();
    let (keys, secret) = (format!("{url}/keys"), format!("{url}/keys?token=secret"));
    for counties in Counties::both() {
        counties.init_shuangpai();
        let said = async || {
            let store = SqlStore::open(&counties.location()).await.unwrap();
            entered(&store, county().code).await
        };
        let said = || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(said())
        };
        let started = |variables: &[(&str, &str)]| {
            let program = counties.served_with("431123", variables);
            program.end_in_order();
            said()
        };
        assert_eq!(started(&[]), [], "by those that hold of themselves");
        let public = [("XIAOHAO_PUBLIC_VIEW", "on"), ("XIAOHAO_LINKS_DAYS", "7")];
        let of_public = RightsSettings {
            link_days: 7,
            ..of_public()
        };
        let expected = vec![stated(None, of_public)];
        assert_eq!(started(&public), expected);
        assert_eq!(started(&public), expected, "again");
        let believes = [
            ("XIAOHAO_NAME", "inside"),
            ("XIAOHAO_OIDC_ISSUER", url.as_str()),
            ("XIAOHAO_OIDC_AUDIENCE", "xiaohao"),
            ("XIAOHAO_OIDC_JWKS_URL", secret.as_str()),
            ("XIAOHAO_OIDC_ROLE_CLAIM", "xiaohao_role"),
        ];
        let found = started(&believes);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[1].program, Some(sample::line("inside")));
        let provider = found[1].settings.identity_provider.as_ref().unwrap();
        assert_eq!(provider.issuer.as_str(), url);
        let entered = provider.keys.as_ref().map(Line::as_str);
        assert_eq!(entered, Some(keys.as_str()), "without what may be a secret");
        assert_eq!(provider.role_claim, Some(sample::line("xiaohao_role")));
        assert_eq!(provider.unit_claim, None);
        assert_eq!(started(&public).len(), 2, "each by its own name");
        assert_eq!(started(&believes).len(), 2);
        // Whoever takes what was given away again says so too.
        assert_eq!(started(&[]).len(), 3);
    }
}
