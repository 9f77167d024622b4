//! From the text of a genome to its connectome: reading, developing, and counting alone.
//!
//! Takes the genomes from `$FEAGI_GENOMES`; without it there is nothing to measure, and it says so.

use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use feagi_development::{Settings, count, develop};
use feagi_genome::Genome;

/// Many synapses, and many neurons.
const GENOMES: [&str; 2] = ["brain_pong_human", "blender_keyframe"];

fn main() {
    let Some(folder) = std::env::var_os("FEAGI_GENOMES").map(PathBuf::from) else {
        println!("nothing measured: set FEAGI_GENOMES to a folder with the published genomes");
        return;
    };
    let mut criterion =
        Criterion::default().measurement_time(Duration::from_secs(3)).sample_size(20).configure_from_args();
    for name in GENOMES {
        match std::fs::read_to_string(folder.join(format!("{name}.genome"))) {
            Ok(text) => measure(&mut criterion, name, &text),
            Err(error) => println!("{name} not measured: {error}"),
        }
    }
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion, name: &str, text: &str) {
    let settings = Settings::default();
    let genome = Genome::read(text).expect("a published genome").genome;
    let counts = count(&genome, &settings).expect("within the default limits");
    println!("{name}: {} neurons, {} synapses", counts.neurons, counts.synapses);
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(counts.neurons + counts.synapses));
    group.bench_function("read_and_develop", |bencher| {
        bencher.iter(|| {
            let genome = Genome::read(text).expect("read before").genome;
            develop(&genome, &settings, &mut |_| {}).expect("within the default limits")
        });
    });
    group.bench_function("develop", |bencher| {
        bencher.iter(|| develop(&genome, &settings, &mut |_| {}).expect("within the default limits"));
    });
    group.bench_function("count", |bencher| {
        bencher.iter(|| count(&genome, &settings).expect("within the default limits"));
    });
    group.finish();
}
