//! The program itself, on an example county of its own, as the tools find it: on a free port, without any limit on how much one
//! person or one address may ask, for a tool that is told to wait after a minute has found nothing.

use super::install;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Everybody's password in the example county.
pub(super) const PASSWORD: &str = "xiaohao-demo";

/// Without end, all of them; see docs/operations.md.
const WITHOUT_END: &[&str] = &[
    "XIAOHAO_LIMITS_SIGN_INS_PER_ADDRESS",
    "XIAOHAO_LIMITS_STRANGERS_PER_ADDRESS",
    "XIAOHAO_LIMITS_ACTS_PER_PERSON",
    "XIAOHAO_LIMITS_COMPLEXITY_PER_PERSON",
];

/// A county that is served while this lives.
pub(super) struct County {
    program: Child,
    /// Where the API is.
    pub(super) url: String,
    data: PathBuf,
    log: PathBuf,
}

impl County {
    /// Makes it for this tool, with whatever else the program is to be told, and waits until it is served.
    ///
    /// # Errors
    /// When the program does not start.
    pub(super) fn serve(tool: &str, told: &[(&str, &str)]) -> Result<Self> {
        let folder = install::folder()?.join("counties");
        let data = folder.join(tool);
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&folder)?;
        let log = folder.join(format!("{tool}.log"));
        // Cargo puts all programs of a profile into one folder.
        let program = std::env::current_exe()?.with_file_name("xiaohao");
        let mut program = Command::new(program);
        program.args(["demo", "--listen", "127.0.0.1:0", "--data"]);
        program.arg(&data).stdin(Stdio::null());
        program.stdout(Stdio::piped()).stderr(File::create(&log)?);
        program.envs(WITHOUT_END.iter().map(|limit| (*limit, "0")));
        program.envs(told.iter().copied());
        let mut program = program.spawn().context("xiaohao could not be started")?;
        let says = program.stdout.take().context("xiaohao says nothing")?;
        let mut says = BufReader::new(says);
        let mut line = String::new();
        let url = loop {
            line.clear();
            if says.read_line(&mut line)? == 0 {
                bail!("xiaohao did not start; see {}", log.display());
            }
            let mut words = line.split_whitespace();
            if let Some(url) =
                words.find(|word| word.starts_with("http") && word.ends_with("/graphql"))
            {
                break url.to_owned();
            }
        };
        // What it says later must go somewhere, or it would wait for whoever reads it.
        std::thread::spawn(move || std::io::copy(&mut says, &mut std::io::sink()));
        Ok(Self {
            program,
            url,
            data,
            log,
        })
    }

    /// The token of whoever has this login.
    ///
    /// # Errors
    /// When he is not let in.
    pub(super) fn sign_in(&self, login: &str) -> Result<String> {
        let query = "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { token } }";
        let variables = json!({ "login": login, "password": PASSWORD });
        let answer = self.ask(None, query, &variables)?;
        let token = answer.pointer("/data/signIn/token").and_then(Value::as_str);
        let token = token.with_context(|| format!("{login} is not let in: {answer}"))?;
        Ok(token.to_owned())
    }

    /// How this is answered to whoever has this token, or to a stranger.
    ///
    /// # Errors
    /// When there is no answer in JSON.
    pub(super) fn ask(&self, token: Option<&str>, query: &str, variables: &Value) -> Result<Value> {
        let body = json!({ "query": query, "variables": variables });
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--data-binary", "@-"]);
        curl.args(["--header", "content-type: application/json"]);
        if let Some(token) = token {
            curl.args(["--header", &format!("authorization: Bearer {token}")]);
        }
        curl.arg(&self.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut curl = curl.spawn().context("curl could not be started")?;
        let mut says = curl.stdin.take().context("curl takes nothing")?;
        says.write_all(body.to_string().as_bytes())?;
        drop(says);
        let output = curl.wait_with_output()?;
        serde_json::from_slice(&output.stdout).context("the answer is no JSON")
    }

    /// What became of the program under all that: whether it lives, and what it had to tell of itself that nobody should see.
    ///
    /// # Errors
    /// When its log cannot be read.
    pub(super) fn suffered(&mut self) -> Result<Option<String>> {
        if let Some(status) = self.program.try_wait()? {
            return Ok(Some(format!(
                "the program ended ({status}); see {}",
                self.log.display()
            )));
        }
        let log = fs::read_to_string(&self.log)?;
        let is_bad =
            |line: &&str| line.contains("panicked") || line.contains("\"level\":\"ERROR\"");
        let bad = log.lines().find(is_bad);
        Ok(bad.map(|line| format!("the log tells of an error of the program: {line}")))
    }
}

impl Drop for County {
    fn drop(&mut self) {
        // It may have ended already, which `suffered` tells of.
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}
