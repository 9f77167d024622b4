//! Mappings come, change and go.

use axum::Json;
use axum::extract::State;
use feagi_genome::{Genome, MappingRule};
use feagi_types::CorticalId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::{Request, area_id, called};
use crate::refusal::{Fields, Refusal};

/// A mapping was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MappingUpdated {
    message: String,
    /// Synapses that the mapping has now.
    synapse_count: u64,
    /// Always null.
    src_region: Option<String>,
    /// Always null.
    dst_region: Option<String>,
    /// What in its rules will not do what their author may expect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// Most rules of one mapping.
const MOST_RULES: usize = 1000;

/// Sets the rules from one area to another in place of those that were there; an empty list deletes the
/// mapping. Its synapses are made anew.
#[utoipa::path(put, path = "/v1/cortical_mapping/mapping_properties", tag = "cortical_mapping",
    request_body = Object,
    responses((status = OK, body = MappingUpdated), (status = 400, description = "A rule that cannot be"),
        (status = 500, description = "No such area")))]
pub(crate) async fn set_mapping(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<MappingUpdated>, Refusal> {
    let (source, target) = (area_id(&request, "src_cortical_area")?, area_id(&request, "dst_cortical_area")?);
    let rules = rules(&request)?;
    let ((), edited) = state
        .edit(move |draft| {
            known_morphologies(draft.genome, &rules)?;
            let names = [name(draft.genome, source)?, name(draft.genome, target)?];
            let [from, to] = names;
            let was = draft.area(source)?.mappings.contains_key(&target.to_base64());
            let verb = match (was, rules.is_empty()) {
                (_, true) => "Delete",
                (true, false) => "Change",
                (false, false) => "Create",
            };
            draft.revision.set_mapping(draft.genome, source, target, rules)?;
            Ok((format!("{verb} mapping {from} to {to}"), ()))
        })
        .await
        .map_err(|refusal| refusal.about("mapping_string"))?;
    let synapse_count = state
        .ask(move |running| {
            let brain = &running.brain;
            let mappings = brain
                .mappings
                .iter()
                .filter(|mapping| (mapping.place.source, mapping.place.target) == (source, target));
            mappings.map(|mapping| brain.engine.mapping_len(mapping.id).unwrap_or(0) as u64).sum()
        })
        .await?;
    let (from, to) = (source.to_base64(), target.to_base64());
    Ok(Json(MappingUpdated {
        message: format!("Cortical mapping properties updated successfully from {from} to {to}"),
        synapse_count,
        src_region: None,
        dst_region: None,
        warnings: edited.warnings.into_iter().map(|warning| warning.message).collect(),
    }))
}

fn rules(request: &Request) -> Result<Vec<MappingRule>, Refusal> {
    const FIELD: &str = "mapping_string";
    let given = request.get(FIELD).and_then(Value::as_array);
    let given = given.ok_or_else(|| {
        Refusal::field(FIELD, "mapping_string required: a list of rules, empty to delete the mapping")
    })?;
    if given.len() > MOST_RULES {
        return Err(Refusal::field(FIELD, format!("at most {MOST_RULES} rules, not {}", given.len())));
    }
    let (mut rules, mut wrong) = (Vec::with_capacity(given.len()), Fields::new());
    for (at, rule) in given.iter().enumerate() {
        match MappingRule::from_json(rule.clone()) {
            Ok(rule) => rules.push(rule),
            Err((member, message)) => {
                let dot = if member.is_empty() { "" } else { "." };
                wrong.insert(format!("{FIELD}[{at}]{dot}{member}"), message);
            }
        }
    }
    if wrong.is_empty() { Ok(rules) } else { Err(Refusal::fields(wrong)) }
}

fn known_morphologies(genome: &Genome, rules: &[MappingRule]) -> Result<(), Refusal> {
    let unknown =
        rules.iter().enumerate().filter(|(_, rule)| !genome.morphologies.contains_key(&rule.morphology));
    let wrong: Fields = unknown
        .map(|(at, rule)| {
            let message = format!("no morphology is called {:?}", rule.morphology);
            (format!("mapping_string[{at}].morphology_id"), message)
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
}

fn name(genome: &Genome, id: CorticalId) -> Result<String, Refusal> {
    let genes = genome.area_by_id(id);
    let missing = || Refusal::failed(format!("Cortical area {} does not exist", id.to_base64()));
    genes.map(called).ok_or_else(missing)
}
