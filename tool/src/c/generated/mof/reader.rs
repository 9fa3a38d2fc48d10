//! Reads the classes of a file, as far as drivers see them.

use anyhow::{Context, Result, anyhow};
use winnow::ascii::{dec_uint, multispace1, till_line_ending};
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{any, none_of, one_of, take_until, take_while};

/// A class.
pub struct Class {
    pub name: String,
    /// Its name in C.
    pub header_name: String,
    pub guid: String,
    /// In the order of their numbers.
    pub items: Vec<Item>,
    pub methods: Vec<Method>,
}

/// A member of a class or a parameter of a method.
#[derive(Clone)]
pub struct Item {
    pub id: u32,
    pub kind: String,
    pub name: String,
    /// How many of an array of fixed length.
    pub count: Option<u32>,
    /// An array of any length.
    pub variable: bool,
}

/// A method, with what it takes and gives.
pub struct Method {
    pub id: u32,
    pub name: String,
    pub taken: Vec<Item>,
    pub given: Vec<Item>,
}

/// What stands in brackets before a class, a member or a parameter: names, each with the first of its values.
struct Qualifiers<'a>(Vec<(&'a str, Option<&'a str>)>);

/// A class as it is written.
struct Written<'a> {
    qualifiers: Qualifiers<'a>,
    name: &'a str,
    members: Vec<Member<'a>>,
}

/// A member as it is written: a method if it has parameters.
struct Member<'a> {
    qualifiers: Qualifiers<'a>,
    item: Item,
    parameters: Vec<(Qualifiers<'a>, Item)>,
}

/// The classes of a file.
pub fn classes(text: &str) -> Result<Vec<Class>> {
    let mut file = preceded(space, repeat(0.., class));
    let written: Vec<Written<'_>> = file.parse(text).map_err(|error| anyhow!("{error}"))?;
    written.into_iter().map(Class::of).collect()
}

impl Class {
    fn of(written: Written<'_>) -> Result<Self> {
        let Written { qualifiers, name, members } = written;
        let header_name = qualifiers.value("HeaderName").unwrap_or(name).to_owned();
        let guid = qualifiers.value("guid").with_context(|| format!("class {name} has no GUID"))?.to_owned();
        let mut class = Self { name: name.to_owned(), header_name, guid, items: Vec::new(), methods: Vec::new() };
        members.into_iter().try_for_each(|member| class.add(member))?;
        class.items.sort_by_key(|item| item.id);
        Ok(class)
    }

    /// Members without a number, the name of the instance and whether it is active, are not the driver's.
    fn add(&mut self, member: Member<'_>) -> Result<()> {
        let Member { qualifiers, item, parameters } = member;
        if let Some(id) = qualifiers.number("WmiMethodId")? {
            let [taken, given] = ["in", "out"].map(|side| numbered(&parameters, side));
            self.methods.push(Method { id, name: item.name, taken, given });
        } else if let Some(id) = qualifiers.number("WmiDataId")? {
            self.items.push(Item { id, ..item });
        }
        Ok(())
    }
}

/// The parameters of one side, which has numbers of its own.
fn numbered(parameters: &[(Qualifiers<'_>, Item)], side: &str) -> Vec<Item> {
    let of_side = parameters.iter().filter(|(qualifiers, _)| qualifiers.has(side));
    of_side.zip(1..).map(|((_, item), id)| Item { id, ..item.clone() }).collect()
}

impl Qualifiers<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?.1
    }

    fn number(&self, name: &str) -> Result<Option<u32>> {
        self.value(name).map(|text| text.parse().with_context(|| format!("{name}({text})"))).transpose()
    }
}

fn class<'a>(input: &mut &'a str) -> ModalResult<Written<'a>> {
    let keyword = word.verify(|word: &str| word.eq_ignore_ascii_case("class"));
    let base = opt((sign(':'), word));
    let body = terminated(delimited(sign('{'), repeat(0.., member), sign('}')), sign(';'));
    let rest = cut_err((terminated(word, base), body));
    (terminated(qualifiers, keyword), rest)
        .map(|(qualifiers, (name, members))| Written { qualifiers, name, members })
        .parse_next(input)
}

fn member<'a>(input: &mut &'a str) -> ModalResult<Member<'a>> {
    let parameters = opt(delimited(sign('('), separated(0.., qualified, sign(',')), sign(')')));
    terminated((qualified, parameters), sign(';'))
        .map(|((qualifiers, item), parameters)| Member { qualifiers, item, parameters: parameters.unwrap_or_default() })
        .parse_next(input)
}

/// A type and a name, with what is said of them before.
fn qualified<'a>(input: &mut &'a str) -> ModalResult<(Qualifiers<'a>, Item)> {
    let length = opt(delimited(sign('['), opt(terminated(dec_uint, space)), sign(']')));
    (qualifiers, word, word, length)
        .map(|(qualifiers, kind, name, length)| {
            let variable = length == Some(None) || qualifiers.has("WmiSizeIs");
            let (kind, name) = (kind.to_owned(), name.to_owned());
            (qualifiers, Item { id: 0, kind, name, count: length.flatten(), variable })
        })
        .parse_next(input)
}

fn qualifiers<'a>(input: &mut &'a str) -> ModalResult<Qualifiers<'a>> {
    let list = opt(delimited(sign('['), separated(0.., qualifier, sign(',')), sign(']')));
    list.map(|all| Qualifiers(all.unwrap_or_default())).parse_next(input)
}

fn qualifier<'a>(input: &mut &'a str) -> ModalResult<(&'a str, Option<&'a str>)> {
    let given = opt(alt((delimited(sign('('), values, sign(')')), delimited(sign('{'), values, sign('}')))));
    let flavors = opt((sign(':'), repeat::<_, _, (), _, _>(1.., word.void())));
    terminated((word, given), flavors).parse_next(input)
}

/// The first of some values.
fn values<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let more = repeat::<_, _, (), _, _>(0.., (opt(sign(',')), value).void());
    terminated(value, more).parse_next(input)
}

/// A string, without its quotes, or a number or word.
fn value<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let plain = none_of(['"', '\\']).void();
    let escaped = ('\\', any).void();
    let string = delimited('"', repeat::<_, _, (), _, _>(0.., alt((plain, escaped))).take(), '"');
    let other = take_while(1.., |each: char| each.is_alphanumeric() || "_+-.".contains(each));
    terminated(alt((string, other)), space).parse_next(input)
}

fn word<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let first = one_of(|first: char| first.is_alphabetic() || first == '_');
    let rest = take_while(0.., |each: char| each.is_alphanumeric() || each == '_');
    terminated((first, rest).take(), space).parse_next(input)
}

fn sign<'a>(sign: char) -> impl Parser<&'a str, char, ErrMode<ContextError>> {
    terminated(sign, space)
}

/// What may stand between two words: blanks, comments, and lines for the compiler.
fn space(input: &mut &str) -> ModalResult<()> {
    let line = (alt(("//", "#")), till_line_ending).void();
    let comment = ("/*", take_until(0.., "*/"), "*/").void();
    repeat(0.., alt((multispace1.void(), line, comment))).parse_next(input)
}
