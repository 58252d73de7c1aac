//! Whether a subject or a resource of a rule covers the one asked about.

use super::{Resource, ResourceChain, StaffRoles, Subject};
use crate::primitives::{AccountId, ScopeId};

/// How a rule's resource and the resource asked for lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All that is asked for lies inside the rule's resource.
    Inside,
    /// More is asked for than the rule names, or it is not known to lie inside.
    Partly,
    /// Nothing that is asked for lies inside.
    Outside,
}

impl Coverage {
    fn of<T: PartialEq>(rule: &T, asked: Option<&T>) -> Self {
        match asked {
            Some(asked) if asked == rule => Self::Inside,
            Some(_) => Self::Outside,
            None => Self::Partly,
        }
    }

    /// Both levels must hold; the outer one is decided first.
    fn and(self, inner: Self) -> Self {
        match (self, inner) {
            (Self::Outside, _) | (_, Self::Outside) => Self::Outside,
            (Self::Inside, Self::Inside) => Self::Inside,
            _ => Self::Partly,
        }
    }
}

impl Resource {
    /// How what is asked for lies to this resource.
    pub fn coverage(&self, asked: &ResourceChain) -> Coverage {
        match self {
            Self::AllOf { account } => Coverage::of(account, Some(&asked.account)),
            Self::Scope { id } => Coverage::of(id, asked.scope.as_ref()),
            Self::Record { id } => Coverage::of(id, asked.record.as_ref()),
            Self::Version { record, version } => {
                Coverage::of(record, asked.record.as_ref()).and(Coverage::of(version, asked.version.as_ref()))
            }
            Self::Section { record, version, section } => Coverage::of(record, asked.record.as_ref())
                .and(Coverage::of(version, asked.version.as_ref()))
                .and(Coverage::of(section, asked.section.as_ref())),
        }
    }

    /// Whether all that is asked for lies inside this resource.
    pub fn covers(&self, asked: &ResourceChain) -> bool {
        self.coverage(asked) == Coverage::Inside
    }

    /// This resource as a question: itself, and what the state knows around it. `owner` is the patient it belongs
    /// to and `scope` the scope its record is filed in; where the resource names them itself, they are ignored.
    pub fn chain(&self, owner: AccountId, scope: Option<ScopeId>) -> ResourceChain {
        let mut chain = ResourceChain { account: owner, scope, record: None, version: None, section: None };
        match *self {
            Self::AllOf { account } => {
                chain.account = account;
                chain.scope = None;
            }
            Self::Scope { id } => chain.scope = Some(id),
            Self::Record { id } => chain.record = Some(id),
            Self::Version { record, version } => {
                chain.record = Some(record);
                chain.version = Some(version);
            }
            Self::Section { record, version, section } => {
                chain.record = Some(record);
                chain.version = Some(version);
                chain.section = Some(section);
            }
        }
        chain
    }

    /// Whether all of this resource lies inside `other`. `owner` and `scope` as in [`Resource::chain`].
    pub fn is_within(&self, other: &Self, owner: AccountId, scope: Option<ScopeId>) -> bool {
        other.covers(&self.chain(owner, scope))
    }
}

impl Subject {
    /// Whether this is about `account`, acting for an institution in some roles there, or for itself (none). The
    /// caller has checked that the institution is admitted and the membership active (rule P-3).
    pub fn covers(&self, account: AccountId, acting: Option<(AccountId, StaffRoles)>) -> bool {
        match (self, acting) {
            (Self::Account { id }, _) => *id == account,
            (Self::StaffOf { institution, roles }, Some((acts_for, has))) => {
                *institution == acts_for && roles.intersects(has)
            }
            (Self::Institution { id }, Some((acts_for, _))) => *id == acts_for,
            (Self::AnyAdmitted { roles }, Some((_, has))) => roles.intersects(has),
            (_, None) => false,
        }
    }
}
