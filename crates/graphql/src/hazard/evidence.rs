//! The files that an act cites.

use crate::input::Instant;
use crate::office::Received;
use crate::vocabulary::Word;
use async_graphql::dataloader::DataLoader;
use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use xiaohao_core::record::Entry;
use xiaohao_core::values::{Digest, EvidenceKind};

/// 佐证材料：照片、报告、签字等文件。文件本身按摘要上传（PUT /evidence/摘要）和下载。
///
/// A file that an act cites. Files travel beside the API: they are sent to `/evidence/{digest}` before the act that cites
/// them, and are shown at `path`.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Evidence {
    #[graphql(skip)]
    file: Digest,
    /// 文件的 SHA-256，64位小写十六进制。The SHA-256 of the file, 64 hexadecimal digits in small letters.
    digest: String,
    /// 证据类别；验收组成员的签字为 SIGNATURE。What the file shows; `SIGNATURE` for the signature of a member of the verification team.
    kind: Word<EvidenceKind>,
    /// 对应方案中的第几条措施。The measure of the plan that it shows, from 1.
    measure: Option<u16>,
    /// 拍摄时间，以拍摄设备的时钟为准。As the device claims.
    taken_at: Option<Instant>,
    /// 下载路径，须登录，能查看该隐患的才能下载。Where it is shown to whoever may see the hazard.
    path: String,
}

#[ComplexObject]
impl Evidence {
    /// 文件现在是否已经收到并核对无误；没有收到的不能作为证据。上报、进展和补记可以先提交，文件随后上传。
    ///
    /// Whether the file has been received by now and its hash verified; until then it is evidence of nothing. Reports, progress entries and notes
    /// may come before their files.
    async fn received(&self, ctx: &Context<'_>) -> Result<bool> {
        let received = ctx.data::<DataLoader<Received>>()?;
        Ok(received.load_one(self.file).await?.is_some())
    }
}

impl Evidence {
    /// The files that a line cites.
    pub(crate) fn of(entry: &Entry) -> Vec<Self> {
        let path = |digest| format!("/hazards/{}/evidence/{digest}", entry.hazard);
        let cited = entry.event.evidence().into_iter().flatten();
        let mut all: Vec<Self> = cited
            .map(|file| Self {
                file: file.digest(),
                digest: file.digest().to_string(),
                kind: Word(file.kind()),
                measure: file.measure(),
                taken_at: file.origin().at.map(Instant),
                path: path(file.digest()),
            })
            .collect();
        let signatures = entry.event.signatures().map(|digest| Self {
            file: digest,
            digest: digest.to_string(),
            kind: Word(EvidenceKind::Signature),
            measure: None,
            taken_at: None,
            path: path(digest),
        });
        all.extend(signatures);
        all
    }
}
