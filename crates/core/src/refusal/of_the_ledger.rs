//! Refusals of what is done to the ledger itself and to no hazard; they come after all others.

/// Hands a catalogue, with these at its end, to the macro that declares it.
macro_rules! with_those_of_the_ledger {
    ($declare:ident! { $($before:tt)* }) => {
        $declare! {
            $($before)*

            // ── The ledger itself: the erasure of personal data, the key that signs ──
            /// Not this role's to erase.
            "ERASURE_ROLE" ErasureRole:
                "您当前的岗位不能办理“个人信息删除”，该事项由县安委办审批人办理。"; "职责分工表"; "请将申请材料转交县安委办审批人办理。"
            /// Not this role's to change the key.
            "ROTATION_ROLE" RotationRole:
                "您当前的岗位不能办理“签名密钥更换”，该事项由县安委办审批人办理。"; "职责分工表"; "请由县安委办审批人在服务器上办理。"
            /// Another key signs now.
            "SIGNING_KEY_NOT_PRESENT" SigningKeyNotPresent at "from":
                "所填的原密钥不是台账现在使用的签名密钥，可能已经有人更换过。"; "台账格式说明“密钥更换”"; "请核对现在使用的签名密钥后重新办理。"
            /// It has signed before.
            "SIGNING_KEY_USED" SigningKeyUsed at "to":
                "新密钥与原密钥相同，或者以前使用过；用过的签名密钥不得再次启用。"; "台账格式说明“密钥更换”"; "请重新生成密钥后办理。"
            /// Not this role's to enter the data of the county.
            "COUNTY_DATA_ROLE" CountyDataRole:
                "您当前的岗位不能办理“基础资料登记”，该事项由系统管理员在服务器上办理。"; "职责分工表"; "请将需要变更的单位、人员和规则转交系统管理员，由其修改资料文件后重新登记。"
            /// It is the data of another county.
            "COUNTY_DATA_OF_ANOTHER_COUNTY" CountyDataOfAnotherCounty:
                "所登记的基础资料属于其他县（市、区），不能登记到本县台账。"; "台账格式说明“基础资料”"; "请核对行政区划代码，使用本县的资料文件。"
            /// It says what was entered last.
            "COUNTY_DATA_UNCHANGED" CountyDataUnchanged:
                "所登记的基础资料与台账中现行的基础资料相同，无需重复登记。"; "台账格式说明“基础资料”"; "如需变更，请先修改资料文件。"
            /// Something in it is not as data that is entered must be.
            "COUNTY_DATA_FLAWED" CountyDataFlawed { what: String }:
                "所登记的基础资料有误。{what}"; "台账格式说明“基础资料”"; "请在资料文件中改正后重新登记。"
            /// Not this role's to change posts.
            "POSTS_ROLE" PostsRole:
                "您当前的岗位不能办理“岗位变动”，该事项由县安委办审批人办理。"; "职责分工表"; "请将任免或者交接文件转交县安委办审批人办理。"
            /// Nobody changes his own posts.
            "OWN_POSTS" OwnPosts:
                "不能办理本人的岗位变动：任何人不得为自己增减权限。"; "职责分工表"; "请由县安委办其他审批人办理；没有其他审批人的，由系统管理员在服务器上办理。"
            /// The ledger has no data of the county that posts could be changed in.
            "COUNTY_DATA_MISSING" CountyDataMissing:
                "本县台账还没有登记基础资料，不能办理岗位变动。"; "台账格式说明“基础资料”"; "请系统管理员先登记基础资料。"
            /// The person is not in the directory.
            "PERSON_UNKNOWN" PersonUnknown at "person":
                "名册中没有这个人员。"; "台账格式说明“基础资料”"; "请核对人员标识；新到岗的人员，请同时填写登录名和姓名。"
            /// A newcomer has the id or the login of somebody who is there.
            "PERSON_THERE_ALREADY" PersonThereAlready at "newcomer":
                "名册中已有人使用这个人员标识或者登录名。"; "台账格式说明“基础资料”"; "已在名册中的人员，不填登录名和姓名；确为新到岗人员的，请另取登录名，并使用新的人员标识。"
            /// Somebody who is there is called the same, or looks as if he were.
            "PERSON_NAMESAKE" PersonNamesake at "namesake":
                "名册中已有一人与新到岗的人员同名，或者姓名看上去一样，印在文书上分不清是谁。"; "台账格式说明“基础资料”"; "是同一个人的，不填登录名和姓名，用其已有的人员标识办理任职；确为另一个人的，请在“同名说明”中写明如何区分后重新提交。"
            /// The unit is not in the directory.
            "POST_UNIT_UNKNOWN" PostUnitUnknown at "unit":
                "名册中没有这个单位。"; "台账格式说明“基础资料”"; "请核对单位标识；新设单位的，请系统管理员先登记基础资料。"
            /// The post would give whoever holds it no right.
            "POST_WITHOUT_RIGHT" PostWithoutRight { role: &'static str } at "role":
                "“{role}”岗位在这个单位不能办理任何事项。"; "职责分工表"; "请核对岗位和单位：县安委办经办人、审批人设在县安委办，县安委会签发人设在县安委会，工作专班（只读）设在县安委会或者工作专班。"
            /// He holds it on one of these days.
            "POST_HELD_ALREADY" PostHeldAlready { role: &'static str } at "post":
                "该人员在所填时段内已担任这个单位的“{role}”岗位。"; "职责分工表"; "请核对日期；原岗位不再由他人担任的，只需为离任人员办理“免职（离任）”。"
            /// He does not hold it on the day with which it is to end.
            "POST_NOT_THEIRS" PostNotTheirs { on: NaiveDate } at "posts":
                "该人员在{on}没有担任要终止的岗位，此后也不会担任。"; "职责分工表"; "请查询其现任岗位后重新填写。"
            /// A post ends before it begins.
            "POST_BACKWARDS" PostBackwards at "until":
                "离任日期早于任职日期。"; "职责分工表"; "请核对任职和离任的日期。"
            /// A right is never given or taken backwards.
            "POST_IN_THE_PAST" PostInThePast { earliest: NaiveDate }:
                "岗位变动不得倒签，所填日期最早为{earliest}。"; "职责分工表"; "请改填日期；此前的任免情况，在理由中写明文件名称和文号。"
            /// Nobody would hold a post without which the county cannot work.
            "POST_LEFT_VACANT" PostLeftVacant { post: &'static str } at "leavesVacant":
                "办理后将无人担任“{post}”，有关事项无法办理。"; "职责分工表"; "请先安排接任人员，或者改为办理“交接”；确需暂时空缺的，请确认允许空缺后重新提交。"
            /// Not his to open or to close this way in.
            "WAYS_IN_ROLE" WaysInRole:
                "您当前的岗位不能办理这项“登录凭据变动”：设备由本人登记，服务账号的凭据由系统管理员发放，办理链接由发放单位发放；注销由本人、县安委办审批人或者系统管理员办理；密码和二次验证由本人或者系统管理员办理。"; "职责分工表"; "请转交有权办理的人员。"
            /// It stands so already.
            "WAYS_IN_UNCHANGED" WaysInUnchanged:
                "登录凭据已经是所要求的状态，没有可以变动的内容。"; "台账格式说明“登录凭据”"; "请重新查询；没有这个凭据，或者二次验证已经开通、停用的，无需办理。"
            /// Not his to say by which settings the program goes.
            "SETTINGS_ROLE" SettingsRole:
                "系统设置由系统管理员写在配置中，程序启动时自动登记，您当前的岗位不能办理。"; "职责分工表"; "请联系系统管理员。"
            /// It went by them before.
            "SETTINGS_UNCHANGED" SettingsUnchanged:
                "系统设置与台账中的最近一次登记一致，没有可以登记的变动。"; "台账格式说明“系统设置”"; "无需办理。"
            /// Whoever shows who he is by a password shows one that was changed before this could be done, or no code where one is asked for by now.
            "PASSWORD_CHANGED" PasswordChanged:
                "所用的密码已经更改，或者已经开通二次验证，本次操作未作任何改动。"; "台账格式说明“登录凭据”"; "请用现在的密码和验证码重新办理；不是本人更改的，请立即联系系统管理员重置密码。"
            /// No code, or one that is over.
            "DEVICE_CODE_UNKNOWN" DeviceCodeUnknown:
                "设备登记码不存在、已经使用或者已经过期。"; "台账格式说明“登录凭据”"; "请在已经登录的电脑上重新取得登记码，十分钟内使用。"
            /// He has as many as one can have.
            "DEVICES_AT_MOST" DevicesAtMost { most: usize }:
                "每人最多登记{most}台设备，尚未使用的登记码也计算在内。"; "台账格式说明“登录凭据”"; "请先注销不再使用的设备，再登记新的设备。"
            /// Nothing is named, or too much at once.
            "ERASURE_OUT_OF_BOUNDS" ErasureOutOfBounds { most: usize } at "places":
                "一次删除的个人信息至少一项，最多{most}项。"; "《个人信息保护法》第四十七条"; "请调整删除清单，分次办理。"
            /// There is no personal data at this place.
            "PERSONAL_DATA_UNKNOWN" PersonalDataUnknown { item: usize, entry: u64 } at "places" nth item:
                "删除清单按台账位置排列的第{item}项有误：台账第{entry}条没有这一项个人信息。"; "《个人信息保护法》第四十七条"; "请查询核对该项所在的位置和字段后重新提交。"
            /// It names somebody who acted, signed, or answers for something in person.
            "PERSONAL_DATA_KEPT" PersonalDataKept { item: usize, entry: u64 } at "places" nth item:
                "删除清单按台账位置排列的第{item}项不能删除：台账第{entry}条的这个姓名属于签发、签收、验收等履职人员或者整改责任人，是依法应当保存的记录。";
                "《个人信息保护法》第十三条第一款第三项、第四十七条"; "请从删除清单中去掉这一项；姓名有误的，另以“补记”更正。"
            /// It was erased before.
            "PERSONAL_DATA_ERASED" PersonalDataErased { item: usize, entry: u64 } at "places" nth item:
                "删除清单按台账位置排列的第{item}项已经依法删除：台账第{entry}条的这一项不能再次删除。"; "《个人信息保护法》第四十七条"; "请从删除清单中去掉这一项。"
            /// The line is from before personal data was kept apart, and its hash is over it.
            "PERSONAL_DATA_HASHED" PersonalDataHashed { item: usize, entry: u64 } at "places" nth item:
                "删除清单按台账位置排列的第{item}项无法单独删除：台账第{entry}条记于个人信息与台账分开保存之前，删除会使全县台账无法核验。";
                "《个人信息保护法》第四十七条第二款"; "请从删除清单中去掉这一项，停止除存储和安全保护之外的处理，并告知申请人。"
            /// Not his committee's to file.
            "FILING_ROLE" FilingRole:
                "您当前的岗位不能为这个专委会办理“专委会报送”：由专委会牵头责任单位的人员以“牵头责任单位”岗位报送，其他单位不能代报。"; "时限规则“专委会报送工作要点及落实情况”"; "请核对所选专委会和当前岗位；确需报送的，请联系该专委会的牵头责任单位。"
            /// Whoever could say when he filed would never be late.
            "FILING_BACKDATED" FilingBackdated at "occurredOn":
                "专委会报送按实际报送的日期记录，不得倒填日期。"; "时限规则“专委会报送工作要点及落实情况”"; "请不填办理日期，按今天报送；迟报的原因可以写在落实情况中。"
            /// The period has not begun, or lies before everything.
            "FILING_PERIOD" FilingPeriod at "day":
                "所填日期所在的报送期间还没有开始，或者早于台账可以记载的年份。"; "时限规则“专委会报送工作要点及落实情况”"; "请填写要报送的期间内的任何一天，例如期末的日期。"
            /// It was filed before, and nothing says that this corrects it.
            "FILED_ALREADY" FiledAlready { from: NaiveDate, until: NaiveDate } at "correction":
                "该专委会{from}至{until}的情况已经报送，已报送的内容不能删改。"; "时限规则“专委会报送工作要点及落实情况”"; "内容有误的，请填写更正理由后重新报送，原报送内容仍然保留；重复提交的，无需再报。"
            /// Nothing was filed that it could correct.
            "NOTHING_FILED_TO_CORRECT" NothingFiledToCorrect { from: NaiveDate, until: NaiveDate } at "correction":
                "该专委会{from}至{until}的情况还没有报送，没有可以更正的内容。"; "时限规则“专委会报送工作要点及落实情况”"; "首次报送请不填更正理由；要更正其他期间的，请核对日期。"
        }
    };
}

pub(super) use with_those_of_the_ledger;
