//! How the files of a county look; `docs/county-data.md` tells it to whoever writes them, field by field.

use super::form::{Field, Form, may, may_lack, must, typed};
use chrono::NaiveDate;
use serde_json::Value;
use xiaohao_core::Role;
use xiaohao_core::directory::{Comparison, GoalKind, Login, MeasureTag, UnitKind};
use xiaohao_core::policy::{Anchor, Cadence, Effect, Limit, PolicyId, SourceKind, Unit};
use xiaohao_core::values::{
    CountyCode, DocumentWord, Line, Name, PersonName, Prose, Reason, RegionCode, TownshipCode,
    UnitId,
};

pub(super) const COUNTY_CODE: Form = Form::One("6位县级行政区划代码", typed::<CountyCode>);
pub(super) const NAME: Form = Form::One("1至60个字的名称", typed::<Name>);
pub(super) const ID: Form = Form::One("带连字符的36位UUID", typed::<UnitId>);
pub(super) const SHIPPED_POLICY: Form = Form::One("时限表的名称", typed::<String>);
const TEXT: Form = Form::One("写在英文双引号里的文本", typed::<String>);
const DAY: Form = Form::One("确有的一天，写作2026-02-28", is_day);
const NUMBER: Form = Form::One("0至65535的整数", typed::<u16>);
const COUNT: Form = Form::One("从0起的整数", typed::<u32>);
const AMOUNT: Form = Form::One("整数", typed::<i32>);
const FEW: Form = Form::One("0至255的整数", typed::<u8>);
const YES_OR_NO: Form = Form::One("true或者false", typed::<bool>);
const PROSE: Form = Form::One("1至500个字的文本", typed::<Prose<500>>);

/// 文号代字.
const WORD: Form = Form::One("1至12个汉字或字母", typed::<DocumentWord>);
pub(super) const WORDS: &[Field] = &[
    must("ASSIGNMENT_ORDER", WORD),
    must("SUPERVISION_ORDER", WORD),
    must("VERIFICATION_OPINION", WORD),
    must("EXTENSION_OPINION", WORD),
    must("STRIKE_OFF_SHEET", WORD),
    must("TRANSFER_LETTER", WORD),
    must("ESCALATION_LETTER", WORD),
    must("OFFICE_CIRCULAR", WORD),
    must("COMMISSION_CIRCULAR", WORD),
];

pub(super) const REGION: Form = Form::Object(&[
    must(
        "code",
        Form::One(
            "6位行政区划代码，省如430000，市如431100",
            typed::<RegionCode>,
        ),
    ),
    must("name", NAME),
]);

pub(super) const TOWNSHIP: Form = Form::Object(&[
    must(
        "code",
        Form::One("9位乡镇代码，以本县代码开头", typed::<TownshipCode>),
    ),
    must("unit", ID),
]);

pub(super) const UNIT: Form = Form::Object(&[
    must("id", ID),
    must("code", Form::One("1至40个字的单位代码", typed::<Line<40>>)),
    must("name", NAME),
    must(
        "kind",
        Form::One(
            "COMMISSION、OFFICE、DEPARTMENT、COMMITTEE、TOWNSHIP、ENTERPRISE、EXPERTS、INTAKE、PLATFORM、HIGHER_BODY、TASK_FORCE之一",
            typed::<UnitKind>,
        ),
    ),
    may("parent", ID),
    may(
        "region",
        Form::One("行政区划代码或者乡镇代码", typed::<RegionCode>),
    ),
]);

const GOAL: Form = Form::Object(&[
    must("no", NUMBER),
    must("text", PROSE),
    must(
        "kinds",
        Form::List(&Form::One(
            "ZERO_OCCURRENCE、YOY_DOUBLE_DECREASE、NO_MAJOR_OR_ABOVE、ZERO_DEATH_FOREST_FIRE、ZERO_DEATH_FLOOD之一",
            typed::<GoalKind>,
        )),
    ),
]);

const TARGET: Form = Form::Object(&[
    must("metric", Form::One("1至120个字的文本", typed::<Line<120>>)),
    must(
        "comparison",
        Form::One("EQUAL、AT_LEAST、AT_MOST之一", typed::<Comparison>),
    ),
    must(
        "value",
        Form::One("写在英文双引号里的数字，例如\"100\"", typed::<Line<20>>),
    ),
    must("unit", Form::One("1至10个字的计量单位", typed::<Line<10>>)),
    may_lack("aspirational", YES_OR_NO),
]);

const MEASURE: Form = Form::Object(&[
    must("no", NUMBER),
    must("text", PROSE),
    must(
        "tags",
        Form::List(&Form::One(
            "COMMITTEE_MEETING_AND_MONTHLY_POINTS、ENTITY_PRIMARY_RESPONSIBILITY、HAZARD_CAMPAIGN、CRACKDOWN_ILLEGAL、ENFORCEMENT、SPECIAL_RECTIFICATION、LOOKBACK、NUMERIC_TARGET之一",
            typed::<MeasureTag>,
        )),
    ),
    may_lack("targets", Form::List(&TARGET)),
]);

