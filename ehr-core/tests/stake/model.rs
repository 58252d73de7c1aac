//! Stake as one would write it down first: plain numbers, nothing shared with the real one but the cap on shares,
//! which `tests/bft.rs` compares with a naive one.

use crate::script::{Refusal, Step};
use ehr_core::consensus::StakeParams;
use std::collections::{BTreeMap, BTreeSet};

/// Voting power by index of the institution.
pub(crate) type Powers = BTreeMap<usize, u64>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) bonded: u64,
    pub(crate) since: u64,
    pub(crate) jailed_until: Option<u64>,
    /// Amount, time, height.
    pub(crate) unbonding: Vec<(u64, u64, u64)>,
}

#[derive(Clone)]
pub(crate) struct Model {
    rules: StakeParams,
    /// Of the block being made.
    pub(crate) height: u64,
    pub(crate) time: u64,
    pub(crate) balance: Vec<u64>,
    pub(crate) stake: Vec<Option<Holding>>,
    /// Who decides a height.
    pub(crate) sets: BTreeMap<u64, Powers>,
    base: Powers,
    offences: BTreeSet<(usize, u64, u32, bool)>,
    missed: BTreeMap<(u64, usize), u32>,
    fees: u64,
    pub(crate) burned: u64,
    pub(crate) minted: u64,
}

impl Model {
    pub(crate) fn new(stakes: &[u64], others: usize, credits: u64, time: u64, rules: StakeParams) -> Self {
        let holding =
            |bonded: &u64| Holding { bonded: *bonded, since: 0, jailed_until: None, unbonding: vec![] };
        let rest = std::iter::repeat_n(None, others);
        let mut model = Self {
            rules,
            height: 0,
            time,
            balance: stakes
                .iter()
                .copied()
                .chain([0; 9])
                .take(stakes.len() + others)
                .map(|s| credits - s)
                .collect(),
            stake: stakes.iter().map(|s| Some(holding(s))).chain(rest).collect(),
            sets: BTreeMap::new(),
            base: Powers::new(),
            offences: BTreeSet::new(),
            missed: BTreeMap::new(),
            fees: 0,
            burned: 0,
            minted: 0,
        };
        model.base = model.weigh(model.voters());
        for height in 0..3 {
            model.sets.insert(height, model.base.clone());
        }
        model
    }

    fn weigh(&self, who: Vec<usize>) -> Powers {
        let stakes: Vec<u64> = who.iter().map(|n| self.stake[*n].as_ref().unwrap().bonded).collect();
        who.into_iter().zip(self.rules.power.powers(&stakes)).collect()
    }

    /// Those with something bonded that satisfy a condition.
    fn bonded(&self, condition: impl Fn(usize, &Holding) -> bool) -> Vec<usize> {
        let bonded =
            |n: &usize| self.stake[*n].as_ref().is_some_and(|one| one.bonded > 0 && condition(*n, one));
        (0..self.stake.len()).filter(bonded).collect()
    }

    fn voters(&self) -> Vec<usize> {
        self.bonded(|_, one| one.jailed_until.is_none())
    }

    /// If nobody may vote, those who do until then and have something to lose.
    fn deciders(&self) -> Vec<usize> {
        let voters = self.voters();
        if voters.is_empty() {
            self.bonded(|n, _| self.sets[&(self.height + 1)].contains_key(&n))
        } else {
            voters
        }
    }

    fn coming(&self) -> Powers {
        let deciders = self.deciders();
        if deciders.is_empty() { self.sets[&(self.height + 1)].clone() } else { self.weigh(deciders) }
    }

    /// Does a step or nothing.
    pub(crate) fn step(&mut self, step: Step) -> Result<(), Refusal> {
        let mut after = self.clone();
        after.pay_fee(step.payer())?;
        after.act(step)?;
        if !matches!(step, Step::Report { .. }) && !self.deciders().is_empty() {
            self.check_change(&after)?;
        }
        if let Step::Unstake { who, .. } | Step::UnstakeAll { who } = step {
            let left = after.stake[who].as_ref().map_or(0, |one| one.bonded);
            if left == 0 && after.voters().is_empty() {
                return Err(Refusal::LastValidator);
            }
        }
        *self = after;
        Ok(())
    }

    fn pay_fee(&mut self, who: usize) -> Result<(), Refusal> {
        self.balance[who] = self.balance[who].checked_sub(1).ok_or(Refusal::Other)?;
        self.fees += 1;
        Ok(())
    }

