//! What is handed out so that nobody need believe this server: checkpoints of the ledger, and how one goes on from another.

use crate::error::{ErrorCode, coded, fault};
use crate::office::{Asked, asked_by_no_program};
use async_graphql::{Context, Object, Result};

/// Queries about the log of the ledger.
#[derive(Default)]
pub(crate) struct ProofQuery;

#[Object]
impl ProofQuery {
    /// 全县台账的最新检查点（C2SP 签名文本），与 `GET /ledger/checkpoint` 相同；台账有新记录的，核对后另行签发。没有签名密钥的为空。
    ///
    /// The checkpoint over everything that is recorded, as a C2SP signed note; the same as `GET /ledger/checkpoint`. Null where
    /// this server has no signing key.
    async fn latest_checkpoint(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Asked { office, .. } = asked_by_no_program(ctx)?;
        match &office.notary {
            Some(notary) => notary.checkpoint().await.map(Some).map_err(fault),
            None => Ok(None),
        }
    }

    /// 证明台账在后一规模时是前一规模的延续：RFC 6962 一致性证明，base64 散列。没有签名密钥的为空。
    ///
    /// That the log of the later size goes on from that of the earlier one, as a consistency proof of RFC 6962: hashes in base64.
    /// Null where this server has no signing key.
    #[graphql(complexity = 1000)]
    async fn consistency_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前一规模（记录条数）。The earlier size.")] from: u64,
        #[graphql(desc = "后一规模，不得超过现有条数。The later size, at most what is recorded.")]
        to: u64,
    ) -> Result<Option<Vec<String>>> {
        let Asked { office, .. } = asked_by_no_program(ctx)?;
        let Some(notary) = &office.notary else {
            return Ok(None);
        };
        let proof = notary.consistency(from, to).await.map_err(fault)?;
        let proof = proof.ok_or_else(|| {
            coded(
                ErrorCode::BadUserInput,
                "台账没有这样的规模，请核对 from 和 to。".to_owned(),
            )
        })?;
        Ok(Some(
            proof.hashes().iter().map(ToString::to_string).collect(),
        ))
    }
}
