//! `docs/errors.md`: every refusal, in order of precedence; every value that is not accepted; what is advised;
//! every error of the API.

use super::table::table;
use xiaohao_core::values::Invalid;
use xiaohao_core::{AdviceKind, Refusal};
use xiaohao_graphql::{Again, ErrorCode};

/// The document.
pub(super) fn text() -> String {
    format!(
        "{OPENING}\n{}\n{VALUES}\n{}\n{ADVICE}\n{}\n{ERRORS}\n{}",
        refusals(),
        values(),
        advice(),
        errors()
    )
}

fn refusals() -> String {
    let rows = (1..).zip(Refusal::CATALOGUE).map(|(place, refusal)| {
        [
            place.to_string(),
            anchored(refusal.code),
            fields(refusal.fields),
            refusal.message.to_owned(),
            refusal.legal_basis.to_owned(),
            refusal.next_step.to_owned(),
            refusal.reason.to_owned(),
        ]
    });
    let heads = [
        "序",
        "代码 Code",
        "字段 Field",
        "提示",
        "依据",
        "下一步",
        "Reason",
    ];
    table(heads, rows)
}

fn fields(all: &[&str]) -> String {
    if all.is_empty() {
        return "—".to_owned();
    }
    let all: Vec<_> = all.iter().map(|field| format!("`{field}`")).collect();
    all.join("、")
}

fn values() -> String {
    let rows = Invalid::CATALOGUE.iter().map(|invalid| {
        [
            anchored(invalid.code),
            invalid.meaning.to_owned(),
            invalid.next_step.to_owned(),
            invalid.english.to_owned(),
        ]
    });
    table(["代码 Code", "情形", "下一步", "Meaning"], rows)
}

fn advice() -> String {
    let rows = AdviceKind::ALL.iter().map(|kind| {
        [
            anchored(kind.code()),
            kind.name().to_owned(),
            kind.meaning_in_english().to_owned(),
        ]
    });
    table(["代码 Code", "情形", "Meaning"], rows)
}

fn errors() -> String {
    let rows = ErrorCode::all().map(|error| {
        let statuses: Vec<_> = error.statuses().iter().map(u16::to_string).collect();
        let again = match error.again() {
            Again::Changed => "改后 changed",
            Again::Later => "稍后 later",
            Again::Repaired => "排除后 repaired",
        };
        let (next, next_in_english) = error.next_step();
        [
            anchored(error.code()),
            statuses.join("、"),
            format!("{}。", error.chinese()),
            again.to_owned(),
            next.to_owned(),
            error.english().to_owned(),
            next_in_english.to_owned(),
        ]
    });
    let heads = [
        "代码 Code",
        "HTTP",
        "情形",
        "重发 Again",
        "下一步",
        "When",
        "Next",
    ];
    table(heads, rows)
}

/// A code that a link can lead to.
fn anchored(code: &str) -> String {
    format!("<a id=\"{code}\"></a>`{code}`")
}

const OPENING: &str = "\
# 拒绝代码 · Refusals

一个事项不能办理时，系统不作任何改动，逐条说明原因：代码、有误的字段、提示、依据、下一步。
同时有几条的，按本表次序列出，最先要解决的在最前。代码供程序识别，不改名、不重用；提示可以改进。

A refusal is data, not a fault: nothing has changed, and everything that stands in the way is said at once.

* **Order of precedence.** The table is in this order, and so is every list of refusals. Some end the matter and come alone:
  for every act `REQUEST_ID_REUSED` and `POST_OVER`; for one on a hazard `HAZARD_UNKNOWN`, `STALE_VERSION`, `VERSION_MISSING`,
  `NOT_ALLOWED_IN_STATE`, `NOT_YOUR_ROLE`, `NOT_YOUR_CASE`, `NOT_BY_LINK` and `LINK_OVER`; for a paper
  `PAPER_UNKNOWN`, `PAPER_STALE`, `VERSION_MISSING`, `PAPER_NOT_DRAFT`, `PAPER_DRAFTED` and `PAPER_ROLE`; for the ledger itself
  `ERASURE_ROLE`, `ROTATION_ROLE`, `COUNTY_DATA_ROLE`, `POSTS_ROLE`, `WAYS_IN_ROLE` and `SETTINGS_ROLE`. Who knows nothing of the
  hazard, has seen an older version, is out of order or not entitled hears that and nothing more. Others are gathered; only `NUMBER_UNAVAILABLE`, which is
  no fault of the act, is said when nothing else stands in the way.