    fn act(&mut self, step: Step) -> Result<(), Refusal> {
        let rules = self.rules;
        match step {
            Step::Stake { who, amount } => {
                let new = Holding { bonded: 0, since: self.height, jailed_until: None, unbonding: vec![] };
                let one = self.stake[who].get_or_insert(new);
                if amount == 0 || one.bonded + amount < rules.min_stake {
                    return Err(Refusal::TooSmall);
                }
                if amount > self.balance[who] {
                    return Err(Refusal::BalanceTooLow);
                }
                self.balance[who] -= amount;
                one.bonded += amount;
            }
            Step::UnstakeAll { who } => {
                let amount = self.stake[who].as_ref().ok_or(Refusal::Unknown)?.bonded;
                self.act(Step::Unstake { who, amount })?;
            }
            Step::Unstake { who, amount } => {
                let one = self.stake[who].as_mut().ok_or(Refusal::Unknown)?;
                if amount == 0 {
                    return Err(Refusal::TooSmall);
                }
                if amount > one.bonded {
                    return Err(Refusal::TooLarge);
                }
                if one.bonded != amount && one.bonded - amount < rules.min_stake {
                    return Err(Refusal::StakeLeft);
                }
                if one.unbonding.len() == 16 {
                    return Err(Refusal::TooMany);
                }
                one.bonded -= amount;
                let (time, height) =
                    (self.time + rules.unbonding_ms, self.height + rules.evidence_blocks + 1);
                one.unbonding.push((amount, time, height));
            }
            Step::Unjail { who } => {
                let one = self.stake[who].as_mut().ok_or(Refusal::Unknown)?;
                let until = one.jailed_until.ok_or(Refusal::NotJailed)?;
                if self.time < until {
                    return Err(Refusal::Jailed);
                }
                if one.bonded < rules.min_stake {
                    return Err(Refusal::TooSmall);
                }
                one.jailed_until = None;
            }
            Step::Report { by, who, ago, round, proposal } => {
                let height = self.height.saturating_sub(ago);
                let since = self.stake[who].as_ref().ok_or(Refusal::Unknown)?.since;
                if height < since || self.height - height > rules.evidence_blocks {
                    return Err(Refusal::EvidenceHeight);
                }
                if !self.offences.insert((who, height, round, proposal)) {
                    return Err(Refusal::Exists);
                }
                let slashed = self.slash(who, rules.slash_equivocation);
                let reward = slashed * u64::from(rules.reporter_share) / 1000;
                self.balance[by] += reward;
                self.burned += slashed - reward;
            }
        }
        Ok(())
    }

    fn slash(&mut self, who: usize, share: u16) -> u64 {
        let (until, mut slashed) = (self.time + self.rules.jail_ms, 0);
        let Some(one) = self.stake[who].as_mut() else { return 0 };
        let mut cut = |amount: &mut u64| {
            let lost = (*amount * u64::from(share)).div_ceil(1000);
            *amount -= lost;
            slashed += lost;
        };
        cut(&mut one.bonded);
        one.unbonding.iter_mut().for_each(|(amount, ..)| cut(amount));
        one.jailed_until = Some(one.jailed_until.map_or(until, |old| old.max(until)));
        slashed
    }

    fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        let total: u64 = self.base.values().sum();
        let limit = (total * u64::from(self.rules.power.max_change) / 1000).max(self.rules.min_stake);
        let moved = |set: &Powers| {
            let power = |set: &Powers, n| set.get(&n).copied().unwrap_or(0);
            let all = 0..self.stake.len();
            let up: u64 = all.clone().map(|n| power(set, n).saturating_sub(power(&self.base, n))).sum();
            let down: u64 = all.map(|n| power(&self.base, n).saturating_sub(power(set, n))).sum();
            (up, down)
        };
        let ((up, down), (was_up, was_down)) = (moved(&after.coming()), moved(&self.coming()));
        let bad = self.rules.power.max_change < 1000
            && (up > limit && up > was_up || down > limit && down > was_down);
        if bad { Err(Refusal::TooMuchChange) } else { Ok(()) }
    }

    /// Ends the block: fees, absences, payouts, reward, sets.
    pub(crate) fn end(&mut self, proposer: Option<usize>, absent: &[usize]) {
        let fees = std::mem::take(&mut self.fees);
        match proposer {
            Some(n) => self.balance[n] += fees,
            None => self.burned += fees,
        }
        for who in absent {
            let window = self.height / u64::from(self.rules.window_blocks);
            let missed = self.missed.entry((window, *who)).or_default();
            *missed += 1;
            if *missed == self.rules.max_missed + 1 {
                self.burned += self.slash(*who, self.rules.slash_downtime);
            }
        }
        for (n, slot) in self.stake.iter_mut().enumerate() {
            let Some(one) = slot else { continue };
            let (time, height) = (self.time, self.height);
            let due = |(_, t, h): &(u64, u64, u64)| *t <= time && *h <= height;
            self.balance[n] += one.unbonding.iter().filter(|u| due(u)).map(|u| u.0).sum::<u64>();
            one.unbonding.retain(|u| !due(u));
            if one.bonded == 0
                && one.unbonding.is_empty()
                && one.jailed_until.is_none_or(|until| until <= time)
            {
                *slot = None;
            }
        }
        if let Some(n) = proposer {
            self.balance[n] += self.rules.reward;
            self.minted += self.rules.reward;
        }
        let next = self.coming();
        for n in self.deciders() {
            self.stake[n].as_mut().unwrap().jailed_until = None;
        }
        if self.height.is_multiple_of(self.rules.epoch_blocks) {
            self.base = next.clone();
        }
        self.sets.insert(self.height + 2, next);
    }

    /// Credits there are.
    pub(crate) fn credits(&self) -> u64 {
        let held = |one: &Holding| one.bonded + one.unbonding.iter().map(|u| u.0).sum::<u64>();
        self.balance.iter().sum::<u64>() + self.stake.iter().flatten().map(held).sum::<u64>()
    }
}
