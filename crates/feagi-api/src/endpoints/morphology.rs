//! Connection rules, which genomes call morphologies.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use feagi_genome::{Morphology, Rule};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::mappings::pairs;
use crate::ApiState;
use crate::edit::{Request, text};
use crate::refusal::Refusal;

/// A connection rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleDetails {
    name: String,
    /// `core` or `custom`.
    class: String,
    /// `vectors`, `patterns`, `functions` or `composite`.
    #[serde(rename = "type")]
    kind: &'static str,
    #[schema(value_type = Object)]
    parameters: Value,
    /// Always `genome`.
    source: &'static str,
}

/// Names of all connection rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleNames {
    morphology_list: Vec<String>,
}

/// A connection rule as it is told of alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleProperties {
    morphology_name: String,
    /// `core` or `custom`.
    class: String,
    /// `vectors`, `patterns`, `functions` or `composite`.
    #[serde(rename = "type")]
    kind: &'static str,
    #[schema(value_type = Object)]
    parameters: Value,
    /// Always `genome`.
    source: &'static str,
}

/// The kinds of connection rules.
const KINDS: [&str; 4] = ["vectors", "patterns", "functions", "composite"];

impl RuleDetails {
    fn new(name: &str, rule: &Morphology) -> Self {
        let kind = match rule.rule {
            Rule::Vectors(_) => KINDS[0],
            Rule::Patterns(_) => KINDS[1],
            Rule::Function(_) => KINDS[2],
            Rule::Composite { .. } => KINDS[3],
        };
        let parameters = rule.raw.get("parameters").filter(|parameters| parameters.is_object());
        Self {
            name: name.to_owned(),
            class: rule.class.clone(),
            kind,
            parameters: parameters.cloned().unwrap_or_else(|| json!({})),
            source: "genome",
        }
    }
}

/// All connection rules by name.
#[utoipa::path(get, path = "/v1/morphology/morphologies", tag = "morphology",
    responses((status = OK, body = BTreeMap<String, RuleDetails>)))]
pub(crate) async fn all(
    State(state): State<ApiState>,
) -> Result<Json<BTreeMap<String, RuleDetails>>, Refusal> {
    let portrait = state.portrait().await?;
    let rules = portrait.genome.morphologies.iter();
    Ok(Json(rules.map(|(name, rule)| (name.clone(), RuleDetails::new(name, rule))).collect()))
}

/// Names of all connection rules.
#[utoipa::path(get, path = "/v1/morphology/morphology_list", tag = "morphology",
    responses((status = OK, body = RuleNames)))]
pub(crate) async fn names(State(state): State<ApiState>) -> Result<Json<RuleNames>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(RuleNames { morphology_list: portrait.genome.morphologies.keys().cloned().collect() }))
}

/// Names of all connection rules.
#[utoipa::path(get, path = "/v1/morphology/list", tag = "morphology",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn list(State(state): State<ApiState>) -> Result<Json<Vec<String>>, Refusal> {
    let portrait = state.portrait().await?;
    Ok(Json(portrait.genome.morphologies.keys().cloned().collect()))
}

/// The kinds of connection rules.
#[utoipa::path(get, path = "/v1/morphology/morphology_types", tag = "morphology",
    responses((status = OK, body = Vec<String>)))]
pub(crate) async fn kinds() -> Json<[&'static str; 4]> {
    Json(KINDS)
}

async fn properties_of(state: &ApiState, name: &str) -> Result<Json<RuleProperties>, Refusal> {
    let portrait = state.portrait().await?;
    let rule = portrait.genome.morphologies.get(name);
    let rule = rule.ok_or_else(|| Refusal::missing(format!("Morphology '{name}' not found")))?;
    let RuleDetails { name: morphology_name, class, kind, parameters, source } = RuleDetails::new(name, rule);
    Ok(Json(RuleProperties { morphology_name, class, kind, parameters, source }))
}

/// One connection rule: the one that `morphology_name` names.
#[utoipa::path(post, path = "/v1/morphology/morphology_properties", tag = "morphology",
    request_body = BTreeMap<String, String>,
    responses((status = OK, body = RuleProperties), (status = 404, description = "No such rule")))]
pub(crate) async fn properties(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<RuleProperties>, Refusal> {
    properties_of(&state, text(&request, "morphology_name")?).await
}

/// One connection rule.
#[utoipa::path(get, path = "/v1/morphology/info/{morphology_id}", tag = "morphology",
    params(("morphology_id" = String, Path, description = "Name of the rule")),
    responses((status = OK, body = RuleProperties), (status = 404, description = "No such rule")))]
pub(crate) async fn info(
    State(state): State<ApiState>,
    Path(name): Path<String>,
) -> Result<Json<RuleProperties>, Refusal> {
    properties_of(&state, &name).await
}

/// Every pair of areas, source first, whose mapping uses the rule that `morphology_name` names.
#[utoipa::path(post, path = "/v1/morphology/morphology_usage", tag = "morphology",
    request_body = BTreeMap<String, String>, responses((status = OK, body = Vec<Vec<String>>)))]
pub(crate) async fn usage(
    State(state): State<ApiState>,
    Json(request): Json<Request>,
) -> Result<Json<Vec<[String; 2]>>, Refusal> {
    let name = text(&request, "morphology_name")?;
    let portrait = state.portrait().await?;
    Ok(Json(pairs(&portrait.genome, |rule| rule.morphology == name)))
}
