//! Checking everything.

use super::Ledger;
use super::at_desk::TRIES;
use super::shared::Shared;
use crate::fault::call;
use crate::host::{ProgressListener, Teller};
use crate::types::{Problem, VerifyReport};
use crate::{EhrError, Result};
use ehr_core::store::MemoryStore;
use ehr_core::validate::audit::{self, AuditError, Audited, Expected, audit};
use std::ops::ControlFlow;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Computes the ledger again from its genesis and compares everything with what is stored. Changes nothing. The
    /// state is built in memory. Others may use the ledger meanwhile; when the tip moves, it begins again.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Busy` when blocks come faster than they can be checked, or the check could not be
    /// made; what is wrong is in the report.
    pub fn verify(&self, listener: Option<Arc<dyn ProgressListener>>) -> Result<VerifyReport> {
        call(|| {
            let mut teller = Teller::new("verify", listener);
            for _ in 0..TRIES {
                let best = self.best()?.id;
                let report = self.audited(&mut teller)?;
                if self.best()?.id == best {
                    return Ok(told(report));
                }
            }
            Err(EhrError::busy("blocks came faster than they could be checked"))
        })
    }
}

impl Ledger {
    fn audited(&self, teller: &mut Teller) -> Result<audit::Report> {
        let shared = Shared(self);
        let audited = Audited {
            store: &shared,
            blobs: &*self.blobs,
            expected: Expected::None,
            now: self.clock.now(),
            helpers: None,
        };
        let mut stopped = Ok(());
        let report = audit(audited, &mut MemoryStore::new(), &mut |done, total| {
            stopped = teller.tell(done, Some(total));
            if stopped.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        stopped?;
        report.map_err(|error| match error {
            AuditError::Scratch(error) => error.into(),
            other => EhrError::internal(other),
        })
    }
}

fn told(report: audit::Report) -> VerifyReport {
    let problem = |problem: audit::Problem| Problem {
        height: problem.height,
        place: problem.place(),
        what: problem.what,
    };
    VerifyReport {
        sound: report.is_sound(),
        blocks: report.blocks,
        transactions: report.transactions,
        versions: report.versions,
        bodies: report.bodies,
        bodies_elsewhere: report.bodies_elsewhere,
        problems: report.problems.into_iter().map(problem).collect(),
        more_problems: report.more_problems,
    }
}
