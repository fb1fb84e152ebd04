//! The command line of `xiaohao`, and what each command is wired from; nothing that decides.

mod demo;
mod init;
mod key;
mod ledger;
mod post;
mod serve;
mod witness;

use crate::config::{
    COUNTY, EVIDENCE, FILE as CONFIG_FILE, Key, LISTEN, Misconfigured, SIGNING_KEY, Said, Settings,
    TLS_CERTIFICATE, TLS_KEY,
};
use crate::database::{DatabaseArgs, Place};
use crate::entering::Unentered;
use crate::export::Unexported;
use crate::history::BrokenHistory;
use crate::import::Unimported;
use crate::people::{self, Unset};
use crate::printed::{Unprinted, print};
use crate::proof::Unproved;
use crate::rebuild::{self, Task};
use crate::rotation::Unrotated;
use crate::seeds::{BrokenSeed, Flawed};
use crate::served::{Served, Unserved};
use crate::signing::Keyless;
use crate::tls;
use crate::verify::Unusable;
use crate::webhook::{self, Undone, Unready};
use crate::witness::Uncosigned;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xiaohao_ledger::{Fault, Position, Told};
use xiaohao_log::SECRET;
use xiaohao_store::{Location, SqlStore};

/// 销号：县级重大隐患“一单四制”台账。A county's ledger of major hazards, from the list to the circular.
#[derive(Parser)]
#[command(name = "xiaohao", version)]
struct Cli {
    /// File of the configuration, in TOML; docs/operations.md tells its keys.
    #[arg(long, value_name = "FILE", env = CONFIG_FILE, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the example county in a folder if it is not there, serve it, and print who can sign in.
    ///
    /// A folder with another ledger is left as it is, because everybody knows the passwords of the example.
    Demo {
        /// Address to listen on; port 0 takes a free one [env: `XIAOHAO_LISTEN`] [default: 127.0.0.1:8431].
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
        /// Folder of the example's ledger.
        #[arg(long, value_name = "DIR", default_value = "xiaohao-demo")]
        data: PathBuf,
    },
    /// Serve the GraphQL API of a county until the process is told to stop.
    Serve {
        /// Address to listen on; port 0 takes a free one [env: `XIAOHAO_LISTEN`] [default: 127.0.0.1:8431].
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
        #[command(flatten)]
        county: CountyArgs,
        /// Folder of the files of evidence; unless it is said, `evidence` in the folder of the ledger
        /// [env: `XIAOHAO_EVIDENCE`].
        #[arg(long, value_name = "DIR")]
        evidence: Option<String>,
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        tls: TlsArgs,
    },
    /// Make a county of the files in a folder, or bring one that is there up to them; what has changed is entered in its ledger.
    ///
    /// The folder holds county.json, committees.json and people.json, and where the county has its own, policy.json and
    /// calendar.json; `seeds/county/shuangpai` shows their form. Everything that is wrong in them is told at once, and then
    /// nothing is kept. The database is made, or brought up to this program; its folder must be there, and is not made.
    Init {
        /// Folder of the county's files, which must be there.
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        key: KeyArgs,
        /// Name of the county's log, the same for ever: an address of the county without scheme, as
        /// aq.example.gov.cn/431123. Unless it is said, xiaohao/CODE. It counts when the key is made, the first time.
        #[arg(long, value_name = "NAME")]
        origin: Option<String>,
        /// Take the posts as people.json has them, also where the ledger has recorded other ones since.
        #[arg(long)]
        posts_of_file: bool,
    },
    /// See who may sign in, and set passwords.
    #[command(subcommand)]
    User(User),
    /// Issue keys to platforms of the county, see them, and end them.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Let posts begin, end, and go from one person to another; each change is an entry in the ledger.
    #[command(subcommand)]
    Post(post::PostCommand),
    /// See who is told of the ledger as it grows, send it to them again, and try whether they can be reached.
    ///
    /// Receivers are the tables `[[webhook]]` in the file of the configuration; docs/operations.md tells their keys.
    #[command(subcommand)]
    Webhook(Webhook),
    /// Make everything that is kept beside the record anew from it, or compare it with the record.
    ///
    /// The record, one line for each act, is never changed. While rows are made anew nobody else can write; a comparison
    /// can be made at any time. Exits with 1 when something is not as the record says. Whether the record itself is whole,
    /// `xiaohao ledger verify` looks.
    Rebuild {
        /// Compare only, and change nothing.
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Verify a ledger against its log and prove what is in it; export and import a county; sign, witness, change the key.
    #[command(subcommand)]
    Ledger(Box<ledger::LedgerCommand>),
    /// Bring the schema of the database up to this program, making the database if there is none.
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Print the schema of the API and exit.
    Schema,
}

/// What one does about people.
#[derive(Subcommand)]
enum User {
    /// Print everybody's login, name and posts.
    List {
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Print everybody as people.json has them, with every change of posts that the ledger has recorded.
    Export {
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Set the password of a login to the first line of standard input; sessions opened with the old one end.
    Password {
        /// The login, as in the county's people.json.
        login: String,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Ask for no second factor of a login any more, whose owner has lost it and his recovery codes.
    ForgetSecondFactor {
        /// The login.
        login: String,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// End every session of a login, and whatever the county's identity provider has issued to it until now.
    ///
    /// Whoever it is signs in again; keys of devices stay, and are ended by `xiaohao key end`.
    EndSessions {
        /// The login.
        login: String,
        #[command(flatten)]
        county: CountyArgs,
    },
}

/// What one does about receivers of webhooks.
#[derive(Subcommand)]
enum Webhook {
    /// Print each receiver's name, how far the ledger was sent to it, its host, and as whom it is told.
    List {
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Send the ledger to a receiver again from a line on, or leave out what it has not been sent before that line.
    ///
    /// The server does so in a few seconds, or when it is started. A receiver knows what he has had by its webhook-id.
    Replay {
        /// The receiver, as in the configuration.
        name: String,
        /// The place in the ledger of the first line that is sent; 1 is the whole ledger.
        #[arg(long, value_name = "POSITION")]
        from: u64,
        #[command(flatten)]
        county: CountyArgs,
    },
    /// Send a receiver a signed message that belongs to no line, once, and print what came of it.
    Test {
        /// The receiver, as in the configuration.
        name: String,
        #[command(flatten)]
        county: CountyArgs,
    },
}

/// The key of the log.
#[derive(clap::Args)]
struct KeyArgs {
    /// File of the key by which the log is signed; unless it is said, `ledger.key` in the folder of the ledger
    /// [env: `XIAOHAO_SIGNING_KEY`].
    #[arg(long, value_name = "FILE")]
    signing_key: Option<String>,
}

impl KeyArgs {
    fn flag(self) -> (&'static Key, Option<String>) {
        (&SIGNING_KEY, self.signing_key)
    }
}

/// What TLS is spoken with.
#[derive(clap::Args)]
struct TlsArgs {
    /// File of the certificates with which TLS is spoken, as PEM, the server's own first; with --tls-key
    /// [env: `XIAOHAO_TLS_CERTIFICATE`].
    #[arg(long, value_name = "FILE")]
    tls_certificate: Option<String>,
    /// File of the key of that certificate, as PEM; its owner and his group alone may read it [env: `XIAOHAO_TLS_KEY`].
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
}

impl TlsArgs {
    fn flags(self) -> Flags {
        vec![
            (&TLS_CERTIFICATE, self.tls_certificate),
            (&TLS_KEY, self.tls_key),
        ]
    }
}

/// One county, and where its ledger is kept.
#[derive(clap::Args)]
struct CountyArgs {
    /// Code of the county, where several are kept in one database [env: `XIAOHAO_COUNTY`].
    #[arg(long, value_name = "CODE")]
    county: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What is said by flags.
type Flags = Vec<(&'static Key, Option<String>)>;

impl CountyArgs {
    fn flags(self) -> Flags {
        let mut flags = self.database.flags();
        flags.push((&COUNTY, self.county));
        flags
    }
}

/// What kept the program from doing what it was told.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot listen on {address}; choose another address with --listen")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("the program cannot start its threads")]
    Runtime { source: std::io::Error },
    #[error("the server stopped before it was told to")]
    Serve { source: std::io::Error },
    #[error("say where the ledger is kept: --data DIR or --database-url URL")]
    NoDatabase,
    #[error("say where the files of evidence are kept: --evidence DIR, beside --database-url URL")]
    NoEvidence,
    #[error(
        "there is no folder {folder} for the files of evidence; mount its disk or make it, or correct --evidence"
    )]
    NoFiles { folder: String },
    #[error(transparent)]
    Tls(#[from] tls::Unusable),
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    #[error("there is no folder {folder} for the ledger; make it, or correct --data")]
    NoFolder { folder: String },
    #[error("cannot make the folder {folder}")]
    Folder {
        folder: String,
        source: std::io::Error,
    },
    #[error(transparent)]
    Unserved(#[from] Unserved),
    #[error(transparent)]
    User(#[from] Unset),
    #[error(transparent)]
    Unissued(#[from] key::Unissued),
    #[error(transparent)]
    Unchanged(#[from] post::Unchanged),
    #[error(transparent)]
    PostsUndone(#[from] init::PostsUndone),
    #[error(transparent)]
    LeftOut(#[from] init::LeftOut),
    #[error(transparent)]
    Unstated(#[from] crate::stating::Unstated),
    #[error(transparent)]
    Unready(#[from] Unready),
    #[error(transparent)]
    Webhook(#[from] Undone),
    #[error("cannot bring the database at {location} up to this program")]
    Migrate { location: Location, source: Fault },
    #[error(transparent)]
    Unentered(#[from] Unentered),
    #[error(transparent)]
    Unprinted(#[from] Unprinted),
    #[error(transparent)]
    Rebuild(#[from] rebuild::Failure),
    #[error(transparent)]
    Checkpoint(#[from] Unusable),
    #[error(transparent)]
    Keyless(#[from] Keyless),
    #[error("the ledger cannot be signed or proved")]
    Notary(#[from] Fault),
    #[error("{number} is no number of a hazard of this county")]
    Number { number: String },
    #[error("there is no hazard {number} in this ledger")]
    NoHazard { number: String },
    #[error("hazard {number} is not struck off")]
    NotClosed { number: String },
    #[error(
        "the ledger has not so many lines as {size}; what is printed is the checkpoint over those that it has"
    )]
    Shorter { size: u64 },
    #[error(
        "{file} is over {size} lines, and the hazard was struck off in line {place}; have a later one cosigned"
    )]
    Earlier {
        file: String,
        size: u64,
        place: Position,
    },
    #[error(
        "{file} is signed by the key of this ledger and is over {size} lines, and the ledger has {here}: it was cut back, or an old \
         backup was restored; keep everything as it is, and verify it against that checkpoint"
    )]
    CutBack { file: String, size: u64, here: u64 },
    #[error("{file} is signed by the key of this ledger, and is not over this ledger")]
    OtherLedger { file: String, source: Unproved },
    #[error(
        "the key is changed, and its proof is not printed; print it with `xiaohao ledger prove --key-change`"
    )]
    ProofUnprinted { source: Unprinted },
    #[error("the key of this log was never changed")]
    NoKeyChange,
    #[error(transparent)]
    Unrotated(#[from] Unrotated),
    #[error("the password cannot be read from standard input")]
    Password { source: std::io::Error },
    #[error(transparent)]
    Uncosigned(#[from] Uncosigned),
    #[error(transparent)]
    Unexported(#[from] Unexported),
    #[error(transparent)]
    Unimported(#[from] Unimported),
    #[error("cannot read {file}")]
    Unread {
        file: String,
        source: std::io::Error,
    },
    #[error("{file} proves nothing")]
    Unproved { file: String, source: Unproved },
    #[error(
        "a secret key stands on the command line, where every program of this machine can read it: it was not used; change it with \
         `xiaohao ledger rotate-key`, and say the public key, which `xiaohao ledger key` prints"
    )]
    SecretSaid,
    #[error(transparent)]
    NotTheExample(#[from] demo::NotTheExample),
    #[error("the past of the example county cannot be gone through")]
    History(#[from] BrokenHistory),
    #[error("the files of the county cannot be used")]
    Seeds(#[from] BrokenSeed),
    #[error(transparent)]
    Flawed(#[from] Flawed),
    #[error(transparent)]
    CommitteesDropped(#[from] init::CommitteesDropped),
    #[error("there is no folder {folder} with the files of a county; correct --from")]
    NoCountyFiles { folder: String },
}

/// Prints everybody as people.json has them.
async fn exported(settings: Settings) -> Result<(), Failure> {
    let file = people::as_file(&opened(&settings).await?);
    print(&file.map_err(Fault::internal)?)?;
    Ok(())
}

async fn forget_second_factor(served: &Served, login: &str) -> Result<(), Failure> {
    let was = people::forget_second_factor(served, login).await?;
    print(&if was {
        format!("no second factor is asked for of {login} any more\n")
    } else {
        format!("no second factor was asked for of {login}\n")
    })?;
    Ok(())
}

async fn end_sessions(served: &Served, login: &str) -> Result<(), Failure> {
    let ended = people::end_sessions(served, login).await?;
    let sessions = if ended == 1 { "session" } else { "sessions" };
    print(&format!(
        "{ended} {sessions} of {login} ended, and whatever the identity provider has issued until now is over\n"
    ))?;
    Ok(())
}

/// Does what the command line says, and tells what kept it from it.
#[must_use]
pub fn run() -> ExitCode {
    // Before it is looked at by anybody who would tell what he could not read.
    let says_a_secret = |argument: OsString| argument.to_string_lossy().contains(SECRET);
    if std::env::args_os().any(says_a_secret) {
        report(&Failure::SecretSaid);
        return ExitCode::FAILURE;
    }
    let Cli { config, command } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return untaken(&error),
    };
    let config = config.as_deref();
    let outcome = match command {
        Command::Schema => print(&xiaohao_graphql::sdl()).map_err(Failure::from),
        Command::Demo { listen, data } => told(config, vec![(&LISTEN, listen)], async |settings| {
            demo::demo(settings, data).await
        }),
        Command::Serve {
            listen,
            county,
            evidence,
            key,
            tls,
        } => {
            let mut flags = county.flags();
            flags.extend(tls.flags());
            flags.extend([(&LISTEN, listen), (&EVIDENCE, evidence), key.flag()]);
            told(config, flags, serve::serve)
        }
        Command::Init {
            from,
            database,
            key,
            origin,
            posts_of_file,
        } => {
            let mut flags = database.flags();
            flags.push(key.flag());
            told(config, flags, async |settings| {
                let place = ledger(&settings)?;
                let key = settings.signing_key;
                Box::pin(init::init(&from, &place, key, origin, posts_of_file)).await
            })
        }
        Command::User(User::List { county }) => told(config, county.flags(), async |settings| {
            print(&people::listed(&opened(&settings).await?))?;
            Ok(())
        }),
        Command::User(User::Export { county }) => told(config, county.flags(), exported),
        Command::User(User::Password { login, county }) => {
            told(config, county.flags(), async |settings| {
                let login = people::set_password(&opened(&settings).await?, &login).await?;
                print(&format!("the password of {login} is set\n"))?;
                Ok(())
            })
        }
        Command::User(User::ForgetSecondFactor { login, county }) => {
            told(config, county.flags(), async |settings| {
                forget_second_factor(&opened(&settings).await?, &login).await
            })
        }
        Command::User(User::EndSessions { login, county }) => {
            told(config, county.flags(), async |settings| {
                end_sessions(&opened(&settings).await?, &login).await
            })
        }
        Command::Key(command) => key::run(config, command),
        Command::Post(command) => post::run(config, command),
        Command::Webhook(Webhook::List { county }) => {
            webhook(config, county, async |served, settings| {
                webhook::command::listed(&served, &settings.webhooks).await
            })
        }
        Command::Webhook(Webhook::Replay { name, from, county }) => {
            webhook(config, county, async |served, settings| {
                webhook::command::replayed(&served, &settings.webhooks, &name, from).await
            })
        }
        Command::Webhook(Webhook::Test { name, county }) => {
            webhook(config, county, async |served, settings| {
                webhook::command::tried(&served, &settings.webhooks, &name).await
            })
        }
        Command::Rebuild { check, database } => told(config, database.flags(), async |settings| {
            let task = if check { Task::Check } else { Task::Rebuild };
            Ok(rebuild::run(&ledger(&settings)?, task).await?)
        }),
        Command::Ledger(command) => ledger::run(config, *command),
        Command::Migrate { database } => told(config, database.flags(), async |settings| {
            migrate(&ledger(&settings)?).await
        }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.exit_code()
        }
    }
}

/// How the program ends where it cannot take what it is told, as it does where the command line has another form.
const MISSAID: u8 = 2;

impl Failure {
    fn exit_code(&self) -> ExitCode {
        let is_missaid = matches!(
            self,
            Self::Misconfigured(_)
                | Self::NoDatabase
                | Self::NoEvidence
                | Self::Keyless(Keyless::Nowhere | Keyless::Name { .. })
                | Self::Unissued(key::Unissued::Act { .. } | key::Unissued::Name { .. })
                | Self::Unchanged(
                    post::Unchanged::Role { .. }
                        | post::Unchanged::Login { .. }
                        | post::Unchanged::Text { .. }
                )
        );
        if is_missaid {
            ExitCode::from(MISSAID)
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Tells that a command line is not taken, and shows no URL of it, which may hold a password.
fn untaken(error: &clap::Error) -> ExitCode {
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let (told, hidden) = arguments.fold((error.to_string(), false), |(told, hidden), argument| {
        let value = argument
            .split_once('=')
            .filter(|(name, _)| name.starts_with("--"));
        let value = value.map_or(argument.as_str(), |(_, value)| value);
        let shows = value.contains("://") && told.contains(value);
        if shows {
            (told.replace(value, "…"), true)
        } else {
            (told, hidden)
        }
    });
    if hidden {
        drop(std::io::stderr().write_all(told.as_bytes()));
    } else {
        drop(error.print());
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Tells the whole chain of causes, once.
fn report(failure: &Failure) {
    drop(writeln!(std::io::stderr(), "xiaohao: {}", Told(failure)));
}

/// The parser of GraphQL recurses as deep as a query is nested; the limits keep that small and this is the second line.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Does something as it is told by these flags, by the environment and by the file of the configuration.
fn told(
    config: Option<&Path>,
    flags: Flags,
    work: impl AsyncFnOnce(Settings) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let said = Said::by(flags, |name| std::env::var(name).ok(), config)?;
    let settings = Settings::of(&said)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(|source| Failure::Runtime { source })?;
    let done = runtime.block_on(work(settings));
    // What is left waits for others, as for a name that is looked up, and would hold the program.
    runtime.shutdown_background();
    done
}

/// Does something about the receivers of webhooks of a county, and prints what it says.
fn webhook(
    config: Option<&Path>,
    county: CountyArgs,
    work: impl AsyncFnOnce(Served, &Settings) -> Result<String, Undone>,
) -> Result<(), Failure> {
    told(config, county.flags(), async |settings| {
        print(&work(opened(&settings).await?, &settings).await?)?;
        Ok(())
    })
}

fn ledger(settings: &Settings) -> Result<Location, Failure> {
    settings.ledger.clone().ok_or(Failure::NoDatabase)
}

/// The folder of the files of evidence, which is there where somebody named it: one that was mistyped, or whose disk is away, is not
/// taken for one without files.
fn evidence(settings: &Settings) -> Result<Option<PathBuf>, Failure> {
    let folder = settings.evidence.clone();
    let named = folder.as_ref().filter(|_| settings.evidence_is_said);
    match named.filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(Failure::NoFiles {
            folder: folder.display().to_string(),
        }),
        None => Ok(folder),
    }
}

/// The key of the log, where one is said or lies in the folder of the ledger.
fn own_key(settings: &Settings) -> Option<PathBuf> {
    let key = settings.signing_key.clone()?;
    (settings.signing_key_is_said || key.exists()).then_some(key)
}

/// Opens a county; the folder of its files, and the key of its log, are for whoever serves it.
async fn opened(settings: &Settings) -> Result<Served, Failure> {
    opened_with(settings, None).await
}

async fn opened_with(settings: &Settings, key: Option<PathBuf>) -> Result<Served, Failure> {
    let place = Place {
        ledger: ledger(settings)?,
        evidence: settings.evidence.clone().unwrap_or_default(),
        signing_key: key,
    };
    Ok(Served::open(&place, settings.county, settings.limits, settings.link_days).await?)
}

/// Whether there is the folder in which the ledger would be: one that was mistyped is not made.
fn has_folder(location: &Location) -> Result<(), Failure> {
    if let Location::File(file) = location
        && let Some(folder) = file.parent().filter(|folder| !folder.is_dir())
    {
        let folder = folder.display().to_string();
        return Err(Failure::NoFolder { folder });
    }
    Ok(())
}

async fn migrated(location: &Location) -> Result<(), Failure> {
    has_folder(location)?;
    SqlStore::migrate(location)
        .await
        .map_err(|source| Failure::Migrate {
            location: location.clone(),
            source,
        })
}

async fn migrate(location: &Location) -> Result<(), Failure> {
    migrated(location).await?;
    print(&format!("{location} is up to this program\n"))?;
    Ok(())
}
