//! What an agent is made of: eyes and motors, described in the JSON that brains read.
//!
//! [`Devices`] collects units; `vision` and `motors` have builders for the usual ones, everything else
//! is given as JSON. Which areas a description needs is derived by the same code as in the brain.

mod motors;
mod vision;

use feagi_io::core::AreaRequest;
use feagi_io::wire::current::devices::areas;
use feagi_types::cortical_id::Direction;
use serde_json::{Map, Value, json};

use crate::AgentError;

pub use motors::{PositionalServos, Positions, RotaryMotors};
pub use vision::{Colours, Resolution, SegmentedVision, Vision};

/// Bytes that a description may take, so that brains take the message around it.
const LARGEST: usize = (1 << 20) - 1024;

/// What an agent is made of.
///
/// ```
/// use feagi_agent::{Devices, Resolution, RotaryMotors, SegmentedVision};
///
/// let devices = Devices::new()
///     .with(0, SegmentedVision::new(Resolution::new(64, 64), Resolution::new(32, 32)))
///     .with(0, RotaryMotors::new(2, 8));
/// let areas = devices.areas()?;
/// assert_eq!(areas.len(), 10);
/// assert_eq!(areas[9].dimensions.to_array(), [2, 1, 8]);
/// # Ok::<(), feagi_agent::AgentError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Devices {
    inputs: Map<String, Value>,
    outputs: Map<String, Value>,
    feedbacks: Vec<Value>,
    /// A description that was given whole.
    whole: Option<Value>,
}

/// A unit: devices of one kind that share areas.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Device {
    /// An eye that sees most sharply in its middle.
    SegmentedVision(SegmentedVision),
    /// An eye with pixels of one size.
    Vision(Vision),
    /// Motors that turn ahead and back.
    RotaryMotors(RotaryMotors),
    /// Motors that hold an angle.
    PositionalServos(PositionalServos),
}

/// How the areas of a unit take values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FrameChanges {
    /// A value is the value.
    #[default]
    Absolute,
    /// A value is a change of the last one.
    Incremental,
}

impl Devices {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a unit. `group` numbers units of one kind; the brain has areas of their own for each.
    #[must_use]
    pub fn with(self, group: u16, device: impl Into<Device>) -> Self {
        match device.into() {
            Device::SegmentedVision(eye) => {
                self.with_unit(Direction::Input, "SegmentedVision", eye.unit(group))
            }
            Device::Vision(eye) => self.with_unit(Direction::Input, "Vision", eye.unit(group)),
            Device::RotaryMotors(motors) => {
                self.with_unit(Direction::Output, "RotaryMotor", motors.unit(group))
            }
            Device::PositionalServos(servos) => {
                self.with_unit(Direction::Output, "PositionalServo", servos.unit(group))
            }
        }
    }

    /// Adds a unit of any type, such as `SmartIMU`, given as the pair of its definition and its coding
    /// properties.
    #[must_use]
    pub fn with_unit(mut self, direction: Direction, unit_type: &str, unit: Value) -> Self {
        let units = match direction {
            Direction::Input => &mut self.inputs,
            Direction::Output => &mut self.outputs,
        };
        if let Value::Array(list) = units.entry(unit_type).or_insert_with(|| json!([])) {
            list.push(unit);
        }
        self
    }

    /// Adds a feedback, given as the pair of its targets and its kind.
    #[must_use]
    pub fn with_feedback(mut self, feedback: Value) -> Self {
        self.feedbacks.push(feedback);
        self
    }

    /// A whole description: an object with `input_units_and_encoder_properties`,
    /// `output_units_and_decoder_properties` and `feedbacks`. Units added afterwards do not count.
    #[must_use]
    pub fn from_json(description: Value) -> Self {
        Self { whole: Some(description), ..Self::default() }
    }

    /// The description as brains read it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.whole.clone().unwrap_or_else(|| {
            json!({
                "input_units_and_encoder_properties": self.inputs,
                "output_units_and_decoder_properties": self.outputs,
                "feedbacks": {"registered_feedbacks": self.feedbacks},
            })
        })
    }

    /// The areas that a brain makes for the devices: those of inputs, then those of outputs, unit types
    /// by name.
    ///
    /// # Errors
    /// [`AgentError::Devices`] with everything that a brain would not understand;
    /// [`AgentError::TooManyDevices`] for a description of more than about a megabyte.
    pub fn areas(&self) -> Result<Vec<AreaRequest>, AgentError> {
        let description = self.to_json();
        if !description.is_object() {
            return Err(AgentError::Devices(vec!["the description has to be a JSON object".to_owned()]));
        }
        let bytes = description.to_string().len();
        if bytes > LARGEST {
            return Err(AgentError::TooManyDevices { bytes, limit: LARGEST });
        }
        let (areas, problems) = areas(&description);
        if problems.is_empty() { Ok(areas) } else { Err(AgentError::Devices(problems)) }
    }
}

impl FrameChanges {
    const fn name(self) -> &'static str {
        match self {
            Self::Absolute => "Absolute",
            Self::Incremental => "Incremental",
        }
    }
}

/// A unit of `channels` devices with the same flags and properties.
fn unit(group: u16, channels: u16, flags: &Value, properties: &Value) -> Value {
    let device = json!({
        "channel_index_override": null, "device_properties": {}, "friendly_name": null, "pipeline_stages": [],
    });
    json!([
        {
            "cortical_unit_index": group,
            "device_grouping": vec![device; usize::from(channels)],
            "friendly_name": null,
            "io_configuration_flags": flags,
        },
        properties,
    ])
}
