//! Numbers as text: plain ASCII digits, and decimals held as scaled integers (no floats).

/// The number written in `text`, if it is nothing but ASCII digits and fits.
///
/// `str::parse` alone would also take a leading `+`.
pub(super) fn ascii_number(text: &str) -> Option<u32> {
    if is_digits(text) {
        text.parse().ok()
    } else {
        None
    }
}

/// Whether `text` is one or more ASCII digits; full-width digits are not.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The decimal in `text` times 10^`scale`, exactly; `None` if it is malformed or has more than
/// `scale` decimals. No leading zeros, no exponent, no `+`; a point needs digits on both sides.
pub(super) fn parse_scaled(text: &str, scale: usize) -> Option<i64> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let well_formed = is_digits(whole)
        && is_digits(fraction)
        && fraction.len() <= scale
        && (whole.len() == 1 || !whole.starts_with('0'));
    if !well_formed {
        return None;
    }
    let scaled: i64 = format!("{whole}{fraction:0<scale$}").parse().ok()?;
    Some(if negative { -scaled } else { scaled })
}

/// `scaled` / 10^`scale` as a decimal with all its decimals; the inverse of [`parse_scaled`].
pub(super) fn format_scaled(scaled: i64, scale: usize) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = scale + 1);
    // There are more digits than `scale`, all ASCII, so this cannot split outside or inside one.
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(parse_scaled(text, 2), expected, "{text:?}");
    }

    #[test]
    fn a_decimal_is_read_exactly_or_not_at_all() {
        check("0", Some(0));
        check("-0.0", Some(0));
        check("1.5", Some(150));
        check("-12.34", Some(-1234));
        check("92233720368547758.07", Some(i64::MAX));
        check("92233720368547758.08", None);
        for text in [
            "", "-", ".5", "5.", "1.234", "01", "+1", "1e3", "1,000", " 1", "１", "--1", "1.-1",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_plain_number_has_only_digits() {
        assert_eq!(ascii_number("0012"), Some(12));
        for text in ["", "+1", "-1", "１", "4294967296", "1 "] {
            assert_eq!(ascii_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn printing_loses_nothing(scaled in -i64::MAX..=i64::MAX, scale in 1_usize..=9) {
            prop_assert_eq!(parse_scaled(&format_scaled(scaled, scale), scale), Some(scaled));
        }
    }
}
