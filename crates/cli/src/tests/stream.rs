//! Lists for programs are written as they are made.

use crate::output::{Cell, Format, Output, Record, Screen};
use serde::Serialize;
use std::{
    cell::Cell as Count,
    io::{self, Write},
    rc::Rc,
};

/// A line of a list that knows how many others there are at the same time.
#[derive(Serialize)]
struct Line {
    number: u32,
    #[serde(skip)]
    alive: Rc<Count<usize>>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.alive.set(self.alive.get() - 1);
    }
}

impl Record for Line {
    fn header() -> Vec<&'static str> {
        vec!["NUMBER"]
    }

    fn columns() -> Vec<&'static str> {
        vec!["number"]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![self.number.to_string().into()]
    }

    fn brief(&self) -> Vec<Cell> {
        self.cells()
    }
}

/// Counts what comes, and the most that comes at once.
#[derive(Default)]
struct Sink {
    bytes: usize,
    most: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        self.most = self.most.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_more_than_a_line_and_a_chunk_is_kept_of_a_long_list() {
    const LINES: u32 = 100_000;
    for format in [Format::Json, Format::Csv] {
        let (alive, most) = (Rc::new(Count::new(0)), Rc::new(Count::new(0)));
        let lines = (0..LINES).map(|number| {
            alive.set(alive.get() + 1);
            most.set(most.get().max(alive.get()));
            Line { number, alive: Rc::clone(&alive) }
        });
        let mut sink = Sink::default();
        Output::new(&mut sink, format, Screen::default()).records(lines).unwrap();
        assert!(sink.bytes > 5 * LINES as usize && sink.most <= 64 * 1024, "{format:?}: {} at once", sink.most);
        assert_eq!((most.get(), alive.get()), (1, 0), "{format:?}");
    }
}
