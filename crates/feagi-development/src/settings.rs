//! What limits a development and what it may choose.

use feagi_types::Precision;

/// Neuron ids below [`feagi_types::NeuronId::FIRST_MEMORY`]: no setting allows more neurons.
pub(crate) const NEURON_IDS: u64 = feagi_types::NeuronId::FIRST_MEMORY.0 as u64;

/// Limits and choices of a development.
///
/// ```
/// use feagi_development::Settings;
/// let settings = Settings { max_synapses: 1_000_000, ..Settings::default() };
/// assert_eq!(settings.max_neurons, 10_000_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Neurons of all areas together. Default 10 000 000; values above 50 000 000, the number of
    /// neuron ids, act as that.
    pub max_neurons: u64,
    /// Synapses of all mappings together. Default 50 000 000. One mapping rule makes at most
    /// `u32::MAX` whatever the setting.
    pub max_synapses: u64,
    /// Effort that counting may take: list elements of connection rules read and candidate synapses
    /// looked at one by one, where no formula gives the count. Default 200 000 000, about a
    /// second of computing.
    pub max_work: u64,
    /// Start of the draws for mapping rules with a `synapse_attractivity` below 100. The same genome
    /// and seed give the same brain. Default 0.
    pub seed: u64,
    /// Arithmetic to make the brain for; `None` takes the genome's `quantization_precision`.
    pub precision: Option<Precision>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_neurons: 10_000_000,
            max_synapses: 50_000_000,
            max_work: 200_000_000,
            seed: 0,
            precision: None,
        }
    }
}
