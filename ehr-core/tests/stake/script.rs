//! What random scripts are made of.

use ehr_core::state::TxError;

/// What refuses, without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooSmall,
    TooLarge,
    TooMany,
    BalanceTooLow,
    Unknown,
    StakeLeft,
    LastValidator,
    TooMuchChange,
    NotJailed,
    Jailed,
    EvidenceHeight,
    Exists,
    Other,
}

impl From<&TxError> for Refusal {
    fn from(error: &TxError) -> Self {
        match error {
            TxError::TooSmall { .. } => Self::TooSmall,
            TxError::TooLarge { .. } => Self::TooLarge,
            TxError::TooMany { .. } => Self::TooMany,
            TxError::BalanceTooLow { .. } => Self::BalanceTooLow,
            TxError::Unknown { .. } => Self::Unknown,
            TxError::StakeLeft { .. } => Self::StakeLeft,
            TxError::LastValidator { .. } => Self::LastValidator,
            TxError::TooMuchChange(_) => Self::TooMuchChange,
            TxError::NotJailed { .. } => Self::NotJailed,
            TxError::Jailed { .. } => Self::Jailed,
            TxError::EvidenceHeight { .. } => Self::EvidenceHeight,
            TxError::Exists { .. } => Self::Exists,
            _ => Self::Other,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Stake { who: usize, amount: u64 },
    Unstake { who: usize, amount: u64 },
    UnstakeAll { who: usize },
    Unjail { who: usize },
    Report { by: usize, who: usize, ago: u64, round: u32, proposal: bool },
}

impl Step {
    /// Who signs and pays.
    pub(crate) const fn payer(self) -> usize {
        match self {
            Self::Stake { who, .. } | Self::Unstake { who, .. } => who,
            Self::UnstakeAll { who } | Self::Unjail { who } => who,
            Self::Report { by, .. } => by,
        }
    }
}
