//! Outputs: what an operation answers, and how many bytes that takes.

use crate::wire::{BatchReply, ChangeEvent, Structure, StructureInfo, TableHeader, WatchReply};
use core::marker::PhantomData;

/// How much output an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputSize {
    /// Nothing.
    None,
    /// A structure.
    Exact(StructureInfo),
    /// A [`TableHeader`] and rows, as many as fit.
    Table {
        /// A row.
        row: StructureInfo,
    },
    /// A header, and one event at least.
    Events {
        /// The header.
        header: StructureInfo,
        /// An event.
        event: StructureInfo,
    },
    /// A header, and a status of 4 bytes for each row of the input.
    Statuses {
        /// The header.
        header: StructureInfo,
    },
}

impl OutputSize {
    /// Bytes without which the operation does not even start.
    #[must_use]
    pub const fn minimum(self) -> usize {
        match self {
            Self::None => 0,
            Self::Exact(structure) => structure.size,
            Self::Table { .. } => size_of::<TableHeader>(),
            Self::Statuses { header } => header.size,
            Self::Events { header, event } => header.size.saturating_add(event.size),
        }
    }
}

/// What an operation answers.
pub trait Reply {
    /// How many bytes it has.
    const SIZE: OutputSize;
}

/// The reply is one structure, or nothing but the status.
impl<T: Structure> Reply for T {
    const SIZE: OutputSize = if T::INFO.size == 0 { OutputSize::None } else { OutputSize::Exact(T::INFO) };
}

/// A [`TableHeader`] and rows of `R`.
#[derive(Debug)]
pub struct Table<R>(PhantomData<R>);

impl<R: Structure> Reply for Table<R> {
    const SIZE: OutputSize = OutputSize::Table { row: R::INFO };
}

/// A [`BatchReply`] and a status for each entry of the input.
#[derive(Debug)]
pub struct Statuses;

impl Reply for Statuses {
    const SIZE: OutputSize = OutputSize::Statuses { header: BatchReply::INFO };
}

/// A [`WatchReply`] and [`ChangeEvent`]s.
#[derive(Debug)]
pub struct Events;

impl Reply for Events {
    const SIZE: OutputSize = OutputSize::Events { header: WatchReply::INFO, event: ChangeEvent::INFO };
}
