//! Sealed bytes: one message, three ways to open it.

use crate::input::Input;
use ehr_core::crypto::seal::{
    Dek, Opener, SALT_LEN, SealContext, open, open_range, opened_len, seal, sealed_len,
};

pub(crate) fn do_test(data: &[u8]) {
    let mut input = Input(data);
    let (how, piece) = (input.byte(), 1 + usize::from(input.byte()) * 97);
    let (dek, context) = (Dek::from_bytes(&[7; 32]), SealContext::new(b"fuzz".to_vec()));
    if how < 128 {
        // Bytes from anybody.
        opens_alike(&dek, &context, input.0, piece);
        return;
    }
    let (at, flip) = (usize::from(input.byte()) << 8 | usize::from(input.byte()), input.byte());
    // Around the length of a chunk as well, which no fuzzer writes by itself.
    let plain: Vec<u8> = input.0.iter().copied().cycle().take(long(how, input.0.len())).collect();
    let sealed = seal(&dek, &context, &[how; SALT_LEN], &plain).expect("far below the limit");
    assert_eq!(sealed.len() as u64, sealed_len(plain.len() as u64));
    assert_eq!(opened_len(sealed.len() as u64), Ok(plain.len() as u64));
    assert_eq!(opens_alike(&dek, &context, &sealed, piece).as_deref(), Some(&plain[..]));
    let (from, to) = (at.min(plain.len()), (at + piece).min(plain.len()));
    let part = open_range(&dek, &context, &sealed, from as u64..to as u64).expect("inside the message");
    assert_eq!(part.as_slice(), &plain[from..to]);

    assert!(open(&Dek::from_bytes(&[8; 32]), &context, &sealed).is_err());
    assert!(open(&dek, &SealContext::new(b"another".to_vec()), &sealed).is_err());
    assert!(opens_alike(&dek, &context, &sealed[..at % sealed.len()], piece).is_none(), "cut short");
    let mut spoilt = sealed;
    let at = at % spoilt.len();
    spoilt[at] ^= flip | 1;
    assert!(opens_alike(&dek, &context, &spoilt, piece).is_none(), "byte {at} changed");
}

fn long(how: u8, len: usize) -> usize {
    match (how % 8, len) {
        (_, 0) => 0,
        (0, _) => 16 * 1024 - 1,
        (1, _) => 16 * 1024,
        (2, _) => 16 * 1024 + 1,
        (3, _) => 40_000,
        (_, len) => len,
    }
}

/// The message, after checking that the two ways to open it agree.
fn opens_alike(dek: &Dek, context: &SealContext, sealed: &[u8], piece: usize) -> Option<Vec<u8>> {
    let at_once = open(dek, context, sealed).ok().map(|plain| plain.to_vec());
    let mut out = Vec::new();
    let in_pieces = sealed.split_first_chunk().and_then(|(header, rest)| {
        let mut opener = Opener::new(dek, context, header).ok()?;
        rest.chunks(piece).try_for_each(|part| opener.push(part, &mut out)).ok()?;
        opener.finish(&mut out).ok()?;
        Some(out)
    });
    assert!(at_once == in_pieces, "opened at once and in pieces");
    at_once
}
