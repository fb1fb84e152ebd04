//! Where the fields of what a client wrote stand, so that a refusal can point at the one that it is about.

use super::{Problem, Wrong};
use xiaohao_core::Refusal;
use xiaohao_core::refusal::Which;

/// A field among those that were read.
pub(super) type Place = usize;

/// The fields that a client wrote or left out, each below another one, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The way to the argument.
    argument: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    above: Option<Place>,
    name: String,
    depth: usize,
    /// What stands there, of a value by which an element of a list can be known.
    says: Option<String>,
}

impl Written {
    /// Nothing yet, of the argument to which this is the way.
    pub(super) fn below(argument: &[String]) -> Self {
        Self {
            argument: argument.to_vec(),
            steps: Vec::new(),
        }
    }

    /// Goes on to a field below another.
    pub(super) fn step(&mut self, above: Option<Place>, name: String) -> Place {
        let above_it = above.and_then(|above| self.steps.get(above));
        let depth = above_it.map_or(0, |above| above.depth + 1);
        self.steps.push(Step {
            above,
            name,
            depth,
            says: None,
        });
        self.steps.len() - 1
    }

    /// Notes what stands in a field.
    pub(super) fn says(&mut self, place: Option<Place>, what: &impl ToString) {
        if let Some(step) = place.and_then(|place| self.steps.get_mut(place)) {
            step.says = Some(what.to_string());
        }
    }

    /// The field of this name below another one: of several the one that is nearest to it, and of those the first.
    pub(super) fn find(&self, below: Option<Place>, name: &str) -> Option<Place> {
        let named = |(place, step): &(Place, &Step)| {
            step.name == name && below.is_none_or(|below| self.is_below(*place, below))
        };
        let places = self.steps.iter().enumerate().filter(named);
        places
            .min_by_key(|(_, step)| step.depth)
            .map(|(place, _)| place)
    }

    /// The element of a list that is meant: by its place, or by what it says in itself or in one of its fields.
    fn element(&self, list: Place, which: &Which) -> Option<Place> {
        let mut elements =
            (list..self.steps.len()).filter(|place| self.above(*place) == Some(list));
        match which {
            Which::Nth(place) => elements.nth(place.checked_sub(1)?),
            Which::Saying(what) => {
                elements.find(|element| self.saying(Some(*element), what).is_some())
            }
        }
    }

    /// The field that says this, in another one or anywhere.
    fn saying(&self, within: Option<Place>, what: &str) -> Option<Place> {
        let says = |(place, step): &(Place, &Step)| {
            let is_within = |within| *place == within || self.is_below(*place, within);
            step.says.as_deref() == Some(what) && within.is_none_or(is_within)
        };
        let mut places = self.steps.iter().enumerate();
        places.find(says).map(|(place, _)| place)
    }

    fn is_below(&self, place: Place, below: Place) -> bool {
        std::iter::successors(self.above(place), |place| self.above(*place))
            .any(|above| above == below)
    }

    fn above(&self, place: Place) -> Option<Place> {
        self.steps.get(place)?.above
    }

    /// The way to a field from the arguments of the mutation; to the argument itself, where none is given.
    pub(super) fn way(&self, to: Option<Place>) -> Vec<String> {
        let steps = std::iter::successors(to, |place| self.above(*place));
        let names = steps.filter_map(|place| Some(self.steps.get(place)?.name.clone()));
        let mut names: Vec<_> = names.collect();
        names.reverse();
        self.argument.iter().cloned().chain(names).collect()
    }

    /// What a refusal is about, below a field or anywhere; none where the client was not asked for it. Of a list it is the
    /// element, if it is about one; what stands elsewhere than in that list, is pointed at where it stands.
    pub(super) fn place_of(&self, below: Option<Place>, refusal: &Refusal) -> Option<Place> {
        let field = self.find(below, refusal.field()?);
        let element = refusal.element().and_then(|which| {
            let in_list = field.and_then(|list| self.element(list, &which));
            in_list.or_else(|| match &which {
                Which::Saying(what) => self.saying(below, what),
                Which::Nth(_) => None,
            })
        });
        element.or(field)
    }

    /// What is wrong with the element of a list at this place, from 0: at the field in it that a refusal is about, else at itself.
    pub(crate) fn problem_in(&self, list: &str, place: usize, what: Wrong) -> Problem {
        let list = self.find(None, list);
        let nth = Which::Nth(place.saturating_add(1));
        let element = list.and_then(|list| self.element(list, &nth)).or(list);
        let field = match &what {
            Wrong::Act(refusal) => self.place_of(element, refusal),
            Wrong::Value(_) => None,
        };
        let field = self.way(field.or(element));
        Problem { field, what }
    }

