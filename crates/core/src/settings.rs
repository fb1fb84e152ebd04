//! 系统设置登记: what whoever runs the program says in its configuration, and on which depends who may see or do what.
//!
//! Other settings give nobody a right and are not recorded. They are those of a program as it starts; where several serve one county with
//! settings of their own, each says them under its name.

use crate::context::County;
use crate::refusal::{Refusal, Refusals};
use crate::values::Line;
use serde::{Deserialize, Serialize};

/// How long what is written of a provider may be.
pub type ProviderLine = Line<2000>;

/// The county's identity provider, and what of its tokens lets somebody in as whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// Who it is, exactly as its tokens say.
    pub issuer: ProviderLine,
    /// For whom its tokens must be.
    pub audience: ProviderLine,
    /// Where its keys are; what it says of itself, where nobody says it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<ProviderLine>,
    /// By which algorithms its tokens may be signed.
    pub algorithms: Vec<Line<20>>,
    /// For how many minutes a token may be good.
    pub longest_minutes: u16,
    /// The claim that holds the login.
    pub login_claim: Line<200>,
    /// The claim that says in which role he acts, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_claim: Option<Line<200>>,
    /// The claim that says for which unit, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_claim: Option<Line<200>>,
}

/// What a program says on which rights depend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightsSettings {
    /// Whether the public is shown what is published.
    pub public_view: bool,
    /// For how many days a link may be handed out.
    pub link_days: u16,
    /// Whose word is taken for who somebody is; none where that of nobody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<IdentityProvider>,
}

impl Default for RightsSettings {
    /// What holds where nothing is said, and until something is recorded.
    fn default() -> Self {
        Self {
            public_view: false,
            link_days: County::LINK_DAYS,
            identity_provider: None,
        }
    }
}

/// 系统设置已登记: from this line on a program goes by these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsStated {
    /// Which program, where several have settings of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Line<100>>,
    /// What it goes by.
    pub settings: RightsSettings,
}

/// What programs go by, those that were stated last of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SettingsInForce(Vec<SettingsStated>);

impl SettingsInForce {
    /// Whether nothing was ever stated.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on with what a program states.
    pub fn take_in(&mut self, says: &SettingsStated) {
        self.0.retain(|known| known.program != says.program);
        self.0.push(says.clone());
    }

    /// Whether a program went by these already.
    fn has(&self, says: &SettingsStated) -> bool {
        let mut known = self.0.iter();
        let known = known.find(|known| known.program == says.program);
        known.map_or_else(
            || says.settings == RightsSettings::default(),
            |known| known.settings == says.settings,
        )
    }
}

/// Each line says something new.
pub(crate) fn settings_stated(
    known: Option<&SettingsInForce>,
    says: SettingsStated,
    mut no: Refusals,
) -> Result<SettingsStated, Refusals> {
    let none = SettingsInForce::default();
    let is_so = known.unwrap_or(&none).has(&says);
    no.when(is_so, || Refusal::SettingsUnchanged);
    no.or(|| Ok(says))
}
