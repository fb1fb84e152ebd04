//! What the tests of several values check alike.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The value is stored as this JSON and read back from it.
pub(crate) fn stored<T>(value: &T, json: &Value)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    assert_eq!(&serde_json::to_value(value).unwrap(), json);
    assert_eq!(&serde_json::from_value::<T>(json.clone()).unwrap(), value);
}

/// Reading this JSON fails with the sentence of the broken bound.
pub(super) fn unreadable<T: DeserializeOwned + Debug>(json: Value, why: &super::Invalid) {
    let error = serde_json::from_value::<T>(json).unwrap_err();
    assert_eq!(error.to_string(), why.to_string());
}
