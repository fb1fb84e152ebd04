//! What can go wrong with the ledger itself; not a refusal, which is an answer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The cause of a fault, for the log; shared, because one fault may be that of a whole batch.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// The ledger could not be read or written. Nothing is half done: an act is recorded whole or not at all, and sending it
/// again with the same request id finds out which.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// The database cannot be reached, or went away.
    #[error("the database cannot be reached")]
    Unreachable(#[source] Cause),
    /// Somebody else holds the database for longer than we wait.
    #[error("the database is held by another program; stop that program or wait for it")]
    Locked(#[source] Cause),
    /// The transaction lost against another and may be tried again.
    #[error("the transaction lost against another one")]
    Conflict(#[source] Cause),
    /// There is no room left.
    #[error("the disk is full; make room, the ledger goes on by itself")]
    DiskFull(#[source] Cause),
    /// The disk does not do as it is told: a quota is used up, or it is failing.
    #[error(
        "the disk cannot be read or written; look at quotas and at what the system says of the disk"
    )]
    Disk(#[source] Cause),
    /// The file, its folder or the database cannot be written to.
    #[error(
        "the database cannot be written to, or not by this program; with SQLite check the permissions of the file and its folder, with \
         PostgreSQL whether the server is a standby or reads only, and whether the role of the URL has the right for this"
    )]
    ReadOnly(#[source] Cause),
    /// The database was written by a newer program.
    #[error(
        "the database is newer than this program: it knows the change {change}; install that version of the program or a later one"
    )]
    NewerDatabase {
        /// The first change of the schema that this program does not know.
        change: String,
    },
    /// The database has not been brought up to this program.
    #[error(
        "the database is older than this program: {missing} changes of its schema are missing; migrate it first"
    )]
    OlderDatabase {
        /// How many.
        missing: usize,
    },
    /// What is stored contradicts itself: edited by hand, or damaged.
    #[error("what is stored is damaged: {what}")]
    Damaged {
        /// What was found, and where.
        what: String,
        /// The cause, if there is one.
        #[source]
        cause: Option<Cause>,
    },
    /// The database refused what we wrote.
    #[error("the database refused to take it in")]
    Rejected(#[source] Cause),
    /// The ledger is being closed.
    #[error("the ledger is being closed; send the request again")]
    Closing,
    /// A defect of this program.
    #[error("an internal error")]
    Internal(#[source] Option<Cause>),
}

/// Which fault it is, whatever caused it: what the outside is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The database cannot be reached.
    Unreachable,
    /// Somebody else holds the database.
    Locked,
    /// The transaction lost against another.
    Conflict,
    /// There is no room left.
    DiskFull,
    /// The disk does not do as it is told.
    Disk,
    /// The database cannot be written to.
    ReadOnly,
    /// The database was written by a newer program.
    NewerDatabase,
    /// The database has not been brought up to this program.
    OlderDatabase,
    /// What is stored contradicts itself.
    Damaged,
    /// The ledger is being closed.
    Closing,
    /// A defect of this program, or something that the database refused.
    Internal,
}

