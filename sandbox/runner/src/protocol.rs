//! What the two ends of the control socket say to each other: one JSON object a line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The network stack in which a command runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The stack whose neighbor table the driver reads and changes.
    #[default]
    Main,
    /// The stack at the other end of the links.
    Neighbor,
}

/// Where the output of a command goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Output {
    /// To files, whose lines are sent over the control socket as they appear.
    #[default]
    Captured,
    /// The same, but the error output goes to that of the process that started the sandbox, for as long as anybody in the
    /// sandbox has it.
    ErrorsInherited,
    /// To the terminal of the process that started the sandbox; standard input comes from there as well.
    Inherited,
}

/// A command to run in the sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Tells the answers apart: several commands run at once.
    pub id: u64,
    pub argv: Vec<String>,
    /// Added to the environment that every command of the sandbox gets.
    pub env: BTreeMap<String, String>,
    pub place: Place,
    pub output: Output,
    /// The command is killed after this time.
    pub timeout_ms: Option<u64>,
    /// The command is killed when it has written nothing for this time.
    pub silence_ms: Option<u64>,
}

/// What the sandbox is made of. The first message to the warden.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// An empty folder, where the sandbox mounts its private file system.
    pub mount_point: PathBuf,
    /// Folders that stay visible, to be read, although they lie below one that is hidden (`/tmp`).
    pub visible: Vec<PathBuf>,
    pub prefix: PrefixSource,
    /// Host files to copy into the instance, by their path below `drive_c`.
    pub files: BTreeMap<PathBuf, PathBuf>,
    /// The same, but a file of the prefix that is already there stays.
    pub files_if_absent: BTreeMap<PathBuf, PathBuf>,
    /// Linux programs of the host to put on the path, by their name there.
    pub programs: BTreeMap<String, PathBuf>,
    /// Shell scripts to put on the path, by their name there.
    pub scripts: BTreeMap<String, String>,
    /// Wine's `WINEDEBUG`.
    pub wine_debug: String,
}

/// Where the Wine prefix of the sandbox comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum PrefixSource {
    /// A copy-on-write instance of the prefix in this folder.
    Template(PathBuf),
    /// The folder itself, to make a template.
    Folder(PathBuf),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    Setup(Box<Setup>),
    Run(Run),
    /// Kills a command that is running.
    Kill(u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// The sandbox is ready, with the paths that its commands see.
    Ready(Places),
    /// The sandbox cannot be made.
    Failed(String),
    /// Some output of the command `id`: whole lines, but for the last.
    Chunk { id: u64, error_stream: bool, text: String },
    /// The command `id` has ended.
    Done { id: u64, outcome: Outcome },
}

/// Paths inside the sandbox.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Places {
    /// The Wine prefix.
    pub prefix: PathBuf,
    /// The home folder; programs and scripts are in its folder `bin`.
    pub home: PathBuf,
    /// A private folder for anything else.
    pub scratch: PathBuf,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It ended by itself with this exit code.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// It ran longer than allowed, or was silent for longer, and was killed.
    TimedOut,
    /// It could not be started; the text says why.
    NotStarted(String),
}

impl Outcome {
    /// Whether the command ended by itself with exit code 0.
    #[must_use]
    pub fn success(&self) -> bool {
        *self == Self::Exited(0)
    }

    /// What a program answers that stands for the command: its exit code, and like a shell 128 and the number of the signal
    /// that ended it; 125 if it never ended by itself.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            // Windows has 32 bits for it, Linux 8.
            Self::Exited(code) => u8::try_from(*code).unwrap_or(u8::MAX),
            Self::Signalled(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
            Self::TimedOut | Self::NotStarted(_) => 125,
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exit code {code}"),
            Self::Signalled(signal) => write!(f, "ended by signal {signal}"),
            Self::TimedOut => write!(f, "timed out"),
            Self::NotStarted(why) => write!(f, "could not be started: {why}"),
        }
    }
}
