//! What a chain starts from.

use crate::fault::call;
use crate::types::ChainConfig;
use crate::{Clock, EhrError, Entropy, Keyring, Result};
use ehr_core::block::{Balance, ChainSpec, Genesis as Specification};
use ehr_core::client::admission;
use ehr_core::codec::Wire as _;
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use ehr_core::primitives::ChainId;
use ehr_core::state::Params;
use ehr_core::tx::Role;
use std::sync::Arc;

/// Jurisdiction of founding institutions: none stated.
const NO_JURISDICTION: u16 = 0;

/// The specification of a chain. Two chains differ in it or are one.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Genesis(pub(crate) ChainSpec);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Genesis {
    /// A new chain. Every founder is enrolled and gets credits; those that are institutions are admitted. At least one
    /// must be an institution.
    ///
    /// # Errors
    /// A setting outside its limits, no institution among the founders, keys without their recovery key.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(
        config: ChainConfig,
        founders: Vec<Arc<Keyring>>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        call(|| {
            let mut rng = Entropy::or_system(entropy).rng()?;
            let target = match config.difficulty {
                0 => Some(CompactTarget::EASIEST),
                n @ 1..=8 => CompactTarget::leading_zero_nibbles(n),
                _ => None,
            };
            let target = target.ok_or_else(|| {
                EhrError::argument("difficulty", format!("{}, must be 0 to 8", config.difficulty))
            })?;
            let defaults = Params::default();
            let params = Params {
                consensus: ConsensusParams::work(DifficultyRule::Fixed { target }),
                confirmations: config.confirmations,
                ..defaults
            };
            let mut genesis = Specification {
                name: config.name,
                time: config.time.unwrap_or_else(|| Clock::or_system(clock).now()),
                params,
                accounts: Vec::new(),
                institutions: Vec::new(),
                balances: Vec::new(),
                validators: Vec::new(),
            };
            for keys in founders {
                let keys = keys.keys()?;
                if genesis.balances.iter().any(|balance| balance.account == keys.id()) {
                    return Err(EhrError::argument("founders", "the same keys twice"));
                }
                let account = keys.enrolment(ChainId::ZERO, None)?;
                if keys.role() == Role::Institution {
                    let (admit, _) = admission(keys.id(), account.enc_key, "", NO_JURISDICTION, &mut rng);
                    genesis.institutions.push(admit);
                }
                genesis.accounts.push(account);
                genesis.balances.push(Balance { account: keys.id(), credits: config.credits });
            }
            if genesis.institutions.is_empty() {
                return Err(EhrError::argument("founders", "no institution among them"));
            }
            Ok(Arc::new(Self(ChainSpec::new(genesis)?)))
        })
    }

    /// The specification as another party gave it.
    ///
    /// # Errors
    /// Malformed, or breaks a rule.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>> {
        call(|| {
            let genesis = Specification::from_bytes(&bytes)?;
            Ok(Arc::new(Self(ChainSpec::new(genesis)?)))
        })
    }

    /// The canonical bytes, to be given to everybody who joins.
    ///
    /// # Errors
    /// None that can be reached.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(self.0.genesis().to_bytes()?)
    }

    /// SHA-256 over the bytes: the chain's name.
    pub fn chain_id(&self) -> ChainId {
        self.0.chain_id()
    }

    /// The name for people.
    pub fn name(&self) -> String {
        self.0.genesis().name.clone()
    }
}
