//! What happens to input that is not as it should be, one test a rule (`genome.md` section 8.3).

use feagi_genome::{Genome, GenomeError, GenomePrecision, Limits, Reading, Warning};
use serde_json::{Value, json};

fn read(genome: &Value) -> Reading {
    Genome::read(&genome.to_string()).unwrap_or_else(|error| panic!("{genome}: {error}"))
}

fn refused(genome: &Value) -> GenomeError {
    match Genome::read(&genome.to_string()) {
        Ok(reading) => panic!("{genome} was read: {reading:#?}"),
        Err(error) => error,
    }
}

/// A hierarchical genome with one area, whose properties are given.
fn with_area(properties: &Value) -> Value {
    json!({ "version": "3.0", "blueprint": { "Y19fYWFhX18=": properties } })
}

/// The area of [`with_area`] after reading, and the warnings.
fn area(properties: &Value) -> (feagi_genome::AreaGenes, Vec<Warning>) {
    let reading = read(&with_area(properties));
    (reading.genome.area("Y19fYWFhX18=").expect("the area is read").clone(), reading.warnings)
}

/// The only rule of the area, which maps to itself.
fn rule(rule: &Value) -> (feagi_genome::MappingRule, Vec<Warning>) {
    let mapping = json!({ "Y19fYWFhX18=": [rule] });
    let (area, warnings) = area(&json!({ "block_boundaries": [1, 1, 1], "cortical_mapping_dst": mapping }));
    (area.mappings["Y19fYWFhX18="][0].clone(), warnings)
}

fn place_of(error: &GenomeError) -> &str {
    match error {
        GenomeError::Value { place, .. }
        | GenomeError::Missing { place, .. }
        | GenomeError::AreaId { place, .. }
        | GenomeError::Morphology { place, .. }
        | GenomeError::Region { place, .. } => place,
        other => panic!("{other} has no place"),
    }
}

#[test]
fn text_that_is_no_json_is_refused_with_line_and_column() {
    for text in
        ["", "{", "{\"version\": \"2.0\", \"blueprint\": {\"_____10c-c__", "{\"a\": NaN}", "[1e400]", "nul"]
    {
        let error = Genome::read(text).unwrap_err();
        assert!(matches!(error, GenomeError::Json { .. }), "{text:?}: {error}");
    }
}

#[test]
fn a_top_level_that_is_no_object_is_refused() {
    for text in ["[]", "[{\"version\": \"2.0\"}]", "null", "1", "\"genome\""] {
        let error = Genome::read(text).unwrap_err();
        assert!(matches!(error, GenomeError::Value { .. }), "{text:?}: {error}");
    }
}

#[test]
fn bytes_that_are_no_utf8_are_refused_with_their_position() {
    let error = Genome::read_bytes(b"{\"a\": \"\xff\"}", &Limits::default()).unwrap_err();
    assert_eq!(error, GenomeError::NotUtf8 { offset: 7 });
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let text = format!("\u{feff}{}", with_area(&json!({})));
    assert!(Genome::read(&text).is_ok());
}

#[test]
fn a_missing_blueprint_is_refused() {
    assert_eq!(place_of(&refused(&json!({ "version": "2.0" }))), "blueprint");
    assert_eq!(place_of(&refused(&json!({ "version": "2.0", "blueprint": [] }))), "blueprint");
}

#[test]
fn a_missing_or_unknown_version_is_refused() {
    for version in [json!(null), json!("1.0"), json!("2.2"), json!("4.0"), json!(""), json!(2)] {
        let error = refused(&json!({ "version": version, "blueprint": {} }));
        assert!(matches!(error, GenomeError::Version { .. }), "{version}: {error}");
    }
    assert!(matches!(refused(&json!({ "blueprint": {} })), GenomeError::Version { .. }));
    let error = refused(&json!({ "genome_schema_version": 7, "blueprint": {} }));
    assert!(matches!(error, GenomeError::Version { .. }));
}

