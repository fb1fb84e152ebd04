//! Several acts at once, each with an outcome of its own: what a tablet has kept while it had no signal.

use crate::act::{ActInput, ActPayload, AnyActInput};
use crate::error::bad_input;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Value};
use futures_util::future::join_all;
use xiaohao_ledger::FaultKind;

/// The mutation with which a hazard begins.
const REPORT: &str = "reportHazard";

/// How many acts are taken at once.
const MOST: usize = 50;

/// 一并提交的一项。One act of several.
#[derive(InputObject)]
pub(crate) struct SubmittedActInput {
    /// 办理凭据。What guards the act.
    act: ActInput,
    /// 办理内容。What it says, under the name of its mutation.
    input: AnyActInput,
}

/// 一并提交的一项的结果：办理结果、未办理的故障、被前项搁置，三者必居其一。
///
/// What came of one act of several: its payload, or what kept it from being settled, or the act before it that held it up.
#[derive(Default, SimpleObject)]
pub(crate) struct SubmittedActPayload {
    /// 事项，即 mutation 的名称。The name of its mutation.
    mutation: String,
    /// 办理结果，与单独办理相同，有问题的字段从 acts 起列出。
    ///
    /// What came of it, as its own mutation would have answered; the way to a field starts at `acts`.
    payload: Option<ActPayload>,
    /// 系统故障，未能办理；原样重发即可。Why it could not be settled, which is no fault of the act; send the same again.
    error: Option<SubmittedActError>,
    /// 因同一隐患的前项（从0起的序号）没有办成而搁置，没有受理。
    ///
    /// The place, from 0, of the act on the same hazard that was not done and that this one rests on; it was not tried.
    blocked_by: Option<usize>,
}

/// 未能办理的故障。Why an act could not be settled.
#[derive(SimpleObject)]
pub(crate) struct SubmittedActError {
    /// 错误代码。The code, as at the top of an answer.
    code: String,
    /// 说明。The sentence.
    message: String,
}

impl SubmittedActPayload {
    fn of(mutation: &str, outcome: Result<ActPayload>) -> Self {
        let mut own = Self {
            mutation: mutation.to_owned(),
            ..Self::default()
        };
        match outcome {
            Ok(payload) => own.payload = Some(payload),
            Err(error) => {
                let code = error
                    .extensions
                    .as_ref()
                    .and_then(|known| known.get("code"));
                let code = match code {
                    Some(Value::String(code)) => code.clone(),
                    Some(_) | None => FaultKind::Internal.code().to_owned(),
                };
                let message = error.message;
                own.error = Some(SubmittedActError { code, message });
            }
        }
        own
    }

    fn blocked(mutation: &str, by: usize) -> Self {
        Self {
            mutation: mutation.to_owned(),
            blocked_by: Some(by),
            ..Self::default()
        }
    }

    fn finds_no_hazard(&self) -> bool {
        self.payload
            .as_ref()
            .is_some_and(ActPayload::finds_no_hazard)
    }

    fn is_done(&self) -> bool {
        self.payload.as_ref().is_some_and(ActPayload::is_done)
    }
}

/// Acts that are submitted together.
#[derive(Default)]
pub(crate) struct BatchMutation;

#[Object]
impl BatchMutation {
    /// 一并提交若干事项（最多50项），每项各有结果，次序与提交的相同。同一隐患的按次序办理：前项没有办成的，其后填了
    /// expectedVersion 的各项不再受理；只补充记录、不以版本为准的照常办理，但隐患的上报没有办成的，随之搁置。
    ///
    /// Submits up to 50 acts, each with an outcome of its own, in the order in which they came. Acts on one hazard are done one
    /// after the other: once one of them is not done, those after it that name an `expectedVersion` are held up, while what only
    /// adds to the record goes on, unless it is to be added to a report that was not taken. Each `requestId` may be sent again, alone or among others.
    #[graphql(complexity = "acts.len().saturating_mul(child_complexity).saturating_add(1)")]
    async fn submit_acts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "各项，按办理的先后。The acts, first things first.")] acts: Vec<
            SubmittedActInput,
        >,
    ) -> Result<Vec<SubmittedActPayload>> {
        if acts.len() > MOST {
            let message = format!("一次最多提交{MOST}项，这次有{}项，请分次提交。", acts.len());
            return Err(bad_input(["acts"], message));
        }
        let mut hazards: Vec<(String, Vec<(usize, SubmittedActInput)>)> = Vec::new();
        for (place, own) in acts.into_iter().enumerate() {
            let hazard = own.act.hazard_id.to_ascii_lowercase();
            match hazards.iter_mut().find(|(known, _)| *known == hazard) {
                Some((_, acts)) => acts.push((place, own)),
                None => hazards.push((hazard, vec![(place, own)])),
            }
        }
        // Those on different hazards wait for the disk together, in the order in which the first of each came.
        let hazards = hazards.into_iter();
        let outcomes = join_all(hazards.map(|(_, acts)| one_by_one(ctx, acts))).await;
        let mut outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
        outcomes.sort_by_key(|(place, _)| *place);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }
}

/// Does the acts on one hazard, one after the other.
async fn one_by_one(
    ctx: &Context<'_>,
    acts: Vec<(usize, SubmittedActInput)>,
) -> Vec<(usize, SubmittedActPayload)> {
    let (mut failed, mut report_failed) = (None, None);
    let mut outcomes = Vec::with_capacity(acts.len());
    for (place, SubmittedActInput { act, input }) in acts {
        let mutation = input.mutation();
        let rests_on_before = act.expected_version.is_some();
        let outcome = match failed {
            Some(failed) if rests_on_before => SubmittedActPayload::blocked(mutation, failed),
            Some(_) | None => {
                let outcome = input.perform(ctx, place, act).await;
                let outcome = SubmittedActPayload::of(mutation, outcome);
                // What is to be added to a report that was not taken waits for that, and its hazard is looked for in vain.
                match report_failed {
                    Some(failed) if outcome.finds_no_hazard() => {
                        SubmittedActPayload::blocked(mutation, failed)
                    }
                    Some(_) | None => outcome,
                }
            }
        };
        if !outcome.is_done() {
            failed.get_or_insert(place);
            if mutation == REPORT {
                report_failed.get_or_insert(place);
            }
        }
        outcomes.push((place, outcome));
    }
    outcomes
}
