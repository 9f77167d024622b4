//! Any bytes are refused or read; what is read and written reads back as the same genome.

#![no_main]

use feagi_genome::{Genome, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reading) = Genome::read_bytes(bytes, &Limits::default()) else { return };
    let genome = reading.genome;
    for written in [genome.write_flat(), genome.write_hierarchical()] {
        match Genome::read(&written) {
            Ok(again) => assert_eq!(again.genome, genome, "written as {written}"),
            Err(error) => panic!("{error} in {written}"),
        }
    }
});
