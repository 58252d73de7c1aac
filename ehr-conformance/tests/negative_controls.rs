//! The suites catch what breaks a contract: one planted mistake at a time.

use ehr_conformance::{blob, ledger, signer, transport};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{SignError, Signer, SoftwareSigner};
use ehr_core::primitives::{ContentId, Signature, VerifyingKey};
use ehr_core::store::{
    BlobError, BlobStore, Change, ChangeSet, Forgotten, LedgerRead, LedgerStore, MemoryBlobs, MemoryStore,
    Pair, ReadError, StoreError, Table,
};
use ehr_core::transport::{MemoryTransport, PeerId, SendError, Transport, TransportEvent};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

/// What a broken store does wrong.
#[derive(Clone, Copy, Debug)]
enum Bug {
    LimitIgnored,
    EndIncluded,
    ReverseOrder,
    DeleteForgotten,
    TablesShared,
    EmptyValueIsAbsent,
    SecondHalfLost,
    NoEndMeansNothing,
}

struct Broken(MemoryStore, Bug);

impl LedgerRead for Broken {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.1 {
            Bug::TablesShared => self.0.get(Table::Meta, key),
            Bug::EmptyValueIsAbsent => Ok(self.0.get(table, key)?.filter(|v| !v.is_empty())),
            _ => self.0.get(table, key),
        }
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        match self.1 {
            Bug::LimitIgnored => self.0.range(table, from, to, usize::MAX),
            Bug::EndIncluded if !to.is_empty() => self.0.range(table, from, &[to, &[0]].concat(), limit),
            Bug::ReverseOrder => self.0.range(table, from, to, limit).map(|v| v.into_iter().rev().collect()),
            Bug::TablesShared => self.0.range(Table::Meta, from, to, limit),
            Bug::NoEndMeansNothing if to.is_empty() && !from.is_empty() => Ok(vec![]),
            _ => self.0.range(table, from, to, limit),
        }
    }
}

impl LedgerStore for Broken {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let mut kept = ChangeSet::new();
        let half = changes.len() / 2;
        for (n, (table, key, change)) in changes.iter().enumerate() {
            let table = if matches!(self.1, Bug::TablesShared) { Table::Meta } else { table };
            match (change, self.1) {
                (_, Bug::SecondHalfLost) if n > half => {}
                (Change::Delete, Bug::DeleteForgotten) => {}
                (Change::Put(value), _) => kept.put(table, key, value.clone()),
                (Change::Delete, _) => kept.delete(table, key),
            }
        }
        self.0.commit(&kept)
    }
}

#[test]
fn the_ledger_suite_catches_broken_stores() {
    use Bug::*;
    for bug in [
        LimitIgnored,
        EndIncluded,
        ReverseOrder,
        DeleteForgotten,
        TablesShared,
        EmptyValueIsAbsent,
        SecondHalfLost,
        NoEndMeansNothing,
    ] {
        let suite = || ledger::run(|| Broken(MemoryStore::new(), bug));
        assert!(catch_unwind(AssertUnwindSafe(suite)).is_err(), "{bug:?} went unnoticed");
    }
}

/// What a broken blob store does wrong.
#[derive(Clone, Copy, Debug)]
enum Careless {
    NameNotChecked,
    LargeBodiesCut,
    ForgottenIsKept,
    EverythingForgotten,
}

struct CarelessBlobs(MemoryBlobs, Careless);

impl BlobStore for CarelessBlobs {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        match self.1 {
            Careless::NameNotChecked => self.0.put(&ContentId::of_raw(bytes), bytes),
            _ => self.0.put(id, bytes),
        }
    }
    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        let mut found = self.0.get(id)?;
        if let (Careless::LargeBodiesCut, Some(bytes)) = (self.1, &mut found) {
            bytes.truncate(1 << 20);
        }
        Ok(found)
    }
    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        match self.1 {
            Careless::ForgottenIsKept => Ok(Forgotten::Yes),
            Careless::EverythingForgotten => {
                self.0.forget(&ContentId::of_raw(b"keep me"))?;
                self.0.forget(id)
            }
            _ => self.0.forget(id),
        }
    }
}

#[test]
fn the_blob_suite_catches_careless_stores() {
    use Careless::*;
    for bug in [NameNotChecked, LargeBodiesCut, ForgottenIsKept, EverythingForgotten] {
        let found = blob::check(|| CarelessBlobs(MemoryBlobs::new(), bug));
        assert!(found.is_err(), "{bug:?} went unnoticed");
    }
}

