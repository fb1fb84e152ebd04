//! `docs/lifecycle.md`: the glossary of states, the picture of the moves, the table of acts.

use super::table::table;
use std::fmt::Write as _;
use xiaohao_core::{Act, Stage, Status, TRANSITIONS, Transition, Who};

/// Several states under one name, so that the table of acts can be read.
struct Group {
    chinese: &'static str,
    english: &'static str,
    holds: fn(Status) -> bool,
}

/// The groups, larger ones first: a list of states is folded from the left.
const GROUPS: &[Group] = &[
    Group {
        chinese: "任何状态",
        english: "any state",
        holds: |_| true,
    },
    Group {
        chinese: "列过单的各状态",
        english: "was on the list at some time",
        holds: |status| !matches!(status, Status::Reported | Status::Rejected),
    },
    Group {
        chinese: "在单各状态",
        english: "on the list, open or struck off",
        holds: |status| status.stage().is_some(),
    },
    Group {
        chinese: "在册未验收",
        english: "open",
        holds: Status::is_open,
    },
    Group {
        chinese: "不在单的各状态",
        english: "never listed, or taken off without having been rectified",
        holds: Status::is_off_list,
    },
    Group {
        chinese: "已交办未验收",
        english: "open and assigned",
        holds: |status| status.is_open() && status != Status::Listed,
    },
];

impl Group {
    fn members(&self) -> Vec<Status> {
        let all = Status::ALL.iter().copied();
        all.filter(|status| (self.holds)(*status)).collect()
    }
}

/// The document.
pub(super) fn text() -> String {
    let mut text = String::new();
    text.push_str(OPENING);
    text.push_str("\n## 状态 · States\n\n");
    text.push_str(&states());
    text.push_str("\n## 五个阶段 · Official stages\n\n");
    text.push_str(STAGES);
    text.push_str(&stages());
    text.push_str("\n## 流转图 · Moves\n\n");
    text.push_str(&picture());
    text.push_str("\n## 办理事项 · Acts\n\n");
    text.push_str(ACTS);
    text.push_str(&groups());
    text.push('\n');
    text.push_str(&acts());
    text.push_str("\n## 随时可补的事项 · Additive acts\n\n");
    text.push_str(&additive());
    text.push_str("\n## 不是状态的事实 · Facts that are not states\n\n");
    text.push_str(FACTS);
    text.push_str(&facts());
    text
}

const OPENING: &str = "\
# 重大隐患的生命周期 · The life of a hazard

一条重大隐患从上报到通报归档，处在十四种状态之一，只能通过下表所列事项变化；表中没有的，系统不予办理。
词语一处一义：本页的中文名称用于界面和文书，代码用于接口和存储，代码不改名、不重用。

From report to circular a major hazard is in one of fourteen states, and moves only by the acts listed here: what is
not in the table does not compile. This page is the glossary. The Chinese terms stand on screen and on paper; the codes
stand in the API and in stored data, and are never renamed and never used again. An act is named in the imperative, its
event in the past tense; the stored `kind` of an event is its name in capitals (`HazardListed`: `HAZARD_LISTED`).
";

const STAGES: &str = "\
“一单四制”的阶段由状态得出，不另行存储；列单以前没有阶段；不在单的也没有，接口中另记为`OFF_LIST`。
The official stage follows from the state and is stored nowhere; before listing and off the list there is none.

";

const ACTS: &str = "\
编号`T…`为“一单四制”流转事项，`X…`为与之并行、不改变状态的事项。“到”一栏为“—”的，状态不变。
岗位与条件见[职责分工](permissions.md)，不予办理的情形见[拒绝代码](errors.md)。
`T…` are the transitions of 一单四制, `X…` the acts beside them. “—” in the column *to*: the state stays. Who may do an
act, and for which unit, is in [permissions](permissions.md); why one may be refused is in [errors](errors.md).

表中合称的状态 · Groups of states in the table:

";

fn states() -> String {
    let rows = Status::ALL.iter().map(|status| {
        [
            format!("`{}`", status.code()),
            status.name().to_owned(),
            status.stage().map_or("—", Stage::name).to_owned(),
            status.meaning().to_owned(),
            status.meaning_in_english().to_owned(),
        ]
    });
    table(
        ["代码 Code", "状态 State", "阶段 Stage", "含义", "Meaning"],
        rows,
    )
}

