//! Codes that a form checks while it is filled in.

use async_graphql::{Object, SimpleObject};
use xiaohao_core::values::Uscc;

/// Queries about codes.
#[derive(Default)]
pub(crate) struct CodesQuery;

#[Object]
impl CodesQuery {
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
