//! Where the fields of what a client wrote stand, so that a refusal can point at the one that it is about.

use super::Problem;

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
        self.steps.push(Step { above, name, depth });
        self.steps.len() - 1
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

    /// The way to the field of this name; none where the client was not asked for it.
    pub(crate) fn way_to(&self, name: &str) -> Option<Vec<String>> {
        self.find(None, name).map(|place| self.way(Some(place)))
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

    #[test]
    fn a_field_is_found_by_its_name_the_nearest_before_the_first() {
        let mut written = Written::below(&["input".to_owned()]);
        let terms = written.step(None, "terms".to_owned());
        let evidence = written.step(Some(terms), "evidence".to_owned());
        written.step(Some(evidence), "0".to_owned());
        written.step(None, "evidence".to_owned());
        assert_eq!(written.way_to("evidence").unwrap(), ["input", "evidence"]);
        let below = written.find(Some(terms), "evidence");
        assert_eq!(written.way(below), ["input", "terms", "evidence"]);
        assert_eq!(written.way_to("dueOn"), None);
        assert_eq!(written.way(None), ["input"]);
    }

    #[test]
    fn of_several_acts_each_has_arguments_of_its_own() {
        let own = Arguments::of_several(3, "assignHazard");
        assert_eq!(own.act, ["acts", "3", "act"]);
        assert_eq!(own.input, ["acts", "3", "input", "assignHazard"]);
    }
}
