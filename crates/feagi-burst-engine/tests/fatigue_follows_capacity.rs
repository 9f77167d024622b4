//! The fatigue area fires by itself while storage is nearly full, and only then.

use feagi_burst_engine::{BurstEngine, Capacity, EngineConfig, Neuron};
use feagi_types::{AreaParameters, CoreArea, CorticalId, CorticalIdx, Dimensions};

#[test]
fn a_full_brain_is_tired_until_neurons_go() {
    let capacity = Some(Capacity { neurons: 100, synapses: 100 });
    let mut engine = BurstEngine::new(&EngineConfig { capacity, ..EngineConfig::default() });
    let fatigue = CoreArea::Fatigue.idx();
    engine.add_area(fatigue, CorticalId::core(CoreArea::Fatigue), &AreaParameters::default()).unwrap();
    let tired = engine.add_neurons(fatigue, &[Neuron::default()]).unwrap().start;
    assert!(engine.burst().is_empty());

    let area = CorticalIdx(10);
    engine.add_area(area, CorticalId::from_bytes(*b"cfilling").unwrap(), &AreaParameters::default()).unwrap();
    engine.add_grid(area, Dimensions::new(84, 1, 1), 1).unwrap();
    assert_eq!(engine.burst().ids(), [tired]);

    engine.resize_area(area, Dimensions::new(79, 1, 1), 1).unwrap();
    assert_eq!(engine.burst().ids(), [tired], "80 of 100 are still in use");

    engine.resize_area(area, Dimensions::new(78, 1, 1), 1).unwrap();
    assert!(engine.burst().is_empty());
}
