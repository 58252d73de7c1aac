//! A walk over raw CBOR that allocates nothing: nesting, truncation and forbidden forms, before decoding.

use super::DecodeError;

/// Most nesting any caller may ask for; the walk keeps its stack on the stack.
const STACK: usize = 32;

/// Checks that `bytes` are exactly one item nested at most `max_depth` levels, in forms DAG-CBOR allows and this
/// ledger uses: no floats, no maps, no indefinite lengths, no tag but 42, shortest lengths (rules C-1 to C-4).
pub(super) fn check(what: &'static str, bytes: &[u8], max_depth: usize) -> Result<(), DecodeError> {
    let max_depth = max_depth.min(STACK);
    // How many items each open array still needs.
    let mut open = [0u64; STACK];
    let mut depth = 0usize;
    let mut at = 0usize;
    loop {
        let start = at;
        let (major, value, next) = head(what, bytes, at)?;
        at = next;
        let mut opened = false;
        match major {
            0 | 1 => {}
            2 | 3 => {
                let rest = bytes.len().saturating_sub(at);
                let len = usize::try_from(value).ok().filter(|n| *n <= rest);
                let len = len.ok_or(DecodeError::Truncated { what, offset: start })?;
                at = at.saturating_add(len);
            }
            4 => {
                if depth >= max_depth {
                    return Err(DecodeError::TooDeep { what, limit: max_depth });
                }
                // Each element takes at least one byte: a longer claim cannot be honest.
                let rest = u64::try_from(bytes.len().saturating_sub(at)).unwrap_or(u64::MAX);
                if value > rest {
                    return Err(DecodeError::Truncated { what, offset: start });
                }
                if value > 0 {
                    if let Some(slot) = open.get_mut(depth) {
                        *slot = value;
                    }
                    depth = depth.saturating_add(1);
                    opened = true;
                }
            }
            5 => return Err(DecodeError::Forbidden { what, form: "map", offset: start }),
            6 if value == 42 => opened = true, // a link: its byte string follows and counts for the tag
            6 => return Err(DecodeError::Forbidden { what, form: "tag other than 42", offset: start }),
            _ => {}
        }
        if opened {
            continue;
        }
        // This item is complete; close every array it was the last element of.
        loop {
            let Some(level) = depth.checked_sub(1) else {
                let extra = bytes.len().saturating_sub(at);
                return if extra == 0 { Ok(()) } else { Err(DecodeError::Trailing { what, extra }) };
            };
            let left = open.get(level).copied().unwrap_or(0).saturating_sub(1);
            if let Some(slot) = open.get_mut(level) {
                *slot = left;
            }
            if left > 0 {
                break;
            }
            depth = level;
        }
    }
}

/// Reads one head: major type, argument, offset behind it.
fn head(what: &'static str, bytes: &[u8], at: usize) -> Result<(u8, u64, usize), DecodeError> {
    let truncated = || DecodeError::Truncated { what, offset: at };
    let first = *bytes.get(at).ok_or_else(truncated)?;
    let (major, info) = (first >> 5, first & 0x1f);
    let forbidden = |form| DecodeError::Forbidden { what, form, offset: at };
    let body = at.saturating_add(1);
    if major == 7 {
        // false, true and null are the only simple values; 25..=27 are floats.
        return match info {
            20..=22 => Ok((7, u64::from(info), body)),
            25..=27 => Err(forbidden("float")),
            _ => Err(forbidden("simple value")),
        };
    }
    let (width, floor) = match info {
        0..=23 => return Ok((major, u64::from(info), body)),
        24 => (1usize, 24u64),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        31 => return Err(forbidden("indefinite length")),
        _ => return Err(forbidden("reserved head")),
    };
    let end = body.saturating_add(width);
    let raw = bytes.get(body..end).ok_or_else(truncated)?;
    let value = raw.iter().fold(0u64, |acc, b| (acc << 8) | u64::from(*b));
    if value < floor {
        return Err(forbidden("length not in shortest form"));
    }
    Ok((major, value, end))
}
