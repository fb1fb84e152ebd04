//! The door of a county as it is served: whoever has signed in here, and whoever the county's identity provider vouches for.

use super::refused::Refused;
use super::verifier::{Verifier, is_signed};
use crate::session::{Doorkeeper, digest};
use async_trait::async_trait;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;
use xiaohao_core::values::PersonId;
use xiaohao_graphql::{Admitted, Device, Door, Open, Opened, PostAsked, Secrets, Shut, Untold};
use xiaohao_ledger::Fault;

/// Who lets people in.
#[derive(Clone, Debug)]
pub struct Gate {
    own: Doorkeeper,
    /// None where no identity provider is believed.
    verifier: Arc<OnceLock<Verifier>>,
}

impl Gate {
    /// A gate that believes nobody but its own keeper.
    pub(crate) fn new(own: Doorkeeper) -> Self {
        Self {
            own,
            verifier: Arc::default(),
        }
    }

    /// Believes an identity provider from now on; one that was believed before stays the only one.
    pub fn believe(&self, verifier: Verifier) {
        drop(self.verifier.set(verifier));
    }

    /// Asks for the keys of whom it believes.
    pub async fn warm_up(&self) {
        if let Some(verifier) = self.verifier.get() {
            verifier.warm_up().await;
        }
    }

    /// Who looks at this token, if it is for the identity provider to vouch for.
    fn vouched(&self, token: &str) -> Option<&Verifier> {
        self.verifier.get().filter(|_| is_signed(token))
    }
}

#[async_trait]
impl Door for Gate {
    async fn who(&self, token: &str) -> Result<Option<Admitted>, Untold> {
        match self.vouched(token) {
            Some(verifier) => {
                let vouched = verifier.who(token).await?;
                let ended = self.own.ended_tokens(vouched.actor.person).await?;
                match ended {
                    Some(ended)
                        if vouched.was_issued_before(ended.at)
                            && ended.but != Some(digest(token)) =>
                    {
                        Err(verifier.not_vouched(token, Refused::Ended))
                    }
                    Some(_) | None => Ok(Some(Admitted::in_person(vouched.actor))),
                }
            }
            None => self.own.who(token).await,
        }
    }

    async fn sign_in(
        &self,
        secrets: Secrets<'_>,
        post: PostAsked,
        device: Option<Device>,
    ) -> Result<Opened, Shut> {
        self.own.sign_in(secrets, post, device).await
    }

    async fn renew(&self, renewal: &str) -> Result<Opened, Shut> {
        self.own.renew(renewal).await
    }

    async fn sign_out(&self, token: &str) -> Result<(), Shut> {
        match self.vouched(token) {
            Some(_) => Err(Shut::SignedInElsewhere),
            None => self.own.sign_out(token).await,
        }
    }

    async fn sessions(&self, of: PersonId, token: &str) -> Result<Vec<Open>, Fault> {
        self.own.sessions(of, token).await
    }

    async fn end(&self, of: PersonId, session: Uuid) -> Result<bool, Fault> {
        self.own.end(of, session).await
    }

    async fn end_all(&self, of: PersonId, token: &str) -> Result<u64, Fault> {
        self.own.end_all(of, token).await
    }
}
