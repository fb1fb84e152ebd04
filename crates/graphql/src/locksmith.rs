//! The ways in beside a token: a password that is changed, a second factor, keys of devices.

use crate::session::{Device, Opened, PostAsked, Shut};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use std::net::IpAddr;
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::values::{HazardId, PersonId};
use xiaohao_ledger::{Fault, Through};

/// By what somebody shows who he is.
#[derive(Clone, Copy)]
pub struct Secrets<'a> {
    /// His login.
    pub login: &'a str,
    /// His password.
    pub password: &'a str,
    /// The code of his second factor, or one for whoever has lost it; where none is asked for, it is not looked at.
    pub code: Option<&'a str>,
    /// From which address it is said, where that is known.
    pub from: Option<IpAddr>,
}

impl<'a> Secrets<'a> {
    /// A login and its password.
    #[must_use]
    pub const fn of(login: &'a str, password: &'a str) -> Self {
        Self {
            login,
            password,
            code: None,
            from: None,
        }
    }
}

impl std::fmt::Debug for Secrets<'_> {
    /// None of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Makes ways in, and takes them away.
#[async_trait]
pub trait Locksmith: Send + Sync {
    /// Gives a login another password; its sessions and the keys of its devices end.
    ///
    /// # Errors
    /// [`Shut`].
    async fn change_password(&self, by: Secrets<'_>, new: &str) -> Result<(), Shut>;

    /// Makes a second factor, which is asked for once it is confirmed.
    ///
    /// # Errors
    /// [`Shut`]; [`Shut::SecondFactorKept`] where there is one.
    async fn begin_second_factor(&self, by: Secrets<'_>) -> Result<SecondFactorMade, Shut>;

    /// Confirms it by one of its codes; from now on it is asked for, and the sessions of the login end, with the codes by which its devices
    /// were about to get keys. The answer are the codes for
    /// whoever loses it, each good once.
    ///
    /// # Errors
    /// [`Shut`]; [`Shut::WrongCode`] where it is not one of its codes, or nothing was begun.
    async fn confirm_second_factor(&self, by: Secrets<'_>) -> Result<Vec<String>, Shut>;

    /// Asks for it no more; whether it was asked for.
    ///
    /// # Errors
    /// [`Shut`].
    async fn end_second_factor(&self, by: Secrets<'_>) -> Result<bool, Shut>;

    /// How many codes are left to somebody for whom a second factor is asked for; none where it is not.
    ///
    /// # Errors
    /// [`Fault`].
    async fn recovery_codes(&self, of: PersonId) -> Result<Option<u32>, Fault>;

    /// Makes a code by which a device of somebody gets a key, once and soon.
    ///
    /// # Errors
    /// [`Shut::DevicesTooMany`], [`Shut::Fault`].
    async fn enrol(&self, of: &Actor, name: Device) -> Result<Enrolled, Shut>;

    /// Gives a key for such a code.
    ///
    /// # Errors
    /// [`Shut::NoSuchKey`] for any other, and [`Shut::Fault`].
    async fn redeem(&self, code: &str) -> Result<KeyMade, Shut>;

    /// Opens a session for whoever has a key.
    ///
    /// # Errors
    /// [`Shut::NoSuchKey`] where it is over or never was one, [`Shut::NoSuchPost`], and [`Shut::Fault`].
    async fn sign_in_by_key(&self, key: &str, post: PostAsked) -> Result<Opened, Shut>;

    /// Makes the secret of a link that was handed out to somebody, if none was made before and the link opens its hazard.
    ///
    /// # Errors
    /// [`Fault`].
    async fn hand_out(
        &self,
        by: &Actor,
        through: Through,
        to: PersonId,
        name: &str,
        expires_on: NaiveDate,
    ) -> Result<Option<String>, Fault>;

    /// Ends the key of a link that was taken back, and every session that was opened by it.
    ///
    /// # Errors
    /// [`Fault`].
    async fn take_back(&self, through: Through) -> Result<(), Fault>;

    /// Opens a session for whoever has a link, in the post of its person in the unit that is responsible.
    ///
    /// # Errors
    /// [`Shut::NoSuchLink`] where it opens nothing or never was one, [`Shut::NoSuchPost`], and [`Shut::Fault`].
    async fn open_link(&self, link: &str) -> Result<Opened, Shut>;

    /// The keys of somebody that are not over, the latest first.
    ///
    /// # Errors
    /// [`Fault`].
    async fn keys(&self, of: PersonId) -> Result<Vec<Key>, Fault>;

    /// Ends a key of somebody, and every session that was opened by it; the answer is whether there was one.
    ///
    /// # Errors
    /// [`Fault`].
    async fn end_key(&self, by: &Actor, of: PersonId, key: Uuid) -> Result<bool, Fault>;
}

/// A second factor that was made.
#[derive(Clone, Debug)]
pub struct SecondFactorMade {
    /// What its codes are computed from, in base 32, to be typed.
    pub secret: String,
    /// The same as an address, to be shown as a picture that an authenticator reads.
    pub uri: String,
}

/// A code by which a device gets a key.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// The code.
    pub code: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// A key as it is said, once.
#[derive(Clone, Debug)]
pub struct KeyMade {
    /// What lets in.
    pub key: String,
    /// By which it is listed and ended.
    pub id: Uuid,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// A key as it is listed: nobody is let in by anything in it.
#[derive(Clone, Debug)]
pub struct Key {
    /// By which it is ended.
    pub id: Uuid,
    /// Whether it is of a program, and not of a device.
    pub is_of_service: bool,
    /// The one hazard that may be handled by it, where it is that of a link.
    pub hazard: Option<HazardId>,
    /// What it is called.
    pub name: Device,
    /// The mutations that it may send; none where it may send all that the post allows.
    pub acts: Option<Vec<String>>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When somebody was let in by it last.
    pub used_at: Option<DateTime<Utc>>,
}
