//! The compact encoding of what fired: a pure function from voxels to bytes.
//!
//! Browsers draw with 16-bit coordinates and half floats, so a voxel takes 8 bytes instead of the 16
//! of a container, in arrays that can be handed to the graphics card as they are. The format is
//! specified in `docs/wire-format.md`.

use std::ops::Range;

use feagi_serialization::{FeagiByteContainer, XyzpArea};
use half::f16;
use half::slice::HalfFloatSliceExt as _;

/// Bytes in front of the body.
pub(super) const HEADER: usize = 32;
/// Bytes of an entry.
const ENTRY: usize = 20;
/// Bytes of a voxel: x, y, z and potential.
const VOXEL: usize = 8;
/// The first byte of the header.
const VOXELS: u8 = 1;
/// The flag of a compressed body.
const LZ4: u8 = 1;

/// The largest potential that is told; larger ones become it.
const LARGEST: f32 = 65504.0;

/// Potentials that are turned at a time: few enough for the stack and the first cache.
const TURNED: usize = 512;

/// The high words of a voxel's coordinates.
type High = [u16; 3];

/// Voxels of one area whose coordinates have the same high words.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: [u8; 8],
    high: High,
    count: u32,
}

/// What stands in front of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The burst.
    pub burst: u64,
    /// Entries of the body.
    pub entries: u32,
    /// Voxels of the body.
    pub voxels: u32,
    /// Bytes of the body before compression.
    pub length: u32,
    /// Whether the body is an LZ4 block.
    pub lz4: bool,
    /// Frames that the receiver did not get since the one before.
    pub left_out: u32,
}

impl Header {
    /// The bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0] = VOXELS;
        bytes[1] = if self.lz4 { LZ4 } else { 0 };
        let (low, high) = (self.burst as u32, (self.burst >> 32) as u32);
        let words = [self.entries, self.voxels, low, high, self.left_out, self.length];
        for (word, place) in words.iter().zip(bytes[4..].chunks_exact_mut(4)) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

/// Writes bodies. It is kept for its memory.
#[derive(Debug, Default)]
pub struct Encoder {
    entries: Vec<Entry>,
    /// Entries of each area of the frame at hand.
    areas: Vec<Range<usize>>,
    /// Where the next voxel of each entry of an area goes, for areas with several.
    next: Vec<usize>,
}

impl Encoder {
    /// Writes all voxels of `frame` over the beginning of `body`, which grows when it is too short, and
    /// returns how many entries, voxels and bytes there are. Areas without voxels are left out, and so
    /// are structs that do not follow the format. `None` when there are more voxels than the format can
    /// count.
    pub fn encode(&mut self, frame: &FeagiByteContainer, body: &mut Vec<u8>) -> Option<Header> {
        self.survey(areas(frame));
        let voxels: usize = self.entries.iter().map(|entry| entry.count as usize).sum();
        let length = ENTRY * self.entries.len() + VOXEL * voxels;
        let header = Header {
            entries: u32::try_from(self.entries.len()).ok()?,
            voxels: u32::try_from(voxels).ok()?,
            length: u32::try_from(length).ok()?,
            ..Header::default()
        };
        if body.len() < length {
            body.resize(length, 0);
        }
        let (entries, arrays) = body[..length].split_at_mut(ENTRY * self.entries.len());
        for (entry, place) in self.entries.iter().zip(entries.as_chunks_mut::<ENTRY>().0) {
            *place = entry.to_bytes();
        }
        let (words, _) = arrays.as_chunks_mut::<2>();
        let (x, words) = words.split_at_mut(voxels);
        let (y, words) = words.split_at_mut(voxels);
        let (z, potentials) = words.split_at_mut(voxels);
        let mut at = 0;
        for (index, area) in areas(frame).enumerate() {
            let to = at..at + area.len();
            let places = [&mut x[to.clone()], &mut y[to.clone()], &mut z[to.clone()]];
            self.write(index, &area, places, &mut potentials[to.clone()]);
            at = to.end;
        }
        Some(header)
    }

    /// Finds the entries of all areas.
    fn survey<'a>(&mut self, areas: impl Iterator<Item = XyzpArea<'a>>) {
        self.entries.clear();
        self.areas.clear();
        for area in areas {
            let (id, first) = (*area.id().as_bytes(), self.entries.len());
            let [x, y, z, _] = area.arrays();
            let high = [high(x[0]), high(y[0]), high(z[0])];
            if same_high(x) && same_high(y) && same_high(z) {
                // Areas of more than 2^32 voxels are refused with the sum.
                let count = u32::try_from(area.len()).unwrap_or(u32::MAX);
                self.entries.push(Entry { id, high, count });
            } else {
                self.survey_wide(id, [x, y, z]);
            }
            self.areas.push(first..self.entries.len());
        }
    }

