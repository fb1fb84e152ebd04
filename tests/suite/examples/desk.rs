//! What a clerk does in the page at `/`, a step as the tutorial writes it:
//!
//! ```text
//! 登录：lead-xfdd，岗位：检查人员
//! 上传：2份
//! 操作：08 验收
//! 改动：input.inspection.onSiteOn 改为 "2020-01-01"
//! 改动：删去 input.inspection.members.1
//! ```
//!
//! The operation is that of the menu, with the variables that the page fills in, changed as it says. `再次运行` in place of an
//! operation sends the same once more.

use super::paper::place;
use super::shell::Shell;
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};
use xiaohao_core::Role;
use xiaohao_tests::page::{Page, operation};

/// The password of everybody in the example county.
const PASSWORD: &str = "xiaohao-demo";

/// The page, who is signed in to it, and what was sent last.
#[derive(Default)]
pub(super) struct Desk {
    page: Page,
    token: String,
    last: Value,
    /// The tokens of those who have been here: checking a password is slow on purpose.
    tokens: BTreeMap<String, String>,
}

impl Desk {
    /// Does what a step says, and answers what the page shows of the last of it.
    ///
    /// # Errors
    /// The step says something else than what one can do in the page, or the program failed.
    pub(super) fn take(&mut self, step: &str, shell: &mut Shell) -> Result<String, String> {
        let mut sent = false;
        for line in step.lines() {
            let (word, rest) = line.split_once('：').unwrap_or((line, ""));
            match word {
                "登录" => self.sign_in(rest, shell)?,
                "上传" => self.upload(rest, shell)?,
                "操作" => self.choose(rest)?,
                "改动" => change(&mut self.last["variables"], rest)?,
                "再次运行" => {}
                other => return Err(format!("a step does not say {other:?}")),
            }
            sent |= matches!(word, "操作" | "再次运行");
        }
        if !sent {
            return Ok(String::new());
        }
        let answer = self.send(shell)?;
        self.page.noted(&answer);
        Ok(answer)
    }

    fn sign_in(&mut self, who: &str, shell: &mut Shell) -> Result<(), String> {
        if let Some(token) = self.tokens.get(who) {
            token.clone_into(&mut self.token);
            return Ok(());
        }
        let (login, role) = who
            .split_once("，岗位：")
            .map_or((who, None), |(login, role)| (login, Some(role)));
        let role = role.map(role_named).transpose()?;
        self.token.clear();
        let query = "mutation($login: String!, $password: String!, $role: Role) { \
                     signIn(login: $login, password: $password, role: $role) { token } }";
        let variables = json!({ "login": login, "password": PASSWORD, "role": role });
        let chosen = std::mem::replace(
            &mut self.last,
            json!({ "query": query, "variables": variables }),
        );
        let answer = self.send(shell)?;
        self.last = chosen;
        let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        let token = answer["data"]["signIn"]["token"].as_str();
        token
            .ok_or_else(|| answer.to_string())?
            .clone_into(&mut self.token);
        self.tokens.insert(who.to_owned(), self.token.clone());
        Ok(())
    }

    fn upload(&mut self, how_many: &str, shell: &mut Shell) -> Result<(), String> {
        let how_many = how_many
            .strip_suffix('份')
            .and_then(|count| count.parse().ok());
        for _ in 0..how_many.ok_or("上传：…份")? {
            let number = self.page.files() + 1;
            let token = &self.token;
            let digest = shell.run(&format!(
                "echo 佐证{number} >evidence
                digest=$(sha256sum evidence | cut -d' ' -f1)
                curl -sSf -T evidence -H 'authorization: Bearer {token}' http://127.0.0.1:8431/evidence/$digest >receipt
                echo $digest"
            ))?;
            self.page.sent(digest.trim().to_owned());
        }
        Ok(())
    }

