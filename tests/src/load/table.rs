//! What was measured, as tables for people.

use super::beside::{READERS, WRITERS};
use super::contest::{Figure, Row};
use super::ground::Engine;
use super::measure::Measured;
use std::fmt::Write as _;

/// One database, and what was measured of it.
#[derive(Clone, Debug)]
pub struct Result {
    /// The engine.
    pub engine: Engine,
    /// Hazards.
    pub hazards: u32,
    /// Bytes that the database took before it was worked on.
    pub size: u64,
    /// What was measured.
    pub measured: Measured,
}

/// All tables, in Markdown.
pub fn tables(results: &[Result]) -> String {
    let mut text = String::new();
    databases(&mut text, results);
    for result in results {
        contests(&mut text, result, "", &result.measured.rows);
        contests(&mut text, result, ", over HTTP", &result.measured.online);
        beside(&mut text, result);
        scoped(&mut text, result);
    }
    peer(&mut text, results);
    growth(&mut text, results);
    replayed(&mut text, results);
    text
}

macro_rules! line {
    ($text:expr, $($arg:tt)*) => {
        // Writing to a string cannot fail.
        let _ = writeln!($text, $($arg)*);
    };
}

fn databases(text: &mut String, results: &[Result]) {
    line!(
        text,
        "| Engine | Hazards | Database | Ready | Resident | Of it anonymous |"
    );
    line!(text, "|---|--:|--:|--:|--:|--:|");
    for result in results {
        let memory = result.measured.memory;
        line!(
            text,
            "| {} | {} | {} | {} ms | {} | {} |",
            result.engine.name(),
            result.hazards,
            mebibytes(result.size),
            time(result.measured.ready),
            mebibytes(memory.resident),
            mebibytes(memory.anonymous)
        );
    }
}

fn contests(text: &mut String, result: &Result, how: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    line!(
        text,
        "\n### {}, {} hazards{how}\n",
        result.engine.name(),
        result.hazards
    );
    line!(
        text,
        "| Operation | Clients | Ours /s | p50 ms | p99 ms | Statements | Bare /s | p50 ms | p99 ms | Ours ÷ bare |"
    );
    line!(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        line!(
            text,
            "| {} | {} | {} | {:.2} | {} | {:.2} |",
            row.title,
            row.clients,
            columns(&row.ours),
            row.statements,
            columns(&row.bare),
            row.ours.per_second / row.bare.per_second
        );
    }
}

/// A figure in three columns.
fn columns(figure: &Figure) -> String {
    let Figure {
        per_second,
        p50,
        p99,
    } = figure;
    format!("{per_second:.0} | {} | {}", time(*p50), time(*p99))
}

