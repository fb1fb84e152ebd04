//! Orders and circulars: what an issued paper causes is done with it, on every hazard it names, or the paper is not issued.

use std::collections::BTreeSet;
use xiaohao_core::calendar::InChinese;
use xiaohao_core::circular::{CircularContent, CorrectedItem, ItemKind};
use xiaohao_core::order::{OrderBody, OrderContent};
use xiaohao_core::paper::{PaperCommand, PaperState};
use xiaohao_core::values::{DocumentNumber, HazardId, ReopenReason};
use xiaohao_core::{Actor, Status};
use xiaohao_ledger::{After, Answer, Outcome, Record, Submission};
use xiaohao_tests::office::{Kind, codes, done, papers::Filed, refused, replayed};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    a_draft_is_revised_by_who_saw_its_last_version
    a_discarded_draft_is_never_issued
    an_issued_order_assigns_every_hazard_that_waits_for_it
    a_supervision_notice_supervises_every_hazard_it_names
    an_order_that_cannot_be_carried_out_on_one_hazard_is_not_issued
    an_order_names_the_hazard_that_is_not_there_or_has_another_number
    a_published_circular_closes_the_circle
    a_circular_that_says_what_is_not_so_is_not_published
    a_circular_names_as_struck_off_what_its_figures_count_so
    a_circular_names_as_overdue_what_its_figures_count_so
    a_circular_dated_back_says_what_its_day_allows
    what_is_struck_off_and_circulated_in_one_moment_is_counted
    a_correction_is_of_an_item_of_this_hazard_in_a_published_circular
    a_paper_drafted_revised_and_issued_in_one_moment_is_carried_out
    an_act_may_cite_the_order_that_is_issued_in_the_same_moment
    a_deadline_that_has_passed_is_kept_by_a_paper_and_given_by_none
    a_draft_bears_the_id_under_which_it_is_filed
    an_order_issued_with_an_act_is_of_that_hazard_alone
    an_order_that_is_not_issued_assigns_nothing
}

async fn filed<P: Filed>(office: &Office, content: &P) -> PaperState<P> {
    P::find(office, content.id()).await.unwrap().state
}

/// Revises an order to other requirements.
async fn revising(office: &Office, by: &Actor, order: &OrderContent, text: &str) -> Submission {
    let revised = but(order.clone(), |order| {
        order.requirements = sample::prose(text);
    });
    office
        .filing(by, order.id, PaperCommand::Revise(revised))
        .await
}

/// Hazards on the list.
async fn listed(office: &Office, how_many: usize) -> Vec<HazardId> {
    let hazards = office.report_several(how_many).await;
    office.advance(&hazards, Status::Listed).await;
    hazards
}

async fn a_draft_is_revised_by_who_saw_its_last_version(on: Kind) {
    let office = Office::on(on).await;
    let order = office.order(&listed(&office, 1).await).await;
    office.draft(&order).await;
    let first = revising(&office, &clerk(), &order, "逐日报送。").await;
    let second = revising(&office, &second_clerk(), &order, "逐周报送。").await;
    let issue = office.issuing(&approver(), &order).await;
    let outcomes = office.at_once(&[first, second, issue]).await;
    let [first, second, issue] = outcomes.try_into().unwrap();
    done(first);
    for late in [second, issue] {
        assert_eq!(codes(&refused(late)), ["PAPER_STALE"]);
    }
    let PaperState::Draft {
        content,
        drafted_by,
    } = filed(&office, &order).await
    else {
        panic!("not a draft");
    };
    assert_eq!(content.requirements.as_str(), "逐日报送。");
    assert_eq!(drafted_by, clerk().person);
    let again = revising(&office, &second_clerk(), &order, "逐周报送。").await;
    assert_eq!(office.do_now(&again).await.lines[0].record.seq(), 3);
    office.audit().await;
}

async fn a_discarded_draft_is_never_issued(on: Kind) {
    let office = Office::on(on).await;
    let order = office.order(&listed(&office, 1).await).await;
    office.draft(&order).await;
    let discard = PaperCommand::Discard(sample::prose("重复拟稿。"));
    let discard = office
        .filing::<OrderContent>(&clerk(), order.id, discard)
        .await;
    office.do_now(&discard).await;
    assert_eq!(filed(&office, &order).await, PaperState::Discarded);
    let issue = office.issuing(&approver(), &order).await;
    assert_eq!(codes(&office.refuse(&issue).await), ["PAPER_NOT_DRAFT"]);
    office.audit().await;
}

