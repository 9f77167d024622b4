//! The pages for people.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::support::{Answer, Life};

async fn ask(life: &Life, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    life.send(request.body(Body::empty()).unwrap()).await
}

/// Files that a page names beside itself.
#[cfg(feature = "visualizer")]
fn named(page: &str) -> impl Iterator<Item = String> {
    page.split('"').filter_map(|word| word.strip_prefix("./")).map(|name| format!("/{name}"))
}

#[cfg(feature = "visualizer")]
#[tokio::test]
async fn the_front_page_comes_with_everything_that_it_names() {
    use std::io::Read as _;

    let life = Life::small();
    let page = life.get("/").await;
    assert_eq!((page.status, page.content_type()), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!(page.headers["cache-control"], "no-cache");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self' ws:"), "{policy}");
    assert_eq!(life.get("/index.html").await.body, page.body);
    for path in named(&page.text()) {
        let plain = life.get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert!(plain.content_type().starts_with("text/"), "{path}: {}", plain.content_type());
        assert_eq!(plain.headers["cache-control"], "public, max-age=31536000, immutable", "{path}");
        let zipped = ask(&life, &path, &[("accept-encoding", "br, gzip;q=0.5")]).await;
        assert_eq!(zipped.headers["content-encoding"], "gzip", "{path}");
        let mut unzipped = Vec::new();
        flate2::read::GzDecoder::new(&zipped.body[..]).read_to_end(&mut unzipped).unwrap();
        assert!(unzipped == plain.body && zipped.body.len() < plain.body.len(), "{path}");
        let refused = ask(&life, &path, &[("accept-encoding", "gzip;q=0, br")]).await;
        assert_eq!(refused.headers.get("content-encoding"), None, "{path}");
    }
}

#[cfg(feature = "visualizer")]
#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let life = Life::small();
    let tag = life.get("/").await.headers["etag"].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let answer = ask(&life, "/", &[("if-none-match", &known)]).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(answer.headers["etag"].to_str().unwrap(), tag);
    }
    assert_eq!(ask(&life, "/", &[("if-none-match", "\"other\"")]).await.status, StatusCode::OK);
}

#[cfg(not(feature = "visualizer"))]
#[tokio::test]
async fn the_front_page_leads_to_the_list_of_endpoints() {
    let life = Life::small();
    let answer = ask(&life, "/", &[]).await;
    assert_eq!(
        (answer.status, answer.headers["location"].as_bytes()),
        (StatusCode::PERMANENT_REDIRECT, &b"/api-docs/"[..])
    );
}

#[tokio::test]
async fn what_is_no_page_is_not_found() {
    let life = Life::small();
    for path in ["/nothing", "/index.htm", "/../Cargo.toml", "/src/main.tsx", "/v1/", "/api-docs/nothing"] {
        assert_eq!(life.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
