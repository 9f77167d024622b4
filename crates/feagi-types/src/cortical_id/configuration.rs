//! The configuration flags inside input and output ids: what the numbers of an area stand for.

use super::KindError;

/// What the voxels of an input or output area encode (`fbc.md` section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Coding {
    /// On or off; has no further options.
    Boolean = 0,
    /// One number from 0 to 1.
    Percentage = 1,
    /// Two numbers from 0 to 1.
    Percentage2D = 2,
    /// Three numbers from 0 to 1.
    Percentage3D = 3,
    /// Four numbers from 0 to 1.
    Percentage4D = 4,
    /// One number from -1 to 1.
    SignedPercentage = 5,
    /// Two numbers from -1 to 1.
    SignedPercentage2D = 6,
    /// Three numbers from -1 to 1.
    SignedPercentage3D = 7,
    /// Four numbers from -1 to 1.
    SignedPercentage4D = 8,
    /// An image: one voxel a pixel and channel.
    CartesianPlane = 9,
    /// Whatever the agent and the genome agree on.
    Misc = 10,
    /// Key points of a body; see [`PoseSchema`].
    PoseEstimation = 11,
}

impl Coding {
    /// All codings, in the order of their codes.
    pub const ALL: [Self; 12] = [
        Self::Boolean,
        Self::Percentage,
        Self::Percentage2D,
        Self::Percentage3D,
        Self::Percentage4D,
        Self::SignedPercentage,
        Self::SignedPercentage2D,
        Self::SignedPercentage3D,
        Self::SignedPercentage4D,
        Self::CartesianPlane,
        Self::Misc,
        Self::PoseEstimation,
    ];

    /// The code in bits 0–3 of the flags, 0..=11.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The coding with this code, or `None` for 12 and above.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether the coding tells absolute from incremental values.
    #[must_use]
    pub const fn has_frame_handling(self) -> bool {
        !matches!(self, Self::Boolean)
    }

    /// Whether the coding tells linear from fractional positions.
    #[must_use]
    pub const fn has_positioning(self) -> bool {
        (self as u8) >= Self::Percentage as u8 && (self as u8) <= Self::SignedPercentage4D as u8
    }
}

/// Whether a value replaces the previous one or is added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FrameHandling {
    /// Each value stands alone.
    #[default]
    Absolute,
    /// Each value is a change of the one before.
    Incremental,
}

/// How a number is spread over the voxels along z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Positioning {
    /// Evenly spaced steps.
    #[default]
    Linear,
    /// Each voxel halves the step of the one before.
    Fractional,
}

/// The body whose key points a pose names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PoseSchema {
    /// A human body.
    #[default]
    HumanBody = 0,
    /// A human hand.
    HumanHand = 1,
    /// A human face.
    HumanFace = 2,
    /// A four-legged animal.
    Quadruped = 3,
    /// A bird.
    Avian = 4,
    /// An insect, spider or crab.
    Arthropod = 5,
    /// A rigid object with six degrees of freedom.
    Object6Dof = 6,
    /// Agreed between agent and genome.
    Custom = 7,
}

impl PoseSchema {
    /// All schemas, in the order of their codes.
    pub const ALL: [Self; 8] = [
        Self::HumanBody,
        Self::HumanHand,
        Self::HumanFace,
        Self::Quadruped,
        Self::Avian,
        Self::Arthropod,
        Self::Object6Dof,
        Self::Custom,
    ];
}

/// A coding with its options. Only options that the coding has can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Configuration {
    coding: Coding,
    frame: FrameHandling,
    positioning: Positioning,
    pose: PoseSchema,
}

const CODING_MASK: u16 = 0x000f;
const INCREMENTAL_BIT: u16 = 1 << 8;
const FRACTIONAL_BIT: u16 = 1 << 9;
const POSE_SHIFT: u32 = 10;
const POSE_MASK: u16 = 0b111;

impl Configuration {
    /// `coding`, absolute, linear, and the human body where a pose is encoded.
    #[must_use]
    pub const fn new(coding: Coding) -> Self {
        Self {
            coding,
            frame: FrameHandling::Absolute,
            positioning: Positioning::Linear,
            pose: PoseSchema::HumanBody,
        }
    }

    /// The same with this frame handling.
    ///
    /// # Errors
    /// [`KindError::OptionNotOfCoding`] when [`Coding::has_frame_handling`] is false.
    pub fn with_frame(mut self, frame: FrameHandling) -> Result<Self, KindError> {
        if !self.coding.has_frame_handling() {
            return Err(KindError::OptionNotOfCoding { coding: self.coding, option: "frame handling" });
        }
        self.frame = frame;
        Ok(self)
    }

