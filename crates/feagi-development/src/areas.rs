//! Areas: their order, their indices and their neurons, counted before anything is allocated.

use std::collections::HashMap;

use feagi_genome::{AreaGenes, Genome};
use feagi_types::{Area, CoreArea, CorticalId, CorticalIdx};

use crate::{DevelopmentError, Settings, settings::NEURON_IDS};

/// The areas of a genome in the order of their indices. Every area has at least one neuron and all
/// together stay below the limit, so counts of voxels and neurons fit into 32 bits.
pub(crate) struct Layout<'g> {
    pub(crate) areas: Vec<Placed<'g>>,
    pub(crate) neurons: u64,
    by_id: HashMap<CorticalId, usize>,
}

/// An area with its index.
pub(crate) struct Placed<'g> {
    pub(crate) idx: CorticalIdx,
    pub(crate) genes: &'g AreaGenes,
}

impl<'g> Layout<'g> {
    /// Core areas with their fixed indices first, then the others in the genome's order.
    pub(crate) fn new(genome: &'g Genome, settings: &Settings) -> Result<Self, DevelopmentError> {
        let core = CoreArea::ALL.into_iter().filter_map(|core| {
            let genes = genome.areas.iter().find(|genes| genes.id == CorticalId::core(core))?;
            Some(Placed { idx: core.idx(), genes })
        });
        let first = CoreArea::ALL.len() as u32;
        let others = genome.areas.iter().filter(|genes| genes.id.core_area().is_none());
        let others = (first..).zip(others).map(|(idx, genes)| Placed { idx: CorticalIdx(idx), genes });
        let areas: Vec<_> = core.chain(others).collect();
        let neurons = count_neurons(&areas, settings.max_neurons.min(NEURON_IDS))?;
        let by_id = areas.iter().enumerate().map(|(at, area)| (area.genes.id, at)).collect();
        Ok(Self { areas, neurons, by_id })
    }

    /// Position in `areas` of the area that a mapping names.
    pub(crate) fn find(&self, base64: &str) -> Option<usize> {
        let id = CorticalId::from_base64(base64).ok()?;
        self.by_id.get(&id).copied()
    }
}

impl Placed<'_> {
    /// The area as the engine takes it.
    pub(crate) fn to_area(&self) -> Area {
        let genes = self.genes;
        Area {
            idx: self.idx,
            id: genes.id,
            name: genes.name.clone(),
            position: genes.position,
            dimensions: genes.dimensions,
            neurons_per_voxel: genes.neurons_per_voxel,
            parameters: genes.parameters.clone(),
        }
    }

    /// Neurons, exactly: four 32-bit factors fit into 128 bits.
    pub(crate) fn neuron_count(&self) -> u128 {
        let voxels: u128 = self.genes.dimensions.to_array().into_iter().map(u128::from).product();
        voxels * u128::from(self.genes.neurons_per_voxel)
    }
}

fn count_neurons(areas: &[Placed<'_>], limit: u64) -> Result<u64, DevelopmentError> {
    let mut left = limit;
    for area in areas {
        let AreaGenes { id, dimensions, neurons_per_voxel: per_voxel, .. } = *area.genes;
        let (name, count) = (&area.genes.name, area.neuron_count());
        if count == 0 {
            return Err(DevelopmentError::EmptyArea { name: name.clone(), id, dimensions, per_voxel });
        }
        left = match u64::try_from(count).ok().and_then(|count| left.checked_sub(count)) {
            Some(left) => left,
            None => {
                let name = name.clone();
                return Err(DevelopmentError::TooManyNeurons {
                    name,
                    id,
                    dimensions,
                    per_voxel,
                    count,
                    left,
                    limit,
                });
            }
        };
    }
    Ok(limit - left)
}
