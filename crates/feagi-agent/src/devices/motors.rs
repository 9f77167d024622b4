//! Motors.

use serde_json::{Value, json};

use super::{Device, FrameChanges, unit};

/// How a number becomes voxels along z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Positions {
    /// Evenly spread: one voxel, the nearer to z = 0 the larger the number.
    #[default]
    Linear,
    /// As binary places: the voxel at z counts half as much as the one before it.
    Fractional,
}

/// Motors that turn ahead and back, each with a speed from -1 to 1. The area has a column along x for
/// each motor, or with [`Positions::Fractional`] two: ahead and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RotaryMotors(Numbers);

/// Motors that hold an angle from 0 to 1. They have three areas: angle, change of the angle, and speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PositionalServos(Numbers);

/// One number for each of several motors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Numbers {
    count: u16,
    resolution: u32,
    positions: Positions,
    changes: FrameChanges,
}

impl Positions {
    const fn name(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Fractional => "Fractional",
        }
    }
}

impl Numbers {
    fn new(count: u16, resolution: u32) -> Self {
        let (positions, changes) = Default::default();
        Self { count, resolution, positions, changes }
    }

    fn unit(self, group: u16, properties: &Value) -> Value {
        let flags = json!({
            "frame_change_handling": self.changes.name(),
            "percentage_neuron_positioning": self.positions.name(),
        });
        unit(group, self.count, &flags, properties)
    }
}

impl RotaryMotors {
    /// `count` motors (at least one) whose speed is told by `resolution` voxels along z (at least one).
    #[must_use]
    pub fn new(count: u16, resolution: u32) -> Self {
        Self(Numbers::new(count, resolution))
    }

    /// The same with numbers written in another way.
    #[must_use]
    pub const fn positions(mut self, positions: Positions) -> Self {
        self.0.positions = positions;
        self
    }

    /// The same with values of another kind.
    #[must_use]
    pub const fn changes(mut self, changes: FrameChanges) -> Self {
        self.0.changes = changes;
        self
    }

    pub(super) fn unit(self, group: u16) -> Value {
        let resolution = json!({"value": self.0.resolution});
        self.0.unit(group, &json!({"Percentage": [resolution, self.0.positions.name(), true, "D1"]}))
    }
}

impl PositionalServos {
    /// `count` servos (at least one) whose angle is told by `resolution` voxels along z (at least one).
    #[must_use]
    pub fn new(count: u16, resolution: u32) -> Self {
        Self(Numbers::new(count, resolution))
    }

    /// The same with numbers written in another way.
    #[must_use]
    pub const fn positions(mut self, positions: Positions) -> Self {
        self.0.positions = positions;
        self
    }

    /// The same with values of another kind.
    #[must_use]
    pub const fn changes(mut self, changes: FrameChanges) -> Self {
        self.0.changes = changes;
        self
    }

    pub(super) fn unit(self, group: u16) -> Value {
        let resolution = json!({"value": self.0.resolution});
        self.0.unit(group, &json!({"PositionalServo": [resolution, self.0.positions.name()]}))
    }
}

impl From<RotaryMotors> for Device {
    fn from(motors: RotaryMotors) -> Self {
        Self::RotaryMotors(motors)
    }
}

impl From<PositionalServos> for Device {
    fn from(servos: PositionalServos) -> Self {
        Self::PositionalServos(servos)
    }
}
