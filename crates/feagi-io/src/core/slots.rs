//! Ports for data endpoints, and who gets which.

use std::collections::VecDeque;

use super::{PNSConfig, PortPool, Protocol, StreamType};

/// A port that is set aside for one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) protocol: Protocol,
    pub(super) stream: StreamType,
    pub(super) port: u16,
}

/// The free ports of every transport. A port leaves when it is taken and comes back exactly once.
#[derive(Debug)]
pub(super) struct Slots {
    pools: Vec<Pool>,
}

#[derive(Debug)]
struct Pool {
    protocol: Protocol,
    sensory: VecDeque<u16>,
    publish: VecDeque<u16>,
}

impl Slots {
    pub(super) fn new(config: &PNSConfig) -> Self {
        let pools = [(Protocol::Zmq, &config.zmq), (Protocol::WebSocket, &config.websocket)];
        let pools =
            pools.into_iter().filter_map(|(protocol, pool)| Some(Pool::new(protocol, pool.as_ref()?)));
        Self { pools: pools.collect() }
    }

    /// Whether the transport has ports at all, taken or not.
    pub(super) fn serve(&self, protocol: Protocol) -> bool {
        self.pools.iter().any(|pool| pool.protocol == protocol)
    }

    /// Takes the next port for a stream; `None` when none is free.
    pub(super) fn take(&mut self, protocol: Protocol, stream: StreamType) -> Option<Slot> {
        let pool = self.pools.iter_mut().find(|pool| pool.protocol == protocol)?;
        let port = match stream {
            StreamType::Sensory => pool.sensory.pop_front(),
            StreamType::Motor => pool.publish.pop_front(),
            StreamType::Visualization => pool.publish.pop_back(),
            StreamType::Control => None,
        };
        port.map(|port| Slot { protocol, stream, port })
    }

    /// Puts a port behind all free ones.
    pub(super) fn put_back(&mut self, slot: Slot) {
        let Some(pool) = self.pools.iter_mut().find(|pool| pool.protocol == slot.protocol) else { return };
        match slot.stream {
            StreamType::Sensory => pool.sensory.push_back(slot.port),
            _ => pool.publish.push_back(slot.port),
        }
    }
}

impl Pool {
    fn new(protocol: Protocol, ports: &PortPool) -> Self {
        let [sensory, publish] =
            [&ports.sensory, &ports.publish].map(|ports| ports.iter().copied().collect());
        Self { protocol, sensory, publish }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(slots: &mut Slots, streams: &[StreamType]) -> Vec<Option<u16>> {
        streams.iter().map(|&stream| slots.take(Protocol::Zmq, stream).map(|slot| slot.port)).collect()
    }

    #[test]
    fn the_first_agent_gets_the_ports_that_clients_expect() {
        let mut slots = Slots::new(&PNSConfig::default());
        let streams = [StreamType::Sensory, StreamType::Motor, StreamType::Visualization];
        assert_eq!(ports(&mut slots, &streams), [Some(5558), Some(5564), Some(5588)]);
        assert_eq!(ports(&mut slots, &streams), [Some(5566), Some(5562), Some(5580)]);
    }

    #[test]
    fn freed_ports_go_to_the_back() {
        let mut slots = Slots::new(&PNSConfig::default());
        let motor = slots.take(Protocol::Zmq, StreamType::Motor).unwrap();
        slots.put_back(motor);
        let streams = [StreamType::Visualization, StreamType::Motor];
        assert_eq!(ports(&mut slots, &streams), [Some(5564), Some(5562)]);
    }

    #[test]
    fn the_ninth_sensory_agent_gets_nothing() {
        let mut slots = Slots::new(&PNSConfig::default());
        let taken = ports(&mut slots, &[StreamType::Sensory; 9]);
        assert!(taken[7].is_some() && taken[8].is_none());
    }

    #[test]
    fn a_transport_that_is_off_has_no_ports() {
        let config = PNSConfig { websocket: None, ..PNSConfig::default() };
        let mut slots = Slots::new(&config);
        assert!(!slots.serve(Protocol::WebSocket) && slots.serve(Protocol::Zmq));
        assert_eq!(slots.take(Protocol::WebSocket, StreamType::Motor), None);
        assert_eq!(slots.take(Protocol::Zmq, StreamType::Control), None);
    }
}
