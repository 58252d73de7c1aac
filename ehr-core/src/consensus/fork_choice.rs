//! Fork choice: most accumulated weight, ties to the lower id (rule W-8). Blocks are never counted.

use super::Weight;
use crate::primitives::{BlockId, Height};
use core::cmp::Ordering;

/// The end of a branch as fork choice sees it. The greater of two tips is the better one; the order is total,
/// so every node that knows the same valid blocks picks the same tip, whatever order they came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Weight of every block from genesis to this one.
    pub total: Weight,
    /// The block's id.
    pub id: BlockId,
}

impl Ord for Tip {
    fn cmp(&self, other: &Self) -> Ordering {
        // Ids are hashes: the lower one wins, which no arrival order influences.
        self.total.cmp(&other.total).then_with(|| other.id.cmp(&self.id))
    }
}

impl PartialOrd for Tip {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How to get from one block of a tree to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The last common block.
    pub fork: BlockId,
    /// Blocks to undo, tip first.
    pub undo: Vec<BlockId>,
    /// Blocks to apply, lowest first.
    pub apply: Vec<BlockId>,
}

/// The route between two blocks, given each known block's height and parent. `None` if a block on the way is
/// unknown or the two share no ancestor. Takes as many steps as it returns blocks.
pub fn route(
    from: BlockId,
    to: BlockId,
    known: impl Fn(&BlockId) -> Option<(Height, BlockId)>,
) -> Option<Route> {
    let (mut down, mut up) = (from, to);
    let (mut undo, mut apply) = (Vec::new(), Vec::new());
    while down != up {
        let ((low_height, low_parent), (high_height, high_parent)) = (known(&down)?, known(&up)?);
        if low_height == Height::ZERO && high_height == Height::ZERO {
            return None;
        }
        if low_height >= high_height {
            undo.push(down);
            down = low_parent;
        }
        if high_height >= low_height {
            apply.push(up);
            up = high_parent;
        }
    }
    apply.reverse();
    Some(Route { fork: down, undo, apply })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruint::aliases::U256;
    use std::collections::BTreeMap;

    fn id(n: usize) -> BlockId {
        crate::crypto::hash::sha256(&(n as u64).to_be_bytes()).0.into()
    }

    /// A tree: block n hangs from `parent[n] < n` and weighs `weight[n]`; block 0 is genesis.
    #[derive(Clone, Debug)]
    struct Tree(Vec<(usize, u8)>);

    impl Tree {
        fn ancestry(&self, mut n: usize) -> Vec<usize> {
            let mut path = vec![n];
            while n != 0 {
                n = self.0[n].0;
                path.push(n);
            }
            path
        }
        fn tip(&self, n: usize) -> Tip {
            let total: u64 = self.ancestry(n).iter().map(|b| u64::from(self.0[*b].1)).sum();
            Tip { total: Weight(U256::from(total)), id: id(n) }
        }
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let raw = prop::collection::vec((any::<prop::sample::Index>(), 1u8..4), 1..60);
        raw.prop_map(|v| {
            Tree(
                v.iter()
                    .enumerate()
                    .map(|(n, (p, w))| if n == 0 { (0, 0) } else { (p.index(n), *w) })
                    .collect(),
            )
        })
    }

    proptest! {
        #[test]
        fn any_arrival_order_ends_on_the_same_tip(
            (tree, order) in trees().prop_flat_map(|t| {
                let order: Vec<usize> = (0..t.0.len()).collect();
                (Just(t), Just(order).prop_shuffle())
            }),
        ) {
            // Naive model: list every block, take the heaviest total, then the smallest id.
            let best_total = (0..tree.0.len()).map(|n| tree.tip(n).total).max().unwrap();
            let model = (0..tree.0.len())
                .filter(|n| tree.tip(*n).total == best_total)
                .map(id)
                .min()
                .unwrap();
            let mut tip: Option<Tip> = None;
            for n in order {
                tip = tip.max(Some(tree.tip(n)));
            }
            prop_assert_eq!(tip.unwrap().id, model);
        }

        #[test]
        fn routes_match_the_ancestries(tree in trees(), a: prop::sample::Index, b: prop::sample::Index) {
            let (a, b) = (a.index(tree.0.len()), b.index(tree.0.len()));
            let known: BTreeMap<BlockId, (Height, BlockId)> = (0..tree.0.len())
                .map(|n| (id(n), (Height(tree.ancestry(n).len() as u64 - 1), id(tree.0[n].0))))
                .collect();
            let got = route(id(a), id(b), |i| known.get(i).copied()).unwrap();
            let (pa, pb) = (tree.ancestry(a), tree.ancestry(b));
            let fork = *pa.iter().find(|n| pb.contains(n)).unwrap();
            prop_assert_eq!(got.fork, id(fork));
            let undo: Vec<_> = pa.iter().take_while(|n| **n != fork).map(|n| id(*n)).collect();
            let mut apply: Vec<_> = pb.iter().take_while(|n| **n != fork).map(|n| id(*n)).collect();
            apply.reverse();
            prop_assert_eq!((got.undo, got.apply), (undo, apply));
        }
    }

    #[test]
    fn a_long_light_branch_loses_to_a_short_heavy_one() {
        let light = Tip { total: Weight(U256::from(100)), id: id(1) };
        let heavy = Tip { total: Weight(U256::from(101)), id: id(2) };
        assert!(heavy > light);
    }

    #[test]
    fn no_route_between_strangers_or_through_the_unknown() {
        let known = |i: &BlockId| (*i == id(1) || *i == id(2)).then_some((Height(0), BlockId::ZERO));
        assert_eq!(route(id(1), id(2), known), None);
        assert_eq!(route(id(1), id(3), known), None);
        assert_eq!(route(id(1), id(1), known).unwrap().undo, vec![]);
    }
}
