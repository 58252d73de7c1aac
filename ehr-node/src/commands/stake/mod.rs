//! `ehr stake`: puts up stake, withdraws it, or comes back, on a ledger whose validators are all on this machine.

mod council;
mod error;

use self::council::Council;
use self::error::StakeError;
use super::folders;
use crate::cli::{Exit, StakeArgs, StakeChange};
use crate::ui::{Mode, Screen, count};
use ehr_core::client::Draft;
use ehr_core::tx::{Payload, Unjail, Unstake};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: StakeArgs, mode: Mode) -> ExitCode {
    let screen = Screen::new(mode);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(change(&args, &screen)),
        Err(error) => Err(StakeError::Runtime(error)),
    };
    let exit = match done {
        Ok(document) if screen.end(&document) => Exit::Success,
        Ok(_) => Exit::Failed,
        Err(error) => {
            screen.error(&error.to_string());
            Exit::Failed
        }
    };
    exit.into()
}

async fn change(args: &StakeArgs, screen: &Screen) -> Result<Value, StakeError> {
    let dirs = folders::ledgers(&args.dir)?;
    let passphrase = std::env::var("EHR_PASSPHRASE").unwrap_or_else(|_| "demonstration".to_owned());
    let council = Council::start(&dirs, passphrase.as_bytes(), screen)?;
    let done = decide(&council, args).await;
    // What was decided is on every disk before anything is said.
    council.stop().await;
    let done = done?;
    screen.note(&format!(
        "{}: stake {} before, {} after block {}; it counts from height {}",
        args.institution,
        count(done.before),
        count(done.after),
        done.height,
        done.height.plus(2)
    ));
    Ok(json!({
        "institution": args.institution, "account": done.account, "tx": done.tx, "height": done.height,
        "counts_from": done.height.plus(2), "stake_before": done.before, "stake_after": done.after,
    }))
}

/// One transaction, decided by the validators.
async fn decide(council: &Council, args: &StakeArgs) -> Result<council::Done, StakeError> {
    let seat = council.seat(&args.institution)?;
    let account = seat.voter.keys().id();
    let payload = match args.what {
        StakeChange::Add { amount } => {
            let stake = seat.voter.stake(council.chain, amount)?;
            Payload::Stake { stake }
        }
        StakeChange::Remove { amount } => Payload::Unstake { unstake: Unstake { account, amount } },
        StakeChange::Unjail => Payload::Unjail { unjail: Unjail { account } },
    };
    council.decide(seat, Draft::of(payload)).await
}
