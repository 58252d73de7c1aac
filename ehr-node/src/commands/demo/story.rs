//! The chapters in order.

use super::council::{self, Council};
use super::error::{DemoError, expect};
use super::hospital::{Hospital, PATIENCE};
use super::ingest::ingest;
use super::input::Input;
use super::measure;
use super::offline;
use super::opening::compare;
use super::place::Place;
use super::revoking;
use super::sharing::{self, HAS_NONE};
use super::summary::{Phases, Refused, Shown, Summary};
use super::tamper::{Tampering, tamper};
use super::world::{Sealing, World};
use crate::commands::verify::{self, Report};
use crate::ui::Screen;
use ehr_core::policy::Purposes;
use ehr_core::primitives::ContentId;
use std::path::PathBuf;

/// Tells everything and gives the summary.
pub(super) async fn tell(
    screen: &Screen,
    place: &Place,
    sealing: Sealing,
    input: Input,
    mut phases: Phases,
) -> Result<Summary, DemoError> {
    let Input { patients, bundles, without_patient, not_stored, problems } = input;
    let input_bytes = patients.iter().flatten().map(|item| item.resource.bytes.len()).sum::<usize>();
    phases.end("reading the input");

    screen.step("Hospital A founds a ledger");
    let mut world = World::found(screen.clone(), place, sealing)?;
    screen.note(&format!("chain {}", world.chain));
    match sealing {
        Sealing::Work(difficulty) => {
            screen.note(&format!("proof of work, {difficulty} leading zero hex digits"));
        }
        Sealing::Stake => {
            screen.note(
                "proof of stake, final at once: hospitals A, C and D vote, two thirds of the stake decide",
            );
        }
    }
    world.enrol_a(patients.len()).await?;
    world.admit_b().await?;
    screen.note(&format!(
        "{} doctors and {} patients enrolled, each with own keys; hospital B admitted",
        world.a.doctors.len(),
        world.patients.len()
    ));
    phases.end("founding the ledger");

    screen.step("Every clinical resource becomes a sealed record");
    screen.note(&format!("{bundles} bundles read, {without_patient} of them without a patient"));
    if !not_stored.is_empty() {
        let counts: Vec<String> = not_stored.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        screen.note(&format!("not stored, about no patient: {}", counts.join(", ")));
    }
    let protagonist = patients.iter().position(|items| !items.is_empty());
    ingest(&mut world, patients).await?;
    for patient in &world.patients {
        screen.note(&format!("{}: {} records", patient.name, patient.records.len()));
    }
    if protagonist.is_none() {
        screen.note(
            "the input holds no patient: no record is kept, and the chapters about sharing are left out",
        );
    }
    phases.end("sealing, storing, signing, mining");

    let mut shown = Shown::default();
    if let Some(patient) = protagonist {
        screen.step("The patient is offline");
        offline::propose(&mut world, patient).await?;
        let name = &world.patients[patient].name;
        screen
            .note(&format!("two records proposed; {name}, back online, ratified one and refused the other"));
        phases.end("proposals");
    }

    screen.step("Hospital B verifies everything from genesis");
    let (mut b, stake) = world.start_b(place)?;
    synchronise(&world, &b).await?;
    if let Some(stake) = stake {
        let (height, voters) = council::take_a_seat(&world, &mut b, stake).await?;
        screen.note(&format!("hospital B put up stake: validator {voters} from height {height}"));
    }
    world.enrol_b(&mut b).await?;
    screen.note(&format!("{} doctors of hospital B enrolled through its own node", b.doctors.len()));
    phases.end("syncing hospital B");

    if let Some(patient) = protagonist {
        share(&mut world, &mut b, patient, &mut shown, &mut phases).await?;
    }
    read_own(&world, &mut shown).await?;
    phases.end("patients reading");

    world.a.confirm().await?;
    world.agree(&b).await?;
    let (bytes_on_chain, bytes_off_chain) = measure::sizes(&world.a).await?;
    let body = match protagonist {
        Some(patient) => measure::first_body(&world, patient).await?,
        None => None,
    };
    let (patients, records, versions) = (
        world.patients.len(),
        world.patients.iter().map(|patient| patient.records.len()).sum(),
        world.patients.iter().map(|patient| patient.kept.len()).sum(),
    );
    let doctors = world.a.doctors.len() + b.doctors.len();
    let World { a, council, .. } = world;
    let institutions = 2 + council.as_ref().map_or(0, |council| council.seats.len());
    let (verified, tampering) = check(a, b, council, body, screen, &mut phases).await?;
    if let Some(kept) = place.kept() {
        screen.note(&format!("the ledgers are kept in {}", kept.display()));
        if sealing == Sealing::Stake {
            screen.note(
                "with the institutions' keys, sealed under the passphrase \"demonstration\": see `ehr stake`",
            );
        }
    }
    Ok(Summary {
        success: true,
        bundles,
        bundles_without_patient: without_patient,
        not_stored,
        left_out: problems,
        hospitals: institutions,
        doctors,
        patients,
        records,
        versions,
        blocks: verified.first().map_or(0, |report| report.blocks),
        transactions: verified.first().map_or(0, |report| report.transactions),
        bytes_on_chain,
        bytes_off_chain,
        input_bytes: u64::try_from(input_bytes).unwrap_or(u64::MAX),
        shown,
        verified,
        tampering,
        milliseconds: phases.total(),
        phases: phases.done,
        ledger: place.kept().map(PathBuf::from),
    })
}

