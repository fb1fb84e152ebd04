//! The words with which a hazard is handled: supervised, suspended, escalated, closed, reopened.

use super::vocabulary::vocabulary;

vocabulary! {
    /// 挂牌级别, the level of the body that supervises; a higher body is greater.
    SupervisionLevel "挂牌级别" {
        /// The county's commission supervises.
        County "COUNTY" "县级",
        /// The city's commission supervises; closing needs its consent (rule 18).
        City "CITY" "市级",
        /// The province's commission supervises; closing needs its consent (rule 18).
        Province "PROVINCE" "省级",
    }
}

vocabulary! {
    /// What was stopped until the danger is gone (安全生产法 65, 70).
    SuspensionKind "停产停业类别" {
        /// One or more machines.
        Equipment "EQUIPMENT" "停用设备",
        /// A part of the unit.
        Partial "PARTIAL" "局部停产停业",
        /// The whole unit.
        Full "FULL" "停产停业整顿",
        /// People were withdrawn.
        Evacuate "EVACUATE" "撤人",
        /// The supply of electricity; needs 24 hours' notice (安全生产法 art. 70).
        PowerCut "POWER_CUT" "停止供电",
    }
}

vocabulary! {
    /// What the office does about a hazard that is late, from mild to severe.
    EscalationKind "督促措施" {
        /// A reminder.
        Urge "URGE" "催办",
        /// A letter.
        SupervisionLetter "SUPERVISION_LETTER" "督办函",
        /// A talk with the head.
        Interview "INTERVIEW" "约谈",
        /// Criticism in a circular.
        PublicCriticism "PUBLIC_CRITICISM" "通报批评",
        /// A request that a higher body supervise.
        RaiseLevel "RAISE_LEVEL" "提级挂牌",
        /// Transfer to those who hold officials to account.
        Accountability "ACCOUNTABILITY" "问责移送",
    }
}

vocabulary! {
    /// Why a hazard is struck off.
    ClosureBasis "销号依据" {
        /// The hazard was rectified.
        Rectified "RECTIFIED" "整改合格",
        /// The unit was shut down; a look-back is compulsory.
        ShutDown "SHUT_DOWN" "关闭取缔",
        /// The object was taken down or no longer exists.
        Removed "REMOVED" "拆除灭失",
        /// What was needed for production has gone.
        FactorsGone "FACTORS_GONE" "生产要素消失",
    }
}

vocabulary! {
    /// Why a clue was not recognised.
    RejectReason "不予认定原因" {
        /// It is not so.
        NotTrue "NOT_TRUE" "不属实",
        /// It was put right before it was recognised.
        AlreadyRectified "ALREADY_RECTIFIED" "已整改",
        /// It is in another county.
        OutsideCounty "OUTSIDE_COUNTY" "非本县",
        /// It is no major hazard.
        NotMajor "NOT_MAJOR" "非重大",
        /// It is already in the list.
        Duplicate "DUPLICATE" "重复",
    }
}

vocabulary! {
    /// Why a closed hazard was listed again.
    ReopenReason "重新列单原因" {
        /// The same hazard came back.
        Rebound "REBOUND" "反弹",
        /// The unit fell back into the old practice.
        Relapse "RELAPSE" "回潮",
        /// The rectification was false.
        FalseRectification "FALSE_RECTIFICATION" "虚假整改",
        /// The verification was not true.
        FalseVerification "FALSE_VERIFICATION" "验收不实",
    }
}

vocabulary! {
    /// How an inspection is made (line 13 of the county's plan).
    InspectionMode "督查方式" {
        /// By video.
        Video "VIDEO" "视频督查",
        /// On the spot.
        OnSite "ON_SITE" "现场督查",
    }
}

vocabulary! {
    /// How often a unit reports progress.
    ReportPeriod "报告周期" {
        /// Every month.
        Monthly "MONTHLY" "每月",
        /// Every quarter.
        Quarterly "QUARTERLY" "每季度",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_body_is_a_greater_level() {
        assert!(SupervisionLevel::County < SupervisionLevel::City);
        assert!(SupervisionLevel::City < SupervisionLevel::Province);
    }

    #[test]
    fn escalation_goes_from_mild_to_severe() {
        assert!(EscalationKind::ALL.is_sorted());
        assert!(EscalationKind::Urge < EscalationKind::SupervisionLetter);
        assert!(EscalationKind::RaiseLevel < EscalationKind::Accountability);
    }
}
