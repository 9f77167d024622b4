//! Old files in the newest schema: ids, renamed rules, modulators, classifiers and regions
//! (`genome.md` sections 1.2 and 3.1).

use feagi_genome::{AreaGenes, Genome, Reading};
use feagi_types::CorticalId;
use serde_json::{Value, json};

fn read(genome: &Value) -> Reading {
    Genome::read(&genome.to_string()).unwrap_or_else(|error| panic!("{genome}: {error}"))
}

/// Reads schema 2 with areas of these ids, each named by its id.
fn read_ids(ids: &[&str]) -> Reading {
    let areas = ids.iter().map(|id| {
        let properties = json!({ "cortical_name": id, "block_boundaries": [1, 1, 1] });
        ((*id).to_owned(), properties)
    });
    read(&json!({ "version": "2.1", "blueprint": areas.collect::<serde_json::Map<_, _>>() }))
}

fn named<'a>(reading: &'a Reading, name: &str) -> &'a AreaGenes {
    reading.genome.areas.iter().find(|area| area.name == name).unwrap_or_else(|| panic!("no area {name}"))
}

#[test]
fn old_ids_get_their_published_new_ids() {
    for (old, new) in [
        ("aXN2aUkAAAA=", "aXN2aUkAAAA="),
        ("iic400", "aXN2aUkAAAA="),
        ("omot00", "b21vdAUAAAA="),
        ("ogaz00", "b2dhegIAAAA="),
        ("_power", "X19fcG93ZXI="),
        ("___pwr", "X19fcG93ZXI="),
        ("_death", "X19fZGVhdGg="),
        ("_pain", "X19fcGFpbl8="),
        ("iv00_C", "aXN2aUkAAAA="),
        ("iv00BL", "aXN2aQkAAAA="),
        ("i__inf", "aWluZgEAAAA="),
        ("i__pro", "aXBybwEAAAA="),
        ("i__bat", "aWJhdAEAAAA="),
        ("o__mot", "b21vdAUAAAA="),
        ("o_spos", "b3BvcwsAAAA="),
        ("i__gyr", "Y2lfX2d5cl8="),
        ("o_misc", "Y29fbWlzY18="),
        ("iv00CC", "Y2l2MDBDQ18="),
        ("i__acc", "aV9fYWNjX18="),
        ("C10sti", "YzEwc3RpX18="),
        ("t__pro", "Y19fcHJvX18="),
    ] {
        assert_eq!(named(&read_ids(&[old]), old).id.to_base64(), new, "{old}");
    }
}

#[test]
fn a_unit_that_is_taken_leaves_the_next_area_custom() {
    let reading = read_ids(&["i__inf", "ii_inf"]);
    assert_eq!(named(&reading, "i__inf").id.to_base64(), "aWluZgEAAAA=");
    assert_eq!(named(&reading, "ii_inf").id.as_bytes(), b"cii_inf_");
}

#[test]
fn ids_are_rewritten_wherever_they_are_mentioned() {
    let rules = json!([["memory", [1, 1, 1], 1, false]]);
    let reading = read(&json!({
        "version": "2.0",
        "blueprint": {
            "_____10c-iic400-cx-dstmap-d": { "o__mot": rules, "x": [] },
            "_____10c-o__mot-cx-twinrf-t": "iic400",
        },
        "brain_regions": { "top": { "title": "Top", "areas": ["iic400", "nowhere"], "outputs": ["iic400"] } },
        "visualization_voxel_granularity_overrides": { "iic400": [2, 2, 1] },
    }));
    let genome = &reading.genome;
    let tile = genome.area("aXN2aUkAAAA=").expect("the vision tile");
    assert_eq!(tile.mappings.keys().collect::<Vec<_>>(), ["b21vdAUAAAA="]);
    assert_eq!(tile.mappings["b21vdAUAAAA="][0].morphology, "episodic_memory");
    assert_eq!(genome.area("b21vdAUAAAA=").expect("the motor").extra["memory_twin_of"], "aXN2aUkAAAA=");
    let top = genome.regions.iter().find(|region| region.title == "Top").expect("the region");
    assert_eq!((top.areas.as_slice(), top.outputs.as_slice()), ([tile.id].as_slice(), [tile.id].as_slice()));
    let overrides = &genome.extra["visualization_voxel_granularity_overrides"];
    assert_eq!(*overrides, json!({ "aXN2aUkAAAA=": [2, 2, 1] }));
    let places: Vec<&str> = reading.warnings.iter().map(|warning| warning.place.as_str()).collect();
    assert!(places.contains(&"blueprint._____10c-iic400-cx-dstmap-d.x"), "{places:?}");
    assert!(places.contains(&"brain_regions.top.areas"), "{places:?}");
}

