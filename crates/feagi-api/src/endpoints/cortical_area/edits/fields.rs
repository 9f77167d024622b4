//! The fields of an area that requests may set, each with its range: from JSON to genes.

use feagi_genome::AreaGenes;
use feagi_types::{Dimensions, Position};
use serde_json::Value;

use crate::edit::Request;
use crate::refusal::{Fields, Refusal, shown};

/// Longest name of an area, in bytes.
const LONGEST_NAME: usize = 256;

/// Reads fields of a request and remembers what is wrong with them.
pub(super) struct Reader<'a> {
    request: &'a Request,
    /// Fields that were read.
    known: Vec<&'static str>,
    wrong: Fields,
}

/// Fields that say which area is meant, or follow from others; they are no mistake.
const BESIDES: [&str; 6] =
    ["cortical_id", "cortical_id_list", "cortical_group", "cortical_type", "cortical_sub_group", "message"];

impl<'a> Reader<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        Self { request, known: Vec::new(), wrong: Fields::new() }
    }

    /// The value of a field, under the first of its names that the request has; `null` is none.
    pub(super) fn value(&mut self, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        self.known.extend(names);
        let given = |&name: &&'static str| Some((name, self.request.get(name)?));
        names.iter().find_map(given).filter(|(_, value)| !value.is_null())
    }

    pub(super) fn refuse(&mut self, name: &str, wrong: impl Into<String>) {
        self.wrong.insert(name.to_owned(), wrong.into());
    }

    /// Names of fields that the request has and nobody read.
    pub(super) fn ignored(&self) -> Vec<String> {
        let names = self
            .request
            .keys()
            .filter(|name| !self.known.contains(&name.as_str()) && !BESIDES.contains(&name.as_str()));
        names.cloned().collect()
    }

    /// What is wrong, if anything is.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(self.wrong)) }
    }

    fn number(&mut self, names: &[&'static str], range: std::ops::RangeInclusive<f64>) -> Option<f64> {
        let (name, value) = self.value(names)?;
        let number = value.as_f64().filter(|number| range.contains(number));
        if number.is_none() {
            self.refuse(name, format!("a number {}, not {}", within(&range), shown(value)));
        }
        number
    }

    fn float(&mut self, to: &mut f32, names: &[&'static str]) {
        self.ranged(to, names, f64::from(f32::MIN)..=f64::from(f32::MAX));
    }

    fn ranged(&mut self, to: &mut f32, names: &[&'static str], range: std::ops::RangeInclusive<f64>) {
        if let Some(number) = self.number(names, range) {
            *to = number as f32;
        }
    }

    pub(super) fn whole<T: TryFrom<i64>>(
        &mut self,
        to: &mut T,
        names: &[&'static str],
        [least, most]: [i64; 2],
    ) {
        let Some((name, value)) = self.value(names) else { return };
        match whole(value).filter(|number| (least..=most).contains(number)).map(T::try_from) {
            Some(Ok(number)) => *to = number,
            _ => self.refuse(name, format!("a whole number from {least} to {most}, not {}", shown(value))),
        }
    }

    fn flag(&mut self, to: &mut bool, names: &[&'static str]) {
        let Some((name, value)) = self.value(names) else { return };
        match value.as_bool() {
            Some(flag) => *to = flag,
            None => self.refuse(name, format!("true or false, not {}", shown(value))),
        }
    }

    /// `N` whole numbers; `null` leaves one as it is.
    pub(super) fn wholes<T: TryFrom<i64> + Copy, const N: usize>(
        &mut self,
        to: &mut [T; N],
        names: &[&'static str],
        [least, most]: [i64; 2],
    ) {
        let Some((name, value)) = self.value(names) else { return };
        let mut numbers = *to;
        let read = |(to, from): (&mut T, &Value)| {
            if from.is_null() {
                return Some(());
            }
            let number = whole(from).filter(|number| (least..=most).contains(number))?;
            *to = T::try_from(number).ok()?;
            Some(())
        };
        let elements = value.as_array().filter(|elements| elements.len() == N);
        match elements.and_then(|elements| numbers.iter_mut().zip(elements).try_for_each(read)) {
            Some(()) => *to = numbers,
            None => {
                self.refuse(
                    name,
                    format!("a list of {N} whole numbers from {least} to {most}, not {}", shown(value)),
                );
            }
        }
    }
}

impl Reader<'_> {
    /// Sets every field of an area that the request has.
    pub(super) fn apply(&mut self, genes: &mut AreaGenes) {
        self.name(genes, &["cortical_name"]);
        self.flag(&mut genes.visible, &["visible", "cortical_visibility"]);
        self.place(genes);
        self.neurons(genes);
        self.extras(genes);
    }

    /// Name for people.
    pub(super) fn name(&mut self, genes: &mut AreaGenes, names: &[&'static str]) {
        let Some((name, value)) = self.value(names) else { return };
        match value.as_str().map(str::trim).filter(|text| (1..=LONGEST_NAME).contains(&text.len())) {
            Some(text) => text.clone_into(&mut genes.name),
            None => self.refuse(name, format!("a text of 1 to {LONGEST_NAME} bytes, not {}", shown(value))),
        }
    }

    /// Place.
    pub(super) fn spot(&mut self, genes: &mut AreaGenes) {
        const ANYWHERE: [i64; 2] = [i32::MIN as i64, i32::MAX as i64];
        let Position { x, y, z } = genes.position;
        let mut position = [x, y, z];
        self.wholes(&mut position, &["coordinates_3d", "coordinate_3d"], ANYWHERE);
        let [x, y, z] = position;
        genes.position = Position { x, y, z };
        self.wholes(&mut genes.position_2d, &["coordinates_2d", "coordinate_2d"], ANYWHERE);
    }

    /// Place and size.
    fn place(&mut self, genes: &mut AreaGenes) {
        const SIZE: [i64; 2] = [1, u32::MAX as i64];
        self.spot(genes);
        let mut size = genes.dimensions.to_array();
        self.wholes(&mut size, &["cortical_dimensions"], SIZE);
        genes.dimensions = Dimensions::from(size);
        let names = ["neurons_per_voxel", "cortical_neuron_per_vox_count"];
        self.whole(&mut genes.neurons_per_voxel, &names, SIZE);
    }

    fn neurons(&mut self, genes: &mut AreaGenes) {
        const BURSTS: [i64; 2] = [0, u16::MAX as i64];
        let own = &mut genes.parameters;
        self.float(&mut own.threshold, &["neuron_fire_threshold"]);
        self.increments(&mut own.threshold_increment);
        self.float(&mut own.threshold_limit, &["neuron_firing_threshold_limit"]);
        self.ranged(&mut own.leak, &["neuron_leak_coefficient", "leak_coefficient"], 0.0..=1.0);
        self.whole(&mut own.refractory_period, &["neuron_refractory_period", "refractory_period"], BURSTS);
        if let Some(percent) = self.number(&["neuron_excitability"], 0.0..=100.0) {
            own.excitability = (percent / 100.0) as f32;
        }
        self.whole(&mut own.consecutive_fire_limit, &["neuron_consecutive_fire_count"], BURSTS);
        self.whole(&mut own.snooze_length, &["neuron_snooze_period", "snooze_period"], BURSTS);
        self.flag(&mut own.accumulates, &["neuron_mp_charge_accumulation"]);
        self.float(&mut own.postsynaptic_current, &["neuron_post_synaptic_potential"]);
        self.choice(&mut own.psp_uniform, &["neuron_psp_uniform_distribution"]);
        self.choice(&mut own.mp_driven_psp, &["neuron_mp_driven_psp"]);
        self.float(&mut own.degeneration, &["neuron_degeneracy_coefficient", "degeneration"]);
    }

    fn increments(&mut self, to: &mut [f32; 3]) {
        let Some((name, value)) = self.value(&["neuron_fire_threshold_increment"]) else { return };
        let numbers: Option<Vec<f32>> = value.as_array().and_then(|numbers| {
            numbers.iter().map(|number| number.as_f64().map(|number| number as f32)).collect()
        });
        match numbers.and_then(|numbers| <[f32; 3]>::try_from(numbers).ok()) {
            Some(numbers) if numbers.iter().all(|number| number.is_finite()) => *to = numbers,
            _ => self.refuse(name, format!("a list of 3 numbers, not {}", shown(value))),
        }
    }

    fn choice(&mut self, to: &mut Option<bool>, names: &[&'static str]) {
        let mut flag = to.unwrap_or(false);
        self.flag(&mut flag, names);
        if flag != to.unwrap_or(false) {
            *to = Some(flag);
        }
    }

    /// Properties that the genome keeps as they are.
    fn extras(&mut self, genes: &mut AreaGenes) {
        type Check = fn(&Value) -> bool;
        const NUMBER: (Check, &str) = (Value::is_number, "a number");
        const FLAG: (Check, &str) = (Value::is_boolean, "true or false");
        const SIZE: (Check, &str) = (is_size, "a list of 3 whole numbers of at least 1");
        for (field, property, (is_good, expected)) in [
            ("neuron_plasticity_constant", "plasticity_constant", NUMBER),
            ("neuron_leak_variability", "leak_variability", NUMBER),
            ("neuron_post_synaptic_potential_max", "postsynaptic_current_max", NUMBER),
            ("neuron_burst_engine_active", "burst_engine_active", FLAG),
            ("sensory_hold_last_frame", "sensory_hold_last_frame", FLAG),
            ("visualization_voxel_granularity", "visualization_voxel_granularity", SIZE),
        ] {
            match self.value(&[field]) {
                Some((_, value)) if is_good(value) => {
                    genes.extra.insert(property.to_owned(), value.clone());
                }
                Some((name, value)) => self.refuse(name, format!("{expected}, not {}", shown(value))),
                None => {}
            }
        }
    }
}

fn is_size(value: &Value) -> bool {
    let least = |axis: &Value| axis.as_u64().is_some_and(|axis| axis >= 1);
    value.as_array().is_some_and(|axes| axes.len() == 3 && axes.iter().all(least))
}

/// A whole number, also one that a client wrote with a point and nothing behind it.
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = || value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= EXACT);
    value.as_i64().or_else(|| float().map(|number| number as i64))
}

fn within(range: &std::ops::RangeInclusive<f64>) -> String {
    if *range.end() > 1e30 {
        return "of 32-bit size".to_owned();
    }
    format!("from {} to {}", range.start(), range.end())
}
