//! Struct type 1: one JSON value as compact text (`fbc.md` section 2.1).

use alloc::string::ToString;
use core::fmt::{self, Write};

use serde_json::{Map, Value};

use crate::error::{Cause, DataError};
use crate::layout::{Layout, STRUCT_HEADER_LEN};
use crate::structs::{Serializable, StructType};

/// Any JSON value. Written without spaces and with object keys in ascending order; read with at
/// most 127 levels of nesting.
///
/// ```
/// use feagi_serialization::JsonStruct;
///
/// let json = JsonStruct::from_json_string(r#"{ "b": 1, "a": [1.0] }"#)?;
/// assert_eq!(json.to_string(), r#"{"a":[1.0],"b":1}"#);
/// # Ok::<(), feagi_serialization::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct JsonStruct {
    value: Value,
}

impl JsonStruct {
    /// An empty object.
    #[must_use]
    pub fn new_empty() -> Self {
        Self { value: Value::Object(Map::new()) }
    }

    /// The value that `text` writes.
    ///
    /// # Errors
    /// [`DataError::BadParameters`] when `text` is not exactly one JSON value.
    pub fn from_json_string(text: &str) -> Result<Self, DataError> {
        match parse(text.as_bytes()) {
            Ok(value) => Ok(Self { value }),
            Err(cause) => Err(DataError::BadParameters(cause)),
        }
    }

    /// Takes a value.
    #[must_use]
    pub const fn from_json_value(value: Value) -> Self {
        Self { value }
    }

    /// The value.
    #[must_use]
    pub const fn borrow_json_value(&self) -> &Value {
        &self.value
    }

    /// Replaces the value.
    pub fn update_json_value(&mut self, value: Value) {
        self.value = value;
    }
}

impl Default for JsonStruct {
    fn default() -> Self {
        Self::new_empty()
    }
}

impl fmt::Display for JsonStruct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}

fn parse(text: &[u8]) -> Result<Value, Cause> {
    serde_json::from_slice(text).map_err(|error| Cause::Json(error.to_string()))
}

/// Counts what is written, so that a text's length is known without making the text.
struct Count(u64);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len() as u64;
        Ok(())
    }
}

/// Writes into a slice; fails when it is full.
struct Slice<'a> {
    unwritten: &'a mut [u8],
}

impl Write for Slice<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let (target, rest) =
            core::mem::take(&mut self.unwritten).split_at_mut_checked(text.len()).ok_or(fmt::Error)?;
        target.copy_from_slice(text.as_bytes());
        self.unwritten = rest;
        Ok(())
    }
}

impl Serializable for JsonStruct {
    fn struct_type(&self) -> StructType {
        StructType::Json
    }

    fn bytes_needed(&self, _layout: Layout) -> Result<u64, DataError> {
        let mut count = Count(STRUCT_HEADER_LEN as u64);
        match write!(count, "{}", self.value) {
            Ok(()) => Ok(count.0),
            Err(fmt::Error) => Err(DataError::SerializationError(Cause::SizeChanged(0))),
        }
    }

    fn serialize_into(&self, bytes: &mut [u8], _layout: Layout) -> Result<(), DataError> {
        let length = bytes.len();
        let mut body = Slice { unwritten: self.write_header(bytes)? };
        match write!(body, "{}", self.value) {
            Ok(()) if body.unwritten.is_empty() => Ok(()),
            _ => Err(DataError::SerializationError(Cause::SizeChanged(length))),
        }
    }

    fn update_from(&mut self, bytes: &[u8], _layout: Layout) -> Result<(), DataError> {
        let text = self.verified_body(bytes)?;
        self.value = parse(text).map_err(DataError::DeserializationError)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_announced_size_is_what_is_written() {
        let json = JsonStruct::from_json_value(json!({"ключ": ["\u{1}\n", 1.5, -3e40, u64::MAX], "a": null}));
        let needed = json.bytes_needed(Layout::default()).unwrap();
        let mut bytes = vec![0xaa; usize::try_from(needed).unwrap()];
        json.serialize_into(&mut bytes, Layout::default()).unwrap();
        assert_eq!(&bytes[2..], json.to_string().as_bytes());
        let mut read = JsonStruct::new_empty();
        read.update_from(&bytes, Layout::default()).unwrap();
        assert_eq!(read, json);
    }

    #[test]
    fn slices_of_another_size_are_refused() {
        let json = JsonStruct::new_empty();
        for length in [0, 1, 3, 5] {
            let refused = json.serialize_into(&mut vec![0; length], Layout::default());
            assert_eq!(refused, Err(DataError::SerializationError(Cause::SizeChanged(length))));
        }
    }

    #[test]
    fn a_failed_read_leaves_the_value() {
        let mut json = JsonStruct::from_json_value(json!([1]));
        assert!(json.update_from(b"\x01\x01{", Layout::default()).is_err());
        assert_eq!(json.borrow_json_value(), &json!([1]));
    }

    #[test]
    fn text_that_is_not_json_is_a_bad_parameter() {
        assert_eq!(JsonStruct::from_json_string("{]").map_err(|error| error.class()), Err("BadParameters"));
    }
}
