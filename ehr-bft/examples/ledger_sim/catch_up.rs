//! How fast a replica that is far behind gets to the tip: real engines, real blocks, real frames; links that take no time.

use super::disk::Disk;
use ehr_bft::Memo;
use ehr_bft::replica::{Input, Output, Replica, ReplicaConfig, ReplicaKeys};
use ehr_bft::sim::ledger::{Members, Scenario};
use ehr_core::block::Block;
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::engine::block_at;
use ehr_core::primitives::{Height, Timestamp};
use ehr_core::state::testkit::bytes32;
use ehr_core::store::{LedgerStore as _, MemoryStore, Table};
use ehr_core::transport::PeerId;
use ehr_core::tx::KeyId;
use ehr_store_disk::DiskLayout;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Blocks the newcomer is behind.
const BEHIND: u64 = 1_000;
/// Records for each block; some get one more, some one less. Each has three signatures.
const RECORDS: usize = 4;
/// Blocks a second that are asked for.
const GOAL: f64 = 500.0;
/// Validators that make the blocks; one more comes later.
const MAKERS: usize = 4;
/// Wall time after which somebody does not catch up.
const PATIENCE: Duration = Duration::from_secs(120);

/// A replica and its store.
struct Seat {
    replica: Replica,
    disk: Disk,
    writing: bool,
    /// Time spent in its calls.
    spent: Duration,
    writes: u64,
}

/// Replicas that hear each other at once. Time passes only when nobody has anything to do.
struct Net {
    members: Members,
    memo: Memo,
    seats: Vec<Seat>,
    frames: VecDeque<(usize, usize, Arc<[u8]>)>,
    now: Timestamp,
    problems: Vec<String>,
}

impl Net {
    fn new() -> Self {
        let members = Members::new(&Scenario { validators: MAKERS + 1, ..Scenario::new(0) });
        let now = members.staked.genesis.time;
        let memo = Memo::new();
        Self { members, memo, seats: Vec::new(), frames: VecDeque::new(), now, problems: Vec::new() }
    }

    /// The next validator starts with an empty store and meets the others.
    fn join(&mut self, disk: Disk) -> Result<(), String> {
        let index = self.seats.len();
        let spec = self.members.spec();
        let key = |what: &str| SoftwareSigner::from_seed(&bytes32(&format!("institution {index}/{what}")));
        let makers = self.memo.clone();
        let config = ReplicaConfig {
            timeouts: Scenario::new(0).timeouts,
            memo: if index < MAKERS { makers } else { Memo::new() },
            ..ReplicaConfig::new(self.members.staked.id(index), spec.params())
        };
        let keys = ReplicaKeys {
            votes: Box::new(key("validator")),
            account: Some((KeyId(0), Box::new(key("device")))),
        };
        let started = Instant::now();
        let replica =
            Replica::recover(spec, config, keys, disk.read(), self.now).map_err(|error| error.to_string())?;
        self.seats.push(Seat { replica, disk, writing: false, spent: started.elapsed(), writes: 0 });
        self.perform(index);
        for other in 0..index {
            self.input(index, Input::PeerUp(PeerId(other as u64)));
            self.input(other, Input::PeerUp(PeerId(index as u64)));
        }
        Ok(())
    }

    /// The last validator goes.
    fn leave(&mut self) {
        self.seats.pop();
        let gone = self.seats.len();
        self.frames.retain(|(from, to, _)| *from != gone && *to != gone);
        (0..gone).for_each(|other| self.input(other, Input::PeerDown(PeerId(gone as u64))));
        self.frames.retain(|(_, to, _)| *to != gone);
    }

    /// Transactions in the blocks up to a height.
    fn txs(&self, tip: u64) -> Option<u64> {
        let disk = self.seats[0].disk.read();
        let of = |height| {
            let id = block_at(disk, Height(height)).ok()??;
            let bytes = disk.get(Table::Bodies, id.as_ref()).ok()??;
            Block::decode(&bytes).ok().map(|block| u64::from(block.header().tx_count))
        };
        (1..=tip).map(of).sum()
    }

    fn height(&self, seat: usize) -> u64 {
        self.seats[seat].replica.engine().best().header.height.0
    }

    fn input(&mut self, at: usize, input: Input) {
        let (seat, started) = (&mut self.seats[at], Instant::now());
        let taken = seat.replica.handle(self.now, seat.disk.read(), input);
        seat.spent += started.elapsed();
        if let Err(error) = taken {
            self.problems.push(format!("replica {at}: {error}"));
        }
        self.perform(at);
    }

    /// Does what a replica says.
    fn perform(&mut self, at: usize) {
        let (seat, started) = (&mut self.seats[at], Instant::now());
        while let Some(output) = seat.replica.poll_output() {
            match output {
                Output::Persist { batch, changes } => {
                    seat.writes += 1;
                    match &mut seat.disk {
                        Disk::Memory(store) => {
                            store.commit(&changes).expect("memory takes everything");
                            let stored = Input::Persisted { batch };
                            let _ = seat.replica.handle(self.now, seat.disk.read(), stored);
                        }
                        Disk::Thread { jobs, .. } => {
                            seat.writing = true;
                            jobs.send((batch, changes)).expect("the thread ends after this");
                        }
                    }
                }
                Output::Send { to, bytes } => self.frames.push_back((at, to.0 as usize, bytes)),
                Output::Event(_) | Output::Convicted { .. } => {}
                Output::Abstained { why, .. } => self.problems.push(format!("replica {at} abstains: {why}")),
                Output::NotProposed { why, .. } => self.problems.push(format!("replica {at}: {why}")),
                Output::Disconnect { peer, why } => {
                    self.problems.push(format!("replica {at} disconnects {}, which {why}", peer.0));
                }
                Output::Stopped(why) => self.problems.push(format!("replica {at} stopped: {why}")),
            }
        }
        seat.spent += started.elapsed();
    }

