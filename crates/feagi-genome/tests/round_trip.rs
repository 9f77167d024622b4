//! Writing a genome and reading it again gives the same genome, in both forms.

use feagi_genome::{Genome, Layout, NEWEST_SCHEMA};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn assert_round_trip(text: &str) {
    let genome = Genome::read(text).unwrap_or_else(|error| panic!("{text}: {error}")).genome;
    let flat = Genome::read(&genome.write_flat()).expect("what is written can be read");
    assert_eq!((flat.layout, flat.schema), (Layout::Flat, NEWEST_SCHEMA));
    assert_eq!(flat.genome, genome);
    let hierarchical = Genome::read(&genome.write_hierarchical()).expect("what is written can be read");
    assert_eq!((hierarchical.layout, hierarchical.schema), (Layout::Hierarchical, NEWEST_SCHEMA));
    assert_eq!(hierarchical.genome, genome);
}

#[test]
fn members_without_a_field_survive() {
    let genome = json!({
        "version": "2.1",
        "genome_description": "kept",
        "stats": { "innate_neuron_count": 3 },
        "brain_regions": { "top": { "title": "Top", "signature": "s", "coordinate_2d": [3, 4] } },
        "physiology": { "burst_delay": 0.06666666666666667, "sleep": { "deep": true } },
        "blueprint": { "c__aaa": {
            "block_boundaries": [2, 3, 4],
            "favourite-colour": "blue",
            "dev_count": 2.0,
            "location_generation_type": "random",
            "cortical_mapping_dst": { "c__aaa": [["projector", [1, 1, 1], -0.1, true, 1, 2, -3]] },
        } },
    });
    let read = Genome::read(&genome.to_string()).unwrap().genome;
    assert_eq!(read.extra["stats"]["innate_neuron_count"], 3);
    let area = read.area("Y19fYWFhX18=").unwrap();
    assert_eq!(area.extra["favourite-colour"], "blue");
    assert_eq!(area.extra["location_generation_type"], "random");
    assert_round_trip(&genome.to_string());
}

#[test]
fn rules_survive_the_flat_form_without_what_only_flat_files_need() {
    let genome = json!({ "version": "3.0", "blueprint": { "Y19fYWFhX18=": { "cortical_mapping_dst": {
        "Y19fYWFhX18=": [{ "morphology_id": "tile" }, { "morphology_id": "tile", "plasticity_flag": true }],
    } } } });
    let read = Genome::read(&genome.to_string()).unwrap().genome;
    assert_eq!(read.area("Y19fYWFhX18=").unwrap().mappings["Y19fYWFhX18="].len(), 2);
    assert_round_trip(&genome.to_string());
}

#[test]
fn the_flat_form_is_written_as_published_tools_write_it() {
    let genome = json!({ "version": "2.1", "blueprint": { "c__aaa": { "snooze_length": 7 } } });
    let written: Value =
        serde_json::from_str(&Genome::read(&genome.to_string()).unwrap().genome.write_flat()).unwrap();
    assert_eq!((&written["version"], &written["genome_schema_version"]), (&json!("2.1"), &json!(7)));
    let blueprint = written["blueprint"].as_object().unwrap();
    assert_eq!(blueprint["_____10c-Y19fYWFhX18=-nx-snooze-i"], 7);
    assert_eq!(blueprint["_____10c-Y19fYWFhX18=-nx-snooze-f"], 7);
    assert_eq!(blueprint["_____10c-Y19fYWFhX18=-nx-pstcrm-f"], 35);
    assert_eq!(blueprint["_____10c-X19fcG93ZXI=-nx-fire_t-f"], 0.1);
    assert_eq!(blueprint["_____10c-X19fcG93ZXI=-cx-_group-t"], "CORE");
}