#[test]
fn renamed_connection_rules_are_renamed_in_the_catalogue() {
    let old = json!({ "type": "functions", "parameters": {} });
    let catalogue = json!({ "memory": old, "bi_directional_stdp": old });
    let genome = read(&json!({ "version": "2.0", "blueprint": {}, "neuron_morphologies": catalogue })).genome;
    assert_eq!(genome.morphologies.len(), 29);
}

#[test]
fn files_of_schema_3_keep_their_ids_and_skip_what_is_none() {
    let reading = read(&json!({ "version": "3.0", "blueprint": { "c__aaa": {}, "Y19fYWFhX18=": {} } }));
    assert_eq!(reading.genome.areas.len(), 8);
    assert_eq!(reading.schema, 3);
    assert!(reading.warnings.iter().any(|warning| warning.place == "blueprint.c__aaa"));
}

#[test]
fn reward_punishment_and_gate_become_modulators_with_driver_areas() {
    let rule = json!({
        "morphology_id": "projector",
        "reward_source_area": "Y19fYmJiX18=",
        "punishment_source_area": "Y19fYmJiX18=",
        "gate_source_area": "Y19fYWFhX18=",
    });
    let genome = read(&json!({
        "version": "3.0",
        "blueprint": {
            "Y19fYWFhX18=": { "cortical_mapping_dst": { "Y19fYmJiX18=": [rule] } },
            "Y19fYmJiX18=": {},
        },
    }))
    .genome;
    let drivers: Vec<&AreaGenes> = genome.areas.iter().filter(|area| area.id.as_bytes()[0] == b'g').collect();
    assert_eq!(drivers.len(), 3);
    let source = genome.area("Y19fYmJiX18=").expect("the rewarding area");
    assert_eq!(source.mappings.len(), 2);
    assert!(source.mappings.values().all(|rules| rules[0].morphology == "projector"));
    let modulators = genome.extra["modulators"].as_object().expect("modulators");
    let magnitudes: Vec<i64> =
        modulators.values().filter_map(|instance| instance["magnitude"].as_i64()).collect();
    assert_eq!(magnitudes, [100, 100, -100]);
    let subscribed = &genome.area("Y19fYWFhX18=").expect("the area").mappings["Y19fYmJiX18="][0].raw;
    assert_eq!(subscribed["modulators"].as_array().expect("a list").len(), 3);
    assert!(!subscribed.contains_key("reward_source_area"));
}

#[test]
fn classifiers_name_their_sample_memory_and_error_area() {
    let classifiers = json!({ "digits": { "kernel_memory_id": "bV9fX19fX18=" } });
    let genome = read(&json!({ "version": "3.0", "blueprint": {}, "classifiers": classifiers })).genome;
    let expected = json!({ "digits": { "sample_memory_id": "bV9fX19fX18=", "error_area_id": null } });
    assert_eq!(genome.extra["classifiers"], expected);
}

#[test]
fn region_lists_under_both_names_are_one_list() {
    let ids = |id: &[u8; 8]| CorticalId::from_bytes(*id).expect("an id");
    for (version, schema) in [("2.0", 2), ("3.0", 7)] {
        let reading = read(&json!({
            "version": version,
            "genome_schema_version": schema,
            "blueprint": { "Y19fYWFhX18=": {}, "Y19fYmJiX18=": {} },
            "brain_regions": {
                "top": { "areas": ["Y19fYWFhX18=", "Y19fYmJiX18="], "cortical_areas": ["Y19fYmJiX18="] },
                "odd": { "areas": 5 },
            },
        }));
        let regions = &reading.genome.regions;
        let top = regions.iter().find(|region| region.areas.len() == 2).expect("both areas in one list");
        assert_eq!(top.areas, [ids(b"c__bbb__"), ids(b"c__aaa__")], "schema {schema}");
        assert!(reading.warnings.iter().any(|warning| warning.place == "brain_regions.odd.areas"));
    }
}

#[test]
fn region_ids_are_the_same_each_time() {
    let genome = json!({ "version": "2.0", "blueprint": { "c__aaa": {} }, "genome_title": "Twice" });
    assert_eq!(read(&genome).genome.regions, read(&genome).genome.regions);
}
