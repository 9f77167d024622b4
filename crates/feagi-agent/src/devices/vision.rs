//! Eyes.

use serde_json::{Value, json};

use super::{Device, FrameChanges, unit};

/// Pixels of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resolution {
    /// Columns; at least 1.
    pub width: u32,
    /// Rows; at least 1.
    pub height: u32,
}

/// What a pixel tells; each colour is a layer of voxels along z, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colours {
    /// Brightness.
    Grey,
    /// Red and green.
    RedGreen,
    /// Red, green and blue.
    #[default]
    RedGreenBlue,
    /// Red, green, blue and opacity.
    RedGreenBlueAlpha,
}

/// An eye with pixels of one size: an area of width × height × colours voxels, y upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vision {
    resolution: Resolution,
    colours: Colours,
    changes: FrameChanges,
}

/// An eye with nine areas: the centre, which sees most sharply, and eight around it. From the bottom
/// left, row by row: three below, three in the middle, three above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SegmentedVision {
    centre: Resolution,
    around: Resolution,
    centre_colours: Colours,
    around_colours: Colours,
    changes: FrameChanges,
}

impl Resolution {
    /// So many columns and rows.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    fn to_json(self) -> Value {
        json!({"width": self.width, "height": self.height})
    }
}

impl Colours {
    const fn name(self) -> &'static str {
        match self {
            Self::Grey => "GrayScale",
            Self::RedGreen => "RG",
            Self::RedGreenBlue => "RGB",
            Self::RedGreenBlueAlpha => "RGBA",
        }
    }
}

impl Vision {
    /// Red, green and blue pixels with absolute values.
    #[must_use]
    pub fn new(resolution: Resolution) -> Self {
        Self { resolution, colours: Colours::default(), changes: FrameChanges::default() }
    }

    /// The same with other colours.
    #[must_use]
    pub const fn colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }

    /// The same with values of another kind.
    #[must_use]
    pub const fn changes(mut self, changes: FrameChanges) -> Self {
        self.changes = changes;
        self
    }

    pub(super) fn unit(self, group: u16) -> Value {
        let properties = json!({"CartesianPlane": {
            "image_resolution": self.resolution.to_json(),
            "color_channel_layout": self.colours.name(),
            "color_space": "Gamma",
        }});
        unit(group, 1, &json!({"frame_change_handling": self.changes.name()}), &properties)
    }
}

impl SegmentedVision {
    /// Red, green and blue pixels with absolute values; each of the eight areas around the centre has
    /// the resolution `around`.
    #[must_use]
    pub fn new(centre: Resolution, around: Resolution) -> Self {
        let (centre_colours, around_colours) = Default::default();
        Self { centre, around, centre_colours, around_colours, changes: FrameChanges::default() }
    }

    /// The same with other colours.
    #[must_use]
    pub const fn colours(mut self, centre: Colours, around: Colours) -> Self {
        self.centre_colours = centre;
        self.around_colours = around;
        self
    }

    /// The same with values of another kind.
    #[must_use]
    pub const fn changes(mut self, changes: FrameChanges) -> Self {
        self.changes = changes;
        self
    }

    pub(super) fn unit(self, group: u16) -> Value {
        let around = self.around.to_json();
        let properties = json!({"SegmentedImageFrame": {
            "segment_xy_resolutions": {
                "lower_left": around, "lower_middle": around, "lower_right": around,
                "middle_left": around, "center": self.centre.to_json(), "middle_right": around,
                "upper_left": around, "upper_middle": around, "upper_right": around,
            },
            "center_color_channel": self.centre_colours.name(),
            "peripheral_color_channels": self.around_colours.name(),
            "color_space": "Gamma",
        }});
        unit(group, 1, &json!({"frame_change_handling": self.changes.name()}), &properties)
    }
}

impl From<Vision> for Device {
    fn from(eye: Vision) -> Self {
        Self::Vision(eye)
    }
}

impl From<SegmentedVision> for Device {
    fn from(eye: SegmentedVision) -> Self {
        Self::SegmentedVision(eye)
    }
}
