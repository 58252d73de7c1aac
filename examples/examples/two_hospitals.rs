//! Two hospitals share a ledger: `cargo run -p ehr-examples --example two_hospitals`.
//!
//! Each runs a node of its own. They exchange frames (byte strings), here within one program. Nobody is in charge:
//! both mine, and when their chains differ, the one with more work in it wins on both sides.
//! How a node is driven is in `examples/src/node.rs`, less than a hundred lines.
#![allow(clippy::print_stdout, reason = "an example prints")]

use ehr_core::engine::LedgerEvent;
use ehr_core::state::testkit::Consortium;
use ehr_core::state::{Record, StateRead};
use ehr_examples::{Node, connect, deliver};
use std::error::Error;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Made-up keys: two hospitals, their staff and one patient. Everybody who builds the chain from the same genesis
    // specification gets the same chain id and can talk to the others.
    let mut kit = Consortium::new(1);
    let (a_account, b_account) = (kit.hospital_a.id, kit.hospital_b.id);
    let mut a = Node::new(1, kit.spec())?;
    let mut b = Node::new(2, kit.spec())?;
    println!("Hospitals A and B start from genesis {}.", a.engine.best().id);

    // Hospital A employs its doctors and the patient opens a scope, a folder with keys of its own.
    for tx in kit.setup() {
        a.submit(&tx)?;
    }
    a.mine(a_account)?;
    // A doctor and the patient sign a record. The ledger holds commitments to it, never its content.
    let create = kit.create_record(0, "blood count");
    a.submit(&create)?;
    a.mine(a_account)?;
    println!("A mined {} blocks with a record in them; B has not heard of it.", height(&a));
    assert_eq!(height(&b), 0);

    connect(&mut a, &mut b)?;
    let frames = deliver(&mut a, &mut b)?;
    assert_eq!(a.engine.best().id, b.engine.best().id);
    println!("They connect. After {frames} frames B has checked every rule itself and is at the same tip.");

    // The line goes dead: frames pile up while both mine. Now there are two truths.
    let append = kit.append_version(0, "blood count", 1, create.id());
    a.submit(&append)?;
    a.mine(a_account)?;
    b.mine(b_account)?;
    b.mine(b_account)?;
    assert_ne!(a.engine.best().id, b.engine.best().id);
    println!("Cut off, A mined 1 block with a new version of the record, B mined 2 empty ones.");

    // The line is back. B's branch has more work, so A undoes its own block and the version waits again.
    a.events.clear();
    deliver(&mut a, &mut b)?;
    assert_eq!(a.engine.best().id, b.engine.best().id);
    let undone: u64 = a.events.iter().map(undone).sum();
    assert_eq!((undone, a.engine.pool().len()), (1, 1));
    println!("Reconnected, A took B's branch and undid {undone} block; the version waits in A's pool.");

    // It is not lost: the next block has it, and both agree again.
    a.mine(a_account)?;
    deliver(&mut a, &mut b)?;
    let record = kit.record("blood count");
    for node in [&a, &b] {
        let head = node.state().get::<Record>(&record)?.ok_or("the record is there")?.head;
        assert_eq!(head.0, 1);
    }
    assert_eq!(a.engine.best(), b.engine.best());
    println!("A mined it again. Both are at height {} and hold version 1 of the record.", height(&a));
    println!(
        "A block is final with {} confirmations, its own included.",
        a.engine.spec().params().confirmations
    );
    Ok(())
}

fn height(node: &Node) -> u64 {
    node.engine.best().header.height.0
}

/// Blocks that were taken off the best chain, as users are told.
fn undone(event: &LedgerEvent) -> u64 {
    match event {
        LedgerEvent::TipMoved { undone, .. } => *undone,
        _ => 0,
    }
}