/// What an issued paper caused, hazard by hazard; everything of it is one act, recorded in one place.
fn caused(answer: &Answer) -> Vec<(HazardId, &'static str)> {
    let own = &answer.lines[0];
    let requests: BTreeSet<_> = answer.lines.iter().map(|l| l.record.request()).collect();
    assert_eq!(requests.len(), answer.lines.len());
    for (line, place) in answer.lines.iter().zip(own.position.get()..) {
        assert_eq!(line.position.get(), place);
        assert_eq!(line.record.stamp(), own.record.stamp());
    }
    let caused = answer.lines[1..].iter().map(|line| match &line.record {
        Record::Hazard(entry) => (entry.hazard, line.record.event()),
        other => panic!("{} was caused", other.subject()),
    });
    caused.collect()
}

async fn an_issued_order_assigns_every_hazard_that_waits_for_it(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 4).await;
    office.advance(&hazards[1..2], Status::Rectifying).await;
    let assigned_before = office.hazard(hazards[1]).await;
    let order = office.order(&hazards).await;
    let answer = office.issue(&approver(), &order).await;
    let assigned = [hazards[0], hazards[2], hazards[3]];
    assert_eq!(caused(&answer), assigned.map(|id| (id, "HazardAssigned")));
    let PaperState::Issued(issued) = filed(&office, &order).await else {
        panic!("not issued");
    };
    for id in assigned {
        let hazard = office.hazard(id).await;
        assert_eq!(hazard.status(), Status::Assigned);
        let cited = &hazard.assignment().unwrap().order;
        assert_eq!(
            (cited.order, &cited.document),
            (order.id, issued.document())
        );
    }
    assert_eq!(office.hazard(hazards[1]).await, assigned_before);
    let After::Order(after) = answer.after else {
        panic!("{:?}", answer.after);
    };
    assert_eq!(after.state, PaperState::Issued(issued));
    office.audit().await;
}

async fn a_supervision_notice_supervises_every_hazard_it_names(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 2).await;
    let notice = office.notice(&hazards).await;
    let answer = office.issue(&signer(), &notice).await;
    let expected: Vec<_> = hazards
        .iter()
        .map(|id| (*id, "SupervisionOrdered"))
        .collect();
    assert_eq!(caused(&answer), expected);
    // The office's approver cannot assign what the commission supervises, by no order.
    let order = office.order(&hazards).await;
    office.draft(&order).await;
    let issue = office.issuing(&approver(), &order).await;
    let refused = office.refuse(&issue).await;
    assert_eq!(codes(&refused), ["COMMISSION_MUST_SIGN"]);
    assert_eq!(refused.item.unwrap().id, hazards[0]);
    office
        .do_now(&office.issuing(&signer(), &order).await)
        .await;
    office.audit().await;
}

async fn an_order_that_cannot_be_carried_out_on_one_hazard_is_not_issued(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 3).await;
    office.advance(&hazards[1..2], Status::Closed).await;
    let notice = office.notice(&hazards).await;
    office.draft(&notice).await;
    let before = office.audit().await;
    let issue = office.issuing(&signer(), &notice).await;
    let refused = office.refuse(&issue).await;
    assert_eq!(codes(&refused), ["NOT_ALLOWED_IN_STATE"]);
    assert_eq!(
        refused.item,
        Some(office.references(&hazards[1..2]).await[0])
    );
    assert_eq!(office.audit().await, before);
    assert!(matches!(
        filed(&office, &notice).await,
        PaperState::Draft { .. }
    ));
}

async fn an_order_names_the_hazard_that_is_not_there_or_has_another_number(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 3).await;
    let references = office.references(&hazards).await;
    let unknown = but(references[1], |hazard| hazard.id = sample::hazard(77));
    let crossed = but(references[1], |hazard| hazard.number = references[2].number);
    for wrong in [unknown, crossed] {
        let order = but(office.order(&hazards[..2]).await, |order| {
            let OrderBody::Assignment { items, .. } = &mut order.body else {
                panic!("{order:?}");
            };
            items[1].hazard = wrong;
        });
        let draft = PaperCommand::Draft(order.clone());
        let refused = office
            .refuse(&office.filing(&clerk(), order.id, draft).await)
            .await;
        assert_eq!(codes(&refused), ["ITEM_UNKNOWN"]);
        assert_eq!(OrderContent::find(&office, order.id).await, None);
        let told = refused.refusals.first().unwrap().message();
        assert!(told.contains(&wrong.number.to_string()), "{told}");
        for id in &hazards {
            assert_eq!(office.hazard(*id).await.status(), Status::Listed);
        }
    }
    office.audit().await;
}

