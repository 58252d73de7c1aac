//! The strict codec: golden bytes good and bad, and on any bytes `accept(x) ⇒ encode(decode(x)) == x`.

mod golden;

use ehr_core::codec::{DecodeError, Specimen, Wire};
use ehr_core::primitives::{ContentId, Hash32};
use ehr_core::tx::{SignedTx, TxBody};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sample() -> Specimen {
    Specimen {
        number: 1 << 40,
        signed: -7,
        id: Hash32([0x11; 32]),
        bytes: vec![1, 2, 3],
        text: "é".into(),
        flag: true,
        link: Some(ContentId::of_raw(b"hello")),
        list: vec![23, 24, 255, 256, 65535],
    }
}

fn smallest() -> Specimen {
    Specimen {
        number: 0,
        signed: 0,
        id: Hash32::ZERO,
        bytes: vec![],
        text: String::new(),
        flag: false,
        link: None,
        list: vec![],
    }
}

/// Replaces `from` (which must be there once) by `to`.
fn with(from: &str, to: &str) -> Vec<u8> {
    let text = hex::encode(sample().to_bytes().unwrap());
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    hex::decode(text.replace(from, to)).unwrap()
}

fn bad() -> Vec<(&'static str, Vec<u8>)> {
    let good = sample().to_bytes().unwrap();
    let id = "11".repeat(32);
    let number = "1b0000010000000000";
    vec![
        ("nothing", vec![]),
        ("last byte missing", good[..good.len() - 1].to_vec()),
        ("a byte too many", [&good[..], &[0]].concat()),
        ("longer than the type may be", [&good[..], &[0; 256]].concat()),
        ("nested deeper than the type may be", with("85171818", "85811818")),
        ("a field missing", [&with("88", "87")[..good.len() - 12]].concat()),
        ("fewer fields announced than follow", with("88", "87")),
        ("a field too many", [&with("88", "89")[..], &[0]].concat()),
        ("number not in shortest form", with(number, "1b0000000000000017")),
        ("number in 16 bits that fits 8", with(number, "1900ff")),
        ("string length not in shortest form", with("43010203", "5803010203")),
        ("array of indefinite length", with("88", "9f")),
        ("string of indefinite length", with("43010203", "5f43010203ff")),
        ("reserved head", with(number, "1c")),
        ("float", with(number, "fb4000000000000000")),
        ("map", with("43010203", "a10102")),
        ("tag other than 42", with("43010203", "c143010203")),
        ("undefined", with("f5", "f7")),
        ("simple value in two bytes", with("f5", "f8ff")),
        ("break outside", with("f5", "ff")),
        ("id of 31 bytes", with(&format!("5820{id}"), &format!("581f{}", &id[2..]))),
        ("text that is not UTF-8", with("62c3a9", "62c328")),
        ("bytes where text belongs", with("62c3a9", "42c3a9")),
        ("negative number where none may be", with(number, "20")),
        ("element above its range", with("19ffff", "1a00010000")),
        ("link without its leading zero", with("58250001551220", "58240155 1220".replace(' ', "").as_str())),
        ("link to another hash", with("0001551220", "0001551420")),
        ("link not version 1", with("0001551220", "0002551220")),
        ("array length beyond the input", with("85171818", "9b7fffffffffffffff171818")),
        ("string length beyond the input", with("43010203", "5b7fffffffffffffff010203")),
    ]
}

fn error(e: &DecodeError) -> Value {
    match e {
        DecodeError::TooLarge { limit, got, .. } => json!({"kind": "too large", "limit": limit, "got": got}),
        DecodeError::TooDeep { limit, .. } => json!({"kind": "too deep", "limit": limit}),
        DecodeError::Truncated { offset, .. } => json!({"kind": "truncated", "offset": offset}),
        DecodeError::Forbidden { form, offset, .. } => {
            json!({"kind": "forbidden", "form": form, "offset": offset})
        }
        DecodeError::Trailing { extra, .. } => json!({"kind": "trailing", "extra": extra}),
        DecodeError::Mismatch { .. } => json!({"kind": "mismatch"}),
        DecodeError::NotCanonical { .. } => json!({"kind": "not canonical"}),
        other => panic!("a new kind of error: {other}"),
    }
}

