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

use crate::ApiState;
use crate::endpoints::{
    agent, burst_engine, connectome, cortical_area, fired, genome, mapping_edits, mappings, metrics,
    morphology, morphology_edits, network, neurons, pace, region, region_edits, system, thinning,
    visualization,
};
use crate::http::{self, Document, Patience, Turns};

#[derive(OpenApi)]
#[openapi(info(title = "FEAGI", description = "A brain while it runs."))]
struct Api;

/// The interface to a brain.
pub fn router(state: ApiState) -> Router {
    let limits = *state.limits();
    let quick = OpenApiRouter::new()
        .merge(of_agents())
        .merge(of_bursts())
        .merge(of_cortical_areas())
        .merge(of_the_inside())
        .merge(of_genomes())
        .merge(edits())
        .merge(of_the_rest())
        .layer(DefaultBodyLimit::max(limits.body))
        .layer(from_fn_with_state(Turns::default(), http::in_turn))
        .layer(from_fn_with_state(Patience(limits.answer), http::in_time));
    let uploads = uploads()
        .layer(DefaultBodyLimit::max(limits.genome))
        .layer(from_fn_with_state(Patience(limits.upload), http::in_time));
    let brains = brains()
        .layer(DefaultBodyLimit::max(limits.checkpoint))
        .layer(from_fn_with_state(Patience(limits.upload), http::in_time));
    // A viewer's request is answered at once; its connection lives on.
    let streams = OpenApiRouter::new().routes(routes!(visualization::stream));
    let endpoints = OpenApiRouter::with_openapi(Api::openapi()).merge(quick).merge(uploads);
    let endpoints = endpoints.merge(brains).merge(streams);
    let (endpoints, api) = endpoints.split_for_parts();
    let anybody = CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any);
    endpoints
        .with_state(state.clone())
        .merge(pages(Document::new(&api)))
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 Not Found") })
        .layer(anybody)
        .layer(from_fn_with_state(state, http::count))
}

fn pages(document: Document) -> Router {
    front()
        .route("/swagger-ui", get(http::to_index))
        .route("/swagger-ui/", get(http::to_index))
        .route("/api-docs/", get(http::index))
        .route("/api-docs/openapi.json", get(http::openapi_json))
        .with_state(document)
}

/// What people see who know nothing but the address.
#[cfg(feature = "visualizer")]
fn front() -> Router<Document> {
    crate::visualizer::routes()
}

/// What people see who know nothing but the address.
#[cfg(not(feature = "visualizer"))]
fn front() -> Router<Document> {
    Router::new().route("/", get(http::to_index))
}

fn of_agents() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(agent::register))
        .routes(routes!(agent::heartbeat))
        .routes(routes!(agent::deregister))
        .routes(routes!(agent::list))
        .routes(routes!(agent::activity))
        .routes(routes!(agent::capabilities))
        .routes(routes!(agent::all_capabilities))
        .routes(routes!(agent::properties))
        .routes(routes!(agent::properties_by_path))
        .routes(routes!(agent::info))
        .routes(routes!(agent::device_registrations, agent::set_device_registrations))
        .routes(routes!(agent::manual_stimulation))
}

fn of_bursts() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(burst_engine::status))
        .routes(routes!(burst_engine::stats))
        .routes(routes!(burst_engine::burst_counter))
        .routes(routes!(burst_engine::config))
        .routes(routes!(burst_engine::fire_queue))
        .routes(routes!(burst_engine::fire_queue_counts))
        .routes(routes!(fired::fire_queue_detailed))
        .routes(routes!(pace::hold))
        .routes(routes!(pace::resume))
        .routes(routes!(pace::start))
        .routes(routes!(pace::stop))
        .routes(routes!(pace::step))
        .routes(routes!(burst_engine::simulation_timestep, burst_engine::set_simulation_timestep))
}

/// Endpoints that change the genome of the running brain.
fn edits() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(cortical_area::update, cortical_area::create_unit, cortical_area::delete))
        .routes(routes!(cortical_area::update_all, cortical_area::delete_all))
        .routes(routes!(cortical_area::create_custom))
        .routes(routes!(cortical_area::clone_area))
        .routes(routes!(cortical_area::reset))
        .routes(routes!(mapping_edits::set_mapping, mappings::mapping_properties))
        .routes(routes!(morphology_edits::create, morphology_edits::update, morphology_edits::remove))
        .routes(routes!(morphology_edits::rename))
        .routes(routes!(region_edits::create, region_edits::update, region_edits::remove))
        .routes(routes!(region_edits::relocate))
        .routes(routes!(genome::undoable))
        .routes(routes!(genome::undo))
        .routes(routes!(genome::redo))
}

fn of_cortical_areas() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(cortical_area::multi_cortical_area_properties))
        .routes(routes!(cortical_area::cortical_area_properties))
        .routes(routes!(cortical_area::geometry))
        .routes(routes!(cortical_area::map_detailed))
        .routes(routes!(cortical_area::classifiers))
        .routes(routes!(cortical_area::ipu))
        .routes(routes!(cortical_area::ipu_list))
        .routes(routes!(cortical_area::ipu_types))
        .routes(routes!(cortical_area::opu))
        .routes(routes!(cortical_area::opu_list))
        .routes(routes!(cortical_area::opu_types))
        .routes(routes!(cortical_area::id_list))
        .routes(routes!(cortical_area::name_list))
        .routes(routes!(cortical_area::id_name_mapping))
}

/// Endpoints about what areas are made of and how they are joined.
fn of_the_inside() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(neurons::voxel_neurons, neurons::voxel_neurons_by_body))
        .routes(routes!(neurons::neuron_properties_at))
        .routes(routes!(neurons::neuron_properties))
        .routes(routes!(mappings::synapse_counts))
        .routes(routes!(mappings::mapping_list))
        .routes(routes!(morphology::all))
        .routes(routes!(morphology::names))
        .routes(routes!(morphology::list))
        .routes(routes!(morphology::kinds))
        .routes(routes!(morphology::properties))
        .routes(routes!(morphology::info))
        .routes(routes!(morphology::usage))
        .routes(routes!(region::members))
        .routes(routes!(region::ids))
        .routes(routes!(region::titles))
        .routes(routes!(region::properties))
}

fn of_genomes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(genome::name))
        .routes(routes!(genome::genome_number))
        .routes(routes!(genome::file_name))
        .routes(routes!(genome::timestamp))
        .routes(routes!(genome::download))
        .routes(routes!(genome::changes))
        .routes(routes!(genome::built_in))
}

/// Endpoints that take a genome: large bodies and long work.
fn uploads() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(genome::upload))
        .routes(routes!(genome::upload_file))
        .routes(routes!(genome::upload_string))
        .routes(routes!(genome::upload_barebones))
        .routes(routes!(genome::upload_essential))
}

/// Endpoints that give and take whole brains: larger bodies still.
fn brains() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(connectome::save)).routes(routes!(connectome::restore))
}

fn of_the_rest() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(system::health_check))
        .routes(routes!(system::version))
        .routes(routes!(thinning::skip_rate, thinning::set_skip_rate))
        .routes(routes!(thinning::suppression_threshold, thinning::set_suppression_threshold))
        .routes(routes!(system::plasticity_queue_depth))
        .routes(routes!(network::connection_info))
        .routes(routes!(network::status))
        .routes(routes!(metrics::metrics))
}
