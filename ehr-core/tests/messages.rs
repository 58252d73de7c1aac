//! Golden vectors of what peers say: every message, and bytes that are none.

mod golden;

use ehr_core::codec::{Wire, limits};
use ehr_core::consensus::Weight;
use ehr_core::engine::{Carried, Message, PROTOCOL};
use ehr_core::primitives::Height;
use ehr_core::state::testkit::{Consortium, TestLedger};
use serde_json::{Value, json};

fn good() -> Vec<Message> {
    let mut kit = Consortium::new(1);
    let mut ledger = TestLedger::new(kit.spec());
    let tx = kit.setup().remove(0);
    let block = ledger.make(&[&tx]).unwrap();
    ledger.commit(&block).unwrap();
    let header = Carried(block.header().to_bytes().unwrap());
    let (genesis, id) = (ledger.spec.block().id(), block.id());
    let weight = ledger.base().total;
    let (protocol, chain_id) = (PROTOCOL, kit.chain_id);
    vec![
        Message::Hello { protocol, chain_id, tip: id, height: Height(1), weight },
        Message::Hello { protocol, chain_id, tip: genesis, height: Height::ZERO, weight: Weight::ZERO },
        Message::GetHeaders { locator: vec![id, genesis] },
        Message::GetHeaders { locator: vec![] },
        Message::Headers { headers: vec![header.clone()] },
        Message::Headers { headers: vec![] },
        Message::GetBlocks { ids: vec![id] },
        Message::Block { bytes: Carried(block.bytes().to_vec()) },
        Message::NotFound { ids: vec![id] },
        Message::Announce { header },
        Message::Tx { bytes: Carried(tx.bytes().to_vec()) },
    ]
}

/// Bytes near the golden ones that no decoder may take.
fn bad() -> Vec<(&'static str, Vec<u8>)> {
    let announce = Message::Tx { bytes: Carried(vec![1, 2]) }.to_bytes().unwrap();
    assert_eq!(announce, [0x82, 8, 0x42, 1, 2], "the shape the cases below change");
    vec![
        ("nothing", vec![]),
        ("cut short", announce[..4].to_vec()),
        ("a byte too many", [&announce[..], &[0]].concat()),
        ("unknown code", vec![0x82, 9, 0x42, 1, 2]),
        ("code 0", vec![0x82, 0, 0x42, 1, 2]),
        ("code not in its shortest form", vec![0x82, 0x18, 8, 0x42, 1, 2]),
        ("length not in its shortest form", vec![0x82, 8, 0x58, 2, 1, 2]),
        ("array of indefinite length", vec![0x9f, 8, 0x42, 1, 2, 0xff]),
        ("a field missing", vec![0x81, 8]),
        ("a field too many", vec![0x83, 8, 0x42, 1, 2, 0]),
        ("text where bytes belong", vec![0x82, 8, 0x62, 0x61, 0x62]),
        ("a map", vec![0xa1, 8, 0x42, 1, 2]),
        ("a length beyond the end", vec![0x82, 8, 0x5a, 0x7f, 0xff, 0xff, 0xff]),
        ("an id of 31 bytes", [&[0x82, 4, 0x81, 0x58, 31][..], &[7; 31]].concat()),
        ("nested too deep", [&[0x82, 2][..], &[0x81; 40], &[0]].concat()),
    ]
}

#[test]
fn messages_are_as_written_down() {
    let good: Vec<Value> = good()
        .iter()
        .map(|m| {
            let bytes = m.to_bytes().unwrap();
            assert_eq!(Message::from_bytes(&bytes).as_ref(), Ok(m));
            json!({ "name": m.name(), "code": m.code(), "bytes": hex::encode(bytes) })
        })
        .collect();
    let bad: Vec<Value> = bad()
        .into_iter()
        .map(|(why, bytes)| {
            let error = Message::from_bytes(&bytes).expect_err(why);
            assert!(!error.to_string().is_empty());
            json!({ "why": why, "bytes": hex::encode(bytes) })
        })
        .collect();
    golden::check("messages", &json!({ "good": good, "bad": bad }));
}

#[test]
fn the_largest_block_fits_a_frame_and_a_byte_more_than_a_frame_is_refused() {
    let block = Message::Block { bytes: Carried(vec![0; limits::MAX_BLOCK]) }.to_bytes().unwrap();
    assert!(block.len() <= limits::MAX_FRAME);
    assert!(Message::from_bytes(&block).is_ok());
    let full = |n| Message::Headers { headers: vec![Carried(vec![0; n]); limits::MAX_HEADERS] };
    assert!(full(444).to_bytes().unwrap().len() <= limits::MAX_FRAME, "an answer of usual headers");
    let over = vec![0; limits::MAX_FRAME + 1];
    assert!(Message::from_bytes(&over).unwrap_err().to_string().contains(&limits::MAX_FRAME.to_string()));
}
