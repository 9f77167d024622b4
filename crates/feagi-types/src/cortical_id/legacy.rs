//! Ids as people wrote them before they were eight bytes: six or eight ASCII characters.
//!
//! [`migrate`] knows the names that got a new id when genomes moved to schema 3, [`from_text`]
//! reads an id that needs no such knowledge. A genome reader asks the first and then the second
//! (`genome.md` section 3.1, `fbc.md` section 4.3).

use super::{CoreArea, CorticalId, Direction, UnitCode, UnitType};

/// Why a text is not an id, old or new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LegacyIdError {
    /// Neither base64 of an id, nor a core area, nor 6 or 8 characters.
    #[error(
        "an id is base64 of 8 bytes, a core area's name, or 6 or 8 ASCII characters, not {0} bytes of text"
    )]
    Length(usize),
    /// Old ids are ASCII.
    #[error("byte {0:#04x} is not ASCII; old ids hold only ASCII characters")]
    NotAscii(u8),
}

/// What an old id becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The new id.
    pub id: CorticalId,
    /// The id to take when another area of the genome already has [`Migration::id`]; `None` where
    /// the later of two spellings replaces the earlier.
    pub if_taken: Option<CorticalId>,
}

impl Migration {
    const fn fixed(id: CorticalId) -> Self {
        Self { id, if_taken: None }
    }
}

/// The new id of an old one that has a rule of its own (rules 2–6 of `genome.md` section 3.1):
/// core areas, vision tiles, motors, gaze, and any other six characters that start with `i` or `o`.
/// `None` for everything else, which [`from_text`] reads.
///
/// ```
/// use feagi_types::cortical_id::legacy;
///
/// let tile = legacy::migrate("iic400").expect("vision tiles have a rule");
/// assert_eq!(tile.id.to_base64(), "aXN2aUkAAAA=");
/// assert!(legacy::migrate("c__bac").is_none());
/// ```
#[must_use]
pub fn migrate(text: &str) -> Option<Migration> {
    fixed(text).or_else(|| vision_tile(text)).map(Migration::fixed).or_else(|| by_unit_code(text))
}

/// The id of a text by the rules that look at nothing but the text: base64 of 8 bytes, the name of
/// a core area, or 6 or 8 ASCII characters that [`pad`] fits into 8 bytes.
///
/// # Errors
/// [`LegacyIdError::Length`] for other lengths; [`LegacyIdError::NotAscii`] for other characters.
pub fn from_text(text: &str) -> Result<CorticalId, LegacyIdError> {
    if let Ok(id) = CorticalId::from_base64(text) {
        return Ok(id);
    }
    if let Some(area) = core_area(text) {
        return Ok(CorticalId::core(area));
    }
    match text.len() {
        6 | 8 => pad(text),
        length => Err(LegacyIdError::Length(length)),
    }
}

/// Fits any ASCII text into 8 bytes: cuts behind the eighth, fills up with `_`, lowers a leading
/// `C M I O G`, and puts `c` over a first character that stands for no kind.
///
/// # Errors
/// [`LegacyIdError::NotAscii`] for other characters.
pub fn pad(text: &str) -> Result<CorticalId, LegacyIdError> {
    if let Some(byte) = text.bytes().find(|byte| !byte.is_ascii()) {
        return Err(LegacyIdError::NotAscii(byte));
    }
    let mut bytes = [b'_'; 8];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    bytes[0] = match bytes[0] {
        kind @ (b'c' | b'm' | b'_' | b'i' | b'o' | b'g') => kind,
        kind @ (b'C' | b'M' | b'I' | b'O' | b'G') => kind.to_ascii_lowercase(),
        _ => b'c',
    };
    Ok(CorticalId(bytes))
}

/// Names whose new id was settled by the published migration table (rules 2–4).
#[must_use]
pub fn fixed(text: &str) -> Option<CorticalId> {
    if let Some(area) = core_area(text) {
        return Some(CorticalId::core(area));
    }
    match text.as_bytes() {
        [b'i', b'i', b'c', tile @ b'0'..=b'8', b'0', b'0'] => {
            unit_area(Direction::Input, *b"svi", tile - b'0')
        }
        b"omot00" => unit_area(Direction::Output, *b"mot", 0),
        b"ogaz00" => unit_area(Direction::Output, *b"gaz", 0),
        b"ogaz01" => unit_area(Direction::Output, *b"gaz", 1),
        _ => None,
    }
}

