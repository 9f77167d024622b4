//! Brain regions come, change and go.

use axum::Json;
use axum::extract::State;
use feagi_genome::{Genome, ROOT_TITLE, Region};
use feagi_types::CorticalId;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::{Draft, Request, parse_id, text};
use crate::refusal::{Refusal, shown};
use crate::state::fresh_uuid;

/// A region was created.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionCreated {
    region_id: String,
    title: String,
    parent_region_id: Option<String>,
    #[schema(value_type = Object)]
    coordinate_2d: Value,
    #[schema(value_type = Object)]
    coordinate_3d: Value,
    areas: Vec<String>,
    regions: Vec<String>,
}

/// A region was changed or deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionDone {
    message: &'static str,
    region_id: String,
}

/// Regions were moved.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionsDone {
    message: String,
    /// With commas between.
    region_ids: String,
}

/// Longest title, in bytes.
const LONGEST_TITLE: usize = 256;
/// Longest description, in bytes.
const LONGEST_DESCRIPTION: usize = 10_000;

/// Creates a region, which takes the areas and regions that are named out of theirs.
#[utoipa::path(post, path = "/v1/region/region", tag = "region", request_body = Object,
    responses((status = OK, body = RegionCreated), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such region or area")))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<RegionCreated>, Refusal> {
    let (created, _) = state.edit(move |draft| add(draft, &request)).await?;
    Ok(Json(created))
}

fn add(draft: &mut Draft<'_>, request: &Request) -> Result<(String, RegionCreated), Refusal> {
    let title = title(request, "title")?.unwrap_or_default();
    if title.is_empty() {
        return Err(Refusal::field("title", "title required: a text that is not empty"));
    }
    let root = || draft.genome.regions.iter().find(|region| region.parent.is_none());
    let parent = match request.get("parent_region_id").filter(|id| !id.is_null()) {
        Some(id) => Some(id.as_str().unwrap_or_default().to_owned()),
        None => root().map(|region| region.id.clone()),
    };
    let (areas, regions) = (texts(request, "areas")?, texts(request, "regions")?);
    let id = fresh_uuid();
    let mut region = Region {
        id: id.clone(),
        title: title.clone(),
        parent: parent.clone(),
        areas: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        extra: Map::from_iter([
            ("coordinate_2d".to_owned(), json!([0, 0])),
            ("coordinate_3d".to_owned(), json!([0, 0, 0])),
        ]),
    };
    places(&mut region, request)?;
    let place = |name: &str| region.extra.get(name).cloned().unwrap_or_default();
    let (coordinate_2d, coordinate_3d) = (place("coordinate_2d"), place("coordinate_3d"));
    draft.revision.regions(draft.genome).push(region);
    for area in &areas {
        let area = existing(draft.genome, area)?;
        draft.revision.put_into_region(draft.genome, area, &id)?;
    }
    for child in &regions {
        draft.revision.region(draft.genome, child)?.parent = Some(id.clone());
    }
    let label = format!("Create region \"{title}\"");
    let created = RegionCreated {
        region_id: id,
        title,
        parent_region_id: parent,
        coordinate_2d,
        coordinate_3d,
        areas,
        regions,
    };
    Ok((label, created))
}

/// Changes title, place or parent of a region.
#[utoipa::path(put, path = "/v1/region/region", tag = "region", request_body = Object,
    responses((status = OK, body = RegionDone), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such region")))]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<RegionDone>, Refusal> {
    let region_id = text(&request, "region_id")?.to_owned();
    let id = region_id.clone();
    let edit = state.edit(move |draft| {
        let region = draft.revision.region(draft.genome, &id)?;
        let label = format!("Change region \"{}\"", region.title);
        set(region, &request)?;
        Ok((label, ()))
    });
    edit.await?;
    Ok(Json(RegionDone { message: "Brain region updated", region_id }))
}

/// Sets what a request asks for.
fn set(region: &mut Region, request: &Request) -> Result<(), Refusal> {
    for name in ["region_title", "title"] {
        let Some(title) = title(request, name)? else { continue };
        if region.parent.is_none() {
            return Err(Refusal::field(name, "files know the root region by its title; it stays"));
        }
        region.title = title;
    }
    for name in ["region_description", "description"] {
        let Some(Value::String(text)) = request.get(name) else { continue };
        if text.len() > LONGEST_DESCRIPTION {
            return Err(Refusal::field(name, format!("a text of at most {LONGEST_DESCRIPTION} bytes")));
        }
        region.extra.insert("description".to_owned(), Value::from(text.as_str()));
    }
    if let Some(parent) = request.get("parent_region_id").and_then(Value::as_str) {
        if region.parent.is_none() {
            return Err(Refusal::field("parent_region_id", "the root region has no parent"));
        }
        region.parent = Some(parent.to_owned());
    }
    places(region, request)
}

