//! How closed vocabularies are written down: one line per word, with its meaning in English, its code and its Chinese name.

/// Declares a vocabulary: an enum whose words have a public code and a Chinese name.
///
/// Codes are stored and sent (`SCREAMING_SNAKE_CASE`, never renamed, never reused); names are
/// printed. A word's comment is its meaning in English, for whoever writes a client. The string
/// after the enum's name is what the vocabulary is called in Chinese.
macro_rules! vocabulary {
    (
        $(#[$meta:meta])*
        $Name:ident $vocabulary:literal {
            $($(#[doc = $english:literal])+ $Word:ident $code:literal $name:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $Name {
            $($(#[doc = $english])+ #[serde(rename = $code)] $Word,)+
        }

        impl $Name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$Word),+];

            /// The Chinese name, as it is printed.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$Word => $name,)+ }
            }

            /// What it means, in English.
            #[must_use]
            pub fn meaning_in_english(self) -> &'static str {
                match self { $(Self::$Word => concat!($($english),+).trim_ascii(),)+ }
            }

            /// The public code, as it is stored and sent.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$Word => $code,)+ }
            }

            /// The word of this code.
            ///
            /// # Errors
            /// `NotInVocabulary` for any other text.
            pub fn from_code(code: &str) -> Result<Self, $crate::values::Invalid> {
                match code {
                    $($code => Ok(Self::$Word),)+
                    _ => Err($crate::values::Invalid::NotInVocabulary { vocabulary: $vocabulary }),
                }
            }

            /// The word of this Chinese name, for files made by people.
            ///
            /// # Errors
            /// `NotInVocabulary` for any other text.
            pub fn from_name(name: &str) -> Result<Self, $crate::values::Invalid> {
                match name {
                    $($name => Ok(Self::$Word),)+
                    _ => Err($crate::values::Invalid::NotInVocabulary { vocabulary: $vocabulary }),
                }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        #[cfg(test)]
        #[test]
        #[expect(non_snake_case, reason = "the test of a vocabulary is called as the vocabulary is")]
        fn $Name() {
            $crate::values::vocabulary::check_words!($Name);
        }
    };
}

/// Every word is found by its code and by its name, and by nothing else; each vocabulary that is declared is checked.
#[cfg(test)]
macro_rules! check_words {
    ($Name:ident) => {
        let words = $Name::ALL;
        for word in words {
            $crate::values::checks::stored(word, &word.code().into());
            assert_eq!($Name::from_code(word.code()), Ok(*word));
            assert_eq!($Name::from_name(word.name()), Ok(*word));
            assert_eq!(word.to_string(), word.name());
            assert!(
                $crate::values::vocabulary::is_public_code(word.code()),
                "{}",
                word.code()
            );
            assert!(word.meaning_in_english().ends_with('.'), "{word:?}");
        }
        let distinct = |of: fn(&$Name) -> &'static str| {
            let all: std::collections::BTreeSet<_> = words.iter().map(of).collect();
            all.len()
        };
        assert_eq!(distinct(|word| word.code()), words.len());
        assert_eq!(distinct(|word| word.name()), words.len());
        for foreign in ["", "NO_SUCH_WORD", "无此选项"] {
            let code = $Name::from_code(foreign).unwrap_err().code();
            let name = $Name::from_name(foreign).unwrap_err().code();
            assert_eq!((code, name), ("NOT_IN_VOCABULARY", "NOT_IN_VOCABULARY"));
            assert!(serde_json::from_value::<$Name>(foreign.into()).is_err());
        }
    };
}

#[cfg(test)]
pub(crate) fn is_public_code(code: &str) -> bool {
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    code.starts_with(|c: char| c.is_ascii_uppercase()) && code.chars().all(allowed)
}

#[cfg(test)]
pub(crate) use check_words;
pub(crate) use vocabulary;