/// B catches up with A, and comes to the same state.
async fn synchronise(world: &World, b: &Hospital) -> Result<(), DemoError> {
    let (id, height, root) =
        world.a.node.read(|s| (s.best().id, s.best().header.height, s.best().header.state_root)).await?;
    let bar = world.screen.bar(height.0, "blocks verified by hospital B");
    let mut events = b.node.subscribe();
    let follow = async {
        loop {
            bar.set(b.height().await?.0.min(height.0));
            // Missed events do not matter: the height is asked for.
            if events.recv().await == Err(tokio::sync::broadcast::error::RecvError::Closed) {
                return Ok(());
            }
        }
    };
    tokio::select! {
        arrived = b.node.wait_block(id, height, PATIENCE) => arrived.map_err(|error| b.placed(error))?,
        stopped = follow => return stopped,
    }
    bar.set(height.0);
    bar.finish();
    let at_b = b.node.read(|s| s.best().header.state_root).await?;
    expect(at_b == root, || "the hospitals have different states".to_owned())?;
    world.screen.note(&format!("{} blocks from genesis; state root {root} at both", height.0));
    Ok(())
}

/// Request, grant, reading, refusals, revocation.
async fn share(
    world: &mut World,
    b: &mut Hospital,
    patient: usize,
    shown: &mut Shown,
    phases: &mut Phases,
) -> Result<(), DemoError> {
    let screen = world.screen.clone();
    let name = world.patients[patient].name.clone();
    let mut refused = |what: &'static str, why: String| {
        screen.refused(what, &why);
        shown.refused.push(Refused { what, why });
    };

    screen.step("Hospital B asks, the patient grants");
    let request = sharing::request(world, b, sharing::ASKS, patient, Purposes::TREAT).await?;
    screen.note(&format!("a doctor of hospital B asks {name} for access, purpose treatment (TREAT)"));
    let (grant, wraps) = sharing::grant(world, b, patient, request).await?;
    let final_when = if world.council.is_some() { "final at once" } else { "final after 2 more blocks" };
    screen.note(&format!("{name} grants: this scope, reading, TREAT, 15 days; {final_when}"));
    let released = sharing::release(world, b, patient, grant, &wraps).await?;
    shown.opened_under_grant = sharing::read_at_b(world, b, patient).await?;
    let equal = shown.opened_under_grant;
    expect(released == equal, || format!("{released} versions released, {equal} opened"))?;
    screen.note(&format!(
        "hospital B opened {equal} of {released} versions; each equals the input byte for byte"
    ));
    phases.end("granting and reading at hospital B");

    screen.step("Whoever has no grant reads nothing");
    let kept = &world.patients[patient].kept[0];
    let decision = sharing::ask_gateway(&world.a, b, HAS_NONE, kept, Purposes::TREAT, None).await?;
    expect(!decision.is_permit(), || "a doctor without a grant is permitted".to_owned())?;
    refused("another doctor of hospital B", sharing::explain(&decision));
    refused(
        "the same doctor, with the sealed bytes and own keys",
        sharing::try_without_grant(b, kept).await?,
    );
    let decision = sharing::ask_gateway(&world.a, b, sharing::ASKS, kept, Purposes::HRESCH, None).await?;
    expect(!decision.is_permit(), || "another purpose is permitted".to_owned())?;
    refused("the granted doctor, for research", sharing::explain(&decision));
    let request = sharing::request(world, b, HAS_NONE, patient, Purposes::HRESCH).await?;
    sharing::deny(world, b, patient, request).await?;
    refused("a request for research", format!("{name} said no on the ledger"));

    screen.step("The patient revokes");
    let old = sharing::scope_key(world, b, patient, &wraps).await?;
    revoking::revoke(world, b, patient, grant).await?;
    screen.note(&format!("{name} revokes the grant; the scope gets a new key in the same transaction"));
    let version = revoking::append(world, b, patient).await?;
    screen.note("hospital A writes the next version of a record");
    let (policy, key) = revoking::try_next_version(world, b, patient, version, grant, &old).await?;
    refused("the doctor who had the grant, asking for the next version", policy);
    refused("the same doctor, with the old scope key", key);
    phases.end("refusals and revocation");
    Ok(())
}