#[test]
fn good_and_bad_bytes_are_golden() {
    let good = [sample(), smallest()].map(|value| {
        let bytes = value.to_bytes().unwrap();
        assert_eq!(Specimen::from_bytes(&bytes), Ok(value.clone()));
        json!({"hex": hex::encode(bytes), "value": [
            value.number, value.signed, value.id, hex::encode(&value.bytes), value.text, value.flag, value.link,
            value.list,
        ]})
    });
    let bad: Vec<_> = bad()
        .into_iter()
        .map(|(name, bytes)| {
            let e = Specimen::from_bytes(&bytes).expect_err(name);
            json!({"name": name, "hex": hex::encode(bytes), "error": error(&e)})
        })
        .collect();
    golden::check(
        "codec",
        &json!({
            "fields": ["u64", "i64", "bytes of length 32", "bytes", "text", "bool", "link or null", "array of u16"],
            "max_bytes": Specimen::MAX_BYTES,
            "max_depth": Specimen::MAX_DEPTH,
            "good": good,
            "bad": bad,
        }),
    );
}

/// Whatever is accepted is the one encoding of what it decodes to.
fn strict<T: Wire>(bytes: &[u8]) -> bool {
    let Ok(value) = T::from_bytes(bytes) else { return false };
    assert_eq!(value.to_bytes().unwrap(), bytes);
    true
}

fn any_sample() -> impl Strategy<Value = Specimen> {
    let link = prop::option::of(any::<[u8; 8]>().prop_map(|b| ContentId::of_dag_cbor(&b)));
    let small = (any::<u64>(), any::<i64>(), any::<[u8; 32]>(), any::<bool>(), link);
    let vecs =
        (prop::collection::vec(any::<u8>(), 0..40), ".{0,8}", prop::collection::vec(any::<u16>(), 0..20));
    (small, vecs).prop_map(|((number, signed, id, flag, link), (bytes, text, list))| Specimen {
        number,
        signed,
        id: Hash32(id),
        bytes,
        text,
        flag,
        link,
        list,
    })
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_never_have_two_encodings(
        bytes in prop::collection::vec(any::<u8>(), 0..300)
    ) {
        strict::<Specimen>(&bytes);
        strict::<SignedTx>(&bytes);
        strict::<TxBody>(&bytes);
    }

    #[test]
    fn honest_values_come_back(value in any_sample()) {
        prop_assert_eq!(Specimen::from_bytes(&value.to_bytes().unwrap()), Ok(value));
    }

    /// Bytes near good ones reach further into the decoder than random ones do.
    #[test]
    fn altered_bytes_are_refused_or_canonical(
        value in any_sample(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..4),
    ) {
        let mut bytes = value.to_bytes().unwrap();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        strict::<Specimen>(&bytes);
    }

    /// Right shape, and now and then an item that does not fit or is a second encoding of one that does.
    #[test]
    fn items_that_almost_fit_are_refused_or_canonical(items in fields()) {
        let (hex, fits): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        let accepted = strict::<Specimen>(&hex::decode(format!("88{}", hex.concat())).unwrap());
        prop_assert_eq!(accepted, fits.iter().all(|f| *f));
    }
}

/// For each field of [`Specimen`], an item in hex and whether it is the encoding of a value of that field.
fn fields() -> Vec<BoxedStrategy<(&'static str, bool)>> {
    const ID: &str = "58201111111111111111111111111111111111111111111111111111111111111111";
    const LINK: &str = "d82a58250001551220\
        1111111111111111111111111111111111111111111111111111111111111111";
    let fitting: [&[&str]; 8] = [
        &["00", "17", "1818", "190100", "1bffffffffffffffff"],
        &["00", "20", "3818", "3b7fffffffffffffff"],
        &[ID],
        &["40", "4100", "4161"],
        &["60", "6161", "62c3a9"],
        &["f4", "f5"],
        &["f6", LINK],
        &["80", "8100", "8217190100"],
    ];
    let other = [
        "1817",
        "1900ff",
        "1a0000ffff",
        "a0",
        "f7",
        "f90000",
        "c240",
        "9fff",
        "5800",
        "780161",
        "d82a40",
        "61ff",
        "8181",
        "9800",
    ];
    fitting
        .iter()
        .map(|fit| {
            let fit = prop::sample::select(fit.to_vec()).prop_map(|item| (item, true));
            let other = prop::sample::select(other.to_vec()).prop_map(|item| (item, false));
            prop_oneof![12 => fit, 1 => other].boxed()
        })
        .collect()
}
