//! Where something stands in the files of a county: in which of them, and by which way one comes to it.

use std::fmt;

/// One of the files that a county is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataFile {
    /// The county, its units and townships, its words.
    County,
    /// 专委会.
    Committees,
    /// Who signs in.
    People,
    /// 时限表.
    Policy,
    /// 工作日历.
    Calendar,
}

impl DataFile {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 5] = [
        Self::County,
        Self::Committees,
        Self::People,
        Self::Policy,
        Self::Calendar,
    ];

    /// How it is called in the folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::County => "county.json",
            Self::Committees => "committees.json",
            Self::People => "people.json",
            Self::Policy => "policy.json",
            Self::Calendar => "calendar.json",
        }
    }
}

/// One step of the way to a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Into a field of an object.
    Field(String),
    /// To an item of a list, counted from 0.
    Item(usize),
}

/// A place in a file. Places are in the order of the files, and within lists in that of their items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    file: DataFile,
    way: Vec<Step>,
}

impl Place {
    /// The whole of a file.
    #[must_use]
    pub const fn whole(file: DataFile) -> Self {
        let way = Vec::new();
        Self { file, way }
    }

    /// In which file it is.
    #[must_use]
    pub const fn file(&self) -> DataFile {
        self.file
    }

    /// A field of what stands here.
    #[must_use]
    pub fn field(mut self, name: &str) -> Self {
        self.way.push(Step::Field(name.to_owned()));
        self
    }

    /// An item of the list that stands here, counted from 0.
    #[must_use]
    pub fn item(mut self, at: usize) -> Self {
        self.way.push(Step::Item(at));
        self
    }
}

impl fmt::Display for Place {
    /// `committees.json: [3].goals[2].no`, and for a whole file its name alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file.name())?;
        for (number, step) in self.way.iter().enumerate() {
            let begins = number == 0;
            match step {
                _ if begins => f.write_str(": ")?,
                Step::Field(_) => f.write_str(".")?,
                Step::Item(_) => {}
            }
            match step {
                Step::Field(name) => f.write_str(name)?,
                Step::Item(at) => write!(f, "[{at}]")?,
            }
        }
        Ok(())
    }
}
