//! Areas are copied.

use axum::Json;
use axum::extract::State;
use feagi_genome::AreaGenes;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::Reader;
use super::{check_home, free_id};
use crate::ApiState;
use crate::edit::{Draft, Request, area_id, called, text};
use crate::refusal::Refusal;

/// An area was copied.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cloned {
    message: &'static str,
    new_area_id: String,
}

/// Copies a custom or memory area with its parameters, and with its mappings if asked for.
#[utoipa::path(post, path = "/v1/cortical_area/clone", tag = "cortical_area", request_body = Object,
    responses((status = OK, body = Cloned), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such area or region")))]
pub(crate) async fn clone_area(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Cloned>, Refusal> {
    let (cloned, _) = state.edit(move |draft| copy(draft, &request)).await?;
    Ok(Json(cloned))
}

fn copy(draft: &mut Draft<'_>, request: &Request) -> Result<(String, Cloned), Refusal> {
    let source = area_id(request, "source_area_id")?;
    let mut genes = draft.area(source)?.clone();
    let kind = source.as_bytes()[0];
    if !matches!(kind, b'c' | b'm') {
        let wrong = "only custom and memory areas can be copied; create a unit of its own for devices";
        return Err(Refusal::field("source_area_id", wrong));
    }
    let name = text(request, "new_name")?.trim();
    if name.is_empty() {
        return Err(Refusal::field("new_name", "a text that is not empty"));
    }
    let label = format!("Copy {}", called(&genes));
    let id = free_id(draft.genome, kind, name)
        .ok_or_else(|| Refusal::field("new_name", "too many areas have a name like this"))?;
    genes.id = id;
    let mut reader = Reader::new(request);
    reader.name(&mut genes, &["new_name"]);
    reader.spot(&mut genes);
    reader.finish()?;
    if let Some(region) = home(draft, source, request) {
        check_home(draft.genome, id, &region)?;
        draft.revision.put_into_region(draft.genome, id, &region)?;
    }
    if request.get("clone_cortical_mapping").and_then(Value::as_bool) == Some(false) {
        genes.mappings.clear();
    } else {
        copy_mappings(draft, source, &mut genes)?;
    }
    draft.revision.areas.insert(id, Some(genes));
    Ok((label, Cloned { message: "Cortical area cloned", new_area_id: id.to_base64() }))
}

/// The region that is asked for, or that of the original.
fn home(draft: &Draft<'_>, source: feagi_types::CorticalId, request: &Request) -> Option<String> {
    if let Ok(region) = text(request, "parent_region_id") {
        return Some(region.to_owned());
    }
    // The root region takes what is already there, and what nobody placed.
    let home = draft.genome.regions.iter().find(|region| region.areas.contains(&source))?;
    home.parent.is_some().then(|| home.id.clone())
}

/// The copy gets what the original gets, and a mapping of the original to itself becomes one of the copy
/// to itself.
fn copy_mappings(
    draft: &mut Draft<'_>,
    source: feagi_types::CorticalId,
    copy: &mut AreaGenes,
) -> Result<(), Refusal> {
    let (from, to) = (source.to_base64(), copy.id.to_base64());
    if let Some(rules) = copy.mappings.remove(&from) {
        copy.mappings.insert(to.clone(), rules);
    }
    let genome = draft.genome;
    for other in genome.areas.iter().filter(|other| other.id != source) {
        if let Some(rules) = other.mappings.get(&from) {
            draft.area(other.id)?.mappings.insert(to.clone(), rules.clone());
        }
    }
    Ok(())
}