#[test]
fn the_schema_number_wins_over_the_version_when_it_is_an_integer() {
    let schema =
        |number: Value| json!({ "version": "2.9", "genome_schema_version": number, "blueprint": {} });
    assert_eq!(read(&schema(json!(5))).schema, 5);
    for number in [json!(8), json!(1), json!(-3), json!(u64::MAX)] {
        let error = refused(&schema(number.clone()));
        assert!(matches!(error, GenomeError::Schema { .. }), "{number}: {error}");
    }
    let ignored = json!({ "version": "2.1", "genome_schema_version": "7", "blueprint": {} });
    assert_eq!(read(&ignored).schema, 2);
}

#[test]
fn missing_sections_get_defaults_and_built_in_rules() {
    let genome = read(&json!({ "version": "2.0", "blueprint": {} })).genome;
    assert_eq!(genome.areas.len(), 7);
    assert_eq!(genome.morphologies.len(), 29);
    assert_eq!(genome.physiology.simulation_timestep, 0.025);
    assert_eq!(genome.physiology.precision, GenomePrecision::Int8);
    let empty_block = json!({ "version": "2.0", "blueprint": {}, "physiology": {} });
    assert_eq!(read(&empty_block).genome.physiology.precision, GenomePrecision::Fp32);
}

#[test]
fn impossible_dimensions_refuse_the_genome_and_are_named() {
    for size in [json!(-1), json!(1.5), json!("8"), json!(4_294_967_296_u64), json!(1e300), json!([1])] {
        let error = refused(&with_area(&json!({ "block_boundaries": [1, size, 1] })));
        assert_eq!(place_of(&error), "blueprint.Y19fYWFhX18=.block_boundaries[1]", "{size}");
    }
    for sizes in [json!([1, 1]), json!([1, 1, 1, 1]), json!(8), json!({})] {
        let error = refused(&with_area(&json!({ "block_boundaries": sizes })));
        assert_eq!(place_of(&error), "blueprint.Y19fYWFhX18=.block_boundaries", "{sizes}");
    }
}

#[test]
fn places_in_flat_files_are_named_by_their_key() {
    let genome = json!({ "version": "2.0", "blueprint": { "_____10c-c__for-cx-___bby-i": -1 } });
    let error = refused(&genome);
    assert_eq!(place_of(&error), "blueprint._____10c-c__for-cx-___bby-i");
    assert_eq!(
        error.to_string(),
        "blueprint._____10c-c__for-cx-___bby-i: found -1, but it has to be an integer from 1 to 4294967295"
    );
}

#[test]
fn numbers_of_the_wrong_type_refuse_the_genome() {
    for (property, value) in [
        ("firing_threshold", json!("1.0")),
        ("firing_threshold", json!(1e39)),
        ("refractory_period", json!(65_536)),
        ("refractory_period", json!(0.5)),
        ("snooze_length", json!(1.5)),
        ("snooze_length", json!(-1)),
        ("per_voxel_neuron_cnt", json!(-1)),
        ("postsynaptic_current", json!([])),
        ("visualization", json!(1)),
        ("mp_driven_psp", json!("true")),
        ("cortical_name", json!(1)),
        ("cortical_mapping_dst", json!([])),
    ] {
        let mut properties = json!({ "block_boundaries": [1, 1, 1] });
        properties[property] = value;
        let error = refused(&with_area(&properties));
        assert_eq!(place_of(&error), format!("blueprint.Y19fYWFhX18=.{property}"));
    }
}

#[test]
fn null_and_zero_dimensions_become_one_with_a_warning() {
    let (area, warnings) = area(&json!({ "block_boundaries": [null, 0, 3] }));
    assert_eq!(area.dimensions.to_array(), [1, 1, 3]);
    let places: Vec<&str> = warnings.iter().map(|warning| warning.place.as_str()).collect();
    let expected =
        ["blueprint.Y19fYWFhX18=.block_boundaries[0]", "blueprint.Y19fYWFhX18=.block_boundaries[1]"];
    assert_eq!(places, expected);
}

