//! From registration to motor frame with the real parts, on one thread and without a socket: what
//! happens does not depend on time, machine or luck.

mod driver;

use driver::{Driver, one_voxel, voxels_of};
use feagi_io::core::Capability::{ReceiveMotorData, ReceiveNeuronVisualizations, SendSensorData};
use feagi_io::wire::current::client::Step;
use feagi_types::CorticalId;
use serde_json::json;

/// An eye whose voxels drive the wheels' voxels at the same place.
const GENOME: &str = r#"{"version": "3.0", "genome_title": "Small", "blueprint": {
    "Y2V5ZV9fX18=": {"cortical_name": "eye", "block_boundaries": [4, 1, 9], "firing_threshold": 1.0,
        "postsynaptic_current": 50.0, "cortical_mapping_dst": {"b21vdAUAAAA=": [
            {"morphology_id": "block_to_block", "morphology_scalar": [1, 1, 1],
             "postSynapticCurrent_multiplier": 1.0, "plasticity_flag": false}]}},
    "b21vdAUAAAA=": {"cortical_name": "wheels", "block_boundaries": [4, 1, 9], "firing_threshold": 1.0}
}}"#;

fn id(text: &str) -> CorticalId {
    CorticalId::from_bytes(text.as_bytes().try_into().expect("8 characters")).expect("the kind exists")
}

fn eye() -> CorticalId {
    id("ceye____")
}

fn wheels() -> CorticalId {
    id("omot\x05\0\0\0")
}

#[test]
fn a_stimulus_comes_back_as_a_motor_frame_one_burst_after_the_eye_fires() {
    let mut driver = Driver::new(GENOME);
    let agent = driver.agent("robot", &[SendSensorData, ReceiveMotorData, ReceiveNeuronVisualizations]);
    let [senses, motors, view] =
        [SendSensorData, ReceiveMotorData, ReceiveNeuronVisualizations].map(|wanted| agent.attach(wanted));
    agent.peer.push(senses, &one_voxel(eye(), [2, 0, 3], 100.0)).unwrap();

    driver.burst();
    let motor = agent.peer.receive(motors).unwrap().expect("a motor frame each burst");
    assert_eq!(voxels_of(&motor, wheels()), [], "the spike is still under way");
    let seen = agent.peer.receive(view).unwrap().expect("the eye fired");
    assert_eq!(voxels_of(&seen, eye()), [([2, 0, 3], 100.0)]);

    driver.burst();
    let motor = agent.peer.receive(motors).unwrap().expect("a motor frame each burst");
    assert_eq!(voxels_of(&motor, wheels()), [([2, 0, 3], 50.0)]);
    let seen = agent.peer.receive(view).unwrap().expect("the wheels fired");
    assert_eq!(voxels_of(&seen, wheels()), [([2, 0, 3], 50.0)]);

    driver.burst();
    let motor = agent.peer.receive(motors).unwrap().expect("an empty frame is a frame");
    assert_eq!(motor.get_number_of_bytes_used(), 60);
    assert_eq!(motor.get_increment_counter(), Ok(3));
    assert!(agent.peer.receive(view).unwrap().is_none(), "nothing fired");
}

#[test]
fn devices_make_areas_grow_before_their_first_frame() {
    let mut driver = Driver::new(GENOME);
    let mut agent = driver.agent("arm", &[SendSensorData, ReceiveMotorData]);
    let unit = json!([[[
        {"cortical_unit_index": 0, "device_grouping": vec![json!({
            "channel_index_override": null, "device_properties": {}, "friendly_name": null,
            "pipeline_stages": []}); 7],
         "friendly_name": null,
         "io_configuration_flags": {"frame_change_handling": "Absolute", "percentage_neuron_positioning": "Linear"}},
        {"Percentage": [{"value": 12}, "Linear", true, "D1"]}
    ]]]);
    agent.configure(
        &mut driver,
        json!({"input_units_and_encoder_properties": {}, "feedbacks": {"registered_feedbacks": []},
               "output_units_and_decoder_properties": {"RotaryMotor": unit[0]}}),
    );
    let (senses, motors) = (agent.attach(SendSensorData), agent.attach(ReceiveMotorData));
    agent.peer.push(senses, &one_voxel(wheels(), [6, 0, 11], 100.0)).unwrap();
    driver.burst();
    let area = driver.running.brain.area(wheels()).unwrap();
    assert_eq!(area.dimensions.to_array(), [7, 1, 12]);
    let motor = agent.peer.receive(motors).unwrap().unwrap();
    assert_eq!(voxels_of(&motor, wheels()), [([6, 0, 11], 100.0)]);
}

#[test]
fn an_agent_that_falls_silent_loses_its_session_and_its_place() {
    let mut driver = Driver::new(GENOME);
    let mut quiet = driver.agent("quiet", &[SendSensorData]);
    assert!(quiet.welcome.is_some());
    driver.wait(20);
    quiet.beat(&mut driver);
    driver.wait(29);
    assert_eq!(driver.pns.directory().agents().len(), 1, "an open connection is a sign of life");
    drop(quiet);
    driver.wait(6);
    assert_eq!(driver.pns.directory().agents().len(), 0);
    assert_eq!(driver.pns.directory().counters().evicted.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[test]
fn who_leaves_is_told_so_and_gets_nothing_more() {
    let mut driver = Driver::new(GENOME);
    let mut agent = driver.agent("guest", &[ReceiveMotorData]);
    let motors = agent.attach(ReceiveMotorData);
    driver.burst();
    assert!(agent.peer.receive(motors).unwrap().is_some());
    agent.leave(&mut driver);
    assert_eq!(agent.steps, [Step::Left]);
    driver.burst();
    assert!(agent.peer.receive(motors).is_err(), "the endpoint is closed");
    assert_eq!(driver.pns.directory().agents().len(), 0);
}

#[test]
fn garbage_on_a_sensory_endpoint_reaches_no_neuron() {
    let mut driver = Driver::new(GENOME);
    let agent = driver.agent("broken", &[SendSensorData, ReceiveNeuronVisualizations]);
    let (senses, view) = (agent.attach(SendSensorData), agent.attach(ReceiveNeuronVisualizations));
    let good = one_voxel(eye(), [0, 0, 0], 100.0);
    for length in 0..good.len() {
        agent.peer.push(senses, &good[..length]).unwrap();
    }
    // A struct that ends before its own counts, and one of no length.
    for body in [&[0x0b, 1][..], &[0x0b, 1, 0xff, 0xff], &[]] {
        let mut frame = good[..52].to_vec();
        frame.extend((body.len() as u32).to_le_bytes());
        frame.extend(body);
        agent.peer.push(senses, &frame).unwrap();
    }
    driver.burst();
    assert!(agent.peer.receive(view).unwrap().is_none());
    agent.peer.push(senses, &good).unwrap();
    driver.burst();
    assert!(agent.peer.receive(view).unwrap().is_some(), "the next good frame counts");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let run = || {
        let mut driver = Driver::new(GENOME);
        let agent = driver.agent("robot", &[SendSensorData, ReceiveMotorData]);
        let (senses, motors) = (agent.attach(SendSensorData), agent.attach(ReceiveMotorData));
        let mut bytes = Vec::new();
        for burst in 0..50 {
            let frame = one_voxel(eye(), [burst % 4, 0, burst % 9], 3.0 * burst as f32);
            agent.peer.push(senses, &frame).unwrap();
            driver.burst();
            let motor = agent.peer.receive(motors).unwrap().unwrap();
            bytes.extend_from_slice(motor.get_byte_ref());
        }
        bytes
    };
    assert_eq!(run(), run());
}
