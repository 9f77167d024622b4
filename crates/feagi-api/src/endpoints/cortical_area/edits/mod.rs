//! Areas come, change and go. Each request is one edit, which can be taken back.

mod create;
mod duplicate;
mod fields;
mod remove;
mod update;

pub(crate) use create::*;
pub(crate) use duplicate::*;
pub(crate) use remove::*;
pub(crate) use update::*;

use feagi_genome::Genome;
use feagi_types::CorticalId;

use crate::refusal::Refusal;

/// Refuses areas in the root region that do not belong there.
///
/// # Errors
/// 500, as the published server answers.
fn check_home(genome: &Genome, id: CorticalId, region: &str) -> Result<(), Refusal> {
    let is_root = genome.regions.iter().any(|home| home.id == region && home.parent.is_none());
    if is_root && matches!(id.as_bytes()[0], b'c' | b'm') {
        let id = id.to_base64();
        let message = format!(
            "Invalid input: Cortical area {id} cannot join root; root is reserved for core, IPU, OPU, and modulator \
             areas. Choose another region, or create one first"
        );
        return Err(Refusal::failed(message).with_field("brain_region_id"));
    }
    Ok(())
}

/// The id of a new area called `name`, of which a genome has none: `kind`, six characters of the name,
/// and one that makes it unique.
fn free_id(genome: &Genome, kind: u8, name: &str) -> Option<CorticalId> {
    let mut bytes = [kind, b'_', b'_', b'_', b'_', b'_', b'_', b'_'];
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    bytes[1..7].iter_mut().zip(letters).for_each(|(to, letter)| *to = letter);
    let last = b"_".iter().chain(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    let mut candidates = last.flat_map(|&last| {
        bytes[7] = last;
        let within = bytes;
        // Names alike are many in brains made by programs.
        std::iter::once(within).chain((b'0'..=b'z').filter(u8::is_ascii_alphanumeric).map(move |other| {
            let mut bytes = within;
            bytes[6] = other;
            bytes
        }))
    });
    candidates.find_map(|bytes| {
        let id = CorticalId::from_bytes(bytes).ok()?;
        genome.area_by_id(id).is_none().then_some(id)
    })
}
