//! Key files: they open with their passphrase, and what they ask for is bounded.

use ehr_core::codec::Wire;
use ehr_core::crypto::key_file::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const CHEAP: Argon2Params = Argon2Params { memory: 8, passes: 1, lanes: 1 };

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([1; 32])
}

fn cheap() -> KeyFile {
    KeyFile::seal(b"passphrase", CHEAP, b"device keys", &mut rng()).unwrap()
}

#[test]
fn opens_with_the_default_cost() {
    let params = Argon2Params::default();
    assert_eq!((params.memory, params.passes, params.lanes), (65_536, 3, 4));
    let file = KeyFile::seal(b"passphrase", params, b"device keys", &mut rng()).unwrap();
    let file = KeyFile::from_bytes(&file.to_bytes().unwrap()).unwrap();
    assert_eq!(file.params(), params);
    assert_eq!(file.open(b"passphrase").unwrap()[..], *b"device keys");
}

#[test]
fn a_wrong_passphrase_and_an_altered_key_part_look_the_same() {
    let file = cheap();
    assert_eq!(file.open(b"passphrase").unwrap()[..], *b"device keys");
    assert_eq!(file.open(b"Passphrase").unwrap_err(), KeyFileError::WrongPassphraseOrDamaged);
    assert_eq!(file.open(b"").unwrap_err(), KeyFileError::WrongPassphraseOrDamaged);
    // [format, [memory, passes, lanes], salt, sealed]: parameters at 3..6, salt at 7..23, sealed from 25.
    let bytes = file.to_bytes().unwrap();
    for (at, what) in [(3, "memory"), (4, "passes"), (7, "salt"), (25, "seal salt"), (60, "commitment")] {
        let mut bad = bytes.clone();
        bad[at] ^= if at == 4 {
            3
        } else if at == 3 {
            1
        } else {
            0x80
        };
        let file = KeyFile::from_bytes(&bad).unwrap();
        assert_eq!(file.open(b"passphrase").unwrap_err(), KeyFileError::WrongPassphraseOrDamaged, "{what}");
    }
    let mut bad = bytes;
    *bad.last_mut().unwrap() ^= 1;
    let file = KeyFile::from_bytes(&bad).unwrap();
    assert_eq!(file.open(b"passphrase").unwrap_err(), KeyFileError::Damaged);
}

#[test]
fn expensive_and_meaningless_parameters_are_refused_before_they_cost_anything() {
    use KeyFileParam::{Lanes, Memory, Passes};
    let seal = |memory, passes, lanes| {
        KeyFile::seal(b"p", Argon2Params { memory, passes, lanes }, b"", &mut rng()).err().unwrap()
    };
    let expensive = |param, limit, got| KeyFileError::TooExpensive { param, limit, got };
    let low = |param, floor, got| KeyFileError::TooLow { param, floor, got };
    assert_eq!(seal(u32::MAX, 1, 1), expensive(Memory, 1 << 20, u32::MAX));
    assert_eq!(seal(8, 17, 1), expensive(Passes, 16, 17));
    assert_eq!(seal(1024, 1, 17), expensive(Lanes, 16, 17));
    assert_eq!(seal(15, 1, 2), low(Memory, 16, 15));
    assert_eq!(seal(8, 0, 1), low(Passes, 1, 0));
    assert_eq!(seal(8, 1, 0), low(Lanes, 1, 0));

    // The same on reading: 8 KiB becomes 0xffffffff KiB in the file.
    let mut bytes = cheap().to_bytes().unwrap();
    bytes.splice(3..4, [0x1a, 0xff, 0xff, 0xff, 0xff]);
    let err = KeyFile::from_bytes(&bytes).unwrap().open(b"passphrase").unwrap_err();
    assert_eq!(err, expensive(Memory, 1 << 20, u32::MAX));
}

#[test]
fn other_formats_and_oversized_content_are_refused() {
    let mut bytes = cheap().to_bytes().unwrap();
    bytes[1] = 2;
    let err = KeyFile::from_bytes(&bytes).unwrap().open(b"passphrase").unwrap_err();
    assert_eq!(err, KeyFileError::Format { found: 2, expected: 1 });
    let max = vec![0; 64 * 1024];
    assert!(
        KeyFile::from_bytes(&KeyFile::seal(b"p", CHEAP, &max, &mut rng()).unwrap().to_bytes().unwrap())
            .is_ok()
    );
    let err = KeyFile::seal(b"p", CHEAP, &[max, vec![0]].concat(), &mut rng()).unwrap_err();
    assert_eq!(err, KeyFileError::TooExpensive { param: KeyFileParam::Content, limit: 65_536, got: 65_537 });
}
