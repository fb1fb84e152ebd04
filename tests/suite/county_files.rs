//! The files of a county as people write them: what `init` reads, and what it says where it cannot go on.

use crate::serving::PROGRAM;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use xiaohao_tests::{postgres, seed};

const FILES: [&str; 3] = ["county.json", "committees.json", "people.json"];

/// A folder with the files of the county that is shipped.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in FILES {
            let text = seed(&format!("county/shuangpai/{name}"));
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn change(&self, name: &str, change: impl Fn(&mut Value)) {
        let mut value: Value =
            serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap();
        change(&mut value);
        fs::write(self.path(name), value.to_string()).unwrap();
    }

    /// Runs `init` on them; what there is to know of a database stands in `kept`.
    fn init(&self, kept: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(["init", "--from", self.0.path().to_str().unwrap()])
            .args(kept)
            .output()
            .unwrap()
    }

    /// What `init` says where it refuses them, the name of the folder left out.
    fn refused(&self, kept: &[&str]) -> String {
        let output = self.init(kept);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{told}");
        told.replace(self.0.path().to_str().unwrap(), "FOLDER")
    }
}

/// What makes a directory that nobody can have, and what is said of it.
fn impossible() -> [(&'static str, fn(&mut Value), &'static str); 6] {
    [
        (
            "county.json",
            |county| county["units"][2]["parent"] = county["units"][2]["id"].clone(),
            "单位GAJ隶属于它自己（GAJ→GAJ）",
        ),
        (
            "county.json",
            |county| {
                county["units"][2]["parent"] = county["units"][3]["id"].clone();
                county["units"][3]["parent"] = county["units"][2]["id"].clone();
            },
            "单位GAJ隶属于它自己（GAJ→FGJ→GAJ）",
        ),
        (
            "committees.json",
            |committees| committees[0]["lead_unit"] = committees[1]["unit"].clone(),
            "第1个专委会的牵头责任单位ZWH-TRANSPORT是专委会，牵头责任单位必须是县直部门",
        ),
        (
            "county.json",
            |county| county["regions"][1]["code"] = json!("431200"),
            "行政区划431200不是本县所在的市或者省",
        ),
        (
            "county.json",
            |county| county["units"][2]["region"] = json!("431122"),
            "单位GAJ所在的行政区划431122不是本县和本县的乡镇",
        ),
        (
            "county.json",
            |county| {
                let units = county["units"].as_array_mut().unwrap();
                let above = units.iter_mut().find(|unit| unit["code"] == "S-AWH");
                above.unwrap().as_object_mut().unwrap().remove("region");
            },
            "上级单位S-AWH没有注明行政区划",
        ),
    ]
}

#[test]
fn units_that_belong_to_themselves_and_committees_that_no_department_leads_are_refused() {
    for on_server in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let key = folder.path().join("ledger.key");
        let url = on_server.then(postgres::database);
        let kept = match &url {
            None => vec!["--data", data],
            Some(url) => vec![
                "--database-url",
                url,
                "--signing-key",
                key.to_str().unwrap(),
            ],
        };
        for (name, change, told) in impossible() {
            let files = Files::new();
            files.change(name, change);
            let refused = files.refused(&kept);
            assert!(refused.contains(told), "{told}: {refused}");
            assert!(
                refused.contains("请在资料文件中改正后重新登记"),
                "{refused}"
            );
        }
        let made = Files::new().init(&kept);
        assert!(made.status.success(), "{made:?}");
        assert!(String::from_utf8_lossy(&made.stderr).is_empty(), "{made:?}");
    }
}

#[test]
fn the_county_that_is_shipped_stands_where_its_province_and_its_city_are() {
    for folder in ["../seeds/county/shuangpai", "counties/qingxi"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let data = xiaohao_server::seeds::county_in(&folder).unwrap();
        assert_eq!(data.flaws(), []);
        assert_eq!(data.directory.regions().len(), 2);
    }
}
