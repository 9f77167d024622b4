//! A connection to a sensory endpoint: frames to the brain.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::control::pass_over;
use super::door::Closing;
use super::patience::{Gone, Patience, Socket};
use super::viewer::Presence;
use crate::core::{Activity, Intake};

/// Serves a sensory connection until it ends.
pub(super) async fn serve(
    mut socket: Socket,
    intake: Arc<Intake>,
    activity: Arc<Activity>,
    patience: Patience,
    mut closing: Closing,
) {
    let _presence = Presence::new(activity);
    tokio::select! {
        biased;
        () = closing.told() => patience.part(&mut socket, CloseCode::Away, "server closes").await,
        Gone = receive(&mut socket, patience, &intake) => {}
    }
}

async fn receive(socket: &mut Socket, patience: Patience, intake: &Intake) -> Gone {
    loop {
        let done = match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                // Copied, because the library shares its memory between messages. What is no
                // container has been counted and costs the peer nothing else.
                let _ = intake.copy(&bytes);
                Ok(())
            }
            other => pass_over(socket, patience, other).await,
        };
        if let Err(gone) = done {
            return gone;
        }
    }
}
