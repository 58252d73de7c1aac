//! A node whose blocks' signatures are verified on several threads answers as one that has none.

use ehr_core::engine::Refused;
use ehr_core::primitives::Height;
use ehr_core::sim::Bug;
use ehr_core::state::testkit::{Consortium, TestLedger, forged};
use ehr_core::store::MemoryStore;
use ehr_core::tx::Tx;
use ehr_node::driver::{Node, NodeConfig, NodeError};
use std::sync::Arc;

/// Two signatures each: two shares, and some that are left.
const RECORDS: usize = 450;

#[tokio::test]
async fn as_many_threads_as_one_likes() {
    let mut kit = Consortium::new(1);
    let setup = kit.setup();
    let mut forger = TestLedger::new(kit.spec().with_bugs(Bug::SKIP_SIGNATURES));
    let block = |forger: &TestLedger, txs: &[Tx]| forger.make(&txs.iter().collect::<Vec<_>>()).unwrap();
    let first = block(&forger, &setup);
    forger.commit(&first).unwrap();
    kit.height = forger.tip().height;
    let txs: Vec<Tx> = (0..RECORDS).map(|n| kit.create_record(0, &n.to_string())).collect();
    let wrong = [0, 130, RECORDS - 1].map(|at| {
        let mut txs = txs.clone();
        txs[at] = forged(&txs[at]);
        block(&forger, &txs)
    });
    let good = block(&forger, &txs);
    let mut refusals: Vec<Vec<NodeError>> = Vec::new();
    for signature_threads in [0, 1, 3] {
        let config =
            NodeConfig { signature_threads, ..NodeConfig::new(kit.spec(), MemoryStore::new(), None) };
        let node = Arc::new(Node::start(config).unwrap());
        node.import(first.bytes().to_vec()).await.unwrap();
        let mut refused = Vec::new();
        for block in &wrong {
            refused.push(node.import(block.bytes().to_vec()).await.unwrap_err());
            assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height(1)), "nothing changed");
        }
        assert!(
            refused.iter().all(|error| matches!(error, NodeError::Refused(Refused::Block(_)))),
            "{refused:?}"
        );
        refusals.push(refused);
        node.import(good.bytes().to_vec()).await.unwrap();
        assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height(2)));
        Arc::into_inner(node).unwrap().stop().await;
    }
    assert_eq!(refusals[1], refusals[0]);
    assert_eq!(refusals[2], refusals[0]);
}
