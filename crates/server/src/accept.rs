//! What a client takes, as the media ranges of its `accept` say: each with a weight, and 0 for what it does not take
//! (RFC 9110, 12.5.1). Parameters of a media type are not looked at: each form of an answer is there in UTF-8 alone.

use axum::http::{HeaderMap, header};

/// The media ranges that a client names.
pub(crate) struct Accept<'a>(Vec<(&'a str, f32)>);

impl<'a> Accept<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        Self(lines.flat_map(|line| line.split(',')).map(range).collect())
    }

    /// How much it wants this media type, from 0 to 1: by the range that fits it most closely.
    pub(crate) fn weight(&self, media: &str) -> f32 {
        let kind = media.split_once('/').map_or(media, |(kind, _)| kind);
        let ranges = [media, &format!("{kind}/*"), "*/*"];
        let weight = ranges.into_iter().find_map(|range| self.said(range));
        weight.unwrap_or_default()
    }

    /// Whether it takes this media type by its name, and not only as one of any.
    pub(crate) fn names(&self, media: &str) -> bool {
        self.said(media).is_some_and(|weight| weight > 0.0)
    }

    fn said(&self, range: &str) -> Option<f32> {
        let mut ranges = self.0.iter();
        let same = ranges.find(|(own, _)| own.eq_ignore_ascii_case(range));
        same.map(|(_, weight)| *weight)
    }
}

/// A media range and its weight: 1, where it has none that can be read.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default();
    let weight = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let weight: f32 = name
            .eq_ignore_ascii_case("q")
            .then(|| value.parse().ok())??;
        (0.0..=1.0).contains(&weight).then_some(weight)
    });
    (range, weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(accept: &[&'static str], weight: f32, is_named: bool) {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(line));
        }
        let own = Accept::of(&headers);
        let told = (
            own.weight("application/json"),
            own.names("application/json"),
        );
        assert_eq!(told, (weight, is_named), "{accept:?}");
    }

    #[test]
    fn the_range_that_fits_most_closely_says_how_much_a_media_type_is_wanted() {
        check(&[], 0.0, false);
        check(&[""], 0.0, false);
        check(&["application/json"], 1.0, true);
        check(&["Application/JSON;charset=utf-8;Q=0.5"], 0.5, true);
        check(&["text/html, application/json ; q=0.25"], 0.25, true);
        check(&["text/html", "application/json"], 1.0, true);
        check(&["application/*;q=0.4, */*;q=0.8"], 0.4, false);
        check(&["*/*;q=0.8, text/html"], 0.8, false);
        check(&["text/*"], 0.0, false);
        check(&["application/json;q=0, */*"], 0.0, false);
        check(&["application/json;q=0.000"], 0.0, false);
        check(&["application/*;q=0, */*"], 0.0, false);
        check(&["application/jsonl, application/json-seq"], 0.0, false);
    }

    #[test]
    fn a_weight_that_cannot_be_read_is_none() {
        for accept in [
            "application/json;q=",
            "application/json;q=2",
            "application/json;q=NaN",
        ] {
            check(&[accept], 1.0, true);
        }
        check(&["application/json;q=-1"], 1.0, true);
    }
}