#[test]
fn either_snooze_gene_is_read() {
    for gene in ["snooze-f", "snooze-i"] {
        let genome = json!({ "version": "2.0", "blueprint": { format!("_____10c-c__aaa-nx-{gene}"): 3 } });
        let genome = Genome::read(&genome.to_string()).unwrap().genome;
        assert_eq!(genome.area("Y19fYWFhX18=").unwrap().parameters.snooze_length, 3, "{gene}");
    }
}

fn area_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[cmCM][a-z_0-9]{5}",
        Just("_power".to_owned()),
        Just("iv00_C".to_owned()),
        Just("o__mot".to_owned()),
        Just("i__inf".to_owned()),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let morphology =
        prop_oneof![Just("projector"), Just("memory"), Just("expander"), Just("bi_directional_stdp")];
    (morphology, any::<f32>(), any::<bool>(), -200_i64..300, 0_i64..300, any::<bool>()).prop_map(
        |(morphology, multiplier, plastic, change, delay, array)| {
            if array {
                json!([morphology, [1, 1, 1], multiplier, plastic, 1, change, 2, 3, delay])
            } else {
                json!({
                    "morphology_id": morphology,
                    "postSynapticCurrent_multiplier": multiplier,
                    "plasticity_flag": plastic,
                    "plasticity_constant": 2,
                    "ltp_multiplier": change,
                    "ltd_multiplier": 1,
                    "plasticity_window": delay,
                    "synaptic_delay_bursts": delay,
                    "reward_source_area": "_power",
                })
            }
        },
    )
}

fn area() -> impl Strategy<Value = Value> {
    let numbers = prop::array::uniform6(-1.0e3_f32..1.0e3);
    let mappings = prop::collection::btree_map(area_id(), prop::collection::vec(rule(), 0..3), 0..3);
    (prop::array::uniform3(0_u32..9), numbers, any::<(u16, bool, bool, i16)>(), mappings).prop_map(
        |(size, numbers, (count, a, b, place), mappings)| {
            let mut area = json!({
                "cortical_name": format!("area {count}"),
                "block_boundaries": size,
                "relative_coordinate": [place, null, 3],
                "firing_threshold": numbers[0],
                "firing_threshold_increment_x": numbers[1],
                "postsynaptic_current": numbers[2],
                "neuron_excitability": numbers[3],
                "leak_coefficient": numbers[4],
                "degeneration": numbers[5],
                "refractory_period": count,
                "is_mem_type": a,
                "mp_charge_accumulation": b,
                "temporal_depth": count % 4,
                "note": place,
                "cortical_mapping_dst": mappings,
            });
            if b {
                area["psp_uniform_distribution"] = Value::from(a);
            }
            area
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_genome_survives(
        areas in prop::collection::btree_map(area_id(), area(), 0..6),
        title in "[A-Z][a-z ]{0,8}",
        regions in prop::collection::btree_map("[a-z]{1,6}", prop::collection::vec(area_id(), 0..4), 0..3),
        timestep in -1.0_f64..1.0,
    ) {
        let regions: Map<String, Value> = regions
            .into_iter()
            .map(|(key, areas)| (key.clone(), json!({ "title": key, "cortical_areas": areas, "inputs": areas })))
            .collect();
        let genome = json!({
            "version": "2.0",
            "genome_title": title,
            "blueprint": areas,
            "brain_regions": regions,
            "physiology": { "simulation_timestep": timestep },
        });
        assert_round_trip(&genome.to_string());
    }

    #[test]
    fn no_text_makes_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..400) {
        let _ = Genome::read_bytes(&bytes, &feagi_genome::Limits::default());
        let whole = json!({ "version": "2.0", "blueprint": { "_____10c-c__aaa-cx-dstmap-d": { "c__aaa": [["projector", 1, 1, false]] } } })
            .to_string();
        let mut mutated = whole.into_bytes();
        for (index, byte) in bytes.iter().take(3).enumerate() {
            let place = (cut + index * 31) % mutated.len();
            mutated[place] = *byte;
        }
        let _ = Genome::read_bytes(&mutated, &feagi_genome::Limits::default());
    }
}
