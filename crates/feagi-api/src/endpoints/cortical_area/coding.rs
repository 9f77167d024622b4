//! What the voxels of an input or output area stand for, in the words of the interface.

use feagi_types::CorticalId;
use feagi_types::cortical_id::{Coding, FrameHandling, Kind, Positioning};
use serde::Serialize;
use utoipa::ToSchema;

const NOT_APPLICABLE: &str = "Not Applicable";

/// What the voxels of an input or output area stand for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodingProperties {
    /// Three bytes of the unit type behind `i` or `o`.
    cortical_subtype: String,
    /// The unit among those of the same type.
    unit_id: u16,
    /// The same.
    group_id: u16,
    /// The area inside its unit.
    subunit_id: u8,
    /// `Absolute`, `Incremental` or `Not Applicable`.
    coding_behavior: &'static str,
    /// The same.
    encoding_type: &'static str,
    /// `Linear`, `Fractional` or `Not Applicable`.
    coding_type: &'static str,
    /// The same.
    encoding_format: &'static str,
    /// What is encoded.
    coding_signage: &'static str,
    /// What the three could be.
    coding_options: CodingOptions,
}

/// What a coding could be for a unit of this type.
#[derive(Debug, Serialize, ToSchema)]
struct CodingOptions {
    behavior_options: Vec<&'static str>,
    coding_type_options: Vec<&'static str>,
    signage_options: Vec<&'static str>,
}

impl CodingProperties {
    /// Of an input or output area; `None` for the others.
    pub(crate) fn of(id: CorticalId) -> Option<Self> {
        let Ok(Kind::Input(address) | Kind::Output(address)) = id.kind() else { return None };
        let configuration = address.configuration();
        let behavior = match configuration.frame() {
            Some(FrameHandling::Absolute) => "Absolute",
            Some(FrameHandling::Incremental) => "Incremental",
            None => NOT_APPLICABLE,
        };
        let positioning = match configuration.positioning() {
            Some(Positioning::Linear) => "Linear",
            Some(Positioning::Fractional) => "Fractional",
            None => NOT_APPLICABLE,
        };
        let signage = signage(configuration.coding());
        let options = |is_option: bool, options: [&'static str; 2]| {
            if is_option { options.to_vec() } else { vec![NOT_APPLICABLE] }
        };
        Some(Self {
            cortical_subtype: id.as_bytes()[..4].escape_ascii().to_string(),
            unit_id: address.unit(),
            group_id: address.unit(),
            subunit_id: address.sub_unit(),
            coding_behavior: behavior,
            encoding_type: behavior,
            coding_type: positioning,
            encoding_format: positioning,
            coding_signage: signage,
            coding_options: CodingOptions {
                behavior_options: options(configuration.frame().is_some(), ["Absolute", "Incremental"]),
                coding_type_options: options(configuration.positioning().is_some(), ["Linear", "Fractional"]),
                signage_options: vec![signage],
            },
        })
    }
}

const fn signage(coding: Coding) -> &'static str {
    match coding {
        Coding::Boolean => "Boolean",
        Coding::Percentage | Coding::Percentage2D | Coding::Percentage3D | Coding::Percentage4D => {
            "Percentage Unsigned"
        }
        Coding::SignedPercentage
        | Coding::SignedPercentage2D
        | Coding::SignedPercentage3D
        | Coding::SignedPercentage4D => "Percentage Signed",
        Coding::CartesianPlane => "Cartesian Plane",
        Coding::Misc => "Misc",
        Coding::PoseEstimation => "Pose Estimation",
    }
}
