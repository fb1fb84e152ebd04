//! Codes that a form checks while it is filled in, and names that it chooses among.

use crate::vocabulary::Word;
use async_graphql::{Object, SimpleObject};
use xiaohao_core::values::{AccidentEdition, AccidentType, Uscc};

/// Queries about codes.
#[derive(Default)]
pub(crate) struct CodesQuery;

#[Object]
impl CodesQuery {
    /// 事故类型：列单时填写的 accidentTypes 从中选择，写名称；新旧两版标准的都可以填写。
    ///
    /// The classes of accident that `accidentTypes` of a listing may name, by their names; of both editions, the newer first.
    async fn accident_types(
        &self,
        #[graphql(
            desc = "只列这一版标准的；不填的列两版。Only those of this edition; of both by default."
        )]
        edition: Option<Word<AccidentEdition>>,
    ) -> Vec<AccidentTypeEntry> {
        let newer = AccidentType::all(AccidentEdition::Gb2025);
        let older = AccidentType::all(AccidentEdition::Gb1986).into_iter();
        let gone = older.filter(|class| !newer.contains(class));
        let all = newer.iter().copied().chain(gone);
        let wanted = all.map(AccidentTypeEntry::of).filter(|entry| {
            edition.is_none_or(|of| entry.editions.iter().any(|own| own.0 == of.0))
        });
        wanted.collect()
    }

    /// 核对统一社会信用代码（GB 32100-2015）。
    ///
    /// Checks a unified social credit code.
    async fn credit_code(
        &self,
        #[graphql(
            desc = "代码，可含全角字符和小写字母。The code; fullwidth characters and small letters are accepted."
        )]
        code: String,
    ) -> CreditCodeCheck {
        match Uscc::parse(&code) {
            Ok(uscc) => CreditCodeCheck {
                code: Some(uscc.to_string()),
                problem: None,
                organisation_check_holds: Some(uscc.organisation_check_holds()),
            },
            Err(invalid) => CreditCodeCheck {
                code: None,
                problem: Some(invalid.to_string()),
                organisation_check_holds: None,
            },
        }
    }
}

/// 核对结果。What the check found.
#[derive(SimpleObject)]
struct CreditCodeCheck {
    /// 规范写法；不正确的为空。The code as it is stored; null when it is wrong.
    code: Option<String>,
    /// 不正确的原因。What is wrong.
    problem: Option<String>,
    /// 组织机构代码校验位（GB 11714）是否相符；不符只作提醒。Whether the older inner check holds; a warning only.
    organisation_check_holds: Option<bool>,
}

/// 事故类型。A class of accident.
#[derive(SimpleObject)]
struct AccidentTypeEntry {
    /// 名称，填写时照此。The name, as it is to be given.
    name: &'static str,
    /// 载有这一类型的标准版本。The editions that have it, the older first.
    editions: Vec<Word<AccidentEdition>>,
    /// 在 GB 6441-2025 中对应的类型；有几个的由人选择，一个也没有的从全部类型中选择。
    ///
    /// The classes of the newer edition that take its place; where there are several a person chooses among them, where there is
    /// none among all.
    successors: Vec<&'static str>,
}

impl AccidentTypeEntry {
    fn of(class: AccidentType) -> Self {
        let successors = class.successors().into_iter();
        Self {
            name: class.name(),
            editions: class.editions().into_iter().map(Word).collect(),
            successors: successors.map(AccidentType::name).collect(),
        }
    }
}