async fn a_published_circular_closes_the_circle(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 3).await;
    office.advance(&hazards[..2], Status::Closed).await;
    let items = [
        (hazards[0], ItemKind::Closure),
        (hazards[2], ItemKind::Criticism),
        (hazards[1], ItemKind::Closure),
        (hazards[1], ItemKind::Praise),
    ];
    let circular = office.circular(&items).await;
    let answer = office.issue(&approver(), &circular).await;
    let expected = [
        (hazards[0], "ClosureCirculated"),
        (hazards[2], "MentionedInCircular"),
        (hazards[1], "ClosureCirculated"),
        (hazards[1], "MentionedInCircular"),
    ];
    assert_eq!(caused(&answer), expected);
    let statuses = [Status::Circulated, Status::Circulated, Status::Listed];
    for (id, status) in hazards.iter().zip(statuses) {
        assert_eq!(office.hazard(*id).await.status(), status);
    }
    office.audit().await;
}

async fn a_circular_that_says_what_is_not_so_is_not_published(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 2).await;
    office.advance(&hazards[..1], Status::Closed).await;
    let refusal = async |items: &[(HazardId, ItemKind)]| {
        let circular = office.circular(items).await;
        office.draft(&circular).await;
        let before = office.audit().await;
        let issue = office.issuing(&approver(), &circular).await;
        let refused = office.refuse(&issue).await;
        assert_eq!(office.audit().await, before);
        codes(&refused)
    };
    let [closed, listed] = [hazards[0], hazards[1]];
    let both = [(closed, ItemKind::Closure), (listed, ItemKind::Closure)];
    assert_eq!(refusal(&both).await, ["ITEM_NOT_CLOSED"]);
    let both = [(closed, ItemKind::Closure), (listed, ItemKind::Overdue)];
    assert_eq!(refusal(&both).await, ["ITEM_NOT_OVERDUE"]);
    assert_eq!(office.hazard(closed).await.status(), Status::Closed);
}

/// What comes of a circular as of a day, whose figures were made at this place in the ledger, if at any.
async fn issued_as_of(
    office: &Office,
    on: &str,
    made_at: Option<u64>,
    item: (HazardId, ItemKind),
) -> Vec<&'static str> {
    let circular = but(office.circular(&[item]).await, |circular| {
        let on = date(on);
        (circular.period_from, circular.period_to, circular.as_of) = (on, on, on);
        circular.ledger_position = made_at;
    });
    office.draft(&circular).await;
    let issue = office.issuing(&approver(), &circular).await;
    let Outcome::Refused(refused) = office.execute(&issue).await else {
        return Vec::new();
    };
    let told = refused.refusals.first().unwrap().message();
    assert!(
        told.starts_with(&format!("截至{}，", InChinese(date(on)))),
        "{told}"
    );
    codes(&refused)
}

async fn a_circular_names_as_struck_off_what_its_figures_count_so(on: Kind) {
    let office = Office::on(on).await;
    let [hazard, other] = listed(&office, 2).await.try_into().unwrap();
    office.advance(&[hazard, other], Status::Verified).await;
    office.turn_to(date("2026-06-10"));
    let before = u64::try_from(office.lines().await.len()).unwrap();
    office.act(&approver(), hazard, sample::strike_off()).await;
    office.turn_to(date("2026-06-12"));
    let closure = |id| (id, ItemKind::Closure);
    let issued =
        async |on: &str, made_at| issued_as_of(&office, on, made_at, closure(hazard)).await;
    assert_eq!(issued("2026-06-09", None).await, ["ITEM_NOT_CLOSED"]);
    let counted_open = issued("2026-06-10", Some(before)).await;
    assert_eq!(counted_open, ["ITEM_NOT_CLOSED"]);
    assert!(issued("2026-06-10", Some(before + 1)).await.is_empty());
    let again = issued("2026-06-10", None).await;
    assert_eq!(again, ["ITEM_NOT_CLOSED"], "it was circulated since");

    office.act(&approver(), other, sample::strike_off()).await;
    office.turn_to(date("2026-06-13"));
    let reopened = sample::reopen(ReopenReason::FalseRectification);
    office.act(&approver(), other, reopened).await;
    let reopened = issued_as_of(&office, "2026-06-12", None, closure(other)).await;
    assert_eq!(reopened, ["ITEM_NOT_CLOSED"], "it was reopened since");
    office.audit().await;
}

