//! Truth tables written by hand, and what their rows and columns stand for.

use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;

/// Rows: patient, doctor A, nurse A, doctor B, nurse B, doctor B for herself.
/// Columns: as in `subjects`. `x` where the rule is about the asker.
pub(crate) const SUBJECTS: [&str; 6] = [".......", ".x.x.x.", "...x..x", "x.x.xx.", "..x.x.x", "x......"];

/// Rows: as in `asked`. Columns: as in `resources`. Inside, Partly, Outside.
pub(crate) const RESOURCES: [&str; 8] =
    ["IOPPPPP", "IOIOPPP", "IOIOIPP", "IOIOIIP", "IOIOIII", "IOIOIOO", "IOOIOOO", "IOPPIPP"];

/// Rows: read, append, amend, share. Columns: read+append, amend+share.
pub(crate) const ACTIONS: [&str; 4] = ["x.", "x.", ".x", ".x"];

/// Rows: treatment, emergency, research. Columns: treatment, emergency+research.
pub(crate) const PURPOSES: [&str; 3] = ["x.", ".x", ".x"];

/// Reason numbers of a permit and of a deny in each state of `standing`: live just before the window, at its first
/// and last moment, just after; revoked; used up; parent revoked; parent used up.
pub(crate) const STANDING: [(u8, u8); 8] = [(7, 7), (0, 0), (0, 0), (8, 8), (6, 6), (9, 0), (11, 0), (12, 0)];

pub(crate) struct Tables {
    pub(crate) subjects: Vec<Vec<u8>>,
    pub(crate) resources: Vec<Vec<u8>>,
    pub(crate) actions: Vec<Vec<u8>>,
    pub(crate) purposes: Vec<Vec<u8>>,
    pub(crate) standing: Vec<(u8, u8)>,
}

pub(crate) fn tables() -> Tables {
    let cells = |rows: &[&str]| rows.iter().map(|r| r.as_bytes().to_vec()).collect();
    Tables {
        subjects: cells(&SUBJECTS),
        resources: cells(&RESOURCES),
        actions: cells(&ACTIONS),
        purposes: cells(&PURPOSES),
        standing: STANDING.to_vec(),
    }
}

pub(crate) fn subjects() -> [Subject; 7] {
    let (doctor, nurse) = (StaffRoles::DOCTOR, StaffRoles::NURSE);
    [
        Subject::Account { id: DOCTOR_B },
        Subject::StaffOf { institution: HOSPITAL_A, roles: doctor },
        Subject::StaffOf { institution: HOSPITAL_B, roles: doctor.union(nurse) },
        Subject::Institution { id: HOSPITAL_A },
        Subject::Institution { id: HOSPITAL_B },
        Subject::AnyAdmitted { roles: doctor },
        Subject::AnyAdmitted { roles: nurse },
    ]
}

/// Account, institution and role of the rows of `SUBJECTS`.
pub(crate) fn asker(row: usize) -> (AccountId, Option<AccountId>, StaffRoles) {
    [
        (PATIENT, None, StaffRoles::NONE),
        (DOCTOR_A, Some(HOSPITAL_A), StaffRoles::DOCTOR),
        (NURSE_A, Some(HOSPITAL_A), StaffRoles::NURSE),
        (DOCTOR_B, Some(HOSPITAL_B), StaffRoles::DOCTOR),
        (NURSE_B, Some(HOSPITAL_B), StaffRoles::NURSE),
        (DOCTOR_B, None, StaffRoles::NONE),
    ][row]
}

pub(crate) fn resources() -> [Resource; 7] {
    let (record, version) = (RECORD, VersionNo(0));
    [
        Resource::AllOf { account: PATIENT },
        Resource::AllOf { account: OTHER_PATIENT },
        Resource::Scope { id: SCOPE },
        Resource::Scope { id: OTHER_SCOPE },
        Resource::Record { id: record },
        Resource::Version { record, version },
        Resource::Section { record, version, section: 1 },
    ]
}

/// Everything; a scope; a record; version 0; its section 1; version 1; a record elsewhere; a record whose scope is
/// not known.
pub(crate) fn asked(row: usize) -> ResourceChain {
    let all = ResourceChain { account: PATIENT, scope: None, record: None, version: None, section: None };
    let scope = ResourceChain { scope: Some(SCOPE), ..all };
    let record = ResourceChain { record: Some(RECORD), ..scope };
    let version = ResourceChain { version: Some(VersionNo(0)), ..record };
    [
        all,
        scope,
        record,
        version,
        ResourceChain { section: Some(1), ..version },
        ResourceChain { version: Some(VersionNo(1)), ..record },
        ResourceChain { scope: Some(OTHER_SCOPE), record: Some(OTHER_RECORD), ..all },
        ResourceChain { record: Some(RECORD), ..all },
    ][row]
}

pub(crate) const ASKED_VERSION: [bool; 8] = [false, false, false, true, true, true, false, false];
pub(crate) const ACTION: [Actions; 4] = [Actions::READ, Actions::APPEND, Actions::AMEND, Actions::SHARE];
pub(crate) const PURPOSE: [Purposes; 3] = [Purposes::TREAT, Purposes::ETREAT, Purposes::HRESCH];

/// One rule as indices into the tables.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) subject: usize,
    pub(crate) resource: usize,
    pub(crate) actions: usize,
    pub(crate) purposes: usize,
    pub(crate) standing: usize,
    pub(crate) deny: bool,
}

/// One question as indices into the tables.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) asker: usize,
    pub(crate) asked: usize,
    pub(crate) action: usize,
    pub(crate) purpose: usize,
}

/// The time is the same in every case; the window moves.
pub(crate) fn rule(n: u8, c: Cell) -> Rule {
    let mut rule = permit(n);
    let actions = [Actions::READ.union(Actions::APPEND), Actions::AMEND.union(Actions::SHARE)];
    let purposes = [Purposes::TREAT, Purposes::ETREAT.union(Purposes::HRESCH)];
    rule.effect = if c.deny { Effect::Deny } else { Effect::Permit };
    rule.terms.subject = subjects()[c.subject].clone();
    rule.terms.resource = resources()[c.resource].clone();
    rule.terms.actions = actions[c.actions];
    rule.terms.purposes = purposes[c.purposes];
    rule.terms.obligations = if n == 1 { Obligations::RECEIPT } else { Obligations::NOTIFY_PATIENT };
    let parent = Standing { revoked: None, uses: 0, max_uses: Some(1) };
    match c.standing {
        0 => rule.terms.not_before = NOON.plus(1),
        1 => rule.terms.not_before = NOON,
        2 => rule.terms.not_after = NOON.plus(1),
        3 => rule.terms.not_after = NOON,
        4 => rule.revoked = Some(Height(9)),
        5 => (rule.terms.max_uses, rule.uses) = (Some(2), 2),
        6 => rule.ancestors = vec![parent, Standing { revoked: Some(Height(7)), ..parent }],
        _ => rule.ancestors = vec![parent, Standing { uses: 1, ..parent }],
    }
    rule
}
