//! What the output areas tell motors to do.

use feagi_burst_engine::FireQueue;
use feagi_runtime::BrainArea;
use feagi_types::CorticalIdx;
use feagi_types::cortical_id::{Coding, Kind};

use crate::text::printable;

/// The motors of one output area.
///
/// Each voxel column along z is a strength: the highest z that fires, as a share of the depth; none
/// is 0. A signed coding has two columns along x for each motor, ahead and back, and the value is
/// their difference, -1 to 1. An unsigned coding has one, 0 to 1.
#[derive(Clone, Debug)]
pub(crate) struct MotorArea {
    idx: CorticalIdx,
    /// The area's name.
    pub(crate) name: String,
    depth: u32,
    signed: bool,
    /// Strength of each column in this burst.
    strengths: Vec<f32>,
    /// The value of each motor.
    pub(crate) motors: Vec<Motor>,
}

/// One motor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Motor {
    /// Value of the last burst.
    pub(crate) value: f32,
    /// Value smoothed over the last bursts, as a wheel with some weight would turn.
    pub(crate) smooth: f32,
    /// Sum of the values of all bursts.
    pub(crate) sum: f64,
}

/// Share of the newest burst in a smoothed value.
const FRESH: f32 = 0.1;

impl MotorArea {
    /// The output areas among `areas` whose coding is one number for each motor.
    pub(crate) fn find(areas: &[BrainArea]) -> Vec<Self> {
        areas.iter().filter_map(Self::of).collect()
    }

    fn of(area: &BrainArea) -> Option<Self> {
        let Ok(Kind::Output(unit)) = area.id.kind() else { return None };
        let signed = match unit.configuration().coding() {
            Coding::SignedPercentage => true,
            Coding::Percentage => false,
            _ => return None,
        };
        let columns = area.dimensions.width as usize;
        let motors = if signed { columns.div_ceil(2) } else { columns };
        Some(Self {
            idx: area.idx,
            name: printable(&area.name),
            depth: area.dimensions.depth,
            signed,
            strengths: vec![0.0; columns],
            motors: vec![Motor::default(); motors],
        })
    }

    /// Goes on with the values of `former` if it is the same area with the same number of motors. The
    /// columns stay those of `self`: an area that grew has longer ones.
    pub(crate) fn adopt(&mut self, former: &Self) {
        let same = self.idx == former.idx && self.name == former.name;
        if same && self.motors.len() == former.motors.len() {
            self.motors.clone_from(&former.motors);
        }
    }

    /// Columns along x and voxels of each along z.
    pub(crate) fn columns(&self) -> (usize, u32) {
        (self.strengths.len(), self.depth)
    }

    /// Takes in a burst.
    pub(crate) fn burst(&mut self, fired: &FireQueue<'_>) {
        let idx = self.idx;
        let areas = fired.areas().filter(|area| area.idx == idx);
        self.take(areas.flat_map(|area| area.voxels().map(|(voxel, _)| (voxel.x, voxel.z))));
    }

    /// Takes in x and z of the area's voxels that fired in a burst. Those outside the area count for
    /// nothing.
    pub(crate) fn take(&mut self, fired: impl Iterator<Item = (u32, u32)>) {
        self.strengths.fill(0.0);
        for (x, z) in fired.filter(|&(_, z)| z < self.depth) {
            let strength = (z + 1) as f32 / self.depth as f32;
            if let Some(column) = self.strengths.get_mut(x as usize) {
                *column = column.max(strength);
            }
        }
        let columns = if self.signed { 2 } else { 1 };
        for (motor, strengths) in self.motors.iter_mut().zip(self.strengths.chunks(columns)) {
            motor.value = strengths[0] - strengths.get(1).unwrap_or(&0.0);
            motor.smooth += (motor.value - motor.smooth) * FRESH;
            motor.sum += f64::from(motor.value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feagi_burst_engine::{BurstEngine, EngineConfig};
    use feagi_types::{AreaParameters, CorticalId, Voxel};

    const IDX: CorticalIdx = CorticalIdx(9);

    /// Values of the motors of an area with this id when `voxels` fire.
    fn values(id: [u8; 8], dimensions: [u32; 3], voxels: &[[u32; 3]]) -> Vec<f32> {
        let id = CorticalId::from_bytes(id).expect("an output id");
        let mut engine = BurstEngine::new(&EngineConfig::default());
        engine.add_area(IDX, id, &AreaParameters::default()).expect("a new area");
        engine.add_grid(IDX, dimensions.into(), 1).expect("a small grid");
        let name = "wheels".to_owned();
        let area = BrainArea { idx: IDX, id, name, dimensions: dimensions.into(), neurons: 0 };
        let mut areas = MotorArea::find(&[area]);
        engine.force_fire(IDX, voxels.iter().map(|&voxel| (Voxel::from(voxel), 1.0)));
        areas[0].burst(&engine.burst());
        areas[0].motors.iter().map(|motor| motor.value).collect()
    }

    #[test]
    fn an_area_that_grew_goes_on_with_its_values_and_its_new_columns() {
        let of = |depth| {
            let id = CorticalId::from_bytes(*b"omot\x05\0\0\0").expect("an output id");
            let dimensions = [2, 1, depth].into();
            let area = BrainArea { idx: IDX, id, name: "wheels".to_owned(), dimensions, neurons: 0 };
            MotorArea::find(&[area]).remove(0)
        };
        let (mut before, mut after) = (of(1), of(4));
        before.take([(0, 0)].into_iter());
        after.adopt(&before);
        assert_eq!(after.motors[0].sum, 1.0);
        after.take([(0, 1)].into_iter());
        assert_eq!((after.motors[0].value, after.motors[0].sum), (0.5, 1.5));
    }

    #[test]
    fn signed_motors_have_a_column_ahead_and_one_back() {
        let id = *b"omot\x05\0\0\0";
        assert_eq!(values(id, [4, 1, 4], &[]), [0.0, 0.0]);
        assert_eq!(values(id, [4, 1, 4], &[[0, 0, 0], [0, 0, 2], [3, 0, 3]]), [0.75, -1.0]);
        assert_eq!(values(id, [4, 1, 4], &[[2, 0, 1], [3, 0, 0]]), [0.0, 0.25]);
        assert_eq!(values(id, [3, 1, 1], &[[2, 0, 0]]), [0.0, 1.0], "a column without its partner");
    }

    #[test]
    fn unsigned_motors_have_one_column() {
        assert_eq!(values(*b"opse\x01\0\0\0", [2, 1, 10], &[[1, 0, 4]]), [0.0, 0.5]);
    }
}
