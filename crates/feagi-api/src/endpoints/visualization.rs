//! The way to the stream of what fires.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use axum::response::{IntoResponse, Response};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::ApiState;
use crate::refusal::Refusal;
use crate::server::Guest;
use crate::stream::{self, Encoding};

/// The version of WebSocket.
const VERSION: &str = "13";
/// Characters of a program's name that are kept.
const LONGEST_NAME: usize = 200;

/// What fires, frame by frame: a WebSocket. Subprotocols, of which the first known one counts:
/// `feagi.voxels.1`, `feagi.voxels.1.lz4` and `feagi.container.4`, which also serves clients that name
/// none.
#[utoipa::path(get, path = "/v1/visualization/stream", tag = "visualization",
    responses(
        (status = SWITCHING_PROTOCOLS, description = "Frames follow"),
        (status = BAD_REQUEST, description = "No subprotocol that is known"),
        (status = UPGRADE_REQUIRED, description = "Not a WebSocket client"),
        (status = SERVICE_UNAVAILABLE, description = "All places for viewers are taken")))]
pub(crate) async fn stream(State(state): State<ApiState>, mut request: Request) -> Result<Response, Refusal> {
    let headers = request.headers();
    let accept = accept(headers).ok_or_else(|| {
        Refusal::new(StatusCode::UPGRADE_REQUIRED, "this is a WebSocket; connect with a WebSocket client")
    })?;
    let (encoding, named) = encoding(headers)?;
    let program = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
    let program = program.chars().take(LONGEST_NAME).collect();
    let guest = request.extensions().get::<Guest>().cloned();
    let guest = guest.ok_or_else(|| Refusal::failed("this server cannot keep connections open"))?;
    let seat = state.viewers().seat(encoding, program).ok_or_else(|| {
        let most = state.viewers().most();
        Refusal::unavailable(format!("all {most} places for viewers are taken; close another page"))
    })?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // A connection that breaks before is of no interest.
        if let Ok(connection) = upgrade.await {
            stream::serve(connection, seat, state, guest).await;
        }
    });
    let mut answer = (
        StatusCode::SWITCHING_PROTOCOLS,
        [
            (CONNECTION, HeaderValue::from_static("upgrade")),
            (UPGRADE, HeaderValue::from_static("websocket")),
            (SEC_WEBSOCKET_ACCEPT, accept),
        ],
    )
        .into_response();
    if named {
        let protocol = HeaderValue::from_static(encoding.protocol());
        answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    Ok(answer)
}

/// The answer to a WebSocket client's key; `None` for other clients.
fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let is_websocket = lists(headers, CONNECTION, "upgrade")
        && lists(headers, UPGRADE, "websocket")
        && lists(headers, SEC_WEBSOCKET_VERSION, VERSION);
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| is_websocket)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

/// Whether a header has this word among others.
fn lists(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    words(headers, name).any(|other| other.eq_ignore_ascii_case(word))
}

fn words(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lists = headers.get_all(name).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).filter(|word| !word.is_empty())
}

/// The first encoding that the client names and the server knows, and whether it names any.
fn encoding(headers: &HeaderMap) -> Result<(Encoding, bool), Refusal> {
    let mut names = words(headers, SEC_WEBSOCKET_PROTOCOL).peekable();
    if names.peek().is_none() {
        return Ok((Encoding::Container, false));
    }
    let known = names.find_map(Encoding::named).ok_or_else(|| {
        let known = Encoding::ALL.map(Encoding::protocol).join(", ");
        Refusal::invalid(format!("none of the subprotocols is known; known are {known}"))
    })?;
    Ok((known, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(lists: &[&'static str]) -> Result<(Encoding, bool), String> {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(list));
        }
        encoding(&headers).map_err(|refusal| refusal.message)
    }

    #[test]
    fn the_first_known_name_in_the_client_s_order_counts() {
        assert_eq!(chosen(&[]), Ok((Encoding::Container, false)));
        assert_eq!(chosen(&["feagi.voxels.1.lz4, feagi.voxels.1"]), Ok((Encoding::CompactLz4, true)));
        assert_eq!(chosen(&["other,feagi.voxels.1", "feagi.container.4"]), Ok((Encoding::Compact, true)));
        assert!(chosen(&["other"]).unwrap_err().contains("feagi.voxels.1"));
    }
}