pub(super) const COMMITTEE: Form = Form::Object(&[
    must("unit", ID),
    must("seq", NUMBER),
    may("seq_in_plan", NUMBER),
    must(
        "name_en",
        Form::One("1至120个字符的英文名称", typed::<Line<120>>),
    ),
    must("lead_unit", ID),
    must("includes_non_production_accidents", YES_OR_NO),
    may(
        "scope_note",
        Form::One("1至200个字的文本", typed::<Line<200>>),
    ),
    must("goals", Form::List(&GOAL)),
    must("measures", Form::List(&MEASURE)),
    may_lack(
        "oddities",
        Form::List(&Form::One("1至1000个字的文本", typed::<Reason>)),
    ),
]);

const POST: Form = Form::Object(&[
    must(
        "role",
        Form::One(
            "OFFICE_CLERK、OFFICE_APPROVER、COMMISSION_SIGNER、AUDITOR、LEAD、INSPECTOR、TOWNSHIP、UNIT、INTAKE、PLATFORM之一",
            typed::<Role>,
        ),
    ),
    must("unit", ID),
    may("from", DAY),
    may("until", DAY),
]);

pub(super) const PERSON: Form = Form::Object(&[
    must("id", ID),
    must(
        "login",
        Form::One("以字母开头的登录名，例如clerk", is_login),
    ),
    must("name", Form::One("1至30个字的姓名", is_name_of_a_person)),
    must("posts", Form::List(&POST)),
]);

const OFFSET: Form = Form::Object(&[
    must("amount", AMOUNT),
    must(
        "unit",
        Form::One(
            "WORKING_DAYS、DAYS、MONTHS、DAY_OF_NEXT_MONTH、CIRCULARS之一",
            typed::<Unit>,
        ),
    ),
]);

const ANCHOR: Form = Form::One("时限表中的一个起算日，例如LISTED", typed::<Anchor>);

const PERCENT: Form = Form::One("0至100的整数", is_percentage);

const RULE: Form = Form::Object(&[
    must(
        "limit",
        Form::One("一项时限的代号，例如L-RECOG", typed::<Limit>),
    ),
    must(
        "start",
        Form::Object(&[
            may_lack("on", ANCHOR),
            may_lack("earliest_of", Form::List(&ANCHOR)),
            may_lack("each_of", Form::List(&ANCHOR)),
        ]),
    ),
    must(
        "window",
        Form::Object(&[may("opens", OFFSET), must("closes", OFFSET)]),
    ),
    must(
        "effect",
        Form::One("REFUSE、WARN、DUTY之一", typed::<Effect>),
    ),
    may(
        "cadence",
        Form::One(
            "WEEKLY、HALF_MONTHLY、MONTHLY、QUARTERLY、YEARLY之一",
            typed::<Cadence>,
        ),
    ),
    may("most", FEW),
    may(
        "shares",
        Form::Object(&[must("supervised", PERCENT), must("others", PERCENT)]),
    ),
    must(
        "source",
        Form::Object(&[
            must(
                "kind",
                Form::One("LAW、SOURCE、OWN之一", typed::<SourceKind>),
            ),
            must("text", TEXT),
            may("key", TEXT),
        ]),
    ),
]);

pub(super) const POLICY: Form = Form::Object(&[
    must("id", Form::One("小写字母、数字和连字符", typed::<PolicyId>)),
    must("name", TEXT),
    must("revision", COUNT),
    must("valid_from", DAY),
    must("rules", Form::List(&RULE)),
]);

pub(super) const YEAR: Form = Form::Object(&[
    must("year", AMOUNT),
    must("revision", COUNT),
    must(
        "notice",
        Form::Object(&[
            must("number", TEXT),
            must("title", TEXT),
            must("published_on", DAY),
        ]),
    ),
    must(
        "holidays",
        Form::List(&Form::Object(&[
            must("name", TEXT),
            must("from", DAY),
            must("to", DAY),
        ])),
    ),
    must("workdays", Form::List(&DAY)),
]);

/// A day that there is.
fn is_day(value: &Value) -> Result<(), String> {
    typed::<NaiveDate>(value)
}

/// A percentage; that it is none is said by what is wanted.
fn is_percentage(value: &Value) -> Result<(), String> {
    let is = value.as_u64().is_some_and(|percent| percent <= 100);
    if is { Ok(()) } else { Err(String::new()) }
}

/// A login as it is typed: the sign of what is erased stands in the ledger alone.
fn is_login(value: &Value) -> Result<(), String> {
    let text = value.as_str().ok_or_else(String::new)?;
    Login::parse(text).map(drop).map_err(|why| why.to_string())
}

/// A name as the ledger reads it; the sign of what is erased is a mere text.
fn is_name_of_a_person(value: &Value) -> Result<(), String> {
    typed::<PersonName>(value)
}
