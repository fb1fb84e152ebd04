//! Ways in beside the record: kept and taken away in the transaction that records it, and compared with the record.

mod password;

use crate::access_key::{AccessKey, KeyKind};
use crate::account::Account;
use crate::begin::SqlBatch;
use crate::column::county;
use crate::connect::SqlStore;
use crate::enrolment::Enrolment;
use crate::fault::{fault, unreadable};
use crate::line;
use crate::rebuild::Findings;
use crate::sql::{Engine, Sql};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_core::values::{CountyCode, Line, PersonId};
use xiaohao_core::ways_in::{
    ChangeWaysIn, Kept, KeyEnded, KeyIssued, KeyUse, LinkOpened, WayIn, WaysIn, WaysInFound,
};
use xiaohao_ledger::{Fault, Record, Through, Told, WayInKept, committed_key};

impl AccessKey {
    /// What the record says of it.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where what is kept is none that this program wrote.
    pub fn recorded(&self) -> Result<KeyIssued, Fault> {
        let act =
            |act: &str| Line::recorded(act).map_err(|error| unreadable("the acts of a key", error));
        let acts = self.acts.as_deref().map(|acts| acts.split(',').map(act));
        let (kind, opens) = match self.kind {
            KeyKind::Device => (KeyUse::Device, None),
            KeyKind::Service => (KeyUse::Service, None),
            KeyKind::Link(Through { hazard, link }) => {
                (KeyUse::Link, Some(LinkOpened { hazard, link }))
            }
        };
        Ok(KeyIssued {
            key: self.id,
            kind,
            person: self.person,
            name: self.name.clone().into(),
            acts: acts.map(Iterator::collect).transpose()?,
            opens,
            expires_at: self.expires_at,
            secret: committed_key(self.id, self.secret),
            code: None,
        })
    }

    /// The key that is kept when this is recorded.
    fn kept(says: &KeyIssued, beside: &WayInKept) -> Result<Self, Fault> {
        let Kept::Key(secret) = beside.says.kept else {
            return Err(unkept());
        };
        let kind = match (says.kind, says.opens) {
            (KeyUse::Device, None) => KeyKind::Device,
            (KeyUse::Service, None) => KeyKind::Service,
            (KeyUse::Link, Some(LinkOpened { hazard, link })) => {
                KeyKind::Link(Through { hazard, link })
            }
            _ => return Err(Fault::damaged("a key that is to be kept is of no kind")),
        };
        let name = Line::recorded(says.name.as_str());
        let acts = says.acts.as_deref();
        let acts = acts.map(|acts| acts.iter().map(Line::as_str).collect::<Vec<_>>().join(","));
        Ok(Self {
            id: says.key,
            kind,
            secret,
            person: says.person,
            name: name.map_err(|error| unreadable("the name of a key", error))?,
            acts,
            made_at: beside.at,
            expires_at: says.expires_at,
            used_at: None,
        })
    }
}

impl SqlBatch {
    /// Keeps what lets in, or takes it away, as a line of this transaction records it.
    pub(crate) async fn change_way_in(&self, beside: &WayInKept) -> Result<(), Fault> {
        let ChangeWaysIn { way, kept, .. } = &beside.says;
        match way {
            WayIn::DeviceCodeIssued(says) => {
                let Kept::DeviceCode(secret, salt) = *kept else {
                    return Err(unkept());
                };
                let name = Line::recorded(says.name.as_str());
                let enrolment = Enrolment {
                    id: says.code.id,
                    person: says.person,
                    name: name.map_err(|error| unreadable("the name of a device", error))?,
                    expires_at: says.expires_at,
                    secret,
                    salt,
                };
                let kept = self
                    .store
                    .kept_enrolment(self.county, &enrolment, beside.at);
                self.run_all(kept).await
            }
            WayIn::KeyIssued(says) => {
                if let Some(code) = says.code {
                    let spent = self.store.spent_enrolment(self.county, code.id);
                    self.run(spent.statement()).await?;
                }
                let key = AccessKey::kept(says, beside)?;
                let kept = self.store.kept_key(self.county, &key);
                self.run(kept.statement()).await.map(drop)
            }
            WayIn::KeyEnded(KeyEnded { key, person }) => {
                let gone = self.store.ended_key(self.county, *person, *key);
                self.run_all(gone).await
            }
            WayIn::PasswordsSet(_) => {
                let Kept::Passwords(passwords) = kept else {
                    return Err(unkept());
                };
                for one in passwords {
                    let account = Account {
                        login: one.login.clone(),
                        person: one.person,
                        secret: one.secret.clone(),
                        changed_at: beside.at,
                    };
                    let kept = self.store.kept_account(self.county, &account);
                    self.run_all(kept).await?;
                }
                Ok(())
            }
            WayIn::SecondFactorSet(says) => {
                let Kept::SecondFactor(factor) = kept else {
                    return Err(unkept());
                };
                let (county, person) = (self.county, says.person);
                let kept = self
                    .store
                    .kept_second_factor(county, person, factor, beside.at);
                self.run_all(kept).await
            }
            WayIn::SecondFactorEnded(says) => {
                let gone = self.store.ended_second_factor(self.county, says.person);
                self.run_all([gone]).await
            }
            WayIn::Found(_) | WayIn::PasswordsFound(_) => Ok(()),
        }
    }

