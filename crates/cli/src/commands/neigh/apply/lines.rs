//! Lines that add neighbors, in the words of this command, of `ip -batch` or of netsh.

use super::entry::Entry;
use crate::{
    args::Cli,
    commands::{
        Command,
        neigh::{Neigh, args::Change, text},
    },
    error::InputError,
    select::InterfaceSelector,
    usage,
    values::{Place, ScopedAddress, Word},
    words::Words,
};
use clap::{
    Parser, ValueEnum,
    error::{ContextKind, ContextValue},
};
use netioctl_client::PhysicalAddress;
use std::ffi::OsString;

/// A line that is wrong: the word, where one is to blame, and what is wrong with it.
type Wrong = (Option<String>, String);

pub fn read(text: &str, file: &str) -> Result<Vec<Entry>, InputError> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let wrong = |(word, problem): Wrong| {
            let column = word.map_or(1, |word| text::column(line, &word));
            InputError::Wrong { file: file.to_owned(), line: number, column, problem }
        };
        let words = shlex::split(line).ok_or_else(|| wrong((None, "a quotation mark is missing".to_owned())))?;
        if !words.is_empty() {
            entries.extend(read_line(&words).map_err(wrong)?);
        }
    }
    Ok(entries)
}

fn read_line(words: &[String]) -> Result<Vec<Entry>, Wrong> {
    let program = |word: &String| ["ip", "netioctl", "netioctl.exe", "netsh"].contains(&word.as_str());
    let words = &words[usize::from(words.first().is_some_and(program))..];
    match words {
        [interface, ..] if ["interface", "int"].contains(&interface.as_str()) => of_netsh(words),
        _ => of_ip(words),
    }
}

/// A line of our own command, which understands the words of `ip`.
fn of_ip(words: &[String]) -> Result<Vec<Entry>, Wrong> {
    let args: Vec<OsString> =
        ["netioctl"].into_iter().chain(words.iter().map(String::as_str)).map(Into::into).collect();
    let cli = Cli::try_parse_from(Words::of(&args).args).map_err(|error| {
        let word = match error.get(ContextKind::InvalidValue).or_else(|| error.get(ContextKind::InvalidSubcommand)) {
            Some(ContextValue::String(word)) => Some(word.clone()),
            _ => None,
        };
        (word, usage::short(&error).unwrap_or_else(|| "not a command that adds a neighbor".to_owned()))
    })?;
    match cli.command {
        Command::Neigh { command: Some(Neigh::Add(change) | Neigh::Set(change) | Neigh::Replace(change)) } => {
            of_change(&change)
        }
        _ => Err((words.first().cloned(), "only lines that add or replace a neighbor have a place here".to_owned())),
    }
}

fn of_change(change: &Change) -> Result<Vec<Entry>, Wrong> {
    let (words, physical) = match (change.lladdr, &change.words[..]) {
        (Some(physical), words) => (words, Some(physical)),
        (None, [words @ .., last]) => (words, last.physical),
        (None, []) => (&[][..], None),
    };
    let entry = |word: &Word| match &word.place {
        Some(Place::Address(address)) => Ok(entry(address.clone(), physical, change.interface.clone())),
        _ => Err((Some(word.text.clone()), format!("\"{}\" is not one address", word.text))),
    };
    match (words, physical) {
        ([], _) | (_, None) => Err((None, InputError::NoPhysicalAddress.to_string())),
        (words, Some(_)) => words.iter().map(entry).collect(),
    }
}

fn entry(address: ScopedAddress, lladdr: Option<PhysicalAddress>, dev: Option<InterfaceSelector>) -> Entry {
    Entry { address, lladdr, state: None, dev, luid: None, ifindex: None }
}

/// `interface ipv4 add neighbors "Ethernet" 192.0.2.7 02-00-00-00-77-02`. Each value may have its tag before it.
#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Netsh {
    #[arg(value_parser = ["interface", "int"])]
    _context: String,
    #[arg(value_enum)]
    _family: Stack,
    #[arg(value_parser = ["add"])]
    _verb: String,
    #[arg(value_parser = ["neighbors", "neighbor"])]
    _what: String,
    #[arg(value_parser = tagged::<InterfaceSelector>("interface="))]
    interface: InterfaceSelector,
    #[arg(value_parser = tagged::<ScopedAddress>("address="))]
    address: ScopedAddress,
    #[arg(value_parser = tagged::<PhysicalAddress>("neighbor="))]
    neighbor: PhysicalAddress,
    /// Whether it was to last: here that is a matter of the file.
    #[arg(value_parser = ["store=active", "store=persistent", "active", "persistent"])]
    _store: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Stack {
    #[value(alias = "ip")]
    Ipv4,
    Ipv6,
}

/// Reads a value with its tag or without it.
fn tagged<T: std::str::FromStr<Err: std::fmt::Display>>(
    tag: &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| text.strip_prefix(tag).unwrap_or(text).parse().map_err(|problem: T::Err| problem.to_string())
}

fn of_netsh(words: &[String]) -> Result<Vec<Entry>, Wrong> {
    let line = Netsh::try_parse_from(words).map_err(|error| {
        let word = match error.get(ContextKind::InvalidValue) {
            Some(ContextValue::String(word)) => Some(word.clone()),
            _ => None,
        };
        (word, usage::short(&error).unwrap_or_else(|| "not a line that adds a neighbor".to_owned()))
    })?;
    Ok(vec![entry(line.address, Some(line.neighbor), Some(line.interface))])
}
