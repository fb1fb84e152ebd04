//! Enums of the schema made from the core's vocabularies, so that no word is written twice.

use async_graphql::parser::types::Field;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType,
    Positioned, ServerResult, Value,
};
use std::borrow::Cow;
use xiaohao_core::AdviceKind;
use xiaohao_core::acts::{EscalationGround, ListingFlag, LookBackResult, Signing, TeamRole};
use xiaohao_core::circular::{CircularMeasure, ItemKind};
use xiaohao_core::directory::{Comparison, GoalKind, MeasureTag, UnitKind};
use xiaohao_core::dossier::OrderedAs;
use xiaohao_core::filing::FilingStanding;
use xiaohao_core::posts::PostsChange;
use xiaohao_core::statistics::Ranked;
use xiaohao_core::upkeep::ErasureGround;
use xiaohao_core::values::{
    AccidentEdition, ClauseStatus, ClosureBasis, Datum, EscalationKind, EvidenceKind,
    HazardCategory, HolderKind, InspectionMode, KeyField, Level, ObjectKind, RegionLevel,
    RejectReason, ReopenReason, ReportPeriod, Source, SupervisionLevel, SuspensionKind,
};

use crate::input::{Reading, Take};

/// A closed set of words of the domain, each with a stable code and what it means.
pub(crate) trait Vocabulary: Copy + Send + Sync + 'static {
    /// The name of the enum in the schema.
    const TYPE: &'static str;
    /// Its description.
    const DESCRIPTION: &'static str;
    /// Every word.
    fn all() -> &'static [Self];
    /// The code, in capitals.
    fn code(self) -> Cow<'static, str>;
    /// What it means in Chinese, without a full stop.
    fn chinese(self) -> Cow<'static, str>;
    /// What it means in English, a sentence.
    fn english(self) -> &'static str;
}

/// A word of a vocabulary, as the schema's enum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<V>(pub(crate) V);

impl<V: Vocabulary> Word<V> {
    fn register(_: &mut Registry) -> MetaType {
        let value = |word: &V| {
            let name = word.code().into_owned();
            let value = MetaEnumValue {
                name: name.clone(),
                description: Some(format!("{}。{}", word.chinese(), word.english())),
                deprecation: Deprecation::NoDeprecated,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (name, value)
        };
        MetaType::Enum {
            name: V::TYPE.to_owned(),
            description: Some(V::DESCRIPTION.to_owned()),
            enum_values: V::all().iter().map(value).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        }
    }

    fn value(self) -> Value {
        Value::Enum(Name::new(self.0.code()))
    }
}

impl<V: Vocabulary> InputType for Word<V> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(V::TYPE)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, Self::register)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let code = match &value {
            Value::Enum(name) => name.as_str(),
            Value::String(text) => text.as_str(),
            Value::Null
            | Value::Number(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::List(_)
            | Value::Object(_) => {
                return Err(InputValueError::expected_type(value));
            }
        };
        let word = V::all().iter().find(|word| word.code() == code);
        word.map(|word| Self(*word)).ok_or_else(|| {
            InputValueError::custom(format!(
                "“{code}”不是{}的取值，请参阅架构文档所列取值。",
                V::TYPE
            ))
        })
    }

    fn to_value(&self) -> Value {
        self.value()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<V: Vocabulary> OutputType for Word<V> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(V::TYPE)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, Self::register)
    }

    async fn resolve(
        &self,
        _ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(self.value())
    }
}

impl<V: Vocabulary> Take<V> for Word<V> {
    fn take(self, _: &mut Reading) -> Option<V> {
        Some(self.0)
    }
}

/// Declares the vocabularies of the core that have a place in the schema: the enum's name, and what it is.
macro_rules! vocabularies {
    ($($Core:ty, $name:literal: $description:literal;)*) => { $(
        impl Vocabulary for $Core {
            const TYPE: &'static str = $name;
            const DESCRIPTION: &'static str = $description;
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn code(self) -> Cow<'static, str> {
                Cow::Borrowed(Self::code(self))
            }
            fn chinese(self) -> Cow<'static, str> {
                Cow::Borrowed(self.name())
            }
            fn english(self) -> &'static str {
                self.meaning_in_english()
            }
        }
    )* };
}

vocabularies! {
    AccidentEdition, "AccidentEdition": "事故分类标准版本（GB 6441）。An edition of the standard that classes accidents.";
    AdviceKind, "AdviceKind": "提醒的种类。What is advised.";
    CircularMeasure, "CircularMeasure": "通报可以公布的数据。The figures that a circular can print.";
    ClauseStatus, "ClauseStatus": "条款核对情况。How far the quoted clause was checked.";
    ClosureBasis, "ClosureBasis": "销号依据。On what ground a hazard is struck off.";
    Comparison, "Comparison": "比较方式。How a count must compare with its target.";
    Datum, "Datum": "坐标系。The datum of coordinates.";
    EscalationGround, "EscalationGround": "升级督办的理由。Why a hazard is escalated.";
    ErasureGround, "ErasureGround": "删除个人信息的情形（《个人信息保护法》第四十七条）。On what the erasure of personal data rests.";
    EscalationKind, "EscalationKind": "升级督办的方式。How a hazard is escalated.";
    EvidenceKind, "EvidenceKind": "证据种类。What a file shows.";
    GoalKind, "GoalKind": "目标类别。What a goal says, in terms that can be counted.";
    HazardCategory, "HazardCategory": "隐患类别（GB/T 13861-2022）。The category of a hazard.";
    HolderKind, "HolderKind": "单位类别。What kind of unit holds a hazard.";
    InspectionMode, "InspectionMode": "检查方式。How a hazard was looked at.";
    ItemKind, "CircularItemKind": "通报事项。As what a circular names a hazard.";
    KeyField, "KeyField": "重点领域。The eight key fields of the county's plan.";
    FilingStanding, "FilingStanding": "报送情况。How a committee stands with what it files.";
    PostsChange, "PostsChangeKind": "岗位变动方式。How posts change hands.";
    Level, "HazardLevel": "隐患等级。The level of a hazard.";
    ListingFlag, "ListingFlag": "列单事项。The boxes to tick on the list entry.";
    LookBackResult, "LookBackResult": "回头看结果。What a look-back found.";
    MeasureTag, "MeasureTag": "措施类别。What a measure is about.";
    ObjectKind, "ObjectKind": "清单的对象。What the list is about.";
    OrderedAs, "OrderedAs": "交办方式。How an order came upon a hazard.";
    Ranked, "Ranked": "对谁排名。Who is ranked.";
    RegionLevel, "RegionLevel": "行政区划级别。How high a place stands in the tree of divisions.";
    RejectReason, "RejectReason": "不予认定的理由。Why a report is not recognised.";
    ReopenReason, "ReopenReason": "重新列单的原因。Why a hazard is listed again.";
    ReportPeriod, "ReportPeriod": "进展报送周期。How often progress is reported.";
    Signing, "Signing": "签收身份。In which capacity a receipt is signed.";
    Source, "HazardSource": "隐患来源。From where a hazard became known.";
    SupervisionLevel, "SupervisionLevel": "挂牌督办级别。The level of listed supervision.";
    SuspensionKind, "SuspensionKind": "现场处理措施。What is stopped.";
    TeamRole, "TeamRole": "验收组职务。The part a member has on a verification team.";
    UnitKind, "UnitKind": "机构类别。What kind of unit it is.";
}

/// `StrikeOff` as `STRIKE_OFF`, the way every code of this schema is written.
pub(crate) fn upper_snake(name: &str) -> String {
    let mut code = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_uppercase());
    }
    code
}
