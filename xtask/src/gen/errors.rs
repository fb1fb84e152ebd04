//! `docs/errors.md`: every refusal, in order of precedence.

use super::table::table;
use xiaohao_core::Refusal;

/// The document.
pub(super) fn text() -> String {
    let rows = (1..).zip(Refusal::CATALOGUE).map(|(place, refusal)| {
        [
            place.to_string(),
            format!("<a id=\"{0}\"></a>`{0}`", refusal.code),
            refusal
                .field
                .map_or_else(|| "—".to_owned(), |field| format!("`{field}`")),
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
    format!("{OPENING}\n{}", table(heads, rows))
}

const OPENING: &str = "\
# 拒绝代码 · Refusals

一个事项不能办理时，系统不作任何改动，逐条说明原因：代码、有误的字段、提示、依据、下一步。
同时有几条的，按本表次序列出，最先要解决的在最前。代码供程序识别，不改名、不重用；提示可以改进。

A refusal is data, not a fault: nothing has changed, and everything that stands in the way is said at once.

* **Order of precedence.** The table is in this order, and so is every list of refusals. `HAZARD_UNKNOWN`,
  `STALE_VERSION`, `VERSION_MISSING`, `NOT_ALLOWED_IN_STATE`, `NOT_YOUR_ROLE` and `NOT_YOUR_CASE` end the matter, and so do
  `PAPER_UNKNOWN`, `PAPER_NOT_DRAFT` and `PAPER_ROLE` for papers: who knows nothing of the hazard, has seen an older
  version, is out of order or not entitled hears that alone. All others are gathered; only `NUMBER_UNAVAILABLE`, which is
  no fault of the act, is said when nothing else stands in the way.
* **Codes are public.** A code is never renamed and never used again for something else. Whatever reads refusals goes
  by the code; the sentences may be improved.
* **Field** is the input field at fault, in the spelling of the API; “—” where it is not one field.
* **Blanks** of a sentence stand in braces and are filled in: `{due_on}` is a date, `{document}` the number of a paper.
* **依据** is the clause or rule that the refusal rests on, **下一步** what to do.
";
