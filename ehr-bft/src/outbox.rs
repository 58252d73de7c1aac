//! The queue of outputs, and the gate: what peers or the host's store see leaves after the log entries it depends on are
//! on disk (rule BF-18).

use crate::guard::SignGuard;
use crate::io::{BatchId, LogWrite, Output};
use crate::log::{Entry, Writer};
use ehr_core::codec::{EncodeError, Wire};
use std::collections::VecDeque;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// Leave at once: requests to the host that promise nothing to anybody.
    free: Vec<Output>,
    /// Leave behind what is in `unwritten`.
    fresh: Vec<Output>,
    gated: VecDeque<Output>,
    /// Logged and not yet handed out: nothing visible depends on it so far.
    unwritten: LogWrite,
    writer: Writer,
    in_flight: Option<BatchId>,
    issued: u64,
}

impl Outbox {
    /// Continues a log that was read back.
    pub(crate) fn continuing(writer: Writer) -> Self {
        Self { writer, ..Self::default() }
    }

    /// Starts a new log.
    pub(crate) fn start_over(&mut self, first: &Entry) -> Result<(), EncodeError> {
        self.writer = Writer::default();
        let guard = self.unwritten.guard.take();
        self.unwritten = LogWrite { start_over: true, append: self.writer.record(first)?, guard };
        Ok(())
    }

    pub(crate) fn log(&mut self, entry: &Entry) -> Result<(), EncodeError> {
        self.unwritten.append.extend(self.writer.record(entry)?);
        Ok(())
    }

    pub(crate) fn guard(&mut self, guard: &SignGuard) -> Result<(), EncodeError> {
        self.unwritten.guard = Some(guard.to_bytes()?);
        Ok(())
    }

    pub(crate) fn now(&mut self, output: Output) {
        self.free.push(output);
    }

    pub(crate) fn after_log(&mut self, output: Output) {
        self.fresh.push(output);
    }

    pub(crate) fn persisted(&mut self, batch: BatchId) {
        if self.in_flight == Some(batch) {
            self.in_flight = None;
        }
    }

    /// Drops everything: nothing may leave any more.
    pub(crate) fn close(&mut self) {
        *self = Self::default();
    }

    /// What may leave now, in order.
    pub(crate) fn take(&mut self) -> Vec<Output> {
        let fresh = core::mem::take(&mut self.fresh);
        if !fresh.is_empty() {
            let write = core::mem::take(&mut self.unwritten);
            if write != LogWrite::default() {
                self.issued = self.issued.saturating_add(1);
                self.gated.push_back(Output::Persist { batch: BatchId(self.issued), write });
            }
            self.gated.extend(fresh);
        }
        let mut out = core::mem::take(&mut self.free);
        while self.in_flight.is_none() {
            let Some(output) = self.gated.pop_front() else { break };
            if let Output::Persist { batch, .. } = &output {
                self.in_flight = Some(*batch);
            }
            out.push(output);
        }
        out
    }
}
