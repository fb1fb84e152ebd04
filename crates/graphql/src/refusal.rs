//! Why an act is not done, as data that a client can branch on and show.

use crate::input::{Problem, Written};
use crate::vocabulary::{Vocabulary, Word};
use async_graphql::SimpleObject;
use std::borrow::Cow;
use std::sync::LazyLock;
use xiaohao_core::refusal::{CatalogueEntry, Which};
use xiaohao_core::values::{HazardNumber, Invalid};
use xiaohao_ledger::Refused;

/// The code of a refusal, of the core's catalogue or of a value that was not accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusalCode {
    code: &'static str,
    chinese: &'static str,
    english: &'static str,
}

static CODES: LazyLock<Vec<RefusalCode>> = LazyLock::new(|| {
    let of_acts = xiaohao_core::Refusal::CATALOGUE.iter();
    let of_acts = of_acts.map(|entry: &CatalogueEntry| (entry.code, entry.message, entry.reason));
    let of_values = Invalid::CATALOGUE.iter();
    let of_values = of_values.map(|entry| (entry.code, entry.meaning, entry.english));
    let all = of_acts.chain(of_values);
    all.map(|(code, chinese, english)| RefusalCode {
        code,
        chinese,
        english,
    })
    .collect()
});

impl Vocabulary for RefusalCode {
    const TYPE: &'static str = "RefusalCode";
    const DESCRIPTION: &'static str = "不予办理的代码，不改名，不重复使用；今后只会增加。\
        The stable codes of refusals; more may come, none is renamed.";
    fn all() -> &'static [Self] {
        &CODES
    }
    fn code(self) -> Cow<'static, str> {
        Cow::Borrowed(self.code)
    }
    fn chinese(self) -> Cow<'static, str> {
        Cow::Borrowed(self.chinese.trim_end_matches('。'))
    }
    fn english(self) -> &'static str {
        self.english
    }
}

fn code(code: &'static str) -> Word<RefusalCode> {
    Word(RefusalCode {
        code,
        chinese: "",
        english: "",
    })
}

/// 不予办理的一条理由。One reason why an act was not done; nothing was changed.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Refusal {
    /// 代码。The stable code, which a program goes by.
    code: Word<RefusalCode>,
    /// 有问题的输入字段，从参数名起逐级列出，列表中的位置从0起；与单个字段无关的、不是由本次填写的为空。
    ///
    /// The way to the field as the client wrote it, from the argument, with places in lists from 0; null where it is about no field
    /// of this request.
    field: Option<Vec<String>>,
    /// 给办事人员看的提示语。A sentence that may be shown as it is.
    message: String,
    /// 依据；填写的内容本身不正确的为空。The clause or rule; null where a value was not accepted.
    legal_basis: Option<&'static str>,
    /// 下一步怎么办。What to do next.
    next_step: String,
    /// 文书所列隐患中有问题的一处的编号。The hazard at fault, where a paper names several.
    hazard_number: Option<String>,
}

impl Refusal {
    /// Whether it is of this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.0.code == code
    }

    /// Every reason why something was not done, each with the field that it is about, as the client wrote it.
    pub(crate) fn all(refused: &Refused, written: &[Written]) -> Vec<Self> {
        let number = refused.item.map(|item| item.number.to_string());
        let one = |refusal: &xiaohao_core::Refusal| Self {
            field: written.iter().find_map(|written| written.way_to(refusal)),
            hazard_number: number.clone().or_else(|| named(refusal)),
            ..Self::from(refusal)
        };
        refused.refusals.iter().map(one).collect()
    }
}

/// A reason of which nobody wrote anything yet.
impl From<&xiaohao_core::Refusal> for Refusal {
    fn from(refusal: &xiaohao_core::Refusal) -> Self {
        Self {
            code: code(refusal.code()),
            field: None,
            message: refusal.message(),
            legal_basis: Some(refusal.legal_basis()),
            next_step: refusal.next_step().to_owned(),
            hazard_number: named(refusal),
        }
    }
}

/// The hazard at fault, where the refusal is about one of several that a paper lists.
fn named(refusal: &xiaohao_core::Refusal) -> Option<String> {
    let Some(Which::Saying(what)) = refusal.element() else {
        return None;
    };
    HazardNumber::parse(&what)
        .ok()
        .map(|number| number.to_string())
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem.what {
            crate::input::Wrong::Value(invalid) => Self {
                code: code(invalid.code()),
                field: Some(problem.field),
                message: invalid.to_string(),
                legal_basis: None,
                next_step: invalid.next_step(),
                hazard_number: None,
            },
            crate::input::Wrong::Act(refusal) => Self {
                field: Some(problem.field),
                ..Self::from(&refusal)
            },
        }
    }
}