async fn a_circular_names_as_overdue_what_its_figures_count_so(on: Kind) {
    let office = Office::on(on).await;
    let [late, other] = listed(&office, 2).await.try_into().unwrap();
    office.advance(&[late, other], Status::Rectifying).await;
    let due_on = office.hazard(late).await.running_deadline().unwrap();
    assert_eq!(due_on, date("2026-06-30"));
    office.turn_to(date("2026-07-03"));
    let made_at = u64::try_from(office.lines().await.len()).unwrap();
    let in_time = office.saying(&factory(), other, sample::apply(40)).await;
    let in_time = but(in_time, |sent| sent.occurred_on = Some(date("2026-06-30")));
    office.do_now(&in_time).await;
    office.advance(&[late], Status::Verified).await;
    let issued = async |on: &str, id| {
        let item = (id, ItemKind::Overdue);
        issued_as_of(&office, on, Some(made_at), item).await
    };
    let refusal = ["ITEM_NOT_OVERDUE"];
    assert_eq!(issued("2026-06-30", late).await, refusal);
    assert!(issued("2026-07-01", late).await.is_empty());
    let applied = issued("2026-07-01", other).await;
    assert_eq!(applied, refusal, "it has proved wrong since");
    let verified = office.today().to_string();
    assert_eq!(
        issued_as_of(&office, &verified, None, (late, ItemKind::Overdue)).await,
        refusal
    );
    office.audit().await;
}

async fn a_circular_dated_back_says_what_its_day_allows(on: Kind) {
    let office = Office::on(on).await;
    let hazard = office.hazard_at(Status::Closed).await;
    let closed_on = office.today();
    office.pass_days(1);
    for (kind, expected) in [
        (ItemKind::Closure, "ITEM_NOT_CLOSED"),
        (ItemKind::Praise, "BEFORE_PREVIOUS_ACT"),
    ] {
        let before = closed_on.pred_opt().unwrap();
        let circular = but(office.circular(&[(hazard, kind)]).await, |circular| {
            (circular.period_from, circular.period_to) = (before, before);
            circular.as_of = before;
        });
        office.draft(&circular).await;
        let issue = office.issuing(&approver(), &circular).await;
        let issue = but(issue, |sent| sent.occurred_on = Some(before));
        assert_eq!(codes(&office.refuse(&issue).await), [expected]);
    }
}

async fn what_is_struck_off_and_circulated_in_one_moment_is_counted(on: Kind) {
    let office = Office::on(on).await;
    let hazard = office.hazard_at(Status::Verified).await;
    let circular = office.circular(&[(hazard, ItemKind::Closure)]).await;
    office.draft(&circular).await;
    let strike_off = office
        .saying(&approver(), hazard, sample::strike_off())
        .await;
    let issue = office.issuing(&approver(), &circular).await;
    for outcome in office.at_once(&[strike_off, issue]).await {
        done(outcome);
    }
    assert_eq!(office.hazard(hazard).await.status(), Status::Circulated);
}

