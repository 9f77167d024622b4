//! All endpoints.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::endpoints::{cortical_area, system};
use crate::http::{self, Document, Patience};
use crate::{ApiState, Limits};

#[derive(OpenApi)]
#[openapi(info(title = "FEAGI", description = "A brain while it runs."))]
struct Api;

/// The interface to a brain.
#[must_use]
pub fn router(state: ApiState) -> Router {
    let limits = *state.limits();
    let (endpoints, api) =
        OpenApiRouter::with_openapi(Api::openapi()).merge(quick(&limits)).split_for_parts();
    let document = Document::new(&api);
    let pages = Router::new()
        .route("/", get(http::to_index))
        .route("/swagger-ui", get(http::to_index))
        .route("/swagger-ui/", get(http::to_index))
        .route("/api-docs/", get(http::index))
        .route("/api-docs/openapi.json", get(http::openapi_json))
        .with_state(document);
    let anybody = CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any);
    endpoints
        .with_state(state.clone())
        .merge(pages)
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 Not Found") })
        .layer(anybody)
        .layer(from_fn_with_state(state, http::count))
}

/// Endpoints with small bodies and quick answers.
fn quick(limits: &Limits) -> OpenApiRouter<ApiState> {
    let endpoints = OpenApiRouter::new().merge(of_system()).merge(of_cortical_areas());
    endpoints
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(from_fn_with_state(Patience(limits.answer), http::in_time))
}

fn of_system() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(system::health_check)).routes(routes!(system::version))
}

fn of_cortical_areas() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(cortical_area::multi_cortical_area_properties))
        .routes(routes!(cortical_area::cortical_area_properties))
        .routes(routes!(cortical_area::ipu))
        .routes(routes!(cortical_area::ipu_list))
        .routes(routes!(cortical_area::opu))
        .routes(routes!(cortical_area::opu_list))
        .routes(routes!(cortical_area::id_list))
        .routes(routes!(cortical_area::name_list))
        .routes(routes!(cortical_area::id_name_mapping))
}
