//! What the camera of the demonstration looks with, and what it is told to move.

use std::str::FromStr;

use feagi_agent::{Devices, Resolution, RotaryMotors, SegmentedVision, Vision};

/// Pixels that an area may have along each side.
const MOST: u32 = 1024;

/// Motor columns and voxels along z that the built-in brain has.
const MOTORS: (u16, u32) = (4, 8);

/// The eyes: `img:32x32` sees the whole picture in one area, `svi:64x64` in nine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Eyes(Vec<Eye>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Eye {
    Whole(Resolution),
    Segmented { centre: Resolution, around: Resolution },
}

/// A text that describes no eyes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use img, svi or both, such as img:32x32,svi:128x128+16x16; each side from 1 to {MOST}")]
pub(crate) struct NoEyes;

impl Eyes {
    /// The eyes, and two motors that turn ahead and back.
    pub(crate) fn devices(&self) -> Devices {
        let motors = RotaryMotors::new(MOTORS.0, MOTORS.1);
        self.0.iter().fold(Devices::new().with(0, motors), |devices, eye| match *eye {
            Eye::Whole(resolution) => devices.with(0, Vision::new(resolution)),
            Eye::Segmented { centre, around } => devices.with(0, SegmentedVision::new(centre, around)),
        })
    }
}

impl FromStr for Eyes {
    type Err = NoEyes;

    fn from_str(text: &str) -> Result<Self, NoEyes> {
        let eyes = text.split(',').map(eye).collect::<Result<Vec<_>, _>>()?;
        let kinds = |whole| eyes.iter().filter(|eye| matches!(eye, Eye::Whole(_)) == whole).count();
        if kinds(true) <= 1 && kinds(false) <= 1 { Ok(Self(eyes)) } else { Err(NoEyes) }
    }
}

fn eye(text: &str) -> Result<Eye, NoEyes> {
    let (unit, size) = text.split_once(':').map_or((text, None), |(unit, size)| (unit, Some(size)));
    match (unit.trim(), size) {
        ("img", size) => Ok(Eye::Whole(resolution(size.unwrap_or("32x32"))?)),
        ("svi", size) => {
            let size = size.unwrap_or("64x64");
            let (centre, around) = size.split_once('+').unwrap_or((size, size));
            Ok(Eye::Segmented { centre: resolution(centre)?, around: resolution(around)? })
        }
        _ => Err(NoEyes),
    }
}

fn resolution(text: &str) -> Result<Resolution, NoEyes> {
    let (width, height) = text.trim().split_once('x').ok_or(NoEyes)?;
    let side = |text: &str| text.parse().ok().filter(|side| (1..=MOST).contains(side)).ok_or(NoEyes);
    Ok(Resolution::new(side(width)?, side(height)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sizes(text: &str) -> Vec<[u32; 3]> {
        let areas = text.parse::<Eyes>().unwrap().devices().areas().unwrap();
        areas.iter().map(|area| area.dimensions.to_array()).collect()
    }

    #[test]
    fn one_eye_is_one_area_and_the_other_nine_and_the_motors_follow() {
        assert_eq!(sizes("img"), [[32, 32, 3], [4, 1, 8]]);
        assert_eq!(sizes("img:5x4"), [[5, 4, 3], [4, 1, 8]]);
        let both = sizes("svi:12x10+6x4, img");
        assert_eq!(both.len(), 11);
        assert_eq!(both.iter().filter(|size| **size == [6, 4, 3]).count(), 8);
        assert!(both.contains(&[12, 10, 3]) && both.contains(&[32, 32, 3]));
    }

    #[test]
    fn what_is_no_eye_is_refused_with_an_example() {
        for text in ["", "nose", "img:", "img:0x4", "img:4", "img:4x4x4", "svi:4x4+", "img,img", "img:2000x1"]
        {
            assert_eq!(text.parse::<Eyes>(), Err(NoEyes), "{text}");
        }
        assert!(NoEyes.to_string().contains("img:32x32,svi:128x128+16x16"));
    }

    proptest! {
        #[test]
        fn any_text_is_eyes_that_a_brain_takes_or_refused(text in "((img|svi):?[0-9]{0,4}x?[0-9]{0,4}[+,]?){0,3}") {
            if let Ok(eyes) = text.parse::<Eyes>() {
                prop_assert!(eyes.devices().areas().is_ok());
            }
        }
    }
}
