//! The table of unit types: codes, names, and the shape and place of every area of a unit.
//!
//! Positions, sizes and names for people are those that servers of current releases report for their
//! unit types; names in configurations are those that current clients send.

use super::Coding::{
    Boolean, CartesianPlane, Misc, Percentage, Percentage2D, Percentage3D, PoseEstimation, SignedPercentage,
    SignedPercentage3D, SignedPercentage4D,
};
use super::FrameHandling::{Absolute, Incremental};
use super::units::{SubUnit, UnitCode, UnitType};
use super::{Coding, Direction, FrameHandling};
use crate::{Dimensions, Position};

const fn input(
    code: &[u8; 3],
    device_name: &'static str,
    name: &'static str,
    sub_units: &'static [SubUnit],
) -> UnitType {
    UnitType { direction: Direction::Input, code: UnitCode(*code), device_name, name, sub_units }
}

const fn output(
    code: &[u8; 3],
    device_name: &'static str,
    name: &'static str,
    sub_units: &'static [SubUnit],
) -> UnitType {
    UnitType { direction: Direction::Output, code: UnitCode(*code), device_name, name, sub_units }
}

/// An area of a unit: its coding, its place, and the default, smallest and largest size of a channel.
const fn area(
    coding: Coding,
    [x, y, z]: [i32; 3],
    usual: [u32; 3],
    smallest: [u32; 3],
    largest: [u32; 3],
) -> SubUnit {
    SubUnit {
        coding,
        label: "",
        frame: None,
        position: Position { x, y, z },
        channel: size(usual),
        channel_min: size(smallest),
        channel_max: size(largest),
    }
}

const fn size([width, height, depth]: [u32; 3]) -> Dimensions {
    Dimensions { width, height, depth }
}

impl SubUnit {
    const fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    const fn always(self, frame: FrameHandling) -> Self {
        Self { frame: Some(frame), ..self }
    }
}

