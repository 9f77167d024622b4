//! Hashes by which clients notice that a part of the genome has changed.

use std::io;

use feagi_genome::{AreaGenes, Genome, MappingRule, MemoryGenes, Morphology, Region};
use feagi_types::{AreaParameters, Dimensions, Position};
use serde::Serialize;

/// A hash of everything fed to it, the same in every process: FNV-1a in 64 bits, of which 53 are
/// given away, because clients keep numbers in 64-bit floats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digest(u64);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Digest {
    pub(crate) const fn new() -> Self {
        Self(OFFSET)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }

    /// A value in its JSON form, and a mark for its end, so that neighbours cannot run together.
    pub(crate) fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        // Writing into a digest cannot fail, and values that JSON cannot hold are fed as `null`.
        let _ = serde_json::to_writer(&mut *self, value);
        self.bytes(&[0]);
    }

    /// The hash, 0..2^53.
    pub(crate) const fn finish(self) -> u64 {
        // The low bits of FNV know little of early bytes: mix before cutting.
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        (hash ^ (hash >> 33)) >> 11
    }
}

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A hash of each part of a genome. Each changes when its part changes, and only then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashes {
    /// Regions: tree, members, titles and places.
    pub(crate) regions: u64,
    /// Areas with all their properties, without mappings.
    pub(crate) areas: u64,
    /// Where areas are and how large.
    pub(crate) geometry: u64,
    /// Connection rules.
    pub(crate) morphologies: u64,
    /// Mappings.
    pub(crate) mappings: u64,
    /// Classifiers.
    pub(crate) classifiers: u64,
}

impl Hashes {
    pub(crate) fn of(genome: &Genome) -> Self {
        let mut geometry = Digest::new();
        let mut areas = Digest::new();
        let mut mappings = Digest::new();
        for genes in &genome.areas {
            feed_geometry(&mut geometry, genes);
            feed_area(&mut areas, genes);
            feed_mappings(&mut mappings, genes);
        }
        let mut regions = Digest::new();
        for region in &genome.regions {
            feed_region(&mut regions, region);
        }
        let mut morphologies = Digest::new();
        for (name, Morphology { rule: _, class, raw }) in &genome.morphologies {
            morphologies.value(&(name, class, raw));
        }
        let mut classifiers = Digest::new();
        classifiers.value(&genome.extra.get("classifiers"));
        Self {
            regions: regions.finish(),
            areas: areas.finish(),
            geometry: geometry.finish(),
            morphologies: morphologies.finish(),
            mappings: mappings.finish(),
            classifiers: classifiers.finish(),
        }
    }
}

fn feed_geometry(digest: &mut Digest, genes: &AreaGenes) {
    let Dimensions { width, height, depth } = genes.dimensions;
    let Position { x, y, z } = genes.position;
    digest.bytes(genes.id.as_bytes());
    digest.value(&([width, height, depth], [x, y, z], genes.position_2d));
}

// Taken apart without `..`, so that a new field cannot be forgotten.
fn feed_area(digest: &mut Digest, genes: &AreaGenes) {
    let AreaGenes {
        id,
        name,
        dimensions: _,
        neurons_per_voxel,
        position: _,
        position_2d: _,
        visible,
        parameters,
        memory,
        mappings: _,
        extra,
    } = genes;
    feed_geometry(digest, genes);
    digest.bytes(id.as_bytes());
    digest.value(&(name, neurons_per_voxel, visible, extra));
    feed_parameters(digest, parameters);
    if let Some(MemoryGenes { temporal_depth, init_lifespan, lifespan_growth_rate, longterm_threshold }) =
        memory
    {
        digest.value(&(temporal_depth, init_lifespan, lifespan_growth_rate.to_bits(), longterm_threshold));
    }
    digest.bytes(&[0]);
}

