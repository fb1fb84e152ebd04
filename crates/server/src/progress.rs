//! How far a long walk through a ledger has come: a bar at a terminal, a line for each tenth elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use xiaohao_core::values::CountyCode;
use xiaohao_store::Progress;

/// Shows it on standard error.
pub(crate) struct Bar {
    shown: ProgressBar,
    code: CountyCode,
    /// What is counted.
    what: &'static str,
    tenths: AtomicU64,
}

impl Bar {
    /// Of lines.
    pub(crate) fn new(code: CountyCode) -> Self {
        Self::of(code, "lines")
    }

    /// Of whatever this is called.
    pub(crate) fn of(code: CountyCode, what: &'static str) -> Self {
        let bar = ProgressBar::new(0);
        let style =
            format!("{{msg}} {{wide_bar}} {{human_pos}}/{{human_len}} {what}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&style) {
            bar.set_style(style);
        }
        bar.set_message(format!("county {code}"));
        Self {
            shown: bar,
            code,
            what,
            tenths: 0.into(),
        }
    }

    pub(crate) fn show(&self, at: Progress) {
        self.shown.set_length(at.of);
        self.shown.set_position(at.done);
        let tenths = (at.done.saturating_mul(10))
            .checked_div(at.of)
            .unwrap_or(10);
        let before = self.tenths.swap(tenths, Ordering::Relaxed);
        if self.shown.is_hidden() && tenths > before {
            let (code, done, of, what) = (self.code, at.done, at.of, self.what);
            let mut err = std::io::stderr().lock();
            drop(writeln!(err, "county {code}: {done} of {of} {what}"));
        }
    }

    pub(crate) fn end(&self) {
        self.shown.finish_and_clear();
    }
}