async fn a_correction_is_of_an_item_of_this_hazard_in_a_published_circular(on: Kind) {
    let office = Office::on(on).await;
    let [hazard, other] = listed(&office, 2).await.try_into().unwrap();
    let both = [(hazard, ItemKind::Praise), (other, ItemKind::Praise)];
    let praise = office.circular(&both).await;
    let correction = |document: &DocumentNumber, item| {
        let document = document.clone();
        let corrected = CorrectedItem { document, item };
        async {
            let content = office.circular(&[(hazard, ItemKind::Correction)]).await;
            but(content, |content| {
                content.items[0].corrects = Some(corrected);
            })
        }
    };
    let next = DocumentNumber::parse("双安办通〔2026〕1号").unwrap();
    let drafting = async |content: &CircularContent| {
        let draft = PaperCommand::Draft(content.clone());
        office.filing(&clerk(), content.id, draft).await
    };
    let early = correction(&next, 1).await;
    office.draft(&praise).await;
    let unknown = ["CORRECTED_ITEM_UNKNOWN"];
    let refused_early = office.refuse(&drafting(&early).await).await;
    assert_eq!(codes(&refused_early), unknown, "it is a draft");
    let issue = office.issuing(&approver(), &praise).await;
    let batch = [issue, drafting(&early).await];
    for outcome in office.at_once(&batch).await {
        done(outcome);
    }
    let PaperState::Issued(published) = filed(&office, &praise).await else {
        panic!("it was not published");
    };
    assert_eq!(*published.document(), next);
    let elsewhere = DocumentNumber::parse("双安办通〔2026〕99号").unwrap();
    for (document, item) in [(&next, 2), (&next, 3), (&elsewhere, 1)] {
        let wrong = correction(document, item).await;
        let refused = office.refuse(&drafting(&wrong).await).await;
        assert_eq!(codes(&refused), unknown, "{document} {item}");
    }
    // What was published is corrected also of a hazard that has left the list since.
    let merge = but(sample::merge(), |says| says.into = other);
    office.act(&clerk(), hazard, merge).await;
    office
        .do_now(&office.issuing(&approver(), &early).await)
        .await;
    let merged = office.hazard(hazard).await;
    let mentions = &merged.entry().unwrap().mentions;
    let kinds: Vec<_> = mentions.iter().map(|mention| mention.kind).collect();
    assert_eq!(kinds, [ItemKind::Praise, ItemKind::Correction]);
    office.audit().await;
}

async fn a_paper_drafted_revised_and_issued_in_one_moment_is_carried_out(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 2).await;
    let order = office.order(&hazards[..1]).await;
    let more = but(office.order(&hazards).await, |more| more.id = order.id);
    let step = |by: &Actor, command, seen| {
        let step = office.submission(by, OrderContent::deed(order.id, command));
        but(step, |sent| sent.expected_version = seen)
    };
    let batch = [
        step(&clerk(), PaperCommand::Draft(order.clone()), None),
        step(&clerk(), PaperCommand::Revise(more), Some(1)),
        step(&approver(), PaperCommand::Issue, Some(2)),
    ];
    let outcomes = office.at_once(&batch).await;
    let [_, _, issued] = outcomes.try_into().unwrap();
    let expected: Vec<_> = hazards.iter().map(|id| (*id, "HazardAssigned")).collect();
    assert_eq!(caused(&done(issued)), expected);
    office.audit().await;
}

async fn an_act_may_cite_the_order_that_is_issued_in_the_same_moment(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 2).await;
    // A hazard that was assigned before is assigned anew on the strength of the order.
    office.advance(&hazards[..1], Status::Acknowledged).await;
    let terms = sample::reassign(date("2026-06-30")).terms;
    let order = but(office.order(&hazards).await, |order| {
        if let OrderBody::Assignment { parties, .. } = &mut order.body {
            **parties = terms.parties;
        }
    });
    office.draft(&order).await;
    let reassign = but(sample::reassign(date("2026-06-30")), |says| {
        says.order = order.id;
        says.terms = order.terms_for(hazards[0]).unwrap();
    });
    let batch = [
        office.issuing(&approver(), &order).await,
        office.saying(&approver(), hazards[0], reassign).await,
    ];
    for outcome in office.at_once(&batch).await {
        done(outcome);
    }
    let PaperState::Issued(issued) = filed(&office, &order).await else {
        panic!("not issued");
    };
    for id in hazards {
        let hazard = office.hazard(id).await;
        assert_eq!(
            &hazard.assignment().unwrap().order.document,
            issued.document()
        );
    }
    office.audit().await;
}

