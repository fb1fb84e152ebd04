//! The reader's shell, in a folder of its own, with the program under the name that papers give it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tempfile::TempDir;

/// The program, made when the tests are.
const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");

/// The address that papers write.
const ADDRESS: &str = "127.0.0.1:8431";

/// The folder of a ledger that papers write.
const FOLDER: &str = "/var/lib/xiaohao";

/// How long one waits for the next line of a block: one that hangs is to be told, and not to hang the tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends what a block printed.
const END: &str = "--- this block is done ---";

/// What the reader does not see: a program that serves would hold his terminal; here it serves beside it.
const BEFORE: &str = r#"
exec 2>&1
PATH=$PWD/bin:$PATH
export XIAOHAO_LISTEN=127.0.0.1:0
served=
end() { if [ "$served" ]; then kill "$served"; wait "$served" || :; served=; fi; }
trap end EXIT
xiaohao() {
  case " $* " in
    *' demo '* | *' serve '*)
      end
      : >said
      command xiaohao "$@" >said 2>log &
      served=$!
      while ! [ -s said ]; do
        kill -0 "$served" || { cat log; return 1; }
        sleep 0.1
      done
      cat said ;;
    *) command xiaohao "$@" ;;
  esac
}
cargo() {
  [ "$1 $2 $3 $4" = 'run --package xiaohao-server --' ]
  shift 4
  xiaohao "$@"
}
"#;

/// A shell for one paper.
pub(super) struct Shell {
    child: Child,
    says: Option<ChildStdin>,
    hears: Receiver<String>,
    folder: TempDir,
    blocks: usize,
}

impl Shell {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        symlink(PROGRAM, folder.path().join("bin/xiaohao")).unwrap();
        let mut child = Command::new("sh")
            .arg("-eu")
            .current_dir(folder.path())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (hear, hears) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                let Ok(()) = hear.send(line.unwrap()) else {
                    return;
                };
            }
        });
        let mut shell = Self {
            child,
            says,
            hears,
            folder,
            blocks: 0,
        };
        shell.run(BEFORE).unwrap();
        shell
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a block, in the state that those before it left.
    ///
    /// # Errors
    /// What it printed, where it failed.
    pub(super) fn run(&mut self, block: &str) -> Result<String, String> {
        self.blocks += 1;
        let file = format!("block-{}.sh", self.blocks);
        fs::write(self.folder().join(&file), self.put_right(block)).unwrap();
        let says = self.says.as_mut().unwrap();
        // A block that reads finds nothing: what else is said to the shell is not for it.
        writeln!(says, ". ./{file} </dev/null\nprintf '\\n%s\\n' '{END}'").unwrap();
        let mut printed = String::new();
        loop {
            match self.hears.recv_timeout(PATIENCE) {
                Ok(line) if line == END => return Ok(printed),
                Ok(line) => {
                    printed.push_str(&line);
                    printed.push('\n');
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("it failed, and printed\n{printed}"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.end_all();
                    return Err(format!("it did not end, and printed\n{printed}"));
                }
            }
        }
    }

    /// Ends the shell with all that it started.
    fn end_all(&self) {
        let group = format!("-{}", self.child.id());
        let done = Command::new("kill").args(["-TERM", "--", &group]).status();
        assert!(done.unwrap().success());
    }

    /// Keeps a file.
    pub(super) fn keep(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), self.put_right(text)).unwrap();
    }

    /// A text of the paper, with the address and the folders that hold here.
    pub(super) fn put_right(&self, text: &str) -> String {
        let folder = self.folder().join("ledger").display().to_string();
        let text = text.replace(FOLDER, &folder);
        // Until something serves, any port is as good; then it is the one that was taken.
        let said = fs::read_to_string(self.folder().join("said")).unwrap_or_default();
        let port = said.split("http://127.0.0.1:").nth(1);
        let port = port.and_then(|rest| rest.split('/').next());
        text.replace(ADDRESS, &format!("127.0.0.1:{}", port.unwrap_or("0")))
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // It ends when nothing more is said to it, and ends what it started.
        drop(self.says.take());
        drop(self.child.wait());
    }
}
