//! `docs/permissions.md`: who does what, and for which unit.

use super::table::table;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use xiaohao_core::filing::FILES;
use xiaohao_core::upkeep::{ACTS_ON_THE_LEDGER, ENTERS_COUNTY_DATA, MOST_ERASED};
use xiaohao_core::{Act, Refusal, Role, Who, acting_roles};

/// The document.
pub(super) fn text() -> String {
    let mut text = OPENING.to_owned();
    text.push_str("\n## 一、事项与岗位\n\n");
    text.push_str(ACTS);
    text.push_str(&acts());
    text.push_str("\n## 二、身份与条件\n\n");
    text.push_str(CONDITIONS);
    text.push_str(&conditions());
    text.push_str("\n## 三、只读岗位\n\n");
    text.push_str(&readers());
    text.push_str("\n## 四、职责分离\n\n");
    text.push_str(SEPARATION);
    text.push_str(&separation());
    text.push_str(&apart());
    text.push_str("\n## 五、个人信息删除\n\n");
    text.push_str(&erasure());
    text.push_str("\n## 六、查看范围\n\n");
    text.push_str(SIGHT);
    text
}

const OPENING: &str = "\
# 职责分工

每一次办理，都由一名人员以一个岗位、代表一个单位进行。能否办理看三条：岗位对不对（表一），单位对不对（表二），
本人是否在这条隐患上办过应当分离的事项（表四）。界面上的按钮和实际办理用同一张表，表一、表二没有的，一律不能办理。
不能查看的隐患，无论何种岗位都不能办理，答复与没有这条隐患相同；列单前依法责令停产停业、行刑衔接移送的除外。

Who does what, made from the table in `authority.rs`: the acts by role, the condition on the unit behind each number,
the roles that only read, what one person may not do twice on one hazard, and who sees what.
";

const ACTS: &str = "\
格内数字为表二的身份序号，空格为不能办理；同一格有几个数字的，符合其一即可。

";

const CONDITIONS: &str = "\
岗位相符之外，还须符合下列条件。

";

const SEPARATION: &str = "\
岗位和单位都相符，仍因本人在这条隐患上办过的事项而不能办理的：

";

/// In words what `scope.rs` of the ledger decides.
const SIGHT: &str = "\
* 所在单位是县安委办、县安委会的岗位和工作专班（只读），查看全县的隐患和文书。
* 其他岗位查看与所在单位有关的隐患：由本单位上报的，位于本乡镇的，以本单位为隐患单位、专委会、牵头责任单位、配合单位的，现由本单位治理或者本轮追加交办给本单位的，
  以及本单位人员参与过整改、跟踪督办或者验收的。改派前没有办过整改事项的原单位，改派后不再查看。
* 群众举报的隐患，列单前隐患单位不能查看。举报人的信息，只有举报受理岗可以查看。
* 凭办理链接，只能查看链接所对应的一条隐患；链接失效后不能查看。
* 随交办、改派、追加交办、挂牌督办直接下达的交办单，随隐患查看；先起草、后签发的，整份由查看全县的岗位查看，各单位在隐患的交办情况中查看与所看隐患有关的内容。通报发布后，各单位都可以查看，监管平台和办理链接除外。
* 公众（只读）查看公开信息，系统管理员不查看隐患。

查看范围随办理而变：列单、交办、改派、追加交办和发放、收回办理链接以后，下一次查询即按新的范围答复。

