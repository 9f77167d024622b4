//! From what was captured to the bytes of a checkpoint.

use super::{CHECKSUM, Capture, HEAD, MAGIC, VERSION};

pub(super) fn checkpoint(capture: Capture) -> Vec<u8> {
    let Capture { snapshot, genome, areas, mappings, warnings, seed, rate } = capture;
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[0; HEAD - MAGIC.len() - size_of::<u32>()]);
    bytes.extend_from_slice(&rate.hz().to_le_bytes());
    bytes.extend_from_slice(&seed.to_le_bytes());
    text(&mut bytes, &genome.write_hierarchical());
    number(&mut bytes, areas.len());
    for area in &areas {
        bytes.extend_from_slice(&area.idx.get().to_le_bytes());
        bytes.extend_from_slice(area.id.as_bytes());
        text(&mut bytes, &area.name);
    }
    number(&mut bytes, mappings.len());
    for mapping in &mappings {
        bytes.extend_from_slice(&mapping.id.get().to_le_bytes());
        bytes.extend_from_slice(mapping.place.source.as_bytes());
        bytes.extend_from_slice(mapping.place.target.as_bytes());
        number(&mut bytes, mapping.place.position);
    }
    number(&mut bytes, warnings.len());
    for warning in &warnings {
        text(&mut bytes, &warning.place);
        text(&mut bytes, &warning.message);
    }
    let length = short(bytes.len() - HEAD);
    bytes[HEAD - length.len()..HEAD].copy_from_slice(&length);
    let checksum: [u8; CHECKSUM] = crc32fast::hash(&bytes).to_le_bytes();
    bytes.extend_from_slice(&checksum);
    bytes.extend_from_slice(&snapshot.to_bytes());
    bytes
}

/// A length as the format has it. A longer one is refused on reading; limits of genomes are far below.
fn short(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

fn number(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend_from_slice(&short(number));
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    number(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}