fn stages() -> String {
    let rows = (1..).zip(Stage::ALL).map(|(number, stage)| {
        let of_stage: Vec<Status> = Status::ALL
            .iter()
            .copied()
            .filter(|status| status.stage() == Some(*stage))
            .collect();
        [
            format!("{number} {}", stage.name()),
            format!("`{}`", stage.code()),
            names(&of_stage),
        ]
    });
    table(["阶段 Stage", "代码 Code", "状态 States"], rows)
}

fn groups() -> String {
    let named = GROUPS
        .iter()
        .filter(|group| group.members().len() < Status::ALL.len());
    let rows = named.map(|group| {
        [
            group.chinese.to_owned(),
            group.english.to_owned(),
            names(&group.members()),
        ]
    });
    table(["合称", "Group", "状态 States"], rows)
}

fn acts() -> String {
    let rows = TRANSITIONS.iter().map(|line| {
        let from = if line.from.is_empty() {
            "（新）".to_owned()
        } else {
            fold(line.from)
        };
        [
            line.no.to_owned(),
            line.act.name().to_owned(),
            format!("`{:?}`", line.act),
            from,
            line.to.map_or("—", Status::name).to_owned(),
            who(line.act),
            format!("`{}`", line.event),
        ]
    });
    table(
        [
            "编号",
            "事项",
            "Act",
            "从 From",
            "到 To",
            "由谁办理 Who",
            "Event",
        ],
        rows,
    )
}

fn who(act: Act) -> String {
    let names: Vec<_> = act.who().iter().map(|who: &Who| who.name()).collect();
    names.join("、")
}

fn names(states: &[Status]) -> String {
    let names: Vec<_> = states.iter().map(|status| status.name()).collect();
    names.join("、")
}

/// The states by name, groups of them by the group's.
fn fold(states: &[Status]) -> String {
    let mut left = states.to_vec();
    let mut parts: Vec<(Option<Status>, &str)> = Vec::new();
    for group in GROUPS {
        let members = group.members();
        if members.iter().all(|member| left.contains(member)) {
            left.retain(|status| !members.contains(status));
            parts.push((members.first().copied(), group.chinese));
        }
    }
    parts.extend(left.iter().map(|status| (Some(*status), status.name())));
    parts.sort_by_key(|(first, _)| *first);
    let names: Vec<_> = parts.into_iter().map(|(_, name)| name).collect();
    names.join("、")
}

/// The node of the picture that stands for all open states.
const OPEN: &str = "OPEN";

/// The nodes of the picture from which an act goes out: the open states as one where the act starts from all of them.
fn nodes(line: &Transition) -> Vec<&'static str> {
    let all_open = Status::ALL
        .iter()
        .filter(|status| status.is_open())
        .all(|status| line.from.contains(status));
    let alone = line
        .from
        .iter()
        .filter(|status| !(all_open && status.is_open()))
        .map(|status| status.code());
    all_open.then_some(OPEN).into_iter().chain(alone).collect()
}

fn label(line: &Transition) -> String {
    format!("{} {}", line.no, line.act.name())
}

/// The picture: moves as arrows, acts that leave the state alone as notes.
fn picture() -> String {
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    for status in Status::ALL {
        let _ = writeln!(text, "    state \"{}\" as {}", status.name(), status.code());
    }
    let _ = writeln!(text, "    state \"在册未验收（任一状态）\" as {OPEN}");
    for (from, to, labels) in arrows() {
        let _ = writeln!(text, "    {from} --> {to}: {}", labels.join("、"));
    }
    let stays: Vec<&Transition> = TRANSITIONS
        .iter()
        .filter(|line| line.to.is_none() && line.from.len() < Status::ALL.len())
        .collect();
    let drawn = Status::ALL.iter().filter(|status| !status.is_off_list());
    for node in std::iter::once(OPEN).chain(drawn.map(|status| status.code())) {
        let here = stays.iter().filter(|line| nodes(line).contains(&node));
        let labels: Vec<_> = here.map(|line| label(line)).collect();
        if !labels.is_empty() {
            let _ = writeln!(text, "    note right of {node}");
            for label in labels {
                let _ = writeln!(text, "        {label}");
            }
            text.push_str("    end note\n");
        }
    }
    let _ = writeln!(text, "    classDef group stroke-dasharray: 5 5");
    let _ = writeln!(text, "    class {OPEN} group");
    text.push_str("```\n\n");
    let anywhere = TRANSITIONS
        .iter()
        .filter(|line| line.from.len() == Status::ALL.len());
    let off_list = stays
        .iter()
        .filter(|line| line.from.iter().any(|status| status.is_off_list()));
    let join = |labels: Vec<String>| labels.join("、");
    let _ = writeln!(
        text,
        "旁注为不改变状态的事项。任何状态都可办理：{}。不在单的各状态还可办理：{}（以下表为准）。\n\
         Notes: acts that leave the state as it is. The dashed box stands for any one of the open states.",
        join(anywhere.map(label).collect()),
        join(off_list.map(|line| label(line)).collect()),
    );
    text
}

