//! The suite of [`BlobStore`].

use super::{Dice, Open};
use crate::primitives::{ContentId, ContentKind};
use crate::store::{BlobError, BlobStore, Forgotten};

/// Longer than any buffer a store is likely to use.
const LARGE: usize = 5 * 1024 * 1024 + 1;

/// Checks everything that can be checked without closing the store. `make` gives an empty store each time.
pub fn run<B: BlobStore>(mut make: impl FnMut() -> B) {
    keeps_what_it_is_given(&make());
    refuses_what_the_id_does_not_name(&make());
    forgets_or_says_that_it_cannot(&make());
    takes_concurrent_callers(&make());
}

/// [`run`], and that what was put is there after the store was dropped and opened again.
pub fn run_durable<B: BlobStore>(mut open: impl FnMut(Open) -> B) {
    run(|| open(Open::Fresh));
    let blobs: Vec<_> = (0..50usize).map(|n| Dice::new(n as u64).bytes(n * 97)).collect();
    let store = open(Open::Fresh);
    for bytes in &blobs {
        store.put(&ContentId::of_raw(bytes), bytes).expect("put");
    }
    let forgotten = store.forget(&ContentId::of_raw(&blobs[7])).expect("forget") == Forgotten::Yes;
    drop(store);
    let store = open(Open::Again);
    for (n, bytes) in blobs.iter().enumerate() {
        let got = store.get(&ContentId::of_raw(bytes)).expect("get");
        let gone = n == 7 && forgotten;
        assert_eq!(got.as_ref(), (!gone).then_some(bytes), "blob {n} after reopening");
    }
}

fn keeps_what_it_is_given(store: &impl BlobStore) {
    for len in [0, 1, 4096, LARGE] {
        let bytes = Dice::new(len as u64).bytes(len);
        for id in [ContentId::of_raw(&bytes), ContentId::of_dag_cbor(&bytes)] {
            assert_eq!(store.get(&id).expect("get"), None, "absent before it is put");
            store.put(&id, &bytes).expect("put");
            store.put(&id, &bytes).expect("putting the same again is no error");
            assert!(store.get(&id).expect("get").as_ref() == Some(&bytes), "{len} bytes changed");
        }
    }
}

fn refuses_what_the_id_does_not_name(store: &impl BlobStore) {
    let id = ContentId::of_raw(b"the real bytes");
    assert_eq!(store.put(&id, b"other bytes"), Err(BlobError::Mismatch(id)));
    assert_eq!(store.get(&id).expect("get"), None, "a refused put stores nothing");
    store.put(&id, b"the real bytes").expect("put");
    assert_eq!(store.put(&id, b"other bytes"), Err(BlobError::Mismatch(id)));
    assert_eq!(store.get(&id).expect("get").as_deref(), Some(&b"the real bytes"[..]));
    // The same digest as another kind of content is another id.
    assert_eq!(store.get(&ContentId::new(ContentKind::DagCbor, *id.digest())).expect("get"), None);
}

fn forgets_or_says_that_it_cannot(store: &impl BlobStore) {
    let (id, kept) = (ContentId::of_raw(b"forget me"), ContentId::of_raw(b"keep me"));
    store.forget(&id).expect("an absent id is already forgotten");
    store.put(&id, b"forget me").expect("put");
    store.put(&kept, b"keep me").expect("put");
    if store.forget(&id).expect("forget") == Forgotten::Yes {
        assert_eq!(store.get(&id).expect("get"), None, "forgotten bytes are gone");
        store.put(&id, b"forget me").expect("a forgotten id can be stored again");
        assert!(store.get(&id).expect("get").is_some());
    }
    assert!(store.get(&kept).expect("get").is_some(), "forgetting one id keeps the others");
}

fn takes_concurrent_callers(store: &impl BlobStore) {
    // Every thread stores the same bodies, in another order.
    let blobs: Vec<_> = (0..16u64).map(|n| Dice::new(n).bytes(3000)).collect();
    std::thread::scope(|scope| {
        for shift in 0..4 {
            let blobs = &blobs;
            scope.spawn(move || {
                for n in 0..blobs.len() {
                    let bytes = &blobs[(n * 5 + shift * 3) % blobs.len()];
                    let id = ContentId::of_raw(bytes);
                    store.put(&id, bytes).expect("put");
                    assert!(store.get(&id).expect("get").as_ref() == Some(bytes), "bytes changed");
                }
            });
        }
    });
}
