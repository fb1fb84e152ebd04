//! Passwords and second factors: whose they are, and to what of them the record is bound.

use crate::directory::Login;
use crate::values::{Digest, PersonId};
use serde::{Deserialize, Serialize};

/// A password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordSet {
    /// Whose.
    pub person: PersonId,
    /// Commitment to what it is checked against, as it is kept.
    pub secret: Digest,
}

/// Passwords that were set at once, one for each person; each ends the keys of its person's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordsSet {
    /// Each of them.
    pub passwords: Vec<PasswordSet>,
}

/// A second factor that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorSet {
    /// Of whom.
    pub person: PersonId,
    /// Commitment to what its codes are computed from, as it is kept.
    pub secret: Digest,
    /// Commitments to the codes for whoever loses it, each good once.
    pub codes: Vec<Digest>,
}

/// A second factor that is asked for no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorEnded {
    /// Of whom.
    pub person: PersonId,
}

/// What there was of both when they were first recorded, and nobody can say any more who set it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordsFound {
    /// The passwords.
    pub passwords: Vec<PasswordSet>,
    /// The second factors that are asked for.
    pub second_factors: Vec<SecondFactorSet>,
}

/// What a password is checked against, as it is kept beside the record.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptPassword {
    /// 登录名.
    pub login: Login,
    /// Whose it is.
    pub person: PersonId,
    /// As a PHC string.
    pub secret: String,
}

/// What a second factor is checked against, likewise.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptSecondFactor {
    /// 登录名.
    pub login: Login,
    /// What its codes are computed from.
    pub secret: Vec<u8>,
    /// The digests of the codes for whoever loses it.
    pub codes: Vec<Digest>,
}
