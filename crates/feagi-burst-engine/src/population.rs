//! Populations: contiguous neuron ids of one area and the rules they follow.

use alloc::vec::Vec;

use feagi_types::{AreaParameters, Column, Dimensions, Precision, Voxel};

use crate::neuron::Neuron;

/// A contiguous range of neuron ids of one area. An area made from a genome has one; an area whose
/// neurons were added in several calls has several; a resized area leaves a retired one behind.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// Position of the area in the brain's list.
    pub(crate) area: usize,
    /// Id of the first neuron.
    pub(crate) first_id: u32,
    /// Slot of the first neuron, a multiple of the block size.
    pub(crate) first_slot: usize,
    /// Number of neurons, deleted ones included.
    pub(crate) len: usize,
    /// Where the neurons are.
    pub(crate) place: Place,
    /// What decides whether they fire, by local index.
    pub(crate) rules: Rules,
    /// Positions of the segments that leave from here, sorted by (target population, creation).
    pub(crate) outgoing: Vec<usize>,
    /// Live outgoing synapses of each neuron; filled only where contributions are divided.
    pub(crate) out_degree: Vec<u32>,
    /// Whether `out_degree` no longer matches the segments.
    pub(crate) degrees_stale: bool,
}

/// Where the neurons of a population are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// All voxels of a volume, `per_voxel` neurons each, in creation order.
    Grid { dimensions: Dimensions, per_voxel: u32 },
    /// One voxel per neuron.
    Listed(Vec<Voxel>),
}

/// Parameters of neurons, each stored once while all neurons of the population agree.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) threshold: Column<f32>,
    /// Highest potential that fires; infinite without a limit.
    pub(crate) threshold_limit: Column<f32>,
    pub(crate) leak: Column<f32>,
    pub(crate) excitability: Column<f32>,
    pub(crate) refractory_period: Column<u16>,
    /// `u16::MAX` without a limit.
    pub(crate) consecutive_fire_limit: Column<u16>,
    pub(crate) snooze_length: Column<u16>,
    pub(crate) accumulates: Column<bool>,
}

impl Population {
    /// Slots of the population's neurons.
    pub(crate) fn slots(&self) -> core::ops::Range<usize> {
        self.first_slot..self.first_slot + self.len
    }

    /// Blocks the population's slots lie in.
    pub(crate) fn blocks(&self) -> core::ops::Range<usize> {
        self.first_slot / crate::slots::BLOCK..(self.first_slot + self.len).div_ceil(crate::slots::BLOCK)
    }

    /// Voxel of the neuron with local index `local`.
    pub(crate) fn voxel(&self, local: usize) -> Voxel {
        match &self.place {
            Place::Grid { dimensions, per_voxel } => {
                dimensions.voxel_at(local as u64 / u64::from(*per_voxel))
            }
            Place::Listed(voxels) => voxels[local],
        }
    }
}

impl Place {
    /// Calls `visit` with each local index and voxel in order.
    fn for_each(&self, len: usize, mut visit: impl FnMut(usize, Voxel)) {
        match self {
            Self::Listed(voxels) => voxels.iter().enumerate().for_each(|(local, &voxel)| visit(local, voxel)),
            Self::Grid { dimensions, per_voxel } => {
                let per_voxel = *per_voxel as usize;
                for local in 0..len {
                    visit(local, dimensions.voxel_at((local / per_voxel) as u64));
                }
            }
        }
    }
}

/// A threshold as the precision stores it.
pub(crate) fn stored_threshold(value: f32, precision: Precision) -> f32 {
    match precision {
        Precision::Fp32 => value,
        Precision::Int8 => value.clamp(0.0, 255.0),
    }
}

/// A threshold limit as the precision stores it; infinite for "no limit".
pub(crate) fn stored_threshold_limit(value: f32, precision: Precision) -> f32 {
    if value == 0.0 {
        return f32::INFINITY;
    }
    match precision {
        Precision::Fp32 => value,
        Precision::Int8 => {
            // A rounded level; the highest level is the type's way to say "none".
            let level = libm::floorf(value.clamp(0.0, 255.0) + 0.5);
            if level >= 255.0 { f32::INFINITY } else { level }
        }
    }
}

/// A fire limit as it is stored: 0 is the other spelling of "no limit".
pub(crate) fn stored_fire_limit(value: u16) -> u16 {
    if value == 0 { u16::MAX } else { value }
}

