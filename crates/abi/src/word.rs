//! Enumerations as numbers and as words: what travels, and what people and programs read.

use core::{error, fmt};

/// A word that names no value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownWord {
    words: &'static [&'static str],
}

impl UnknownWord {
    /// The error of reading one of these words.
    #[must_use]
    pub const fn new(words: &'static [&'static str]) -> Self {
        Self { words }
    }

    /// The words that would have done.
    #[must_use]
    pub const fn expected(&self) -> &'static [&'static str] {
        self.words
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one of ")?;
        for (number, word) in self.words.iter().enumerate() {
            write!(f, "{}{word}", if number == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl error::Error for UnknownWord {}

/// A number that names no value of an enumeration: one of a newer system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownNumber(pub i64);

impl fmt::Display for UnknownNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a number of a newer system", self.0)
    }
}

impl error::Error for UnknownNumber {}

/// Gives an enumeration its words, and the conversions from and to words and numbers.
///
/// The first word of a value is its name; reading takes the others, too, and upper case for lower case.
macro_rules! words {
    ($type:ident: $number:ty { $($variant:ident $name:literal $(or $other:literal)*;)+ }) => {
        impl $type {
            /// Every value that is known.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name, as the command line shows it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                const WORDS: &[(&str, $type)] = &[$(($name, $type::$variant), $(($other, $type::$variant),)*)+];
                let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
                found.map(|(_, value)| *value).ok_or($crate::UnknownWord::new(&[$($name),+]))
            }
        }

        impl TryFrom<$number> for $type {
            type Error = $crate::UnknownNumber;

            fn try_from(number: $number) -> Result<Self, Self::Error> {
                let found = Self::ALL.iter().copied().find(|value| <$number>::from(*value) == number);
                found.ok_or($crate::UnknownNumber(number.into()))
            }
        }
    };
}

/// As [`words!`], for an enumeration whose values are numbers themselves.
macro_rules! numbered_words {
    ($type:ident: $number:ty { $($words:tt)+ }) => {
        $crate::word::words! { $type: $number { $($words)+ } }

        impl From<$type> for $number {
            fn from(value: $type) -> Self {
                value as Self
            }
        }
    };
}

pub(crate) use numbered_words;
pub(crate) use words;

#[cfg(test)]
mod tests {
    extern crate std;
    use crate::wire::{
        AdminStatus, ChangeKind, DadState, MediaConnectState, NeighborState, OperStatus, PrefixOrigin, RouteOrigin,
        RouteProtocol, SuffixOrigin,
    };
    use crate::{AddressFamily, UnknownNumber};
    use core::{fmt::Debug, fmt::Display, str::FromStr};
    use std::{borrow::ToOwned, string::ToString};

    fn words_and_numbers_come_back<T, N>(all: &[T], unknown: N)
    where
        T: Copy + Debug + Display + PartialEq + FromStr<Err: Debug + PartialEq + Display> + TryFrom<N>,
        T::Error: Debug + PartialEq<UnknownNumber>,
        N: From<T> + Copy + Into<i64>,
    {
        for value in all {
            let word = value.to_string();
            assert_eq!(word.parse().ok(), Some(*value), "{word}");
            assert_eq!(word.to_uppercase().parse().ok(), Some(*value), "{word}");
            assert_eq!(T::try_from(N::from(*value)).ok(), Some(*value), "{word}");
        }
        assert!(T::try_from(unknown).is_err_and(|error| error == UnknownNumber(unknown.into())));
        assert!("no such word".parse::<T>().unwrap_err().to_string().contains(&all[0].to_string()));
    }

    #[test]
    fn every_enumeration_comes_back_from_its_words_and_numbers() {
        words_and_numbers_come_back(NeighborState::ALL, 7_i32);
        words_and_numbers_come_back(PrefixOrigin::ALL, -1_i32);
        words_and_numbers_come_back(SuffixOrigin::ALL, 6_i32);
        words_and_numbers_come_back(DadState::ALL, 5_i32);
        words_and_numbers_come_back(OperStatus::ALL, 8_i32);
        words_and_numbers_come_back(AdminStatus::ALL, 0_i32);
        words_and_numbers_come_back(MediaConnectState::ALL, 3_i32);
        words_and_numbers_come_back(RouteProtocol::ALL, 20_i32);
        words_and_numbers_come_back(RouteOrigin::ALL, 5_i32);
        words_and_numbers_come_back(ChangeKind::ALL, 4_u8);
        words_and_numbers_come_back(AddressFamily::ALL, 10_u16);
    }

    #[test]
    fn the_words_of_linux_are_read_too() {
        assert_eq!("FAILED".parse(), Ok(NeighborState::Unreachable));
        assert_eq!("inet6".parse(), Ok(AddressFamily::Ipv6));
        let error = "inet4".parse::<AddressFamily>().unwrap_err();
        assert_eq!((error.to_string(), error.expected()), ("not one of IPv4, IPv6".to_owned(), &["IPv4", "IPv6"][..]));
    }
}