/// From node to node, with the acts that go that way; in the order of the table.
fn arrows() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let mut arrows: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for line in TRANSITIONS {
        let Some(to) = line.to else { continue };
        let mut from = nodes(line);
        if line.from.is_empty() {
            from.push("[*]");
        }
        for from in from {
            let same = arrows
                .iter_mut()
                .find(|(a, b, _)| (*a, *b) == (from, to.code()));
            match same {
                Some((_, _, labels)) => labels.push(label(line)),
                None => arrows.push((from, to.code(), vec![label(line)])),
            }
        }
    }
    arrows
}

fn additive() -> String {
    let acts: Vec<_> = Act::ALL
        .iter()
        .filter(|act| act.is_additive())
        .map(|act| format!("**{} {}**（`{act:?}`）", act.transition().no, act.name()))
        .collect();
    format!(
        "{}只增加记录，不推动隐患：所处状态允许的，无论隐患已更新到第几版都予接受，先后次序不限，日期可以早于上一事项。\n\
         These only add to the record. Where the state admits them they are never stale, come in any order, and may be\n\
         dated before the act that went before: what a tablet collected without a signal is not lost.\n",
        acts.join("、")
    )
}

const FACTS: &str = "\
下列各项记在隐患上，与状态并行，可以同时存在，不另设状态；是否超期由日期算出，不存储。
These stand on the hazard beside its state, several of them at once. Overdue is computed from dates and stored nowhere.

";

/// The facts, and the acts that make and end them.
fn facts() -> String {
    let facts: [(&str, &str, &[Act]); 9] = [
        (
            "挂牌督办",
            "supervision, at one or more levels",
            &[Act::Supervise, Act::LiftSupervision],
        ),
        (
            "停产停业",
            "suspension of operation, one for each decision",
            &[Act::Suspend, Act::Resume],
        ),
        (
            "延期",
            "extension: asked for, granted or refused; the original deadline stays on record",
            &[
                Act::RequestExtension,
                Act::GrantExtension,
                Act::RefuseExtension,
            ],
        ),
        (
            "超期",
            "overdue: still open after the deadline, unless verification was applied for in time",
            &[],
        ),
        ("回头看", "look-back after the strike-off", &[Act::LookBack]),
        (
            "追加交办",
            "a further order to another unit, and its answer",
            &[Act::OrderFurther, Act::AnswerFurtherOrder],
        ),
        (
            "办理链接",
            "a link by which somebody of the responsible unit handles this one hazard, until a day",
            &[Act::HandOutLink, Act::TakeBackLink],
        ),
        (
            "通报提及",
            "an item of a circular other than the closure: overdue, criticism, correction",
            &[Act::MentionInCircular],
        ),
        ("行刑衔接", "referral to the police", &[Act::ReferCriminal]),
    ];
    let rows = facts.map(|(chinese, english, acts)| {
        let acts: Vec<_> = acts.iter().map(|act| label(act.transition())).collect();
        let acts = if acts.is_empty() {
            "由日期算出 computed".to_owned()
        } else {
            acts.join("、")
        };
        [chinese.to_owned(), english.to_owned(), acts]
    });
    table(["事实", "Fact", "由何事项记载 Acts"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_states_is_folded_into_groups_and_names() {
        let open = GROUPS.iter().find(|group| group.english == "open").unwrap();
        let mut states = vec![Status::Reported];
        states.extend(open.members());
        assert_eq!(fold(&states), "待研判、在册未验收");
        assert_eq!(fold(Status::ALL), "任何状态");
        assert_eq!(
            fold(&[Status::Closed, Status::Circulated]),
            "已销号、已通报归档"
        );
    }

    #[test]
    fn the_picture_draws_every_move() {
        let text = picture();
        for line in TRANSITIONS {
            assert!(text.contains(&label(line)), "{:?} is not drawn", line.act);
        }
        assert!(text.contains("[*] --> REPORTED: T01 上报"));
        assert!(text.contains("OPEN --> MERGED: T22 并案"));
    }
}
