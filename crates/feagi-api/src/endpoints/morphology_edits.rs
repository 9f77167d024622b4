//! Connection rules come, change, get other names and go. Mappings that follow a rule are made anew.

use axum::Json;
use axum::extract::State;
use feagi_genome::{Genome, Morphology, Rule};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::ApiState;
use crate::edit::{Draft, Request, text};
use crate::refusal::Refusal;

/// It was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// Always `success`.
    status: &'static str,
}

/// A connection rule has another name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Renamed {
    new_morphology_id: String,
    old_morphology_id: String,
    /// Always `success`.
    status: &'static str,
}

const DONE: Json<Done> = Json(Done { status: "success" });

/// Longest name, in bytes.
const LONGEST_NAME: usize = 128;

/// Adds a connection rule.
#[utoipa::path(post, path = "/v1/morphology/morphology", tag = "morphology", request_body = Object,
    responses((status = OK, body = Done), (status = 400, description = "A rule that cannot be")))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Done>, Refusal> {
    write(&state, request, false).await
}

/// Changes a connection rule that is not built in.
#[utoipa::path(put, path = "/v1/morphology/morphology", tag = "morphology", request_body = Object,
    responses((status = OK, body = Done), (status = 400, description = "A rule that cannot be"),
        (status = 404, description = "No such rule")))]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Done>, Refusal> {
    write(&state, request, true).await
}

async fn write(state: &ApiState, request: Request, exists: bool) -> Result<Json<Done>, Refusal> {
    let name = new_name(&request, "morphology_name")?;
    let parameters = request.get("morphology_parameters").cloned().unwrap_or_else(|| json!({}));
    let entry = json!({
        "type": text(&request, "morphology_type")?, "class": "custom", "parameters": parameters,
    });
    let rule = Morphology::from_json(&name, entry)
        .map_err(|wrong| Refusal::field("morphology_parameters", wrong))?;
    if matches!(rule.rule, Rule::Function(_)) {
        let wrong = "functions are built in; use vectors, patterns or composite";
        return Err(Refusal::field("morphology_type", wrong));
    }
    let edit = state.edit(move |draft| {
        match (exists, draft.genome.morphologies.contains_key(&name)) {
            (true, _) => own(draft.genome, &name)?,
            (false, true) => {
                return Err(Refusal::field("morphology_name", format!("{name:?} exists already")));
            }
            (false, false) => {}
        }
        let label = format!("{} morphology \"{name}\"", if exists { "Change" } else { "Create" });
        draft.revision.morphologies.insert(name, Some(rule));
        Ok((label, ()))
    });
    edit.await?;
    Ok(DONE)
}

/// Removes a connection rule that no mapping follows and that is not built in.
#[utoipa::path(delete, path = "/v1/morphology/morphology", tag = "morphology", request_body = Object,
    responses((status = OK, body = Done), (status = 400, description = "In use or built in"),
        (status = 404, description = "No such rule")))]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Done>, Refusal> {
    let name = text(&request, "morphology_name")?.to_owned();
    let edit = state.edit(move |draft| {
        own(draft.genome, &name)?;
        let users = users(draft.genome, &name);
        if users > 0 {
            let wrong = format!("{users} mappings follow {name:?}; change them first");
            return Err(Refusal::field("morphology_name", wrong));
        }
        draft.revision.morphologies.insert(name.clone(), None);
        Ok((format!("Delete morphology \"{name}\""), ()))
    });
    edit.await?;
    Ok(DONE)
}

/// Gives a connection rule that is not built in another name, also where mappings follow it.
#[utoipa::path(put, path = "/v1/morphology/rename", tag = "morphology", request_body = Object,
    responses((status = OK, body = Renamed), (status = 400, description = "A name that cannot be"),
        (status = 404, description = "No such rule")))]
pub(crate) async fn rename(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Renamed>, Refusal> {
    let old = text(&request, "old_morphology_id")?.to_owned();
    let new = new_name(&request, "new_morphology_id")?;
    let renamed =
        Renamed { new_morphology_id: new.clone(), old_morphology_id: old.clone(), status: "success" };
    let edit = state.edit(move |draft| {
        let label = format!("Rename morphology \"{old}\" to \"{new}\"");
        give_name(draft, &old, &new)?;
        Ok((label, ()))
    });
    edit.await?;
    Ok(Json(renamed))
}

fn give_name(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), Refusal> {
    own(draft.genome, old)?;
    if draft.genome.morphologies.contains_key(new) {
        return Err(Refusal::field("new_morphology_id", format!("{new:?} exists already")));
    }
    let rule = draft.genome.morphologies.get(old).cloned();
    if rule.as_ref().is_some_and(|rule| matches!(rule.rule, Rule::Function(_))) {
        let wrong = format!("{old:?} is a function, which is known by its name");
        return Err(Refusal::field("old_morphology_id", wrong));
    }
    draft.revision.morphologies.extend([(old.to_owned(), None), (new.to_owned(), rule)]);
    let genome = draft.genome;
    let follows = |rules: &[feagi_genome::MappingRule]| rules.iter().any(|rule| rule.morphology == old);
    for source in genome.areas.iter().filter(|area| area.mappings.values().any(|rules| follows(rules))) {
        let genes = draft.area(source.id)?;
        for rule in genes.mappings.values_mut().flatten().filter(|rule| rule.morphology == old) {
            new.clone_into(&mut rule.morphology);
            rule.raw.insert("morphology_id".to_owned(), Value::from(new));
        }
    }
    Ok(())
}

/// Checks that a rule exists and is not built in.
fn own(genome: &Genome, name: &str) -> Result<(), Refusal> {
    match genome.morphologies.get(name) {
        None => Err(Refusal::missing(format!("no morphology is called {name:?}"))),
        Some(rule) if rule.class == "core" => {
            Err(Refusal::field("morphology_name", format!("{name:?} is built in and stays as it is")))
        }
        Some(_) => Ok(()),
    }
}

fn users(genome: &Genome, name: &str) -> usize {
    let mappings = genome.areas.iter().flat_map(|area| area.mappings.values());
    mappings.filter(|rules| rules.iter().any(|rule| rule.morphology == name)).count()
}

fn new_name(request: &Request, field: &str) -> Result<String, Refusal> {
    let name = text(request, field)?.trim();
    if !(1..=LONGEST_NAME).contains(&name.len()) {
        return Err(Refusal::field(field, format!("a text of 1 to {LONGEST_NAME} bytes")));
    }
    Ok(name.to_owned())
}