impl Rules {
    /// Rules of an area's neurons before any gradient.
    pub(crate) fn from_area(parameters: &AreaParameters, precision: Precision) -> Self {
        Self {
            threshold: Column::Uniform(stored_threshold(parameters.threshold, precision)),
            threshold_limit: Column::Uniform(stored_threshold_limit(parameters.threshold_limit, precision)),
            leak: Column::Uniform(parameters.leak),
            excitability: Column::Uniform(parameters.excitability),
            refractory_period: Column::Uniform(parameters.refractory_period),
            consecutive_fire_limit: Column::Uniform(stored_fire_limit(parameters.consecutive_fire_limit)),
            snooze_length: Column::Uniform(parameters.snooze_length),
            accumulates: Column::Uniform(parameters.accumulates),
        }
    }

    /// Rules of neurons given one by one.
    pub(crate) fn from_neurons(neurons: &[Neuron], precision: Precision) -> Self {
        Self {
            threshold: column(neurons, |n| stored_threshold(n.threshold, precision)),
            threshold_limit: column(neurons, |n| stored_threshold_limit(n.threshold_limit, precision)),
            leak: column(neurons, |n| n.leak),
            excitability: column(neurons, |n| n.excitability),
            refractory_period: column(neurons, |n| n.refractory_period),
            consecutive_fire_limit: column(neurons, |n| stored_fire_limit(n.consecutive_fire_limit)),
            snooze_length: column(neurons, |n| n.snooze_length),
            accumulates: column(neurons, |n| n.accumulates),
        }
    }

    /// Sets every threshold to the area's base plus its increments.
    pub(crate) fn set_thresholds(
        &mut self,
        parameters: &AreaParameters,
        place: &Place,
        len: usize,
        precision: Precision,
    ) {
        self.threshold = Column::Uniform(stored_threshold(parameters.threshold, precision));
        if parameters.threshold_increment == [0.0; 3] {
            return;
        }
        let values = self.threshold.expand(len);
        place.for_each(len, |local, voxel| {
            values[local] = stored_threshold(parameters.threshold_at(voxel.to_array()), precision);
        });
    }

    /// The rules as scalars, if all neurons agree.
    pub(crate) fn uniform(&self) -> Option<UniformRules> {
        Some(UniformRules {
            threshold: self.threshold.uniform()?,
            threshold_limit: self.threshold_limit.uniform()?,
            leak: self.leak.uniform()?,
            excitability: self.excitability.uniform()?,
            refractory_period: self.refractory_period.uniform()?,
            consecutive_fire_limit: self.consecutive_fire_limit.uniform()?,
            snooze_length: self.snooze_length.uniform()?,
            accumulates: self.accumulates.uniform()?,
        })
    }
}

fn column<T: Copy + PartialEq>(neurons: &[Neuron], value: impl Fn(&Neuron) -> T) -> Column<T> {
    let mut values = neurons.iter().map(&value);
    match values.next() {
        Some(first) if values.any(|other| other != first) => {
            Column::PerRow(neurons.iter().map(value).collect())
        }
        Some(first) => Column::Uniform(first),
        None => Column::PerRow(Vec::new()),
    }
}

/// Access to the rules of a neuron by local index. The dynamics are written once against this and
/// compiled twice: for populations in which all neurons agree, and for the others.
pub(crate) trait NeuronRules {
    fn threshold(&self, local: usize) -> f32;
    fn threshold_limit(&self, local: usize) -> f32;
    fn leak(&self, local: usize) -> f32;
    fn excitability(&self, local: usize) -> f32;
    fn refractory_period(&self, local: usize) -> u16;
    fn consecutive_fire_limit(&self, local: usize) -> u16;
    fn snooze_length(&self, local: usize) -> u16;
    fn accumulates(&self, local: usize) -> bool;
}

/// Rules shared by every neuron of a population.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UniformRules {
    threshold: f32,
    threshold_limit: f32,
    leak: f32,
    excitability: f32,
    refractory_period: u16,
    consecutive_fire_limit: u16,
    snooze_length: u16,
    accumulates: bool,
}

macro_rules! neuron_rules {
    ($($field:ident: $type:ty),*) => {
        impl NeuronRules for UniformRules {
            $(#[inline(always)]
            fn $field(&self, _local: usize) -> $type {
                self.$field
            })*
        }

        impl NeuronRules for Rules {
            $(#[inline(always)]
            fn $field(&self, local: usize) -> $type {
                self.$field.get(local)
            })*
        }
    };
}

neuron_rules! {
    threshold: f32,
    threshold_limit: f32,
    leak: f32,
    excitability: f32,
    refractory_period: u16,
    consecutive_fire_limit: u16,
    snooze_length: u16,
    accumulates: bool
}
