//! Edits: what a request asks for becomes a revision of the genome, carried out between two bursts.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use feagi_genome::{AreaGenes, Genome};
use feagi_runtime::{Concern, EditError, Edited, Revision, Running};
use feagi_types::CorticalId;
use serde_json::{Map, Value};

use crate::ApiState;
use crate::refusal::Refusal;

/// How long an edit may take. Areas and mappings of a size that the limits allow are made before that.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);

/// Areas that one request may change at most.
const MOST_AREAS: usize = 1000;

/// An edit that is being put together on the burst thread.
pub(crate) struct Draft<'a> {
    /// The genome as it is.
    pub(crate) genome: &'a Genome,
    /// What shall become of it.
    pub(crate) revision: Revision,
}

impl Draft<'_> {
    /// The genes of an area, to change them.
    ///
    /// # Errors
    /// 500 when there is no such area.
    pub(crate) fn area(&mut self, id: CorticalId) -> Result<&mut AreaGenes, Refusal> {
        Ok(self.revision.area(self.genome, id)?)
    }
}

impl ApiState {
    /// Carries out what `draft` puts together, as one edit that can be taken back and is called what it
    /// returns; what it returns besides is the answer, together with what came of the edit.
    ///
    /// # Errors
    /// What `draft` refuses, what the brain refuses, and as for [`ApiState::ask`]. Nothing is changed
    /// then, unless the time ran out.
    pub(crate) async fn edit<R: Send + 'static>(
        &self,
        draft: impl FnOnce(&mut Draft<'_>) -> Result<(String, R), Refusal> + Send + 'static,
    ) -> Result<(R, Edited), Refusal> {
        self.ask_within(PATIENCE, move |running: &mut Running| {
            let mut work = Draft { genome: &running.brain.genome, revision: Revision::default() };
            let (label, answer) = draft(&mut work)?;
            let revision = work.revision;
            Ok((answer, running.edit(label, revision)?))
        })
        .await?
    }
}

impl From<EditError> for Refusal {
    fn from(error: EditError) -> Self {
        let text = error.to_string();
        let field = match error.concern() {
            // The published server answers 500 when what the request names does not exist.
            Concern::Missing => return Self::failed(text),
            Concern::Conflict => return Self::new(StatusCode::CONFLICT, text),
            Concern::Dimensions => "cortical_dimensions",
            Concern::NeuronsPerVoxel => "neurons_per_voxel",
            Concern::Timestep => "simulation_timestep",
            Concern::Mapping | Concern::Whole => return Self::invalid(text),
        };
        Self::field(field, text)
    }
}

/// An object of a request.
pub(crate) type Request = Map<String, Value>;

/// The text in a field.
///
/// # Errors
/// 400 when there is none.
pub(crate) fn text<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    let text = request.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Refusal::field(name, "required: a text"))
}

/// The id of an area in a field.
///
/// # Errors
/// 400 when there is none, 500 when it is the id of no possible area.
pub(crate) fn area_id(request: &Request, name: &str) -> Result<CorticalId, Refusal> {
    parse_id(text(request, name)?)
}

/// Ids of areas, each once.
///
/// # Errors
/// 400 when there are too many, 500 when one is the id of no possible area.
pub(crate) fn parse_ids<'a>(
    texts: impl ExactSizeIterator<Item = &'a str>,
) -> Result<BTreeSet<CorticalId>, Refusal> {
    if texts.len() > MOST_AREAS {
        return Err(Refusal::invalid(format!(
            "at most {MOST_AREAS} areas in one request, not {}",
            texts.len()
        )));
    }
    texts.map(parse_id).collect()
}

/// The name of an area in the label of an edit, shortened.
pub(crate) fn called(genes: &AreaGenes) -> String {
    const LONGEST: usize = 40;
    let name: String = genes.name.chars().take(LONGEST).collect();
    format!("\"{name}\"")
}

/// An id of an area.
///
/// # Errors
/// 500 when it is the id of no possible area.
pub(crate) fn parse_id(text: &str) -> Result<CorticalId, Refusal> {
    CorticalId::from_base64(text)
        .map_err(|error| Refusal::failed(format!("Invalid cortical ID {text:?}: {error}")))
}