async fn a_deadline_that_has_passed_is_kept_by_a_paper_and_given_by_none(on: Kind) {
    let office = Office::on(on).await;
    let [overdue, new] = listed(&office, 2).await.try_into().unwrap();
    office.advance(&[overdue], Status::Rectifying).await;
    office.turn_to(date("2026-07-10"));
    let terms = sample::reassign(date("2026-06-30")).terms;
    let ordered = async |hazards: &[HazardId]| {
        let order = but(office.order(hazards).await, |order| {
            if let OrderBody::Assignment { parties, items, .. } = &mut order.body {
                **parties = terms.parties.clone();
                for item in items {
                    item.due_on = terms.due_on;
                    item.plan_due_on = date("2026-07-20");
                }
            }
        });
        office.draft(&order).await;
        order
    };
    let both = ordered(&[overdue, new]).await;
    let refused = office
        .refuse(&office.issuing(&approver(), &both).await)
        .await;
    assert_eq!(
        codes(&refused),
        ["DEADLINE_NOT_AFTER_ISSUE", "PLAN_DUE_AFTER_DEADLINE"],
        "{refused:#?}"
    );
    assert_eq!(refused.item, Some(office.references(&[new]).await[0]));
    let order = ordered(&[overdue]).await;
    office
        .do_now(&office.issuing(&approver(), &order).await)
        .await;
    let reassign = but(sample::reassign(terms.due_on), |says| {
        says.order = order.id;
        says.terms = order.terms_for(overdue).unwrap();
    });
    office.act(&approver(), overdue, reassign).await;
    let hazard = office.hazard(overdue).await;
    let assignment = hazard.assignment().unwrap();
    assert_eq!(assignment.order.order, order.id);
    assert_eq!(assignment.term.due_on, terms.due_on);
    office.audit().await;
}

async fn a_draft_bears_the_id_under_which_it_is_filed(on: Kind) {
    let office = Office::on(on).await;
    let circular: CircularContent = office.circular(&[]).await;
    let command = PaperCommand::Draft(circular);
    let deed = CircularContent::deed(office.new_circular(), command);
    let draft = office.submission(&clerk(), deed);
    assert_eq!(codes(&office.refuse(&draft).await), ["PAPER_ID_CHANGED"]);
    assert_eq!(office.audit().await.lines, []);
}

async fn an_order_issued_with_an_act_is_of_that_hazard_alone(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 4).await;
    let order = office.assign();
    let assigning = async |hazard: HazardId| {
        let says = order.clone();
        office.saying(&approver(), hazard, says).await
    };
    // In one moment, and later.
    let batch = [assigning(hazards[0]).await, assigning(hazards[1]).await];
    let outcomes = office.at_once(&batch).await;
    let [first, second] = outcomes.try_into().unwrap();
    done(first);
    assert_eq!(codes(&refused(second)), ["ORDER_ID_TAKEN"]);
    let late = assigning(hazards[1]).await;
    assert_eq!(codes(&office.refuse(&late).await), ["ORDER_ID_TAKEN"]);
    // It is no id for a notice or for a paper either, and a notice's none for an order.
    let notice = but(sample::supervise(), |says| says.order = Some(order.order));
    let notice = office.saying(&signer(), hazards[2], notice).await;
    assert_eq!(codes(&office.refuse(&notice).await), ["ORDER_ID_TAKEN"]);
    let paper = but(office.order(&hazards[1..]).await, |paper| {
        paper.id = order.order;
    });
    let id = paper.id;
    let draft = office
        .filing(&clerk(), id, PaperCommand::Draft(paper))
        .await;
    assert_eq!(codes(&office.refuse(&draft).await), ["PAPER_ID_TAKEN"]);
    let supervised = but(sample::supervise(), |says| {
        says.order = Some(office.new_order());
    });
    office.act(&signer(), hazards[2], supervised.clone()).await;
    let of_the_notice = but(sample::assign(), |says| {
        says.order = supervised.order.unwrap();
    });
    let of_the_notice = office.saying(&signer(), hazards[3], of_the_notice).await;
    assert_eq!(
        codes(&office.refuse(&of_the_notice).await),
        ["ORDER_ID_TAKEN"]
    );
    // The same request again is no second order.
    let again = office.execute(&batch[0]).await;
    assert_eq!(replayed(again).lines.len(), 1);
    office.act(&approver(), hazards[1], office.assign()).await;
    office.audit().await;
}

async fn an_order_that_is_not_issued_assigns_nothing(on: Kind) {
    let office = Office::on(on).await;
    let hazards = listed(&office, 2).await;
    let order = office.order(&hazards).await;
    office.draft(&order).await;
    let says = but(sample::assign(), |says| says.order = order.id);
    let assign = office.saying(&approver(), hazards[0], says).await;
    assert_eq!(codes(&office.refuse(&assign).await), ["ORDER_ID_TAKEN"]);
    office.audit().await;
}
