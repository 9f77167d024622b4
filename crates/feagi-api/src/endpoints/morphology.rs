//! Connection rules, which genomes call morphologies.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use feagi_genome::{Morphology, Rule};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::ApiState;
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

impl RuleDetails {
    fn new(name: &str, rule: &Morphology) -> Self {
        let kind = match rule.rule {
            Rule::Vectors(_) => "vectors",
            Rule::Patterns(_) => "patterns",
            Rule::Function(_) => "functions",
            Rule::Composite { .. } => "composite",
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