    async fn run_all(&self, all: impl IntoIterator<Item = Sql>) -> Result<(), Fault> {
        for sql in all {
            self.run(sql.statement()).await?;
        }
        Ok(())
    }
}

fn unkept() -> Fault {
    Fault::damaged("a way in is to be opened or closed without what is kept of it")
}

/// What a county keeps of one kind, each as far as it can be read.
pub(crate) async fn all_kept<T>(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
    select: &str,
    order: &str,
    read: fn(&QueryResult) -> Result<T, Fault>,
) -> Result<Vec<Result<T, Fault>>, Fault> {
    let mut sql = Sql::new(engine, select);
    sql.bind(county(code)).push(" ORDER BY ").push(order);
    let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
    Ok(rows.iter().map(read).collect())
}

/// Those of what is kept that can be read; of each that cannot there is a finding, which begins so.
fn readable<T>(kept: Vec<Result<T, Fault>>, what: &str, findings: &mut Findings) -> Vec<T> {
    let mut read = Vec::new();
    for one in kept {
        match one {
            Ok(one) => read.push(one),
            Err(fault) => findings.differ(|| format!("{what}: {}", Told(&fault))),
        }
    }
    read
}

/// The ways in that are open by the record.
async fn recorded(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
) -> Result<WaysIn, Fault> {
    let (ways, _) = recorded_when(engine, within, code).await?;
    Ok(ways)
}

/// In which line of the ledger's own history each was recorded last.
#[derive(Default)]
struct Since {
    passwords: BTreeMap<PersonId, u32>,
    keys: BTreeMap<Uuid, u32>,
}

impl Since {
    fn take_in(&mut self, way: &WayIn, seq: u32) {
        let (passwords, keys) = match way {
            WayIn::PasswordsSet(says) => (&says.passwords[..], &[][..]),
            WayIn::PasswordsFound(says) => (&says.passwords[..], &[][..]),
            WayIn::KeyIssued(says) => (&[][..], std::slice::from_ref(says)),
            WayIn::Found(says) => (&[][..], &says.keys[..]),
            WayIn::DeviceCodeIssued(_)
            | WayIn::KeyEnded(_)
            | WayIn::SecondFactorSet(_)
            | WayIn::SecondFactorEnded(_) => return,
        };
        let whose = passwords.iter().map(|one| (one.person, seq));
        self.passwords.extend(whose);
        self.keys.extend(keys.iter().map(|key| (key.key, seq)));
    }
}

/// The same, with the lines that say so.
async fn recorded_when(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
) -> Result<(WaysIn, Since), Fault> {
    let mut sql = line::of_county(engine, code, &[]);
    push_recorded(&mut sql, &[WayIn::OF_KEYS, WayIn::OF_PASSWORDS].concat());
    sql.push(" ORDER BY seq");
    let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
    let (mut ways, mut since) = (WaysIn::default(), Since::default());
    for row in &rows {
        if let Record::Ledger(entry) = line::line(row)?.record
            && let UpkeepEvent::WaysInChanged(way) = &entry.event
        {
            ways.take_in(way);
            since.take_in(way, entry.seq);
        }
    }
    Ok((ways, since))
}

/// Goes on with: of the ledger's own history the lines of these names.
fn push_recorded(sql: &mut Sql, names: &[&str]) {
    line::push_own(sql, "");
    sql.push(" AND event IN ");
    sql.bind_all(names.iter().map(|name| (*name).into()));
}