Who sees what, and that it changes with what is done: a hazard that comes into somebody's sight shows its whole history, one that goes
out of it shows nothing more. What that means for copies: [Keeping a copy](tutorial-client.md#keeping-a-copy-同步).
";

/// Everybody who does something, in the order of their kind.
fn everybody() -> BTreeSet<Who> {
    Act::ALL.iter().flat_map(|act| act.who()).copied().collect()
}

fn number_of(who: Who) -> usize {
    everybody().range(..who).count() + 1
}

fn acts() -> String {
    let roles: Vec<Role> = acting_roles().into_iter().collect();
    let mut text = "| 编号 | 事项 |".to_owned();
    for role in &roles {
        let _ = write!(text, " {role} |");
    }
    text.push_str("\n| --- | --- |");
    text.push_str(&" :-: |".repeat(roles.len()));
    for act in Act::ALL {
        let _ = write!(text, "\n| {} | {} |", act.transition().no, act.name());
        for role in &roles {
            let in_role = act.who().iter().filter(|who| who.roles().contains(role));
            let in_order: BTreeSet<Who> = in_role.copied().collect();
            let numbers: Vec<String> = in_order
                .into_iter()
                .map(|who| number_of(who).to_string())
                .collect();
            let _ = write!(text, " {} |", numbers.join("、"));
        }
    }
    text.push('\n');
    text
}

fn conditions() -> String {
    let rows = everybody().into_iter().map(|who| {
        let roles: Vec<_> = who.roles().iter().map(|role| role.name()).collect();
        [
            number_of(who).to_string(),
            who.name().to_owned(),
            roles.join("、"),
            who.condition().to_owned(),
        ]
    });
    table(["序号", "身份", "岗位", "条件"], rows)
}

fn readers() -> String {
    let acting = acting_roles();
    let readers: Vec<_> = Role::ALL
        .iter()
        .filter(|role| !acting.contains(role) && **role != ENTERS_COUNTY_DATA)
        .map(|role| format!("* {role}\n"))
        .collect();
    format!(
        "下列岗位只能查看，不能办理任何事项：\n\n{}\n{ENTERS_COUNTY_DATA}不办理、也不查看隐患。\n",
        readers.concat()
    )
}

fn erasure() -> String {
    format!(
        "\
个人信息删除和签名密钥更换是对台账本身的办理，不在表一之内。依法申请删除的，由所在单位是县安委办的{ACTS_ON_THE_LEDGER}办理（`erasePersonalData`），一次最多{MOST_ERASED}项，其他岗位\
和其他单位一律不能办理。举报人信息在台账中的位置由举报受理岗查询后告知。履职人员和整改责任人的姓名随记录保存，不能删除。

签名密钥更换由同一岗位在服务器上办理（`xiaohao ledger rotate-key`），凭本人密码；接口上不能办理。

登录凭据的发放和注销（登录凭据变动）都是台账中的一条记录。设备由本人登记（`enrolDevice`、`redeemDeviceCode`），服务账号的凭据由系统管理员在服务器上发放（`xiaohao key issue`），办理链接的凭据随“发放办理链接”发放；注销由本人、县安委办审批人（`endKey`）或者系统管理员（`xiaohao key end`）办理，审批人注销办理链接的凭据即为“收回办理链接”。密码由本人修改（`changePassword`）或者系统管理员设置（`xiaohao user password`），二次验证由本人开通、停用，本人遗失的由系统管理员停用（`xiaohao user forget-second-factor`），同样记入台账。

单位、人员和任职、时限表、工作日历等基础资料，由{ENTERS_COUNTY_DATA}在服务器上登记（`xiaohao init`）；每次登记都是台账中的一条记录，自该条起生效。数据库中的基础资料与\
最近一次登记以及此后的岗位变动不一致的，系统拒绝启动。接口上不能办理。

任职、免职（离任）和交接（岗位变动）由所在单位是县安委办的{ACTS_ON_THE_LEDGER}办理（`appointToPost`、`endPosts`、`handOverPosts`），{ENTERS_COUNTY_DATA}也可以在\
服务器上办理（`xiaohao post`）；任何人不得办理本人的，不得倒签。离任的人从下一次请求起不能再办理和查看，已经登录的也不例外；已经签署的仍属原来的人，回避按人不按岗位。

专委会报送（工作要点、落实情况和零报告）由专委会牵头责任单位的人员以“{FILES}”岗位办理（`filePeriod`），其他单位、其他岗位不能代报。报送台账（`committeeFilings`）县安委办、县安委会和工作专班可以查看各专委会的，牵头责任单位可以查看本单位牵头的。
"
    )
}

fn apart() -> String {
    let acts = Act::ALL.iter();
    let apart = acts.filter(|act| act.is_for_others_than_who_rectified());
    let names: Vec<_> = apart.map(|act| act.name()).collect();
    format!(
        "\
\n整改一方的人员，无论现以哪个岗位、代表哪个单位，都不能办理该隐患的下列事项：{}。整改一方的人员，是指办理过该隐患的方案、进展、延期申请、验收申请或者追加交办答复的人，以责任单位岗位办理过该隐患其他事项（签收、补记等）的人，以及\
自隐患发现之日起在整改一方任过职的人（包括兼任和已经离任的）。整改一方，是指隐患单位、治理责任单位（包括签收后改派给其他单位的）、被追加交办的单位，以及以往各轮整改的单位和施工单位。
",
        names.join("、")
    )
}

fn separation() -> String {
    let rows = Refusal::CATALOGUE
        .iter()
        .filter(|refusal| refusal.legal_basis.contains("职责分离"))
        .map(|refusal| {
            [
                format!("[`{0}`](errors.md#{0})", refusal.code),
                refusal.message.to_owned(),
                refusal.legal_basis.to_owned(),
            ]
        });
    table(["代码", "情形", "依据"], rows)
}
