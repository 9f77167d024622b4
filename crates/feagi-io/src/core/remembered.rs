//! Device configurations that outlive their sessions.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use super::AgentDescriptor;

/// Memory that one device configuration may take, about, in bytes. Small JSON texts can be large in
/// memory; a real configuration of ten devices takes some 50 kB.
pub(super) const LARGEST: usize = 4 << 20;
/// Memory that all remembered configurations may take, about, in bytes.
const TOTAL: usize = 64 << 20;

/// The last device configuration of each descriptor, oldest first.
#[derive(Debug)]
pub(super) struct Remembered {
    entries: VecDeque<Entry>,
    most: usize,
    weight: usize,
}

#[derive(Debug)]
struct Entry {
    descriptor: Arc<AgentDescriptor>,
    devices: Arc<Value>,
    weight: usize,
}

impl Remembered {
    /// Empty; at most `most` configurations are kept.
    pub(super) const fn new(most: usize) -> Self {
        Self { entries: VecDeque::new(), most, weight: 0 }
    }

    pub(super) fn get(&self, descriptor: &AgentDescriptor) -> Option<&Arc<Value>> {
        self.entries.iter().find(|entry| *entry.descriptor == *descriptor).map(|entry| &entry.devices)
    }

    /// Keeps a configuration in place of the descriptor's former one; the oldest ones make room.
    pub(super) fn put(&mut self, descriptor: Arc<AgentDescriptor>, devices: Arc<Value>) {
        if let Some(at) = self.entries.iter().position(|entry| *entry.descriptor == *descriptor) {
            let former = self.entries.remove(at);
            self.weight -= former.map_or(0, |entry| entry.weight);
        }
        let weight = weight_of(&devices);
        self.weight += weight;
        self.entries.push_back(Entry { descriptor, devices, weight });
        while self.entries.len() > self.most || self.weight > TOTAL {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.weight -= oldest.weight;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<AgentDescriptor>, &Arc<Value>)> {
        self.entries.iter().map(|entry| (&entry.descriptor, &entry.devices))
    }
}

/// Memory that a value takes, about, in bytes.
pub(super) fn weight_of(value: &Value) -> usize {
    const VALUE: usize = size_of::<Value>();
    /// A map takes room for several entries at once.
    const MAP: usize = 8 * (VALUE + size_of::<String>());
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => VALUE,
        Value::String(text) => VALUE + text.len(),
        // Vectors grow to twice their length, to four elements at least.
        Value::Array(values) => values.iter().map(weight_of).sum::<usize>() + VALUE * (values.len() + 5),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| key.len() + size_of::<String>() + weight_of(value));
            entries.sum::<usize>() + VALUE + if map.is_empty() { 0 } else { MAP }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn descriptor(version: u32) -> Arc<AgentDescriptor> {
        Arc::new(AgentDescriptor {
            manufacturer: String::new(),
            agent_name: String::new(),
            agent_version: version,
        })
    }

    fn versions(remembered: &Remembered) -> Vec<u32> {
        remembered.iter().map(|(descriptor, _)| descriptor.agent_version).collect()
    }

    #[test]
    fn the_oldest_configuration_makes_room() {
        let mut remembered = Remembered::new(2);
        for version in [1, 2, 1, 3] {
            remembered.put(descriptor(version), Arc::new(json!(version)));
        }
        assert_eq!(versions(&remembered), [1, 3]);
        assert_eq!(remembered.get(&descriptor(2)), None);
        assert_eq!(remembered.get(&descriptor(3)).map(|devices| (**devices).clone()), Some(json!(3)));
        assert_eq!(remembered.weight, 2 * weight_of(&json!(1)));
    }

    #[test]
    fn large_configurations_are_bounded_together() {
        let mut remembered = Remembered::new(1000);
        let large = Arc::new(json!("x".repeat(LARGEST)));
        for version in 0..40 {
            remembered.put(descriptor(version), Arc::clone(&large));
        }
        assert_eq!(versions(&remembered), (25..40).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_is_kept_when_nothing_may_be() {
        let mut remembered = Remembered::new(0);
        remembered.put(descriptor(1), Arc::new(json!(1)));
        assert_eq!((versions(&remembered), remembered.weight), (vec![], 0));
    }
}