/// Compares what is kept with what was recorded; where nothing was yet, there is nothing to compare with. Of a county that was carried
/// here nothing is kept that was recorded before: what is not kept was taken away where something is that was recorded no later.
pub(crate) async fn compare(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let (recorded, since) = match recorded_when(engine, within, code).await {
        Ok(recorded) => recorded,
        // A line that cannot be read is found where the lines are gone through.
        Err(Fault::Damaged { .. }) => return Ok(()),
        Err(fault) => return Err(fault),
    };
    let people = password::compare(engine, within, code, &recorded, findings).await?;
    let keys = AccessKey::all(engine, within, code).await?;
    let keys = readable(keys, "a key that is kept", findings);
    let ids: BTreeSet<_> = keys.iter().map(|key| key.id).collect();
    let passwords_since = people
        .iter()
        .filter_map(|person| since.passwords.get(person));
    let keys_since = ids.iter().filter_map(|id| since.keys.get(id));
    let first = passwords_since.chain(keys_since).min();
    let recorded_here = recorded.passwords.len() + recorded.keys.len();
    if first.is_none() && recorded_here > 0 {
        findings.remarks.push(
            "no password or key is kept of those that were recorded, and nobody can sign in: unless the county was just carried here, \
             somebody took them away"
                .to_owned(),
        );
    }
    let is_gone = |since: Option<&u32>| first.is_some() && first <= since;
    for person in recorded.passwords.keys() {
        if !people.contains(person) && is_gone(since.passwords.get(person)) {
            findings.differ(|| {
                format!("the password of person {person} was recorded and is not kept: it was taken away by hand")
            });
        }
    }
    for (id, key) in &recorded.keys {
        // That of a link goes when the link is taken back, which the hazard records.
        if key.opens.is_none() && !ids.contains(id) && is_gone(since.keys.get(id)) {
            let name = key.name.as_str();
            findings.differ(|| {
                format!(
                    "the key {id} ({name}) was recorded and is not kept: it was taken away by hand"
                )
            });
        }
    }
    if !recorded.keys_are_known {
        return Ok(());
    }
    for key in keys {
        let (id, name) = (key.id, &key.name);
        let Some(said) = recorded.keys.get(&id) else {
            findings.differ(|| {
                format!("the key {id} ({name}) lets somebody in, and no line issued it or its end is recorded")
            });
            continue;
        };
        let differ = key.recorded()?.differences(said);
        if !differ.is_empty() {
            let differ = differ.join(", ");
            findings.differ(|| {
                format!(
                    "the key {id} ({name}) is not what was recorded: {differ} was changed by hand"
                )
            });
        }
    }
    let enrolments = Enrolment::all(engine, within, code).await?;
    for enrolment in readable(enrolments, "the code of a device that is kept", findings) {
        let (id, name) = (enrolment.id, &enrolment.name);
        let said = recorded.device_codes.get(&id);
        let is_so = said.is_some_and(|said| {
            said.code == enrolment.recorded()
                && said.person == enrolment.person
                && said.expires_at == enrolment.expires_at
        });
        if !is_so {
            findings
                .differ(|| format!("the code {id} of a device ({name}) is not what was recorded"));
        }
    }
    Ok(())
}

impl SqlStore {
    /// Whether there is a line of one of these names.
    async fn is_recorded(&self, code: CountyCode, names: &[&str]) -> Result<bool, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT seq FROM ledger_entry WHERE county = ");
        sql.bind(county(code));
        push_recorded(&mut sql, names);
        sql.push(" LIMIT 1");
        let row = self.readers.query_one_raw(sql.statement()).await;
        Ok(row.map_err(fault)?.is_some())
    }

    /// The keys of somebody's devices that were recorded and are not kept here, where the county was carried from elsewhere.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn devices_left_behind(
        &self,
        code: CountyCode,
        of: PersonId,
    ) -> Result<Vec<Uuid>, Fault> {
        let recorded = recorded(self.engine, &self.readers, code).await?;
        let kept = self.keys(code, of).await?;
        let keys = recorded.keys.values().filter(|key| {
            let mut kept = kept.iter();
            key.kind == KeyUse::Device && key.person == of && !kept.any(|kept| kept.id == key.key)
        });
        Ok(keys.map(|key| key.key).collect())
    }

    /// The key of a link that was recorded and is not kept here, with whose it is.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn link_left_behind(
        &self,
        code: CountyCode,
        through: Through,
    ) -> Result<Option<(Uuid, PersonId)>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT id FROM access_key WHERE county = ");
        sql.bind(county(code)).push(" AND hazard = ");
        sql.bind(through.hazard.as_uuid()).push(" AND link = ");
        sql.bind(through.link.as_uuid());
        let row = self.readers.query_one_raw(sql.statement()).await;
        if row.map_err(fault)?.is_some() {
            return Ok(None);
        }
        let recorded = recorded(self.engine, &self.readers, code).await?;
        let opens = Some(LinkOpened {
            hazard: through.hazard,
            link: through.link,
        });
        let mut keys = recorded.keys.values();
        let own = keys.find(|key| key.opens == opens);
        Ok(own.map(|key| (key.key, key.person)))
    }

    /// The keys that there are from before they were recorded; none where there is none, or they are recorded.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn unrecorded_keys(&self, code: CountyCode) -> Result<Option<WaysInFound>, Fault> {
        let kept = AccessKey::all(self.engine, &self.readers, code).await?;
        if kept.is_empty() || self.is_recorded(code, WayIn::OF_KEYS).await? {
            return Ok(None);
        }
        let keys = kept.into_iter().map(|key| key?.recorded());
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Some(WaysInFound { keys }))
    }
}