/// What a broken transport does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fails {
    Nothing,
    LosesTheTwentieth,
    SendsTheTwentiethTwice,
    SendsTheTwentiethLate,
    CutsFrames,
    TakesAnyLength,
    KnowsEverybody,
    SaysSentWhenFull,
    ForgetsToSayUp,
}

/// One end of a connection in memory that does one thing wrong.
struct Failing {
    inner: MemoryTransport,
    how: Fails,
    sent: usize,
    late: Option<Vec<u8>>,
}

impl Failing {
    fn pair(how: Fails) -> (Self, Self) {
        let (a, b) = MemoryTransport::pair(64);
        let failing = |inner| Self { inner, how, sent: 0, late: None };
        (failing(a), failing(b))
    }
}

impl Transport for Failing {
    fn send(&mut self, to: PeerId, frame: &[u8]) -> Result<(), SendError> {
        self.sent += 1;
        match (self.how, self.sent) {
            (Fails::LosesTheTwentieth, 20) => return Ok(()),
            (Fails::SendsTheTwentiethTwice, 20) => self.inner.send(to, frame)?,
            (Fails::SendsTheTwentiethLate, 20) => {
                self.late = Some(frame.to_vec());
                return Ok(());
            }
            (Fails::SendsTheTwentiethLate, 21) => {
                self.inner.send(to, frame)?;
                return self.late.take().map_or(Ok(()), |late| self.inner.send(to, &late));
            }
            (Fails::CutsFrames, _) => return self.inner.send(to, &frame[..frame.len().min(60_000)]),
            _ => {}
        }
        match (self.how, self.inner.send(to, frame)) {
            (Fails::TakesAnyLength, Err(SendError::TooLarge { .. }))
            | (Fails::KnowsEverybody, Err(SendError::Gone))
            | (Fails::SaysSentWhenFull, Err(SendError::Full)) => Ok(()),
            (_, answer) => answer,
        }
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<TransportEvent> {
        match self.inner.poll_event(cx) {
            Poll::Ready(TransportEvent::Up(peer)) if self.how == Fails::ForgetsToSayUp => {
                Poll::Ready(TransportEvent::Ready(peer))
            }
            event => event,
        }
    }
}

#[test]
fn the_transport_suite_catches_failing_transports() {
    use Fails::*;
    transport::check(|| Failing::pair(Nothing)).unwrap();
    for how in [
        LosesTheTwentieth,
        SendsTheTwentiethTwice,
        SendsTheTwentiethLate,
        CutsFrames,
        TakesAnyLength,
        KnowsEverybody,
        SaysSentWhenFull,
        ForgetsToSayUp,
    ] {
        assert!(transport::check(|| Failing::pair(how)).is_err(), "{how:?} went unnoticed");
    }
}

/// What a broken signer does wrong.
#[derive(Clone, Copy, Debug)]
enum Forges {
    AnotherKey,
    AnotherDomain,
    ChangedMessage,
    NewKeyEachTime,
    WeakKey,
    Unavailable,
}

struct Forger(Forges, Cell<u8>);

impl Forger {
    fn key(seed: u8) -> SoftwareSigner {
        SoftwareSigner::from_seed(&[seed; 32])
    }
}

impl Signer for Forger {
    fn public_key(&self) -> VerifyingKey {
        match self.0 {
            Forges::NewKeyEachTime => {
                self.1.set(self.1.get() + 1);
                Self::key(self.1.get()).public_key()
            }
            // A point of small order: any signature can be made to fit it.
            Forges::WeakKey => VerifyingKey([0; 32]),
            _ => Self::key(1).public_key(),
        }
    }

    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError> {
        match self.0 {
            Forges::AnotherKey => Self::key(9).sign(domain, message),
            Forges::AnotherDomain => Self::key(1).sign(Domain::Tx, message),
            Forges::ChangedMessage => Self::key(1).sign(domain, &message[..message.len().min(32)]),
            Forges::Unavailable => Err(SignError::Unavailable { reason: "locked".to_owned() }),
            Forges::NewKeyEachTime | Forges::WeakKey => Self::key(1).sign(domain, message),
        }
    }
}

#[test]
fn the_signer_suite_catches_forgers() {
    use Forges::*;
    for how in [AnotherKey, AnotherDomain, ChangedMessage, NewKeyEachTime, WeakKey, Unavailable] {
        assert!(signer::check(&Forger(how, Cell::new(0))).is_err(), "{how:?} went unnoticed");
    }
}
