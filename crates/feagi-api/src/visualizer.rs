//! The page that shows the brain, out of the program itself. The build script makes the list of its files.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A file of the page.
struct Asset {
    path: &'static str,
    kind: &'static str,
    /// Changes with its bytes; in quotes.
    tag: &'static str,
    /// Whether another content would have another name.
    immutable: bool,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
}

const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/visualizer_assets.rs"));

/// The page that others belong to.
const INDEX: &str = "/index.html";

/// What the page may do: run its own scripts, talk to a brain, and make pictures and files of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Files for good, and those that are asked about every time.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK: &str = "no-cache";

/// The page at `/`, and its files.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let routes = |router: Router<S>, asset: &'static Asset| {
        let answer = move |request: Request| async move { asset.answer(request.headers()) };
        let router = router.route(asset.path, get(answer));
        if asset.path == INDEX { router.route("/", get(answer)) } else { router }
    };
    ASSETS.iter().fold(Router::new(), routes)
}

impl Asset {
    fn answer(&self, request: &HeaderMap) -> Response {
        let headers: [(HeaderName, &'static str); 6] = [
            (ETAG, self.tag),
            (CACHE_CONTROL, if self.immutable { FOR_GOOD } else { ASK }),
            (VARY, "accept-encoding"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (CONTENT_SECURITY_POLICY, POLICY),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        if mentions(request, IF_NONE_MATCH, self.tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let zipped = self.gzip.filter(|_| takes_gzip(request));
        let mut answer = (headers, Body::from(zipped.unwrap_or(self.plain))).into_response();
        let described = answer.headers_mut();
        described.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if zipped.is_some() {
            described.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        answer
    }
}

/// Whether a list in a header has this tag, be it weak or not, or `*`.
fn mentions(request: &HeaderMap, name: HeaderName, tag: &str) -> bool {
    list(request, name).any(|other| other == "*" || other.trim_start_matches("W/") == tag)
}

/// Whether the client lists gzip and does not give it no weight.
fn takes_gzip(request: &HeaderMap) -> bool {
    list(request, ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn list(request: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lists = request.get_all(name).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}
