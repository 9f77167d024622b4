//! Newtypes for ids and units. Each wraps one plain number and converts to it explicitly.

use core::fmt;
use core::num::NonZeroU8;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The plain number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number! {
    /// A neuron. Ids are handed out in creation order and never reused. Ordinary neurons use
    /// 0..=49 999 999, memory neurons 50 000 000..=99 999 999.
    NeuronId(u32)
}

number! {
    /// A cortical area inside one engine. 0..=6 are the core areas (see [`crate::CoreArea`]).
    CorticalIdx(u32)
}

number! {
    /// The place of a synapse among the outgoing synapses of its source neuron, in creation order.
    SynapseIndex(u32)
}

number! {
    /// A mapping inside one engine: the synapses that one connection rule made between two areas.
    /// Never reused.
    MappingId(u32)
}

number! {
    /// Number of a burst. The first burst of an engine is burst 1; 0 means "before the first".
    BurstCount(u64)
}

impl NeuronId {
    /// First id of the range that belongs to memory neurons.
    pub const FIRST_MEMORY: Self = Self(50_000_000);

    /// Whether the id lies in the range of memory neurons.
    #[must_use]
    pub const fn is_memory(self) -> bool {
        self.0 >= Self::FIRST_MEMORY.0 && self.0 < 100_000_000
    }
}

impl BurstCount {
    /// The burst `bursts` later; saturates at the largest number.
    #[must_use]
    pub const fn after(self, bursts: u64) -> Self {
        Self(self.0.saturating_add(bursts))
    }
}

/// Membrane potential or input charge of a neuron, in charge units (dimensionless; thresholds use
/// the same unit).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct MembranePotential(pub f32);

impl MembranePotential {
    /// The plain number.
    #[must_use]
    pub const fn get(self) -> f32 {
        self.0
    }
}

impl From<f32> for MembranePotential {
    fn from(value: f32) -> Self {
        Self(value)
    }
}

impl From<MembranePotential> for f32 {
    fn from(value: MembranePotential) -> Self {
        value.0
    }
}

impl fmt::Display for MembranePotential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whether a synapse adds to or takes from its target's candidate sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SynapseKind {
    /// Adds its contribution (type code 0).
    #[default]
    Excitatory,
    /// Subtracts its contribution (any other type code; written as 1).
    Inhibitory,
}

impl SynapseKind {
    /// `+1.0` or `-1.0`.
    #[must_use]
    pub const fn sign(self) -> f32 {
        match self {
            Self::Excitatory => 1.0,
            Self::Inhibitory => -1.0,
        }
    }

    /// The kind a numeric type code stands for.
    #[must_use]
    pub const fn from_code(code: u8) -> Self {
        if code == 0 { Self::Excitatory } else { Self::Inhibitory }
    }

    /// 0 for excitatory, 1 for inhibitory.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Excitatory => 0,
            Self::Inhibitory => 1,
        }
    }
}

/// Bursts from a spike to its arrival at the target, 1..=255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct SynapticDelay(NonZeroU8);

impl SynapticDelay {
    /// The shortest delay: a spike of burst N arrives in burst N + 1.
    pub const ONE: Self = Self(NonZeroU8::MIN);

    /// A delay of `bursts` bursts; `None` for 0.
    #[must_use]
    pub const fn new(bursts: u8) -> Option<Self> {
        match NonZeroU8::new(bursts) {
            Some(bursts) => Some(Self(bursts)),
            None => None,
        }
    }

    /// The delay in bursts.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }
}

impl Default for SynapticDelay {
    fn default() -> Self {
        Self::ONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_of_zero_does_not_exist() {
        assert_eq!(SynapticDelay::new(0), None);
        assert_eq!(SynapticDelay::new(7).map(SynapticDelay::get), Some(7));
    }

    #[test]
    fn any_type_code_but_zero_is_inhibitory() {
        assert_eq!(SynapseKind::from_code(0).sign(), 1.0);
        assert_eq!(SynapseKind::from_code(7).sign(), -1.0);
    }

    #[test]
    fn memory_ids_have_their_own_range() {
        assert!(!NeuronId(49_999_999).is_memory());
        assert!(NeuronId(50_000_000).is_memory());
        assert!(!NeuronId(100_000_000).is_memory());
    }
}