#[test]
fn huge_dimensions_are_read_as_they_are_and_left_to_whoever_takes_memory() {
    let (area, _) = area(&json!({ "block_boundaries": [4_294_967_295_u64, 4_294_967_295_u64, 2] }));
    assert_eq!(area.dimensions.voxel_count(), None);
}

#[test]
fn values_of_no_use_are_put_right_with_a_warning() {
    let (area, warnings) = area(&json!({ "block_boundaries": [1, 1, 1], "per_voxel_neuron_cnt": 0 }));
    assert_eq!((area.neurons_per_voxel, warnings.len()), (1, 1));
    let reading = read(&json!({
        "version": "2.0",
        "blueprint": {},
        "physiology": { "simulation_timestep": 0, "max_age": 0, "quantization_precision": "fp7" },
    }));
    let physiology = reading.genome.physiology;
    assert_eq!(physiology.simulation_timestep, 0.025);
    assert_eq!(physiology.precision, GenomePrecision::Fp32);
    assert_eq!(physiology.raw["max_age"], 10_000_000);
    assert_eq!(reading.warnings.len(), 3);
}

#[test]
fn half_precision_is_kept_with_a_warning() {
    let block = json!({ "quantization_precision": "F16" });
    let reading = read(&json!({ "version": "2.0", "blueprint": {}, "physiology": block }));
    assert_eq!(reading.genome.physiology.precision, GenomePrecision::Fp16);
    assert_eq!(reading.warnings[0].place, "physiology.quantization_precision");
}

#[test]
fn excitability_is_percent_above_one_and_a_fraction_below() {
    for (given, fraction) in [
        (json!(100), 1.0),
        (json!(1), 1.0),
        (json!(50), 0.5),
        (json!(0.3), 0.3),
        (json!(400), 1.0),
        (json!(-1), 0.0),
    ] {
        let (area, _) = area(&json!({ "neuron_excitability": given }));
        assert_eq!(area.parameters.excitability, fraction, "{given}");
    }
    assert_eq!(area(&json!({})).0.parameters.excitability, 1.0);
}

#[test]
fn multipliers_that_are_no_numbers_become_one_and_large_ones_stay() {
    let with = |value: Value| {
        rule(&json!({ "morphology_id": "projector", "postSynapticCurrent_multiplier": value }))
    };
    for value in [json!("x"), json!(1e39), json!([])] {
        let (rule, warnings) = with(value.clone());
        assert_eq!((rule.multiplier, warnings.len()), (1.0, 1), "{value}");
    }
    assert_eq!(with(json!(1e30)).0.multiplier, 1e30);
    assert_eq!(with(json!(-2)).0.multiplier, -2.0);
    assert_eq!(rule(&json!({ "morphology_id": "projector" })).0.multiplier, 1.0);
}

#[test]
fn delays_outside_one_byte() {
    let with = |value: Value| rule(&json!({ "morphology_id": "projector", "synaptic_delay_bursts": value }));
    let bursts = |value: Value| with(value).0.delay.map(feagi_types::SynapticDelay::get);
    assert_eq!(bursts(json!(0)), None);
    assert_eq!(bursts(json!(255)), Some(255));
    assert_eq!(bursts(json!(256)), Some(1));
    assert_eq!(bursts(json!(-1)), Some(1));
    assert_eq!(bursts(json!("2")), Some(1));
    assert_eq!(with(json!(0)).1.len(), 1);
}

#[test]
fn plastic_rules_that_cannot_be_applied_are_kept_without_a_window() {
    let plastic = |members: Value| {
        let mut rule_members = json!({ "morphology_id": "projector", "plasticity_flag": true });
        for (key, value) in members.as_object().expect("an object") {
            rule_members[key] = value.clone();
        }
        rule(&rule_members).0.plasticity.expect("plastic")
    };
    assert_eq!(plastic(json!({})).window, 0);
    assert_eq!(plastic(json!({ "plasticity_window": 4 })).window, 4);
    assert_eq!(plastic(json!({ "plasticity_window": 4, "ltp_multiplier": 200 })).window, 0);
}

