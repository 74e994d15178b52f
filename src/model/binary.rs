//! Plain data as bytes and back, for what no person reads: CBOR (RFC 8949), which leaves fields out as JSON does, at a fraction of the work.
//! It reads what anybody may have written: no more than its bytes say is taken in, and nothing may follow.

use cbor4ii::core::dec::Read;
use cbor4ii::core::utils::{BufWriter, SliceReader};
use cbor4ii::serde::{Deserializer, Serializer};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Adds data to bytes.
///
/// # Errors
/// What cannot be written: a map or a list that does not say how long it is, or no memory.
pub fn write(value: &impl Serialize, out: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut serializer = Serializer::new(BufWriter::new(out));
    value.serialize(&mut serializer).map_err(|error| error.to_string())?;
    Ok(serializer.into_inner().into_inner())
}

/// Data from all of some bytes. `None` if they are not of it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut deserializer = Deserializer::new(SliceReader::new(bytes));
    let value = T::deserialize(&mut deserializer).ok()?;
    deserializer.into_inner().fill(1).ok().filter(|rest| rest.as_ref().is_empty())?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let value = vec![("a".to_owned(), Some(u64::MAX), -1.5_f64), (String::new(), None, f64::MIN_POSITIVE)];
        let bytes = write(&value, Vec::new()).unwrap_or_default();
        assert_eq!(read(&bytes), Some(value));
        for cut in 0..bytes.len() {
            assert_eq!(read::<Vec<(String, Option<u64>, f64)>>(bytes.get(..cut).unwrap_or_default()), None, "{cut}");
        }
        assert_eq!(read::<Vec<(String, Option<u64>, f64)>>(&[bytes.as_slice(), &[0]].concat()), None);
        // a length is only what somebody says
        assert_eq!(read::<Vec<u64>>(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(read::<String>(&[0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
