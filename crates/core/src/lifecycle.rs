//! The whole life of a hazard: every legal act, from which states, into which state, by which event.
//!
//! This table is the only place where an act becomes legal. From it come the enums [`Act`], [`Command`] and
//! [`Event`], the bound [`On`] without which no event can be emitted, the arms of `decide` and `evolve`, and
//! `docs/lifecycle.md`. `T…` are the transitions of 一单四制 as practised; `X…` are the acts beside them that change no
//! state, each with the passage it comes from in its documentation. What an act demands stands in its file in `acts/`,
//! who may do it in `authority.rs`.
//!
//! `open` = Listed, Assigned, Acknowledged, Rectifying, `AwaitingVerification`. `same` = the state stays.

lifecycle! {
    // No.   Act                    中文            from                                  to                     event
    "T01"  Report                 "上报"           new                                => Reported             : HazardReported;
    "T02"  List                   "认定列单"       [Reported]                         => Listed               : HazardListed;
    "T03"  Reject                 "不予认定"       [Reported]                         => Rejected             : ReportRejected;
    "T04"  DowngradeAtReview      "研判降级"       [Reported]                         => Downgraded           : DowngradedAtReview;
    "T05"  Assign                 "交办"           [Listed]                           => Assigned             : HazardAssigned;
    "T06"  Acknowledge            "签收"           [Assigned]                         => Acknowledged         : OrderAcknowledged;
    "T07"  ReturnAssignment       "退办"           [Assigned]                         => Listed               : AssignmentReturned;
    "T08"  Reassign               "改派"           [Acknowledged Rectifying]          => Assigned             : HazardReassigned;
    "T09"  FilePlan               "方案备案"       [Acknowledged]                     => Rectifying           : PlanFiled;
    "T10"  RecordProgress         "记录进展"       [Rectifying]                       => same                 : ProgressRecorded;
    "T11"  Supervise              "挂牌督办"       open                               => same                 : SupervisionOrdered;
    "T12"  Suspend                "责令停产停业"   reported_or_open                   => same                 : OperationSuspended;
    "T13"  RequestExtension       "申请延期"       [Rectifying]                       => same                 : ExtensionRequested;
    "T14"  GrantExtension         "同意延期"       [Rectifying AwaitingVerification]  => same                 : ExtensionGranted;
    "T14"  RefuseExtension        "不同意延期"     [Rectifying AwaitingVerification]  => same                 : ExtensionRefused;
    "T15"  ApplyVerification      "申请验收"       [Rectifying]                       => AwaitingVerification : VerificationApplied;
    "T16"  FailVerification       "验收不合格"     [AwaitingVerification]             => Rectifying           : VerificationFailed;
    "T17"  PassVerification       "验收合格"       [AwaitingVerification]             => Verified             : VerificationPassed;
    "T18"  StrikeOff              "销号"           [Verified]                         => Closed               : HazardStruckOff;
    "T19"  RefuseStrikeOff        "不予销号"       [Verified]                         => Rectifying           : StrikeOffRefused;
    "T20"  CirculateClosure       "通报销号"       [Closed]                           => Circulated           : ClosureCirculated;
    "T20"  MentionInCircular      "通报提及"       once_listed                        => same                 : MentionedInCircular;
    "T21"  Reopen                 "重新列单"       [Closed Circulated]                => Listed               : HazardReopened;
    "T22"  Merge                  "并案"           reported_or_open                   => Merged               : HazardMerged;
    "T23"  Downgrade              "降级"           open                               => Downgraded           : HazardDowngraded;
    "T24"  ApplyShutdownClosure   "申请关闭销号"   [Rectifying]                       => AwaitingVerification : ShutdownClosureApplied;
    "T25"  Transfer               "移交"           reported_or_open                   => Transferred          : HazardTransferred;
    "T26"  Escalate               "升级督办"       open                               => same                 : HazardEscalated;
    "T27"  Resume                 "恢复生产"       verified_or_off_list               => same                 : OperationResumed;
    "T28"  Annul                  "作废"           [Reported Listed]                  => Annulled             : HazardAnnulled;
    "T29"  WithdrawApplication    "撤回验收申请"   [AwaitingVerification]             => Rectifying           : ApplicationWithdrawn;
    "T30"  LookBack               "回头看"         [Closed Circulated]                => same                 : LookedBack;
    "T31"  ReferCriminal          "行刑衔接移送"   reported_or_on_the_list            => same                 : CriminalReferralMade;
    "X01"  ProposeAnnulment       "申请作废"       [Reported Listed]                  => same                 : AnnulmentProposed;
    "X02"  AddNote                "补记"           any                                => same                 : NoteAdded;
    "X03"  VisitSite              "验收组到场"     [AwaitingVerification]             => same                 : SiteVisited;
    "X04"  InspectAtExpiry        "到期核查"       [Assigned Acknowledged Rectifying] => same                 : ExpiryInspected;
    "X05"  LiftSupervision        "解除挂牌督办"   once_listed                        => same                 : SupervisionLifted;
    "X06"  OrderFurther           "追加交办"       assigned_and_open                  => same                 : FurtherOrderIssued;
    "X07"  AnswerFurtherOrder     "追加交办办结"   assigned_to_verified               => same                 : FurtherOrderAnswered;
    "X08"  ConfirmBackdating      "补录确认"       any                                => same                 : BackdatingConfirmed;
    "X09"  RevisePlan             "调整方案"       [Rectifying]                       => same                 : PlanRevised;
    "X10"  Expose                 "公开曝光"       on_the_list                        => same                 : HazardExposed;
    "X11"  HandOutLink            "发放办理链接"   assigned_and_open                  => same                 : LinkHandedOut;
    "X12"  TakeBackLink           "收回办理链接"   assigned_to_verified               => same                 : LinkTakenBack;
}