/// Every patient opens everything of their own.
async fn read_own(world: &World, shown: &mut Shown) -> Result<(), DemoError> {
    let total = world.patients.iter().map(|patient| patient.kept.len()).sum::<usize>();
    let bar =
        world.screen.bar(u64::try_from(total).unwrap_or(0), "versions opened by the patients themselves");
    for patient in &world.patients {
        let opened = compare(&world.a, &patient.kept, &patient.keys, None).await?;
        shown.opened_by_patients += opened;
        bar.inc(opened);
    }
    bar.finish();
    if total > 0 {
        let opened = shown.opened_by_patients;
        world
            .screen
            .note(&format!("the patients opened {opened} of {total} versions; each equals what was written"));
    }
    Ok(())
}

/// Both ledgers are verified as anybody would; then copies are changed.
async fn check(
    a: Hospital,
    b: Hospital,
    council: Option<Council>,
    body: Option<ContentId>,
    screen: &Screen,
    phases: &mut Phases,
) -> Result<(Vec<Report>, Vec<Tampering>), DemoError> {
    if let Some(council) = &council {
        let (id, height) = a.node.read(|s| (s.best().id, s.best().header.height)).await?;
        council.agree(id, height).await?;
    }
    let (dir_a, dir_b) = (a.dir.clone(), b.dir.clone());
    a.node.stop().await;
    b.node.stop().await;
    let mut dirs = vec![dir_a.clone(), dir_b];
    if let Some(council) = council {
        dirs.extend(council.stop().await);
    }
    screen.step("Anybody verifies every ledger");
    let mut verified = Vec::new();
    for dir in &dirs {
        let report = verify::verify(dir, screen)?;
        verify::tell(screen, &report);
        expect(report.is_sound(), || format!("{} is not sound", dir.display()))?;
        verified.push(report);
    }
    phases.end("verifying every ledger");
    screen.step("Somebody changes what is on the disk (of a copy)");
    let tampering = tamper(&dir_a, body, screen)?;
    phases.end("tampering and verifying");
    Ok((verified, tampering))
}