#[test]
fn rules_of_flat_files_need_their_keys() {
    let rules = |rules: Value| {
        let genome =
            json!({ "version": "2.0", "blueprint": { "_____10c-c__aaa-cx-dstmap-d": { "c__aaa": rules } } });
        let reading = read(&genome);
        let count = reading.genome.area("Y19fYWFhX18=").expect("the area").mappings["Y19fYWFhX18="].len();
        (count, reading.warnings.len())
    };
    let complete = json!({ "morphology_id": "projector", "postSynapticCurrent_multiplier": 1, "plasticity_flag": false });
    assert_eq!(rules(json!([complete])), (1, 0));
    assert_eq!(rules(json!([["projector", [1, 1, 1], 1, false]])), (1, 0));
    for missing in ["morphology_id", "postSynapticCurrent_multiplier", "plasticity_flag"] {
        let mut rule = complete.clone();
        rule.as_object_mut().expect("an object").remove(missing);
        assert_eq!(rules(json!([rule])), (0, 1), "{missing}");
    }
    let mut plastic = complete.clone();
    plastic["plasticity_flag"] = json!(true);
    assert_eq!(rules(json!([plastic])), (0, 1));
    assert_eq!(rules(json!([["projector", 1, 1], "projector", null, 7])), (0, 4));
}

#[test]
fn an_area_in_two_spellings_survives_once() {
    let reading = read(&json!({
        "version": "2.0",
        "blueprint": {
            "Y19fYWFhX18=": { "cortical_name": "base64", "block_boundaries": [1, 1, 1] },
            "c__aaa": { "cortical_name": "old", "block_boundaries": [1, 1, 1] },
        },
    }));
    assert_eq!(reading.genome.areas.len(), 8);
    assert_eq!(reading.genome.area("Y19fYWFhX18=").expect("the area").name, "old");
    assert_eq!(reading.warnings[0].place, "blueprint.c__aaa");
}

#[test]
fn ids_of_impossible_areas_refuse_the_genome() {
    for (id, shown) in
        [("_____x", "_____x"), ("___abcde", "___abcde"), ("i__foo\x0f\x02", r"i__foo\u{f}\u{2}")]
    {
        let error =
            refused(&json!({ "version": "2.0", "blueprint": { id: { "block_boundaries": [1, 1, 1] } } }));
        assert_eq!(place_of(&error), format!("blueprint.{shown}"));
    }
}

#[test]
fn ids_of_another_length_leave_the_area_out() {
    let reading = read(&json!({ "version": "2.0", "blueprint": { "c_avoid": {}, "x": 5, "cäbcd": {} } }));
    assert_eq!(reading.genome.areas.len(), 7);
    assert_eq!(reading.warnings.len(), 3);
}

