//! Numbers of things in sentences.

/// `1 line`, `2 lines`, `0 lines`: so many of what is told by one of them.
pub(crate) fn counted(many: impl Into<u128>, one: &str) -> String {
    let many = many.into();
    let ending = if many == 1 { "" } else { "s" };
    format!("{many} {one}{ending}")
}
