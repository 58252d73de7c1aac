//! Making, opening and closing.

use super::machine::Core;
use super::{DEFAULT_PATIENCE, Ledger};
use crate::fault::call;
use crate::gate::Gate;
use crate::types::Tip;
use crate::{Clock, EhrError, Entropy, Genesis, Result, Storage};
use ehr_core::block::{ChainSpec, Genesis as Specification};
use ehr_core::codec::Wire as _;
use ehr_core::engine::GENESIS_KEY;
use ehr_core::primitives::ChainId;
use ehr_core::store::{LedgerRead as _, Table};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Begins a chain in a storage that holds none.
    ///
    /// # Errors
    /// `Refused` if it holds a ledger already, `Busy` if it is open, or the storage fails.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn create(
        genesis: Arc<Genesis>,
        storage: Arc<Storage>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        call(|| {
            let opened = storage.open(true)?;
            if opened.store.get(Table::Meta, GENESIS_KEY)?.is_some() {
                return Err(EhrError::refused("the storage holds a ledger already"));
            }
            Self::begin(genesis.0.clone(), opened, clock, entropy)
        })
    }

    /// Opens what a storage holds. Takes as long for a large ledger as for a small one.
    ///
    /// # Errors
    /// `NotFound` if it holds none, `Busy` if it is open, `Damaged`, `NewerFormat`, or the storage fails.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn open(
        storage: Arc<Storage>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        call(|| {
            let opened = storage.open(false)?;
            let Some(bytes) = opened.store.get(Table::Meta, GENESIS_KEY)? else {
                return Err(EhrError::not_found("ledger", "in this storage"));
            };
            // It was written by a program that had checked it.
            let damaged = |why: &dyn ToString| EhrError::damaged(format!("genesis: {}", why.to_string()));
            let genesis = Specification::from_bytes(&bytes).map_err(|e| damaged(&e))?;
            let spec = ChainSpec::new(genesis).map_err(|e| damaged(&e))?;
            Self::begin(spec, opened, clock, entropy)
        })
    }

    /// Closes the storage; every later call is `Closed`. A call that is under way ends first. Closing twice is no
    /// error.
    ///
    /// # Errors
    /// `Busy` when called from a callback of this ledger, or when a call does not end.
    pub fn close(&self) -> Result<()> {
        call(|| self.gate.close(self.patience()).map(drop))
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.gate.is_closed()
    }

    /// How long a call waits while others use the ledger before it is `Busy`; 30 seconds unless set.
    pub fn set_patience(&self, ms: u32) {
        self.patience.store(ms.into(), Ordering::Relaxed);
    }

    /// The chain.
    ///
    /// # Errors
    /// `Closed`.
    pub fn chain_id(&self) -> Result<ChainId> {
        self.check_open()?;
        Ok(self.spec.chain_id())
    }

    /// What the chain started from.
    ///
    /// # Errors
    /// `Closed`.
    pub fn genesis(&self) -> Result<Arc<Genesis>> {
        self.check_open()?;
        Ok(Arc::new(Genesis(ChainSpec::clone(&self.spec))))
    }

    /// The best block.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn tip(&self) -> Result<Tip> {
        call(|| self.core(|core| Ok(core.tip())))
    }
}

impl Ledger {
    fn begin(
        spec: ChainSpec,
        opened: crate::storage::Opened,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        let clock = Clock::or_system(clock);
        let core = Core::begin(spec.clone(), opened.store, opened.lease, Arc::clone(&clock))?;
        Ok(Arc::new(Self {
            gate: Gate::new(core),
            mining: Gate::new(()),
            spec: Arc::new(spec),
            blobs: opened.blobs,
            clock,
            entropy: Entropy::or_system(entropy),
            patience: AtomicU64::new(DEFAULT_PATIENCE),
        }))
    }
}

impl Core {
    pub(super) fn tip(&self) -> Tip {
        let best = self.engine.best();
        Tip {
            height: best.header.height,
            id: best.id,
            time: best.header.time,
            state_root: best.header.state_root,
            final_height: self.engine.final_height(),
        }
    }
}