    /// The same with this positioning.
    ///
    /// # Errors
    /// [`KindError::OptionNotOfCoding`] when [`Coding::has_positioning`] is false.
    pub fn with_positioning(mut self, positioning: Positioning) -> Result<Self, KindError> {
        if !self.coding.has_positioning() {
            return Err(KindError::OptionNotOfCoding { coding: self.coding, option: "positioning" });
        }
        self.positioning = positioning;
        Ok(self)
    }

    /// The same with this pose schema.
    ///
    /// # Errors
    /// [`KindError::OptionNotOfCoding`] unless the coding is [`Coding::PoseEstimation`].
    pub fn with_pose(mut self, pose: PoseSchema) -> Result<Self, KindError> {
        if self.coding != Coding::PoseEstimation {
            return Err(KindError::OptionNotOfCoding { coding: self.coding, option: "pose schema" });
        }
        self.pose = pose;
        Ok(self)
    }

    /// What the voxels encode.
    #[must_use]
    pub const fn coding(&self) -> Coding {
        self.coding
    }

    /// Absolute or incremental; `None` for codings that do not tell.
    #[must_use]
    pub fn frame(&self) -> Option<FrameHandling> {
        self.coding.has_frame_handling().then_some(self.frame)
    }

    /// Linear or fractional; `None` for codings that do not tell.
    #[must_use]
    pub fn positioning(&self) -> Option<Positioning> {
        self.coding.has_positioning().then_some(self.positioning)
    }

    /// The pose schema; `None` unless the coding is [`Coding::PoseEstimation`].
    #[must_use]
    pub fn pose(&self) -> Option<PoseSchema> {
        (self.coding == Coding::PoseEstimation).then_some(self.pose)
    }

    /// The configuration that these flags describe. The sub-unit in bits 4–7 and bits that the
    /// coding does not use are ignored.
    ///
    /// # Errors
    /// [`KindError::UnknownCoding`] for the codes 12–15; [`KindError::FractionalNotAllowed`] when
    /// bit 9 is set for an image, misc or pose area.
    pub fn from_flags(flags: u16) -> Result<Self, KindError> {
        let code = (flags & CODING_MASK) as u8;
        let coding = Coding::from_code(code).ok_or(KindError::UnknownCoding(code))?;
        let mut configuration = Self::new(coding);
        if coding == Coding::Boolean {
            return Ok(configuration);
        }
        if flags & INCREMENTAL_BIT != 0 {
            configuration.frame = FrameHandling::Incremental;
        }
        if flags & FRACTIONAL_BIT != 0 {
            if !coding.has_positioning() {
                return Err(KindError::FractionalNotAllowed(coding));
            }
            configuration.positioning = Positioning::Fractional;
        }
        if coding == Coding::PoseEstimation {
            configuration.pose = PoseSchema::ALL[usize::from(flags >> POSE_SHIFT & POSE_MASK)];
        }
        Ok(configuration)
    }

    /// The flags, with zero in the bits of the sub-unit.
    #[must_use]
    pub const fn to_flags(&self) -> u16 {
        let mut flags = self.coding as u16;
        if matches!(self.frame, FrameHandling::Incremental) {
            flags |= INCREMENTAL_BIT;
        }
        if matches!(self.positioning, Positioning::Fractional) {
            flags |= FRACTIONAL_BIT;
        }
        flags | (self.pose as u16) << POSE_SHIFT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_word_is_refused_or_kept_in_the_bits_its_coding_uses() {
        for flags in 0..=u16::MAX {
            let Ok(configuration) = Configuration::from_flags(flags) else {
                let code = flags & CODING_MASK;
                assert!(code >= 12 || (code >= 9 && flags & FRACTIONAL_BIT != 0), "{flags:#06x}");
                continue;
            };
            let used = match configuration.coding() {
                Coding::Boolean => CODING_MASK,
                Coding::CartesianPlane | Coding::Misc => CODING_MASK | INCREMENTAL_BIT,
                Coding::PoseEstimation => CODING_MASK | INCREMENTAL_BIT | POSE_MASK << POSE_SHIFT,
                _ => CODING_MASK | INCREMENTAL_BIT | FRACTIONAL_BIT,
            };
            assert_eq!(configuration.to_flags(), flags & used, "{flags:#06x}");
        }
    }

    #[test]
    fn options_that_a_coding_lacks_cannot_be_set() {
        let plane = Configuration::new(Coding::CartesianPlane);
        assert!(plane.with_positioning(Positioning::Fractional).is_err());
        assert!(plane.with_pose(PoseSchema::Avian).is_err());
        assert!(Configuration::new(Coding::Boolean).with_frame(FrameHandling::Incremental).is_err());
    }
}
