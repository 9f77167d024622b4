//! Messages to containers and back.

use feagi_serialization::{AgentId, Cause, DataError, FeagiByteContainer, JsonStruct};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Request, Response};

/// Why bytes are no control message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Longer than its sender may send.
    #[error("a message of {length} bytes is too long; {limit} are allowed here")]
    TooLong {
        /// Bytes of the message.
        length: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// Not a container whose first struct is JSON.
    #[error(transparent)]
    Container(#[from] DataError),
    /// JSON, but none of the known messages.
    #[error("unknown message: {0}")]
    Unknown(String),
}

/// Reads a message of an agent that may have up to `limit` bytes. What the header says about the
/// sender is not looked at: a session belongs to a connection.
///
/// # Errors
/// [`Refused`]; a message above the limit is refused before anything is read.
pub fn decode_request(bytes: &[u8], limit: usize) -> Result<Request, Refused> {
    decode(bytes, limit).map(|(_, request)| request)
}

/// Reads a message of the server that may have up to `limit` bytes, with the id in its header.
///
/// # Errors
/// [`Refused`]; a message above the limit is refused before anything is read.
pub fn decode_response(bytes: &[u8], limit: usize) -> Result<(AgentId, Response), Refused> {
    decode(bytes, limit)
}

fn decode<T: DeserializeOwned>(bytes: &[u8], limit: usize) -> Result<(AgentId, T), Refused> {
    let length = bytes.len();
    if length > limit {
        return Err(Refused::TooLong { length, limit });
    }
    let mut container = FeagiByteContainer::new_empty();
    container.try_write_data_by_copy_and_verify(bytes)?;
    let id = container.get_agent_identifier_bytes()?.first_chunk().map_or(AgentId::BLANK, |id| AgentId(*id));
    let mut json = JsonStruct::new_empty();
    container.try_update_struct_from_index(0, &mut json)?;
    match T::deserialize(json.borrow_json_value()) {
        Ok(message) => Ok((id, message)),
        Err(error) => Err(Refused::Unknown(start_of(error.to_string()))),
    }
}

/// Reasons go to logs and may quote a whole message.
fn start_of(mut reason: String) -> String {
    const SHOWN: usize = 200;
    reason.truncate(reason.floor_char_boundary(SHOWN));
    reason
}

/// Writes a [`Request`] or a [`Response`]. `id` is the agent's id, blank while it has none.
///
/// # Errors
/// [`DataError`] when the message is larger than a container can be.
pub fn encode(message: &impl Serialize, id: AgentId) -> Result<Vec<u8>, DataError> {
    let value = serde_json::to_value(message)
        .map_err(|error| DataError::BadParameters(Cause::Json(error.to_string())))?;
    let mut container = FeagiByteContainer::new_empty();
    container.overwrite_byte_data_with_single_struct_data(&JsonStruct::from_json_value(value), 0)?;
    container.set_agent_identifier(id)?;
    Ok(container.get_byte_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{AgentConfiguration, Leave, SessionRequest};
    use super::*;

    #[test]
    fn a_heartbeat_takes_seventy_bytes() {
        let bytes = encode(&Request::HeartBeat, AgentId([7; 48])).unwrap();
        assert_eq!(bytes.len(), 70);
        assert_eq!(bytes[4..52], [7; 48]);
        assert_eq!(&bytes[52..], b"\x0e\0\0\0\x01\x01\"heart_beat\"");
    }

    #[test]
    fn requests_read_back_as_they_were_written() {
        let leave = Leave { reason: Some("bye".to_owned()) };
        let requests = [
            Request::HeartBeat,
            Request::AgentRegistration(SessionRequest::ClientRequestDeregistration(leave)),
            Request::AgentConfiguration(AgentConfiguration::AgentConfigurationDetails(json!({"a": [1.5]}))),
        ];
        for request in requests {
            let bytes = encode(&request, AgentId::BLANK).unwrap();
            assert_eq!(decode_request(&bytes, bytes.len()), Ok(request));
        }
    }

    #[test]
    fn a_message_above_the_limit_is_not_read() {
        let refused = decode_request(&[0xff; 71], 70);
        assert_eq!(refused, Err(Refused::TooLong { length: 71, limit: 70 }));
    }

    #[test]
    fn voxels_where_json_belongs_are_refused() {
        let mut container = FeagiByteContainer::new_empty();
        let voxels = feagi_structures::CorticalMappedVoxels::new();
        container.overwrite_byte_data_with_single_struct_data(&voxels, 0).unwrap();
        let refused = decode_request(container.get_byte_ref(), 1024);
        assert!(matches!(refused, Err(Refused::Container(_))), "{refused:?}");
    }

    #[test]
    fn a_container_without_structs_is_refused() {
        let refused = decode_request(FeagiByteContainer::new_empty().get_byte_ref(), 1024);
        assert!(matches!(refused, Err(Refused::Container(_))), "{refused:?}");
    }

    #[test]
    fn nesting_deeper_than_the_readers_stack_is_refused() {
        let mut bytes = encode(&Request::HeartBeat, AgentId::BLANK).unwrap();
        let text = "[".repeat(100_000);
        bytes.truncate(52);
        bytes.extend_from_slice(&(text.len() as u32 + 2).to_le_bytes());
        bytes.extend_from_slice(&[1, 1]);
        bytes.extend_from_slice(text.as_bytes());
        assert!(matches!(decode_request(&bytes, 1 << 20), Err(Refused::Container(_))));
    }
}
