//! Damage to inputs, for runs without libFuzzer.

use crate::Random;

/// Numbers that do more harm than others: signs, limits, and the tags and lengths of DER.
const HARMFUL: [u8; 14] = [0, 1, 2, 0x17, 0x1f, 0x20, 0x30, 0x31, 0x7f, 0x80, 0x82, 0x84, 0xa0, 0xff];

/// A seed that was damaged in a few places, or two of them joined.
#[must_use]
pub fn damaged(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let Some(seed) = pick(seeds, random) else { return Vec::new() };
    let mut bytes = seed.clone();
    if random.below(4) == 0 {
        bytes.extend(pick(seeds, random).into_iter().flatten());
    }
    for _ in 0..=random.below(8) {
        hurt(&mut bytes, random);
    }
    bytes
}

fn pick<'a>(seeds: &'a [Vec<u8>], random: &mut Random) -> Option<&'a Vec<u8>> {
    seeds.get(random.below(seeds.len().max(1)))
}

fn hurt(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let place = random.below(bytes.len());
    match random.below(6) {
        0 => bytes[place] = HARMFUL[random.below(HARMFUL.len())],
        1 => bytes[place] ^= 1 << random.below(8),
        2 => {
            let end = (place + 4).min(bytes.len());
            random.fill(&mut bytes[place..end]);
        }
        3 => drop(bytes.drain(place..(place + 1 + random.below(8)).min(bytes.len()))),
        4 => {
            let copy = bytes[place..(place + 1 + random.below(64)).min(bytes.len())].to_vec();
            bytes.splice(place..place, copy);
        }
        _ => bytes.truncate(place),
    }
}