fn core_area(text: &str) -> Option<CoreArea> {
    match text {
        "_power" | "___pwr" | "___pwr__" | "___power" => Some(CoreArea::Power),
        "_death" | "___death" => Some(CoreArea::Death),
        "_fatigue" | "___fatig" => Some(CoreArea::Fatigue),
        "_pain" | "___pain_" => Some(CoreArea::Pain),
        "_pleasure" | "___pleas" => Some(CoreArea::Pleasure),
        "_fear" | "___fear_" => Some(CoreArea::Fear),
        "_hope" | "___hope_" => Some(CoreArea::Hope),
        _ => None,
    }
}

fn vision_tile(text: &str) -> Option<CorticalId> {
    const TILES: [&str; 9] = ["BL", "BM", "BR", "ML", "_C", "MR", "TL", "TM", "TR"];
    let place = text.strip_prefix("iv00")?;
    let tile = (0_u8..).zip(TILES).find(|(_, name)| *name == place)?.0;
    unit_area(Direction::Input, *b"svi", tile)
}

fn by_unit_code(text: &str) -> Option<Migration> {
    let bytes: [u8; 6] = text.as_bytes().try_into().ok()?;
    let direction = match bytes[0] {
        b'i' => Direction::Input,
        b'o' => Direction::Output,
        _ => return None,
    };
    // The published migration leaves the accelerometer alone: its type went away and nothing replaced it.
    if text == "i__acc" || !text.is_ascii() {
        return None;
    }
    let [kind, a, b, c, d, e] = bytes;
    let custom = CorticalId([b'c', kind, a, b, c, d, e, b'_']);
    Some(match unit_area(direction, [c, d, e], 0) {
        Some(id) => Migration { id, if_taken: Some(custom) },
        None => Migration::fixed(custom),
    })
}

fn unit_area(direction: Direction, code: [u8; 3], sub_unit: u8) -> Option<CorticalId> {
    UnitType::find(direction, UnitCode(code))?.area(sub_unit, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrated(text: &str) -> CorticalId {
        migrate(text).unwrap().id
    }

    #[test]
    fn known_unit_codes_become_their_unit_and_fall_back_to_custom() {
        for (old, new) in [("i__inf", "aWluZgEAAAA="), ("i__pro", "aXBybwEAAAA="), ("i__bat", "aWJhdAEAAAA=")]
        {
            assert_eq!(migrated(old).to_base64(), new, "{old}");
        }
        assert_eq!(migrated("o__mot").to_base64(), "b21vdAUAAAA=");
        let pose = migrate("o_spos").unwrap();
        assert_eq!(pose.id.to_base64(), "b3BvcwsAAAA=");
        assert_eq!(pose.if_taken.unwrap().as_bytes(), b"co_spos_");
    }

    #[test]
    fn unknown_unit_codes_become_custom_areas() {
        for (old, new) in [
            ("i__gyr", b"ci__gyr_"),
            ("o_misc", b"co_misc_"),
            ("iv00CC", b"civ00CC_"),
            ("i___id", b"ci___id_"),
            ("iic900", b"ciic900_"),
            ("omot01", b"comot01_"),
        ] {
            assert_eq!(migrate(old), Some(Migration::fixed(CorticalId(*new))), "{old}");
        }
    }

    #[test]
    fn the_accelerometer_survives_as_padded_text() {
        assert_eq!(migrate("i__acc"), None);
        assert_eq!(from_text("i__acc").unwrap().as_bytes(), b"i__acc__");
    }

    #[test]
    fn vision_tiles_are_found_by_place() {
        assert_eq!(migrated("iv00BL").to_base64(), "aXN2aQkAAAA=");
        assert_eq!(migrated("iv00_C").to_base64(), "aXN2aUkAAAA=");
        assert_eq!(migrated("iv00TR").to_base64(), "aXN2aYkAAAA=");
    }

    #[test]
    fn text_outside_ascii_is_refused_not_cut_inside_a_character() {
        assert_eq!(from_text("cäbcd"), Err(LegacyIdError::NotAscii(0xc3)));
        assert_eq!(pad("c234567ä"), Err(LegacyIdError::NotAscii(0xc3)));
        assert_eq!(migrate("i_äbc"), None);
    }
}
