//! The suite of [`BlobStore`].

use crate::broken::{Must, ensure, or_panic, same};
use crate::{Broken, Dice, Open};
use ehr_core::primitives::{ContentId, ContentKind};
use ehr_core::store::{BlobError, BlobStore, Forgotten};

/// Longer than any buffer a store is likely to use.
const LARGE: usize = 5 * 1024 * 1024 + 1;

/// Checks everything that can be checked without closing the store. `make` gives an empty store each time.
pub fn run<B: BlobStore>(make: impl FnMut() -> B) {
    or_panic(check(make));
}

/// As [`run`], without a panic.
///
/// # Errors
/// The first rule that is broken.
pub fn check<B: BlobStore>(mut make: impl FnMut() -> B) -> Result<(), Broken> {
    keeps_what_it_is_given(&make())?;
    refuses_what_the_id_does_not_name(&make())?;
    forgets_or_says_that_it_cannot(&make())?;
    takes_concurrent_callers(&make())
}

/// [`run`], and that what was put is there after the store was dropped and opened again.
pub fn run_durable<B: BlobStore>(mut open: impl FnMut(Open) -> B) {
    run(|| open(Open::Fresh));
    or_panic(survives_reopening(&mut open));
}

fn survives_reopening<B: BlobStore>(open: &mut impl FnMut(Open) -> B) -> Result<(), Broken> {
    let blobs: Vec<_> = (0..50usize).map(|n| Dice::new(n as u64).bytes(n * 97)).collect();
    let store = open(Open::Fresh);
    for bytes in &blobs {
        store.put(&ContentId::of_raw(bytes), bytes).must("put")?;
    }
    let forgotten = store.forget(&ContentId::of_raw(&blobs[7])).must("forget")? == Forgotten::Yes;
    drop(store);
    let store = open(Open::Again);
    for (n, bytes) in blobs.iter().enumerate() {
        let got = store.get(&ContentId::of_raw(bytes)).must("get")?;
        let gone = n == 7 && forgotten;
        same(got.as_ref(), (!gone).then_some(bytes), &format!("blob {n} after reopening"))?;
    }
    Ok(())
}

fn keeps_what_it_is_given(store: &impl BlobStore) -> Result<(), Broken> {
    for len in [0, 1, 4096, LARGE] {
        let bytes = Dice::new(len as u64).bytes(len);
        for id in [ContentId::of_raw(&bytes), ContentId::of_dag_cbor(&bytes)] {
            same(store.get(&id).must("get")?, None, "absent before it is put")?;
            store.put(&id, &bytes).must("put")?;
            store.put(&id, &bytes).must("putting the same again is no error")?;
            ensure(store.get(&id).must("get")?.as_ref() == Some(&bytes), &format!("{len} bytes changed"))?;
        }
    }
    Ok(())
}

fn refuses_what_the_id_does_not_name(store: &impl BlobStore) -> Result<(), Broken> {
    let id = ContentId::of_raw(b"the real bytes");
    same(store.put(&id, b"other bytes"), Err(BlobError::Mismatch(id)), "bytes that the id does not name")?;
    same(store.get(&id).must("get")?, None, "a refused put stores nothing")?;
    store.put(&id, b"the real bytes").must("put")?;
    same(store.put(&id, b"other bytes"), Err(BlobError::Mismatch(id)), "bytes that the id does not name")?;
    same(
        store.get(&id).must("get")?.as_deref(),
        Some(&b"the real bytes"[..]),
        "the real bytes after a refused put",
    )?;
    // The same digest as another kind of content is another id.
    same(
        store.get(&ContentId::new(ContentKind::DagCbor, *id.digest())).must("get")?,
        None,
        "the same digest as another kind of content",
    )?;
    Ok(())
}

fn forgets_or_says_that_it_cannot(store: &impl BlobStore) -> Result<(), Broken> {
    let (id, kept) = (ContentId::of_raw(b"forget me"), ContentId::of_raw(b"keep me"));
    store.forget(&id).must("an absent id is already forgotten")?;
    store.put(&id, b"forget me").must("put")?;
    store.put(&kept, b"keep me").must("put")?;
    if store.forget(&id).must("forget")? == Forgotten::Yes {
        same(store.get(&id).must("get")?, None, "forgotten bytes are gone")?;
        store.put(&id, b"forget me").must("a forgotten id can be stored again")?;
        ensure(store.get(&id).must("get")?.is_some(), "a forgotten id can be stored again")?;
    }
    ensure(store.get(&kept).must("get")?.is_some(), "forgetting one id keeps the others")?;
    Ok(())
}

fn takes_concurrent_callers(store: &impl BlobStore) -> Result<(), Broken> {
    // Every thread stores the same bodies, in another order.
    let blobs: Vec<_> = (0..16u64).map(|n| Dice::new(n).bytes(3000)).collect();
    let script = &|shift: usize| -> Result<(), Broken> {
        for n in 0..blobs.len() {
            let bytes = &blobs[(n * 5 + shift * 3) % blobs.len()];
            let id = ContentId::of_raw(bytes);
            store.put(&id, bytes).must("put by several threads")?;
            ensure(store.get(&id).must("get by several threads")?.as_ref() == Some(bytes), "bytes changed")?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|shift| scope.spawn(move || script(shift))).collect();
        for thread in threads {
            thread.join().map_err(|_| Broken::new("a panic in a call by several threads"))??;
        }
        Ok(())
    })
}