#[test]
fn unknown_targets_and_rules_without_effect_are_named() {
    let (_, warnings) = area(&json!({
        "block_boundaries": [1, 1, 1],
        "cortical_mapping_dst": {
            "Y19fYmJiX18=": [{ "morphology_id": "projector" }],
            "Y19fYWFhX18=": [{ "morphology_id": "no_such_rule" }],
        },
    }));
    let places: Vec<&str> = warnings.iter().map(|warning| warning.place.as_str()).collect();
    let expected = [
        "blueprint.Y19fYWFhX18=.cortical_mapping_dst.Y19fYWFhX18=[0]",
        "blueprint.Y19fYWFhX18=.cortical_mapping_dst.Y19fYmJiX18=",
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_connection_rule_that_cannot_be_read_refuses_the_genome_even_if_unused() {
    for entry in [
        json!({ "type": "vectors", "parameters": { "vectors": [[1, 2]] } }),
        json!({ "type": "vectors", "parameters": { "vectors": [[1, 2, 0.5]] } }),
        json!({ "type": "vectors", "parameters": {} }),
        json!({ "type": "patterns", "parameters": { "patterns": [[["*", "*", "x"], [0, 0, 0]]] } }),
        json!({ "type": "patterns", "parameters": { "patterns": [["*", "*", "*"]] } }),
        json!({ "type": "composite", "parameters": { "src_seed": [1, 1, 1], "src_pattern": [[1, 0]] } }),
        json!({ "type": "composite", "parameters": { "src_seed": [1, 1, -1], "src_pattern": [] } }),
        json!({ "type": "spiral", "parameters": {} }),
        json!({ "parameters": { "speed": 1 } }),
        json!("projector"),
    ] {
        let error =
            refused(&json!({ "version": "2.0", "blueprint": {}, "neuron_morphologies": { "mine": entry } }));
        assert_eq!(place_of(&error), "neuron_morphologies.mine", "{entry}");
    }
}

#[test]
fn a_key_given_twice_takes_the_later_value_with_a_warning() {
    let reading =
        Genome::read(r#"{"version": "2.0", "blueprint": {}, "genome_title": "a", "genome_title": "b"}"#)
            .unwrap();
    assert_eq!(reading.genome.title, "b");
    assert_eq!(reading.warnings[0].place, "genome_title");
}

#[test]
fn unknown_genes_are_named_once_with_the_number_of_areas() {
    let reading = read(&json!({
        "version": "2.0",
        "blueprint": { "_____10c-c__aaa-cx-synatt-i": 1, "_____10c-c__bbb-cx-synatt-i": 1, "_____10c-broken": 1 },
    }));
    let warnings: Vec<&str> = reading.warnings.iter().map(|warning| warning.place.as_str()).collect();
    assert_eq!(warnings, ["blueprint._____10c-broken", "blueprint._____10c-c__aaa-cx-synatt-i"]);
    assert!(reading.warnings[1].message.contains("2 areas"), "{}", reading.warnings[1].message);
}

#[test]
fn regions_whose_parent_does_not_exist() {
    let regions = |title: &str| {
        json!({
            "version": "2.0",
            "blueprint": {},
            "brain_regions": { "root": { "title": title }, "child": { "title": "Child", "parent_region_id": "root" } },
        })
    };
    let genome = read(&regions("Top")).genome;
    let root = genome.regions.iter().find(|region| region.parent.is_none()).expect("a root");
    assert_eq!(root.title, feagi_genome::ROOT_TITLE);
    let below = genome.regions.iter().filter(|region| region.parent.as_ref() == Some(&root.id)).count();
    assert_eq!((below, genome.regions.len()), (2, 3));
    assert_eq!(place_of(&refused(&regions("Root Brain Region"))), "brain_regions.child.parent_region_id");
}

#[test]
fn regions_that_are_their_own_ancestors_are_refused() {
    let (a, b) = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b");
    let regions = json!({ a: { "parent_region_id": b }, b: { "parent_region_id": a } });
    let error = refused(&json!({ "version": "2.0", "blueprint": {}, "brain_regions": regions }));
    assert!(matches!(error, GenomeError::Region { .. }), "{error}");
}

#[test]
fn sizes_above_the_limits_are_refused() {
    let limits = Limits { max_bytes: 10, ..Limits::default() };
    let error = Genome::read_bytes(&[b' '; 11], &limits).unwrap_err();
    assert_eq!(error, GenomeError::FileTooLarge { bytes: 11, limit: 10 });
    let text = json!({ "version": "2.0", "blueprint": { "c__aaa": {}, "c__bbb": {} } }).to_string();
    let limits = Limits { max_areas: 1, ..Limits::default() };
    let error = Genome::read_bytes(text.as_bytes(), &limits).unwrap_err();
    assert!(matches!(error, GenomeError::TooMany { what: "cortical areas", .. }), "{error}");
}

#[test]
fn a_vector_with_a_fault_is_shown() {
    let rule = json!({ "type": "vectors", "parameters": { "vectors": [[1, 2e19, 3]] } });
    let genome = json!({ "version": "3.0", "blueprint": {}, "neuron_morphologies": { "far": rule } });
    let message = refused(&genome).to_string();
    assert!(message.contains("a vector is 3 integers, not [1,2e+19,3]"), "{message}");
}
