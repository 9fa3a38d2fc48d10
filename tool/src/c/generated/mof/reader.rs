//! Reads the classes of a file, as far as drivers see them.

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

/// Comments and lines for the compiler, which say nothing here; then strings, words and signs.
const TOKENS: &str = r#"(?s)//[^\n]*|/\*.*?\*/|#[^\n]*|("(?:[^"\\]|\\.)*"|\w+|[^\s\w])"#;

/// A class.
#[derive(Default)]
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

/// What stands in brackets before a class, a member or a parameter: names, each with what follows it.
struct Qualifiers(Vec<(String, Option<String>)>);

/// The words and signs of a file.
struct Reader {
    tokens: std::vec::IntoIter<String>,
}

/// The classes of a file.
pub fn classes(text: &str) -> Result<Vec<Class>> {
    let found = Regex::new(TOKENS)?;
    let tokens: Vec<String> =
        found.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect();
    let mut reader = Reader { tokens: tokens.into_iter() };
    let mut classes = Vec::new();
    while reader.peek().is_some() {
        classes.push(reader.class()?);
    }
    Ok(classes)
}

impl Qualifiers {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?.1.as_deref()
    }

    fn number(&self, name: &str) -> Result<Option<u32>> {
        self.value(name).map(|text| text.parse().with_context(|| format!("{name}({text})"))).transpose()
    }
}

impl Reader {
    fn peek(&self) -> Option<&str> {
        self.tokens.as_slice().first().map(String::as_str)
    }

    fn next(&mut self) -> Result<String> {
        self.tokens.next().context("the file ends too early")
    }

    fn takes(&mut self, sign: &str) -> bool {
        let there = self.peek() == Some(sign);
        if there {
            self.tokens.next();
        }
        there
    }

    fn expect(&mut self, sign: &str) -> Result<()> {
        let found = self.next()?;
        ensure!(found.eq_ignore_ascii_case(sign), "{found} stands where {sign} is expected");
        Ok(())
    }

    fn word(&mut self) -> Result<String> {
        let word = self.next()?;
        ensure!(word.starts_with(|first: char| first.is_alphabetic() || first == '_'), "{word} is no name");
        Ok(word)
    }

    fn class(&mut self) -> Result<Class> {
        let qualifiers = self.qualifiers()?;
        self.expect("class")?;
        let name = self.word()?;
        if self.takes(":") {
            self.word()?;
        }
        let header_name = qualifiers.value("HeaderName").unwrap_or(&name).to_owned();
        let guid = qualifiers.value("guid").with_context(|| format!("class {name} has no GUID"))?.to_owned();
        let mut class = Class { name, header_name, guid, ..Class::default() };
        self.expect("{")?;
        while !self.takes("}") {
            self.member(&mut class)?;
        }
        self.expect(";")?;
        class.items.sort_by_key(|item| item.id);
        Ok(class)
    }

    /// A member. Those without a number, the name of the instance and whether it is active, are not the driver's.
    fn member(&mut self, class: &mut Class) -> Result<()> {
        let qualifiers = self.qualifiers()?;
        let mut item = self.item(&qualifiers)?;
        if let Some(id) = qualifiers.number("WmiMethodId")? {
            let (taken, given) = self.parameters()?;
            class.methods.push(Method { id, name: item.name, taken, given });
        } else if let Some(id) = qualifiers.number("WmiDataId")? {
            item.id = id;
            class.items.push(item);
        }
        self.expect(";")
    }

    /// A type and a name.
    fn item(&mut self, qualifiers: &Qualifiers) -> Result<Item> {
        let (kind, name) = (self.word()?, self.word()?);
        let mut item = Item { id: 0, kind, name, count: None, variable: qualifiers.has("WmiSizeIs") };
        if self.takes("[") {
            if self.peek() == Some("]") {
                item.variable = true;
            } else {
                item.count = Some(self.next()?.parse().with_context(|| format!("the length of {}", item.name))?);
            }
            self.expect("]")?;
        }
        Ok(item)
    }

    /// Parameters, those that go in and those that come out; each side has numbers of its own.
    fn parameters(&mut self) -> Result<(Vec<Item>, Vec<Item>)> {
        let (mut taken, mut given) = (Vec::new(), Vec::new());
        self.expect("(")?;
        while !self.takes(")") {
            let qualifiers = self.qualifiers()?;
            let item = self.item(&qualifiers)?;
            for (side, items) in [("in", &mut taken), ("out", &mut given)] {
                if qualifiers.has(side) {
                    let id = u32::try_from(items.len())? + 1;
                    items.push(Item { id, ..item.clone() });
                }
            }
            self.takes(",");
        }
        Ok((taken, given))
    }

    fn qualifiers(&mut self) -> Result<Qualifiers> {
        let mut all = Vec::new();
        if !self.takes("[") {
            return Ok(Qualifiers(all));
        }
        while !self.takes("]") {
            let name = self.word()?;
            let value = match self.peek() {
                Some("(") => Some(self.enclosed("(", ")")?),
                Some("{") => Some(self.enclosed("{", "}")?),
                _ => None,
            };
            all.push((name, value));
            if self.takes(":") {
                self.word()?;
            }
            self.takes(",");
        }
        Ok(Qualifiers(all))
    }

    /// The first of what stands between two signs, a string without its quotes.
    fn enclosed(&mut self, open: &str, close: &str) -> Result<String> {
        self.expect(open)?;
        let mut first = None;
        loop {
            let token = self.next()?;
            if token == close {
                return first.map_or_else(|| bail!("nothing stands between {open} and {close}"), Ok);
            }
            first.get_or_insert_with(|| token.trim_matches('"').to_owned());
        }
    }
}
