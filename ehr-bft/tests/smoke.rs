//! x
use ehr_bft::sim::*;
#[test]
fn a() {
    let t = std::time::Instant::now();
    let r = run(&Scenario::new(1)).unwrap();
    println!("{r:?} {:?}", t.elapsed());
}