impl FaultKind {
    /// All of them; those that pass by themselves first, but for the defect.
    pub const ALL: &[Self] = &[
        Self::Unreachable,
        Self::Locked,
        Self::Conflict,
        Self::Closing,
        Self::DiskFull,
        Self::Disk,
        Self::ReadOnly,
        Self::NewerDatabase,
        Self::OlderDatabase,
        Self::Damaged,
        Self::Internal,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "DATABASE_UNREACHABLE",
            Self::Locked => "DATABASE_LOCKED",
            Self::Conflict => "DATABASE_CONFLICT",
            Self::DiskFull => "DISK_FULL",
            Self::Disk => "DISK_ERROR",
            Self::ReadOnly => "DATABASE_READ_ONLY",
            Self::NewerDatabase => "DATABASE_NEWER",
            Self::OlderDatabase => "DATABASE_OLDER",
            Self::Damaged => "DATABASE_DAMAGED",
            Self::Closing => "CLOSING",
            Self::Internal => "INTERNAL",
        }
    }

    /// What is the matter, for whoever looks after the server.
    #[must_use]
    pub const fn condition(self) -> &'static str {
        match self {
            Self::Unreachable => "台账数据库无法连接",
            Self::Locked | Self::Conflict => "台账数据库正被其他程序占用",
            Self::Closing => "台账正在关闭",
            Self::DiskFull => "服务器存储空间已满",
            Self::Disk => "服务器磁盘读写出错",
            Self::ReadOnly => "台账数据库目前不能写入",
            Self::NewerDatabase => "台账数据库的版本比程序新",
            Self::OlderDatabase => "台账数据库的版本比程序旧，尚未升级",
            Self::Damaged => "台账数据校验没有通过",
            Self::Internal => "系统出现内部错误",
        }
    }

    /// The same in English.
    #[must_use]
    pub const fn condition_in_english(self) -> &'static str {
        match self {
            Self::Unreachable => "The database of the ledger cannot be reached.",
            Self::Locked => "Another program holds the database of the ledger.",
            Self::Conflict => "The transaction lost against another one.",
            Self::Closing => "The ledger is being closed.",
            Self::DiskFull => "The disk of the server is full.",
            Self::Disk => "The disk of the server cannot be read or written.",
            Self::ReadOnly => "The database of the ledger cannot be written to at present.",
            Self::NewerDatabase => "The database of the ledger is newer than the program.",
            Self::OlderDatabase => {
                "The database of the ledger is older than the program and was not migrated."
            }
            Self::Damaged => "What is stored in the ledger contradicts itself.",
            Self::Internal => "A defect of the system.",
        }
    }

    /// The sentence for the person who sent the request: what to do with it. None says that nothing was recorded: an
    /// earlier try may have been, and only its answer lost; the same request id finds out.
    #[must_use]
    pub fn message(self) -> String {
        if self.is_passing() {
            return "台账暂时不能办理，请稍后用同一操作编号重新提交，不会重复办理。".to_owned();
        }
        format!(
            "{}，本次操作没有确认，请联系系统管理员；排除后用同一操作编号重新提交，不会重复办理。",
            self.condition()
        )
    }

    /// Whether the same request may succeed when it is simply sent again.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Unreachable | Self::Locked | Self::Conflict | Self::Closing => true,
            Self::DiskFull
            | Self::Disk
            | Self::ReadOnly
            | Self::NewerDatabase
            | Self::OlderDatabase
            | Self::Damaged
            | Self::Internal => false,
        }
    }
}

/// An error with all its causes, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a>(pub &'a dyn StdError);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Fault {
    /// What is stored contradicts itself.
    #[must_use]
    pub fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            cause: None,
        }
    }

    /// A defect of this program.
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::Internal(Some(Arc::new(cause)))
    }

    /// Which fault it is.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        match self {
            Self::Unreachable(_) => FaultKind::Unreachable,
            Self::Locked(_) => FaultKind::Locked,
            Self::Conflict(_) => FaultKind::Conflict,
            Self::DiskFull(_) => FaultKind::DiskFull,
            Self::Disk(_) => FaultKind::Disk,
            Self::ReadOnly(_) => FaultKind::ReadOnly,
            Self::NewerDatabase { .. } => FaultKind::NewerDatabase,
            Self::OlderDatabase { .. } => FaultKind::OlderDatabase,
            Self::Damaged { .. } => FaultKind::Damaged,
            Self::Rejected(_) | Self::Internal(_) => FaultKind::Internal,
            Self::Closing => FaultKind::Closing,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// What is the matter, for whoever looks after the server.
    #[must_use]
    pub const fn condition(&self) -> &'static str {
        self.kind().condition()
    }

    /// The sentence for the person who sent the request.
    #[must_use]
    pub fn message(&self) -> String {
        self.kind().message()
    }

    /// Whether the same request may succeed when it is simply sent again.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        self.kind().is_passing()
    }

    /// Whether it may lie in one act of a batch, so that the others can be recorded without it.
    #[must_use]
    pub(crate) const fn may_be_of_one_act(&self) -> bool {
        match self {
            Self::Damaged { .. } | Self::Rejected(_) | Self::Internal(_) => true,
            Self::Unreachable(_)
            | Self::Locked(_)
            | Self::Conflict(_)
            | Self::Closing
            | Self::DiskFull(_)
            | Self::Disk(_)
            | Self::ReadOnly(_)
            | Self::NewerDatabase { .. }
            | Self::OlderDatabase { .. } => false,
        }
    }

    /// Whether the next act would wait as long for the same answer.
    #[must_use]
    pub(crate) const fn keeps_everybody_waiting(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Locked(_) => true,
            Self::Conflict(_)
            | Self::Closing
            | Self::DiskFull(_)
            | Self::Disk(_)
            | Self::ReadOnly(_)
            | Self::NewerDatabase { .. }
            | Self::OlderDatabase { .. }
            | Self::Damaged { .. }
            | Self::Rejected(_)
            | Self::Internal(_) => false,
        }
    }
}