* **Codes are public.** A code is never renamed and never used again for something else. Whatever reads refusals goes
  by the code; the sentences may be improved.
* **Field** is the name of the input field at fault, in the spelling of the API, and several where it depends on the act or on what is wrong; “—” where it is none. An answer tells the
  whole way to it as this client wrote it, such as `input`, `terms`, `dueOn`; among several acts it begins with `acts` and the place
  of the act from 0. It is null where the request does not say what is refused, as when an order is issued.
* **Blanks** of a sentence stand in braces and are filled in: `{due_on}` is a date, `{document}` the number of a paper.
* **依据** is the clause or rule that the refusal rests on, **下一步** what to do.
";

const VALUES: &str = "\
## 填写错误 · Values that are not accepted

填写的内容本身不正确时，与拒绝一样逐条说明，不作任何改动；`field` 从参数名起逐级指明有误的字段。
提示中写明具体限度（如最多多少字），`nextStep` 写明这一项怎样改正；改正后重新提交。
办理内容有误的，先看能不能办理：没有这条隐患或者这份文书、版本已旧、当前状态或者岗位不能办理的，只说明这些，不说明内容的错误。

These stand among the refusals of an act, in `userErrors`: a value could not be read, and nothing has changed. `field` is the
way to it from the argument; the message tells the bound, `nextStep` what to do about it. Correct it and send it again, with the
same request id or a new one. Where the content of an act is at fault, what ends the matter is still told alone: who knows nothing of
the hazard or the paper, has seen an older version, is out of order or not entitled hears nothing of his content. What is gathered
stands before it.
";

const ADVICE: &str = "\
## 提醒 · Advice

事项已经办理、但有一处请再核对的，记录的 `advice` 逐条说明：办理的答复里就有，以后查看这条记录的人也看得到。提醒不影响办理。

What should be looked at again about an act that is done: `entry.advice` tells it to whoever did it, and to whoever reads the line of
the ledger later. Nothing is refused for it; the message says what to do.
";

const ERRORS: &str = "\
## 接口错误 · Errors of the API

请求没有得到答复时，`errors[].extensions.code` 为下列代码之一，`message` 是可以直接给办事人员看的提示。
查询执行以前就不成立的，没有 `data`，HTTP 状态为 400；客户端不接受 `application/graphql-response+json` 的为 200。
执行中出错的，HTTP 状态为 200，出错的字段为空，`path` 指明位置。代码不改名、不重用；今后可能增加。

Where a request could not be answered, `errors[].extensions.code` is one of these; the `message` may be shown to a clerk as it
is. An act that is refused is no error: see above.

* **HTTP.** An operation that never ran has no `data` and comes with 400, or with 200 where the client does not take
  `application/graphql-response+json`. What goes wrong while it runs comes with 200, its `path`, and null where the field
  was; where the schema promises a value (`!`), what is around it is null, up to `data`. A subscription ends with the error.
* **参数 Argument** `extensions.field`，如果有，为到不正确的参数值的路径，如 `filter`、`due`、`to`: the way to the value that is wrong, from
  the arguments of the field at `path`, with the places in lists from 0.
* **重发 Again** says whether the same request may succeed: *改后 changed*, not before something in it is changed;
  *稍后 later*, as it is, a little later; *排除后 repaired*, as it is, once somebody has repaired the system.
* **An act that ended in an error** may have been recorded, and only its answer lost. Send it again with the same request
  id: it has one effect, and the answer is the first one.
* **A code that is not here** is one of a newer server: treat it as *改后 changed*, and show the message.
";