/// All unit types of current releases, inputs first (`fbc.md` section 4.2).
pub static UNIT_TYPES: [UnitType; 31] = [
    input(
        b"inf",
        "Infrared",
        "Infrared Sensor",
        &[area(Percentage, [10, 0, -20], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"pro",
        "Proximity",
        "Proximity Sensor",
        &[area(Percentage, [20, 0, -20], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"shk",
        "Shock",
        "Shock sensor",
        &[area(Percentage, [30, 0, -20], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"bat",
        "Battery",
        "Battery Sensor",
        &[area(Percentage, [40, 0, -20], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"svm",
        "Servo",
        "Servo Encoder",
        &[area(Percentage, [25, 0, -10], [1, 1, 20], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"agp",
        "AnalogGPIO",
        "Analog GPIO Sensor",
        &[area(Percentage, [60, 0, -10], [8, 8, 1], [1, 1, 1], [1024, 1024, 1])],
    ),
    input(
        b"dgp",
        "DigitalGPIO",
        "Digital GPIO Sensor",
        &[area(Boolean, [70, 0, -10], [1, 1, 1], [1, 1, 1], [1, 1, 1])],
    ),
    input(
        b"mis",
        "MiscData",
        "Miscellaneous Input",
        &[area(Misc, [220, 0, -30], [8, 8, 1], [1, 1, 1], [1024, 1024, 1024])],
    ),
    input(
        b"ten",
        "TextEnglishInput",
        "Text Input (English)",
        &[area(Misc, [70, 0, -100], [1, 1, 16], [1, 1, 1], [1, 1, 32])],
    ),
    input(
        b"cnt",
        "CountInput",
        "Count Input",
        &[area(Percentage, [110, 0, -30], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    input(
        b"img",
        "Vision",
        "Simple Vision",
        &[area(CartesianPlane, [-100, 30, 0], [128, 128, 3], [1, 1, 1], [4096, 4096, 3])],
    ),
    input(
        b"dpt",
        "DepthMap",
        "Depth Map",
        &[area(Misc, [-140, 30, 0], [64, 64, 1], [1, 1, 1], [4096, 4096, 1])],
    ),
    input(
        b"seg",
        "ObjectSegmentationInput",
        "Object Segmentation",
        &[area(Misc, [-170, 0, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 1])],
    ),
    input(
        b"svi",
        "SegmentedVision",
        "Segmented Vision",
        &[
            area(CartesianPlane, [-70, -70, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("lower left"),
            area(CartesianPlane, [60, -70, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("lower middle"),
            area(CartesianPlane, [150, -70, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("lower right"),
            area(CartesianPlane, [-70, 60, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("middle left"),
            area(CartesianPlane, [0, 0, 0], [128, 128, 3], [1, 1, 1], [4096, 4096, 3]).labelled("centre"),
            area(CartesianPlane, [150, 60, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("middle right"),
            area(CartesianPlane, [-70, 150, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("upper left"),
            area(CartesianPlane, [60, 150, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("upper middle"),
            area(CartesianPlane, [150, 150, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 3])
                .labelled("upper right"),
        ],
    ),
    input(
        b"rim",
        "RawIMU",
        "Raw IMU",
        &[
            area(SignedPercentage3D, [70, 0, -10], [6, 1, 10], [6, 1, 1], [6, 1, 1024]).labelled("area 0"),
            area(SignedPercentage3D, [80, 0, -10], [6, 1, 10], [6, 1, 1], [6, 1, 1024]).labelled("area 1"),
            area(SignedPercentage3D, [90, 0, -10], [6, 1, 10], [6, 1, 1], [6, 1, 1024]).labelled("area 2"),
        ],
    ),
    input(
        b"sim",
        "SmartIMU",
        "Smart IMU",
        &[area(SignedPercentage4D, [100, 0, -10], [8, 1, 10], [8, 1, 1], [8, 1, 1024])],
    ),
    input(
        b"cpo",
        "CartesianPosition",
        "Cartesian Position Sensor",
        &[area(Percentage3D, [115, 0, -10], [3, 1, 100], [3, 1, 1], [3, 1, 1024])],
    ),
    input(
        b"aud",
        "AudioInput",
        "Audio Input",
        &[area(Misc, [-100, -60, 0], [513, 16, 1], [1, 1, 1], [4097, 256, 1])],
    ),
    output(
        b"mot",
        "RotaryMotor",
        "Rotary Motor",
        &[area(SignedPercentage, [-20, 0, -10], [1, 1, 9], [1, 1, 1], [1, 1, 1024])],
    ),
    output(
        b"pse",
        "PositionalServo",
        "Positional Servo",
        &[
            area(Percentage, [-20, 0, -10], [1, 1, 20], [1, 1, 1], [1, 1, 1024])
                .labelled("area 0")
                .always(Absolute),
            area(Percentage, [-40, 0, -10], [2, 1, 20], [2, 1, 1], [2, 1, 1024])
                .labelled("area 1")
                .always(Incremental),
            area(Percentage, [-60, 0, -10], [1, 1, 20], [1, 1, 1], [1, 1, 1024])
                .labelled("area 2")
                .always(Absolute),
        ],
    ),
    output(
        b"gaz",
        "Gaze",
        "Gaze Control",
        &[
            area(Percentage2D, [10, 0, -10], [8, 8, 1], [1, 1, 1], [1024, 1024, 1]).labelled("area 0"),
            area(Percentage, [0, 0, -10], [1, 1, 10], [1, 1, 1], [1, 1, 1024]).labelled("area 1"),
        ],
    ),
    output(
        b"mis",
        "MiscData",
        "Miscellaneous Output",
        &[area(Misc, [300, 0, -30], [8, 8, 1], [1, 1, 1], [1024, 1024, 1024])],
    ),
    output(
        b"ten",
        "TextEnglishOutput",
        "Text Output (English)",
        &[area(Misc, [85, 0, -100], [1, 1, 16], [1, 1, 1], [1, 1, 32])],
    ),
    output(
        b"cnt",
        "CountOutput",
        "Count Output",
        &[area(Percentage, [175, 0, -30], [1, 1, 10], [1, 1, 1], [1, 1, 1024])],
    ),
    output(
        b"seg",
        "ObjectSegmentation",
        "Object Segmentation",
        &[area(Misc, [-200, 0, 0], [32, 32, 1], [1, 1, 1], [4096, 4096, 1])],
    ),
    output(
        b"img",
        "SimpleVisionOutput",
        "Simple Vision",
        &[area(CartesianPlane, [-240, 60, -20], [128, 128, 3], [1, 1, 1], [4096, 4096, 3])],
    ),
    output(
        b"pos",
        "PoseEstimation",
        "Pose Estimation",
        &[area(PoseEstimation, [-200, 60, 0], [64, 64, 17], [1, 1, 1], [4096, 4096, 256])],
    ),
    output(
        b"ifs",
        "DynamicImageProcessing",
        "Image Enhancements",
        &[area(Percentage, [0, 0, 0], [3, 1, 10], [3, 1, 1], [6, 1, 1024])],
    ),
    output(
        b"ptr",
        "SpatialPointer",
        "Spatial Pointer",
        &[area(Percentage3D, [130, 0, -10], [3, 1, 10], [1, 1, 1], [6, 1, 1024])],
    ),
    output(
        b"ang",
        "AngularPointer",
        "Angular Pointer",
        &[area(SignedPercentage3D, [175, 0, -10], [3, 1, 10], [3, 1, 1], [6, 1, 1024])],
    ),
    output(
        b"aud",
        "AudioOutput",
        "Audio Output",
        &[area(Misc, [-240, -60, -20], [513, 16, 1], [1, 1, 1], [4097, 256, 1])],
    ),
];