    /// Finds the entries of an area that is wider than 65 536 voxels: there are few.
    fn survey_wide(&mut self, id: [u8; 8], coordinates: [&[[u8; 4]]; 3]) {
        let first = self.entries.len();
        let mut last = first;
        for high in highs(coordinates) {
            // Neighbours mostly belong together.
            if self.entries.get(last).is_none_or(|entry| entry.high != high) {
                let known = self.entries[first..].iter().position(|entry| entry.high == high);
                last = known.map_or(self.entries.len(), |at| first + at);
                if known.is_none() {
                    self.entries.push(Entry { id, high, count: 0 });
                }
            }
            self.entries[last].count += 1;
        }
    }

    fn write(
        &mut self,
        index: usize,
        area: &XyzpArea<'_>,
        mut places: [&mut [[u8; 2]]; 3],
        potentials: &mut [[u8; 2]],
    ) {
        let [x, y, z, p] = area.arrays();
        let entries = &self.entries[self.areas[index].clone()];
        if entries.len() == 1 {
            for (from, to) in [x, y, z].into_iter().zip(places) {
                narrow(from, to);
            }
            turn(p, potentials);
            return;
        }
        self.next.clear();
        self.next.extend(entries.iter().scan(0, |start, entry| {
            let here = *start;
            *start += entry.count as usize;
            Some(here)
        }));
        let mut last = 0;
        for (at, high) in highs([x, y, z]).enumerate() {
            if entries[last].high != high {
                // Every one was found when the entries were.
                last = entries.iter().position(|entry| entry.high == high).unwrap_or(last);
            }
            let to = self.next[last];
            self.next[last] += 1;
            for (from, place) in [x, y, z].into_iter().zip(&mut places) {
                place[to] = low(from[at]);
            }
            potentials[to] = half_of(p[at]).to_le_bytes();
        }
    }
}

/// All areas that have voxels.
fn areas(frame: &FeagiByteContainer) -> impl Iterator<Item = XyzpArea<'_>> {
    let areas = frame.xyzp_views().flatten().flat_map(|view| view.areas());
    areas.filter(|area| !area.is_empty())
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.id);
        bytes[8..12].copy_from_slice(&self.count.to_le_bytes());
        for (word, place) in self.high.iter().zip(bytes[12..18].chunks_exact_mut(2)) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

fn highs([x, y, z]: [&[[u8; 4]]; 3]) -> impl Iterator<Item = High> {
    x.iter().zip(y).zip(z).map(|((x, y), z)| [high(*x), high(*y), high(*z)])
}

const fn high([.., a, b]: [u8; 4]) -> u16 {
    u16::from_le_bytes([a, b])
}

const fn low([a, b, ..]: [u8; 4]) -> [u8; 2] {
    [a, b]
}

/// Whether all words have the same high half. No branch inside, so that it runs in wide instructions.
fn same_high(words: &[[u8; 4]]) -> bool {
    let first = words.first().map_or(0, |word| u32::from_le_bytes(*word));
    words.iter().fold(0, |differing, word| differing | (u32::from_le_bytes(*word) ^ first)) >> 16 == 0
}

fn narrow(from: &[[u8; 4]], to: &mut [[u8; 2]]) {
    for (from, to) in from.iter().zip(to) {
        *to = (u32::from_le_bytes(*from) as u16).to_le_bytes();
    }
}

fn bounded(word: [u8; 4]) -> f32 {
    f32::from_le_bytes(word).clamp(-LARGEST, LARGEST)
}

fn half_of(word: [u8; 4]) -> f16 {
    f16::from_f32(bounded(word))
}

/// Turns potentials into half floats, in one instruction for several where the processor has it.
fn turn(from: &[[u8; 4]], to: &mut [[u8; 2]]) {
    let (mut floats, mut halves) = ([0.0; TURNED], [f16::ZERO; TURNED]);
    for (from, to) in from.chunks(TURNED).zip(to.chunks_mut(TURNED)) {
        for (float, word) in floats.iter_mut().zip(from) {
            *float = bounded(*word);
        }
        let halves = &mut halves[..from.len()];
        halves.convert_from_f32_slice(&floats[..from.len()]);
        for (to, half) in to.iter_mut().zip(halves) {
            *to = half.to_le_bytes();
        }
    }
}
