//! Fatigue: the brain notices that its storage runs full (`npu.md` section 8).

/// Share of the capacity, in percent, from which a brain is fatigued.
const ON_AT: u128 = 85;
/// Share of the capacity below which it recovers.
const OFF_BELOW: u128 = 80;

/// Neurons and synapses that there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Most neurons.
    pub neurons: u64,
    /// Most synapses.
    pub synapses: u64,
}

/// Whether the fatigue area is driven.
#[derive(Clone, Debug)]
pub(crate) struct Fatigue {
    pub(crate) capacity: Option<Capacity>,
    /// Set from outside.
    pub(crate) asked_for: bool,
    /// Found from the use of storage.
    pub(crate) exhausted: bool,
}

impl Fatigue {
    pub(crate) fn new(capacity: Option<Capacity>) -> Self {
        Self { capacity, asked_for: false, exhausted: false }
    }

    /// Whether every neuron of the fatigue area gets the power amount.
    pub(crate) fn is_on(&self) -> bool {
        self.asked_for || self.exhausted
    }

    /// Follows the use of storage. Between the two marks the state stays what it was.
    pub(crate) fn follow(&mut self, neurons: usize, synapses: usize) {
        let Some(capacity) = self.capacity else { return };
        let uses = [(neurons, capacity.neurons), (synapses, capacity.synapses)];
        let reaches = |percent: u128| {
            uses.iter().any(|&(used, room)| used as u128 * 100 >= u128::from(room) * percent && used > 0)
        };
        self.exhausted = reaches(ON_AT) || self.exhausted && reaches(OFF_BELOW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuller_storage_decides_and_recovery_comes_later() {
        let capacity = Some(Capacity { neurons: 100, synapses: 1000 });
        let mut fatigue = Fatigue::new(capacity);
        let mut after = |neurons, synapses| {
            fatigue.follow(neurons, synapses);
            fatigue.is_on()
        };
        assert!(!after(84, 0));
        assert!(after(10, 850));
        assert!(after(80, 0));
        assert!(!after(79, 799));
        assert!(!after(84, 849));
    }
}