fn feed_parameters(digest: &mut Digest, parameters: &AreaParameters) {
    let AreaParameters {
        threshold,
        threshold_increment,
        threshold_limit,
        leak,
        resting_potential,
        refractory_period,
        excitability,
        consecutive_fire_limit,
        snooze_length,
        accumulates,
        postsynaptic_current,
        psp_uniform,
        mp_driven_psp,
        degeneration,
    } = parameters;
    let [x, y, z] = *threshold_increment;
    for float in [
        *threshold,
        x,
        y,
        z,
        *threshold_limit,
        *leak,
        *resting_potential,
        *excitability,
        *postsynaptic_current,
        *degeneration,
    ] {
        digest.bytes(&float.to_bits().to_le_bytes());
    }
    digest.value(&(refractory_period, consecutive_fire_limit, snooze_length, accumulates));
    digest.value(&(psp_uniform, mp_driven_psp));
}

fn feed_mappings(digest: &mut Digest, genes: &AreaGenes) {
    for (target, rules) in &genes.mappings {
        digest.bytes(genes.id.as_bytes());
        digest.value(target);
        for MappingRule { raw, .. } in rules {
            digest.value(raw);
        }
    }
}

fn feed_region(digest: &mut Digest, region: &Region) {
    let Region { id, title, parent, areas, inputs, outputs, extra } = region;
    digest.value(&(id, title, parent, extra));
    for list in [areas, inputs, outputs] {
        for id in list {
            digest.bytes(id.as_bytes());
        }
        digest.bytes(&[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genome() -> Genome {
        let text = r#"{"version": "3.0", "blueprint": {
            "Y19leWVfX18=": {"cortical_name": "eye", "block_boundaries": [2, 1, 1],
                "cortical_mapping_dst": {"Y19lY2hvX18=": [{"morphology_id": "projector"}]}},
            "Y19lY2hvX18=": {"cortical_name": "echo", "block_boundaries": [2, 1, 1]}}}"#;
        Genome::read(text).unwrap().genome
    }

    /// Names of the hashes that `change` changes.
    fn changed(change: impl FnOnce(&mut Genome)) -> Vec<&'static str> {
        let mut genome = genome();
        let before = Hashes::of(&genome);
        change(&mut genome);
        let after = Hashes::of(&genome);
        let pairs = [
            ("regions", before.regions, after.regions),
            ("areas", before.areas, after.areas),
            ("geometry", before.geometry, after.geometry),
            ("morphologies", before.morphologies, after.morphologies),
            ("mappings", before.mappings, after.mappings),
            ("classifiers", before.classifiers, after.classifiers),
        ];
        pairs.into_iter().filter(|(_, before, after)| before != after).map(|(name, ..)| name).collect()
    }

    fn echo(genome: &mut Genome) -> &mut AreaGenes {
        genome.areas.iter_mut().find(|area| area.name == "echo").unwrap()
    }

    #[test]
    fn a_hash_changes_exactly_when_its_part_changes() {
        assert!(changed(|_| {}).is_empty());
        assert_eq!(changed(|genome| genome.timestamp = 7.0), [""; 0]);
        assert_eq!(changed(|genome| echo(genome).parameters.threshold = 2.0), ["areas"]);
        assert_eq!(changed(|genome| echo(genome).parameters.mp_driven_psp = None), ["areas"]);
        assert_eq!(changed(|genome| echo(genome).name.push('s')), ["areas"]);
        assert_eq!(changed(|genome| echo(genome).position.x += 1), ["areas", "geometry"]);
        assert_eq!(changed(|genome| genome.regions[0].title.push('s')), ["regions"]);
        assert_eq!(changed(|genome| genome.regions[0].areas.truncate(1)), ["regions"]);
        assert_eq!(changed(|genome| drop(genome.morphologies.remove("projector"))), ["morphologies"]);
        assert_eq!(
            changed(|genome| for area in &mut genome.areas {
                area.mappings.clear();
            }),
            ["mappings"]
        );
        assert_eq!(
            changed(|genome| drop(genome.extra.insert("classifiers".to_owned(), 1.into()))),
            ["classifiers"]
        );
    }

    #[test]
    fn hashes_fit_into_the_numbers_of_javascript() {
        for text in ["", "a", "b", "a longer text"] {
            let mut digest = Digest::new();
            digest.value(text);
            assert!(digest.finish() < 1 << 53);
        }
    }

    #[test]
    fn neighbours_do_not_run_together() {
        let of = |texts: [&str; 2]| {
            let mut digest = Digest::new();
            for text in texts {
                digest.value(text);
            }
            digest.finish()
        };
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
    }
}
