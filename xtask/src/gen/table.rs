//! A table of a Markdown document.

/// Writes a table: its heads, then its rows.
pub(crate) fn table<const COLUMNS: usize>(
    heads: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let mut text = line(heads.map(str::to_owned));
    text.push_str(&line([(); COLUMNS].map(|()| "---".to_owned())));
    for row in rows {
        text.push_str(&line(row));
    }
    text
}

fn line<const COLUMNS: usize>(cells: [String; COLUMNS]) -> String {
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    format!("| {} |\n", cells.join(" | "))
}
