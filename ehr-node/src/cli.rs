//! The command line of `ehr`.

use crate::commands;
use crate::ui::{Mode, Screen};
use clap::{Args, Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Verifiable, patient-controlled health records.
#[derive(Debug, Parser)]
#[command(
    name = "ehr",
    version,
    about = "Keep, verify and inspect a ledger of sealed health records",
    arg_required_else_help = true,
    after_help = "Exit status: 0 success; 1 refused, failed verification, or no such ledger or id; 2 wrong usage;\n\
                  3 part of the input was left out (each part is named), the rest went on."
)]
pub struct Cli {
    /// Print one JSON document on stdout instead of the readable story.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play the whole story: two hospitals, sealed records, blocks, a grant, a revocation, tampering found.
    Demo(DemoArgs),
    /// Check every block, record body and rule of a ledger folder; name what is wrong.
    Verify(VerifyArgs),
    /// Print the chain, one block, one transaction or one record's history from a ledger folder.
    Show(ShowArgs),
    /// Print who decides blocks of a ledger under proof of stake: stake, power, absences, who is kept out.
    Validators(VerifyArgs),
    /// Print the offences that were punished on a ledger under proof of stake, and what they cost.
    Evidence(VerifyArgs),
    /// Put up stake, withdraw it or come back, on a ledger that `ehr demo --consensus bft --keep` left.
    Stake(StakeArgs),
}

/// Arguments of `ehr demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// A FHIR R4 bundle (JSON), or a folder of them. Without it, synthetic patients are made.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["patients", "seed"])]
    pub fhir: Option<PathBuf>,
    /// How many synthetic patients to make.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub patients: u32,
    /// Seed of the synthetic patients; the same seed gives the same bundles.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Leave the ledger in this folder, for `ehr verify` and `ehr show`.
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// How blocks are sealed: mined, or voted for by four validators and final at once.
    #[arg(long, value_enum, default_value_t = ConsensusArg::Pow)]
    pub consensus: ConsensusArg,
    /// Proof-of-work difficulty: leading zero hex digits of a block's hash. Each digit costs 16 times more work.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=8))]
    pub difficulty: u8,
}

/// What `--consensus` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ConsensusArg {
    /// Proof of work.
    Pow,
    /// Proof of stake: Byzantine fault tolerant votes.
    Bft,
}

/// Arguments of `ehr verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// The ledger folder, as left by `ehr demo --keep`.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Arguments of `ehr show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// The ledger folder, as left by `ehr demo --keep`.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// What to print; the chain if not given.
    #[command(subcommand)]
    pub what: Option<Show>,
}

/// Arguments of `ehr stake`.
#[derive(Debug, Clone, Args)]
pub struct StakeArgs {
    /// The folder with the ledger folders of the validators, each with its keys.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Whose stake: the name of its ledger folder.
    #[arg(long = "as", value_name = "INSTITUTION")]
    pub institution: String,
    /// What to do.
    #[command(subcommand)]
    pub what: StakeChange,
}

/// What `ehr stake` does. The passphrase of the keys is taken from EHR_PASSPHRASE; without it, "demonstration".
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum StakeChange {
    /// Put up stake, or more of it.
    Add {
        /// Credits.
        amount: u64,
    },
    /// Withdraw stake; it is paid out when it has unbonded.
    Remove {
        /// Credits.
        amount: u64,
    },
    /// Come back after a punishment, when its time is over.
    Unjail,
}

/// What `ehr show` prints.
#[derive(Debug, Clone, Subcommand)]
pub enum Show {
    /// Every block on the best chain, one line each.
    Chain,
    /// One block with its transactions.
    Block {
        /// Its height (a number) or its id (64 hex digits).
        #[arg(value_name = "ID_OR_HEIGHT")]
        block: String,
    },
    /// One transaction and what it did.
    Tx {
        /// Its id (64 hex digits).
        id: String,
    },
    /// One record's versions, grants and releases.
    Record {
        /// Its id, in hex digits.
        id: String,
    },
    /// Who decides blocks, and with what stake.
    Validators,
    /// Offences that were punished.
    Evidence,
}

/// How a command ended; the process's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Success,
    /// Something was refused or failed verification.
    Failed,
    /// Part of the input was left out, and named; the rest went on.
    InputProblems,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        // 2 is clap's, for wrong usage.
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failed => 1,
            Exit::InputProblems => 3,
        })
    }
}

/// Makes a panic one line without a backtrace. A damaged ledger file makes redb panic; the store catches that and
/// reports it as damage, so nothing is printed for it here.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let at = info.location().map(|location| (location.file(), location.line()));
        if let Some((file, line)) = at.filter(|(file, _)| !file.contains("redb")) {
            // The message could hold anything; the place is enough to find it.
            Screen::new(Mode::Json).error(&format!("internal error at {file}:{line}"));
        }
    }));
}

impl Cli {
    /// Runs the command that was asked for.
    pub fn run(self) -> ExitCode {
        let mode = if self.json { Mode::Json } else { Mode::Story };
        match self.command {
            Command::Demo(args) => commands::demo::run(args, mode),
            Command::Verify(args) => commands::verify::run(args, mode),
            Command::Show(args) => commands::show::run(args, mode),
            Command::Validators(args) => commands::show::run(of(args.dir, Show::Validators), mode),
            Command::Evidence(args) => commands::show::run(of(args.dir, Show::Evidence), mode),
            Command::Stake(args) => commands::stake::run(args, mode),
        }
    }
}

fn of(dir: PathBuf, what: Show) -> ShowArgs {
    ShowArgs { dir, what: Some(what) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn show_takes_the_folder_first_and_json_anywhere() {
        for line in ["ehr show led --json", "ehr --json show led", "ehr show led block 5 --json"] {
            let cli = parse(line).unwrap();
            assert!(cli.json, "{line}");
            let Command::Show(args) = cli.command else { panic!("{line}") };
            assert_eq!(args.dir, PathBuf::from("led"));
        }
        let Command::Show(args) = parse("ehr show led tx ab").unwrap().command else { panic!() };
        assert!(matches!(args.what, Some(Show::Tx { id }) if id == "ab"));
    }

    #[test]
    fn usage_errors_exit_with_2() {
        for line in [
            "ehr frobnicate",
            "ehr verify",
            "ehr demo --patients 0",
            "ehr demo --difficulty 9",
            "ehr demo --fhir x --seed 3",
            "ehr show led block",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn demo_defaults_are_the_papers() {
        let Command::Demo(args) = parse("ehr demo").unwrap().command else { panic!() };
        assert_eq!((args.difficulty, args.patients, args.seed), (2, 4, 1));
    }
}
