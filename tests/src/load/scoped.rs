//! What a viewer's scope costs: the same hazards asked for by one who sees the whole county and by one who sees his own line alone.

use super::closed::{Sample, closed_loop};
use super::contest::Figure;
use super::online::{Online, Question};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How many ask.
pub(super) const CLIENTS: usize = 16;
/// How often the two take turns.
const TURNS: u32 = 3;

/// What is asked of one line.
const OF_A_LINE: [Question; 2] = [Question::Page, Question::History];

/// One question, asked by both.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scoped {
    /// What was asked.
    pub title: String,
    /// By the office, which sees everything.
    pub everything: Figure,
    /// By an inspector of the line's lead unit.
    pub line: Figure,
}

/// Asks every question whose title contains this.
pub(super) async fn scoped(program: &Arc<Online>, only: &str, span: Duration) -> Vec<Scoped> {
    let mut told = Vec::new();
    let chosen = OF_A_LINE.iter().copied();
    for question in chosen.filter(|question| question.title().contains(only)) {
        let (mut everything, mut line) = (Sample::default(), Sample::default());
        for _ in 0..TURNS {
            everything.extend(asked(program, question, false, span / TURNS).await);
            line.extend(asked(program, question, true, span / TURNS).await);
        }
        told.push(Scoped {
            title: question.title().to_owned(),
            everything: everything.into(),
            line: line.into(),
        });
    }
    told
}

async fn asked(program: &Arc<Online>, question: Question, within: bool, span: Duration) -> Sample {
    let program = Arc::clone(program);
    let call = move || {
        let program = Arc::clone(&program);
        async move { program.answer_of_a_line(question, within).await }
    };
    closed_loop(CLIENTS, span, call).await
}