/// Deletes a region; what belonged to it belongs to its parent from then on.
#[utoipa::path(delete, path = "/v1/region/region", tag = "region", request_body = Object,
    responses((status = OK, body = RegionDone), (status = 400, description = "The root region"),
        (status = 500, description = "No such region")))]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<RegionDone>, Refusal> {
    let region_id = text(&request, "region_id")?.to_owned();
    let id = region_id.clone();
    let edit = state.edit(move |draft| {
        let genome = draft.genome;
        let region = draft.revision.region(genome, &id)?.clone();
        let Some(parent) = region.parent else {
            return Err(Refusal::field("region_id", "the root region stays; it holds the others"));
        };
        for &area in &region.areas {
            draft.revision.put_into_region(genome, area, &parent)?;
        }
        let regions = draft.revision.regions(genome);
        regions.retain(|other| other.id != id);
        for child in regions.iter_mut().filter(|child| child.parent.as_ref() == Some(&id)) {
            child.parent = Some(parent.clone());
        }
        Ok((format!("Delete region \"{}\"", region.title), ()))
    });
    edit.await?;
    Ok(Json(RegionDone { message: "Brain region deleted", region_id }))
}

/// Moves regions: by id, what changes of each.
#[utoipa::path(put, path = "/v1/region/relocate_members", tag = "region", request_body = Object,
    responses((status = OK, body = RegionsDone), (status = 400, description = "A value that cannot be"),
        (status = 500, description = "No such region")))]
pub(crate) async fn relocate(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<RegionsDone>, Refusal> {
    let ids: Vec<String> = request.keys().cloned().collect();
    let done =
        RegionsDone { message: format!("Updated {} brain regions", ids.len()), region_ids: ids.join(", ") };
    let edit = state.edit(move |draft| {
        for (id, wanted) in &request {
            let Some(wanted) = wanted.as_object() else {
                return Err(Refusal::field(id, "an object with what changes"));
            };
            set(draft.revision.region(draft.genome, id)?, wanted)?;
        }
        Ok((format!("Move {} regions", request.len()), ()))
    });
    edit.await?;
    Ok(Json(done))
}

fn places(region: &mut Region, request: &Request) -> Result<(), Refusal> {
    for (name, also, axes) in [("coordinate_2d", "coordinates_2d", 2), ("coordinate_3d", "coordinates_3d", 3)]
    {
        let Some(given) = request.get(name).or(request.get(also)).filter(|given| !given.is_null()) else {
            continue;
        };
        let whole = |axis: &Value| axis.as_i64().is_some_and(|axis| i32::try_from(axis).is_ok());
        if !given.as_array().is_some_and(|list| list.len() == axes && list.iter().all(whole)) {
            return Err(Refusal::field(
                name,
                format!("a list of {axes} whole numbers, not {}", shown(given)),
            ));
        }
        region.extra.insert(name.to_owned(), given.clone());
    }
    Ok(())
}

fn title(request: &Request, name: &str) -> Result<Option<String>, Refusal> {
    let Some(value) = request.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let title = value.as_str().map(str::trim).filter(|title| (1..=LONGEST_TITLE).contains(&title.len()));
    let wrong =
        || Refusal::field(name, format!("a text of 1 to {LONGEST_TITLE} bytes, not {}", shown(value)));
    if title == Some(ROOT_TITLE) {
        let wrong = format!("{ROOT_TITLE:?} is what files call the root region; choose another title");
        return Err(Refusal::field(name, wrong));
    }
    title.map(|title| Some(title.to_owned())).ok_or_else(wrong)
}

fn texts(request: &Request, name: &str) -> Result<Vec<String>, Refusal> {
    let Some(value) = request.get(name).filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let wrong = || Refusal::field(name, format!("a list of ids, not {}", shown(value)));
    serde_json::from_value(value.clone()).map_err(|_| wrong())
}

fn existing(genome: &Genome, id: &str) -> Result<CorticalId, Refusal> {
    let area = parse_id(id)?;
    if genome.area_by_id(area).is_some() {
        Ok(area)
    } else {
        Err(Refusal::failed(format!("Cortical area {id} does not exist")))
    }
}