    /// The end of a write, if one has ended; waits for it if there is nothing else to do.
    fn written(&mut self, at: usize) -> bool {
        let seat = &mut self.seats[at];
        let Disk::Thread { done, .. } = &seat.disk else { return false };
        let ended = match (seat.writing, self.frames.is_empty()) {
            (false, _) => None,
            (true, true) => done.recv().ok(),
            (true, false) => done.try_recv().ok(),
        };
        let Some((batch, result)) = ended else { return false };
        seat.writing = false;
        let answer = if result.is_ok() { Input::Persisted { batch } } else { Input::PersistFailed { batch } };
        self.input(at, answer);
        true
    }

    /// Something happens; time passes only when nobody has anything to do.
    fn step(&mut self) {
        if (0..self.seats.len()).any(|at| self.written(at)) {
            return;
        }
        if let Some((from, to, bytes)) = self.frames.pop_front() {
            return self.input(to, Input::Frame { from: PeerId(from as u64), bytes: bytes.to_vec() });
        }
        let due = self.seats.iter().filter_map(|seat| seat.replica.poll_timeout()).min();
        self.now = due.unwrap_or(self.now).max(self.now.plus(1));
        for at in 0..self.seats.len() {
            let (seat, started) = (&mut self.seats[at], Instant::now());
            let _ = seat.replica.handle_timeout(self.now, seat.disk.read());
            seat.spent += started.elapsed();
            self.perform(at);
        }
    }

    /// Steps until a condition holds; what went wrong otherwise.
    fn until(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), String> {
        let started = Instant::now();
        while !done(self) {
            if let Some(problem) = self.problems.pop() {
                return Err(problem);
            }
            if started.elapsed() > PATIENCE {
                let heights: Vec<_> = (0..self.seats.len()).map(|at| self.height(at)).collect();
                return Err(format!("no end in {} s: heights {heights:?}", PATIENCE.as_secs()));
            }
            self.step();
        }
        Ok(())
    }

    /// The first validators make blocks of records.
    fn make_blocks(&mut self) -> Result<(), String> {
        for tx in self.members.setup(Height(1)) {
            self.input(0, Input::Submit { bytes: tx.bytes().to_vec() });
        }
        // Records need the scopes that these make.
        self.until(|net| net.seats.iter().all(|seat| seat.replica.engine().pool().is_empty()))?;
        let mut records = 0;
        while self.height(0) < BEHIND {
            let next = self.height(0) + 1;
            self.members.clinic.height = Height(next);
            for _ in 0..RECORDS {
                let tx = self.members.clinic.create_record(0, &format!("record {records}"));
                records += 1;
                self.input(next as usize % MAKERS, Input::Submit { bytes: tx.bytes().to_vec() });
            }
            self.until(|net| (0..MAKERS).all(|at| net.height(at) >= next))?;
        }
        Ok(())
    }
}

/// Measures with a store in memory and one on disk; whether both replicas caught up.
pub(crate) fn measure() -> bool {
    match both() {
        Ok(()) => true,
        Err(problem) => {
            println!("a replica {BEHIND} blocks behind does not catch up: {problem}");
            false
        }
    }
}

fn both() -> Result<(), String> {
    let mut net = Net::new();
    for _ in 0..MAKERS {
        net.join(Disk::Memory(MemoryStore::new()))?;
    }
    net.make_blocks()?;
    net.catch_up("in memory", Disk::Memory(MemoryStore::new()))?;
    net.leave();
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (store, _) = DiskLayout::new(dir.path()).open().map_err(|error| error.to_string())?;
    net.catch_up("on disk", Disk::threaded(store).ok_or("the store has no reader")?)
}

impl Net {
    /// A newcomer gets to where the others are; its memo is its own, as on a machine of its own.
    fn catch_up(&mut self, what: &str, disk: Disk) -> Result<(), String> {
        let tip = self.height(0);
        let (wall, busy) = (Instant::now(), super::busy_seconds());
        self.join(disk)?;
        self.until(|net| net.height(MAKERS) >= tip && !net.seats[MAKERS].writing)?;
        let wall = wall.elapsed().as_secs_f64();
        let busy = super::busy_seconds().zip(busy).map_or(f64::NAN, |(now, then)| now - then);
        let seat = &self.seats[MAKERS];
        let rate = |seconds: f64| tip as f64 / seconds;
        println!(
            "a replica {tip} blocks with {} transactions behind, {what}: {:.0} blocks/s by the clock (goal {GOAL}), {:.0} a \
             second in its own calls, {:.0} a second of processor time with the four that serve it, writing not counted; {} writes",
            self.txs(tip).ok_or("a block is missing")?,
            rate(wall),
            rate(seat.spent.as_secs_f64()),
            rate(busy),
            seat.writes,
        );
        Ok(())
    }
}
