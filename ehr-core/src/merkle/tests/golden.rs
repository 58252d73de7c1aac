fn key(i: u32) -> crate::primitives::Hash32 {
    super::naive::sha(&[&i.to_be_bytes()])
}
#[test]
#[ignore]
fn measure() {
    use crate::store::Table;
    use std::time::Instant;
    let mut store = super::store::MapStore::default();
    let all: std::collections::BTreeMap<_, _> =
        (0..300_000u32).map(|i| (key(i), Some(vec![i as u8; 300]))).collect();
    let t = Instant::now();
    super::state::apply(&mut store, &all);
    println!("bulk 300k {:?}", t.elapsed());
    for round in 0..5u32 {
        let ch: std::collections::BTreeMap<_, _> = (0..1000u32)
            .map(|i| (key((i * 7919 + round * 104729) % 330_000), Some(vec![round as u8 + 1; 300])))
            .collect();
        let t = Instant::now();
        let u = crate::merkle::sparse::update(&store, &ch).unwrap();
        let e = t.elapsed();
        let bytes: usize = u
            .pages
            .iter()
            .map(|(_, _, c)| if let crate::store::Change::Put(v) = c { v.len() } else { 0 })
            .sum();
        println!("update 1000: {:?}, {} puts {} bytes", e, u.pages.len(), bytes);
        let t = Instant::now();
        for k in ch.keys() {
            let p = crate::merkle::sparse::prove(&store, k).unwrap();
            std::hint::black_box(p);
        }
        println!("prove avg {:?}", t.elapsed() / 1000);
    }
    let p = crate::merkle::sparse::prove(&store, &key(5)).unwrap();
    println!("proof bytes {}", crate::codec::Wire::to_bytes(&p).unwrap().len());
    let t = Instant::now();
    let r = crate::merkle::sparse::rebuild(&store).unwrap();
    println!("rebuild {:?} {} pages", t.elapsed(), store.table(Table::Pages).count());
    assert_eq!(Ok(r.root), crate::merkle::sparse::root(&store));
    let leaves: Vec<Vec<u8>> = (0..10_000u32).map(|i| vec![i as u8; 33]).collect();
    for _ in 0..3 {
        let t = Instant::now();
        let a = crate::merkle::rfc6962::root(&leaves);
        let e1 = t.elapsed();
        let t = Instant::now();
        let b = super::naive::rfc6962(&leaves);
        let e2 = t.elapsed();
        let tree = crate::merkle::rfc6962::Tree::from_leaves(&leaves);
        let t = Instant::now();
        for i in 0..10_000 {
            std::hint::black_box(tree.prove_inclusion(i, 10_000));
        }
        let e3 = t.elapsed() / 10_000;
        let ps: Vec<_> = (0..10_000).map(|i| tree.prove_inclusion(i, 10_000).unwrap()).collect();
        let t = Instant::now();
        for (i, p) in ps.iter().enumerate() {
            crate::merkle::rfc6962::verify_inclusion(
                i as u64,
                10_000,
                &crate::merkle::rfc6962::leaf_hash(&leaves[i]),
                &p.0,
                &a,
            )
            .unwrap();
        }
        println!(
            "rfc root/leaf {:?} naive/leaf {:?} prove {:?} verify {:?}",
            e1 / 10_000,
            e2 / 10_000,
            e3,
            t.elapsed() / 10_000
        );
        assert_eq!(a, b);
    }
}