/// The ready-made server, and how many times as fast ours is: on the same database in turns with it, and on SQLite, which it
/// does not speak, in the same run.
fn peer(text: &mut String, results: &[Result]) {
    for result in results {
        let took_part = result.measured.online.iter();
        let took_part: Vec<_> = took_part.filter_map(|row| Some((row, row.peer?))).collect();
        if took_part.is_empty() {
            continue;
        }
        let hazards = result.hazards;
        line!(
            text,
            "\n### A ready-made server, {hazards} hazards, over HTTP\n"
        );
        line!(
            text,
            "| Operation | Clients | PostGraphile /s | p50 ms | p99 ms | Ours ÷ it on PostgreSQL | of p99 | Ours on SQLite ÷ it | of p99 |"
        );
        line!(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        let on_sqlite = results
            .iter()
            .find(|other| other.engine == Engine::Sqlite && other.hazards == hazards);
        for (row, peer) in took_part {
            let in_file = on_sqlite.and_then(|other| {
                let mut rows = other.measured.online.iter();
                rows.find(|other| (&other.title, other.clients) == (&row.title, row.clients))
            });
            line!(
                text,
                "| {} | {} | {} | {} | {} |",
                row.title,
                row.clients,
                columns(&peer),
                times(&row.ours, &peer),
                in_file.map_or("| ".to_owned(), |row| times(&row.ours, &peer))
            );
        }
    }
}

/// How many times as many a second, and what part of the slowest, in two columns.
fn times(ours: &Figure, peer: &Figure) -> String {
    let faster = ours.per_second / peer.per_second;
    format!("{faster:.1} × | {:.2}", ours.p99 / peer.p99)
}

/// What readers wait for while others write.
fn beside(text: &mut String, result: &Result) {
    if result.measured.beside.is_empty() {
        return;
    }
    line!(
        text,
        "\n### {}, {} hazards, over HTTP: {READERS} clients read while {WRITERS} write\n",
        result.engine.name(),
        result.hazards
    );
    line!(
        text,
        "| Asked | Alone /s | p50 ms | p99 ms | Beside writers /s | p50 ms | p99 ms | Acts /s | p50 ms | p99 ms |"
    );
    line!(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in &result.measured.beside {
        line!(
            text,
            "| {} | {} | {} | {} |",
            row.title,
            columns(&row.alone),
            columns(&row.beside),
            columns(&row.writers)
        );
    }
}

/// What it costs that a viewer sees his own line alone.
fn scoped(text: &mut String, result: &Result) {
    if result.measured.scoped.is_empty() {
        return;
    }
    line!(
        text,
        "\n### {}, {} hazards, over HTTP: {} clients ask about one line, who see the whole county and who see that line alone\n",
        result.engine.name(),
        result.hazards,
        super::scoped::CLIENTS
    );
    line!(
        text,
        "| Asked | The county /s | p50 ms | p99 ms | The line /s | p50 ms | p99 ms | The line ÷ the county |"
    );
    line!(text, "|---|--:|--:|--:|--:|--:|--:|--:|");
    for row in &result.measured.scoped {
        line!(
            text,
            "| {} | {} | {} | {:.2} |",
            row.title,
            columns(&row.everything),
            columns(&row.line),
            row.line.per_second / row.everything.per_second
        );
    }
}

/// How much longer the middle request takes in the largest database than in the smallest.
fn growth(text: &mut String, results: &[Result]) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let of_engine = results.iter().filter(|result| result.engine == engine);
        let small = of_engine.clone().min_by_key(|result| result.hazards);
        let large = of_engine.max_by_key(|result| result.hazards);
        let (Some(small), Some(large)) = (small, large) else {
            continue;
        };
        if small.hazards == large.hazards {
            continue;
        }
        line!(
            text,
            "\n### {}, from {} hazards to {}\n",
            engine.name(),
            small.hazards,
            large.hazards
        );
        line!(text, "| Operation | Clients | p50 grows by |");
        line!(text, "|---|--:|--:|");
        for (before, after) in small.measured.rows.iter().zip(&large.measured.rows) {
            let ratio = after.ours.p50 / before.ours.p50;
            line!(
                text,
                "| {} | {} | {ratio:.2} × |",
                after.title,
                after.clients
            );
        }
    }
}

/// How long a whole record takes.
fn replayed(text: &mut String, results: &[Result]) {
    line!(text, "\n### The whole record replayed\n");
    line!(
        text,
        "| Engine | Hazards | Lines | `ledger verify` | `rebuild --check` | `rebuild` |"
    );
    line!(text, "|---|--:|--:|--:|--:|--:|");
    for result in results {
        if let Some(replayed) = result.measured.replayed {
            line!(
                text,
                "| {} | {} | {} | {:.1} s | {:.1} s | {:.1} s |",
                result.engine.name(),
                replayed.hazards,
                replayed.lines,
                replayed.log + replayed.check,
                replayed.check,
                replayed.rebuild
            );
        }
    }
}

/// Milliseconds with as many digits as mean something.
fn time(milliseconds: f64) -> String {
    match milliseconds {
        ..1.0 => format!("{milliseconds:.3}"),
        ..10.0 => format!("{milliseconds:.2}"),
        ..100.0 => format!("{milliseconds:.1}"),
        _ => format!("{milliseconds:.0}"),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
