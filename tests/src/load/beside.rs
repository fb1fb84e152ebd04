//! What readers wait for while others write.

use super::closed::{Sample, closed_loop};
use super::contest::Figure;
use super::online::{Online, Question};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How many write.
pub(super) const WRITERS: usize = 64;
/// How many read.
pub(super) const READERS: usize = 16;

/// One question, asked by readers alone, and while others write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Beside {
    /// What was asked.
    pub title: String,
    /// Readers alone.
    pub alone: Figure,
    /// The same while others write.
    pub beside: Figure,
    /// The writers meanwhile.
    pub writers: Figure,
}

/// Asks every question whose title contains this.
pub(super) async fn beside(program: &Arc<Online>, only: &str, span: Duration) -> Vec<Beside> {
    let mut told = Vec::new();
    let chosen = Question::ALL.iter().copied();
    for question in chosen.filter(|question| question.title().contains(only)) {
        let alone = readers(program, question, span).await;
        let (beside, writers) =
            tokio::join!(readers(program, question, span), writers(program, span));
        told.push(Beside {
            title: question.title().to_owned(),
            alone: alone.into(),
            beside: beside.into(),
            writers: writers.into(),
        });
    }
    told
}

async fn readers(program: &Arc<Online>, question: Question, span: Duration) -> Sample {
    let program = Arc::clone(program);
    let call = move || {
        let program = Arc::clone(&program);
        async move { program.answer(question).await }
    };
    closed_loop(READERS, span, call).await
}

async fn writers(program: &Arc<Online>, span: Duration) -> Sample {
    let program = Arc::clone(program);
    let call = move || {
        let program = Arc::clone(&program);
        async move { program.write().await }
    };
    closed_loop(WRITERS, span, call).await
}