    /// Chooses an operation of the menu.
    fn choose(&mut self, title: &str) -> Result<(), String> {
        let operation = operation(title).ok_or_else(|| format!("the menu has no {title:?}"))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = DateTime::UNIX_EPOCH + TimeDelta::from_std(now).unwrap();
        // The county's day.
        let today = (now + TimeDelta::hours(8)).date_naive();
        let variables: Value = serde_json::from_str(&self.page.filled(operation, today)).unwrap();
        self.last = json!({ "query": operation.query, "variables": variables });
        Ok(())
    }

    fn send(&self, shell: &mut Shell) -> Result<String, String> {
        let token = &self.token;
        shell.keep("posed.json", &self.last.to_string());
        shell.run(&format!(
            "curl -sS http://127.0.0.1:8431/graphql -H 'content-type: application/json' \
             -H 'authorization: {}' --data-binary @posed.json",
            if token.is_empty() {
                String::new()
            } else {
                format!("Bearer {token}")
            }
        ))
    }
}

/// Every word in 【】 is one that the reader finds on the page.
pub(super) fn finds(paper: &str) {
    let page = ["page.html", "page.js", "graphiql.min.js"].map(|file| {
        fs::read_to_string(place(&format!("crates/server/assets/graphiql/{file}"))).unwrap()
    });
    for part in paper.split('【').skip(1) {
        let word = part.split('】').next().unwrap_or_default();
        let is_there = page.iter().any(|text| text.contains(word));
        assert!(is_there, "the page has no 【{word}】");
    }
}

/// The code of the role that the page offers under this name.
fn role_named(name: &str) -> Result<String, String> {
    let page = fs::read_to_string(place("crates/server/assets/graphiql/page.js")).unwrap();
    let (before, _) = page
        .split_once(&format!(": \"{name}\""))
        .ok_or_else(|| format!("the page offers no post {name:?}"))?;
    Ok(before.rsplit([' ', ',']).next().unwrap().to_owned())
}

/// Changes the variables as a person does who edits them.
fn change(variables: &mut Value, how: &str) -> Result<(), String> {
    let path = |fields: &str| format!("/{}", fields.replace('.', "/"));
    let unknown = || format!("the variables have no such place: {how}");
    if let Some(fields) = how.strip_prefix("删去 ") {
        let (of, last) = fields.rsplit_once('.').ok_or_else(unknown)?;
        match variables.pointer_mut(&path(of)) {
            Some(Value::Object(object)) => object.remove(last).map(drop),
            Some(Value::Array(members)) => {
                let index = last.parse().ok().filter(|index| *index < members.len());
                index.map(|index| drop(members.remove(index)))
            }
            _ => None,
        }
        .ok_or_else(unknown)
    } else {
        let (fields, value) = how.split_once(" 改为 ").ok_or_else(unknown)?;
        let value = serde_json::from_str(value).map_err(|error| format!("{how}: {error}"))?;
        *variables.pointer_mut(&path(fields)).ok_or_else(unknown)? = value;
        Ok(())
    }
}

#[test]
fn the_page_calls_every_post_by_its_name() {
    let page = fs::read_to_string(place("crates/server/assets/graphiql/page.js")).unwrap();
    let (_, roles) = page.split_once("const roles = {").unwrap();
    let (roles, _) = roles.split_once('}').unwrap();
    let roles = roles.split(',').map(str::trim);
    let told: Vec<&str> = roles.filter(|own| !own.is_empty()).collect();
    // A platform comes by a key, the operator by the machine, and the public by nothing.
    let else_where = [Role::Platform, Role::Operator, Role::Public];
    let posts = Role::ALL.iter().filter(|role| !else_where.contains(role));
    let named = posts.map(|role| format!("{}: \"{}\"", role.code(), role.name()));
    let (mut told, mut named): (Vec<_>, Vec<_>) = (told, named.collect());
    told.sort_unstable();
    named.sort_unstable();
    assert_eq!(told, named);
}