    /// The way to what a refusal is about; none where the client was not asked for it.
    pub(crate) fn way_to(&self, refusal: &Refusal) -> Option<Vec<String>> {
        self.place_of(None, refusal)
            .map(|place| self.way(Some(place)))
    }
}

/// What was said in one argument, and where its fields stand.
pub(crate) struct Said<T> {
    /// What it comes to, or everything that is wrong with it.
    pub(crate) value: Result<T, Vec<Problem>>,
    /// Where its fields stand.
    pub(crate) written: Written,
}

impl Said<()> {
    /// Nothing, where a mutation has no such argument.
    pub(crate) fn nothing() -> Self {
        Self {
            value: Ok(()),
            written: Written::default(),
        }
    }
}

/// The ways to the two arguments of an act: what guards it, and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Arguments {
    pub(crate) act: Vec<String>,
    pub(crate) input: Vec<String>,
}

impl Default for Arguments {
    /// Those of a mutation of its own.
    fn default() -> Self {
        Self {
            act: vec!["act".to_owned()],
            input: vec!["input".to_owned()],
        }
    }
}

impl Arguments {
    /// Those of one of several acts that are submitted together, by its place from 0.
    pub(crate) fn of_several(place: usize, mutation: &str) -> Self {
        let below = |names: &[&str]| {
            let own = ["acts".to_owned(), place.to_string()].into_iter();
            own.chain(names.iter().map(|name| (*name).to_owned()))
                .collect()
        };
        Self {
            act: below(&["act"]),
            input: below(&["input", mutation]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use xiaohao_core::PersonName;
    use xiaohao_core::values::Digest;

    fn input() -> Written {
        Written::below(&["input".to_owned()])
    }

    fn under(written: &mut Written, above: Option<Place>, names: &[&str]) -> Place {
        let mut place = above;
        for name in names {
            place = Some(written.step(place, (*name).to_owned()));
        }
        place.unwrap()
    }

    #[test]
    fn a_field_is_found_by_its_name_the_nearest_before_the_first() {
        let mut written = input();
        let terms = under(&mut written, None, &["terms"]);
        under(&mut written, Some(terms), &["evidence", "0"]);
        under(&mut written, None, &["evidence"]);
        let missing = Refusal::PhotoMissing;
        assert_eq!(written.way_to(&missing).unwrap(), ["input", "evidence"]);
        let below = written.find(Some(terms), "evidence");
        assert_eq!(written.way(below), ["input", "terms", "evidence"]);
        let not_asked_for = Refusal::OccurredInFuture;
        assert_eq!(written.way_to(&not_asked_for), None);
        assert_eq!(written.way(None), ["input"]);
    }

    #[test]
    fn an_element_is_found_by_its_place_or_by_what_it_says() {
        let mut written = input();
        let measures = under(&mut written, None, &["plan", "measures"]);
        let members = under(&mut written, None, &["members"]);
        let digest = |letter: &str| Digest::parse(&letter.repeat(64)).unwrap();
        for (place, name, letter) in [("0", "张三", "a"), ("1", "李四", "b")] {
            under(&mut written, Some(measures), &[place, "dueOn"]);
            let member = under(&mut written, Some(members), &[place]);
            let field = under(&mut written, Some(member), &["name"]);
            written.says(Some(field), &name);
            let field = under(&mut written, Some(member), &["signature"]);
            written.says(Some(field), &digest(letter));
        }
        let evidence = under(&mut written, None, &["evidence", "0", "digest"]);
        written.says(Some(evidence), &digest("c"));
        let ends_on = NaiveDate::MIN;
        for (refusal, way) in [
            (
                Refusal::MeasureAfterPlanEnd {
                    measure: 2,
                    ends_on,
                },
                &["input", "plan", "measures", "1"] as &[_],
            ),
            (
                Refusal::TeamMemberRectified {
                    name: PersonName::new("李四").unwrap(),
                },
                &["input", "members", "1"],
            ),
            (
                Refusal::EvidenceNotReceived {
                    digest: digest("c"),
                },
                &["input", "evidence", "0"],
            ),
            // A signature is a file too, and stands in no list of files.
            (
                Refusal::EvidenceNotReceived {
                    digest: digest("b"),
                },
                &["input", "members", "1", "signature"],
            ),
            // What nobody wrote so is told of the list.
            (
                Refusal::TeamMemberRectified {
                    name: PersonName::new("王五").unwrap(),
                },
                &["input", "members"],
            ),
            (
                Refusal::MeasureAfterPlanEnd {
                    measure: 3,
                    ends_on,
                },
                &["input", "plan", "measures"],
            ),
        ] {
            assert_eq!(written.way_to(&refusal).unwrap(), way, "{refusal}");
        }
    }
}
