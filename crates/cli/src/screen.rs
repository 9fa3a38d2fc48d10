//! The screen that results are shown on.

/// What the screen is like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Screen {
    /// It is a terminal: tables are made to fit it, and what is watched is drawn anew.
    pub terminal: bool,
    /// It shows colors.
    pub color: bool,
    /// Columns and rows of the terminal, where they are not to be asked for.
    pub size: Option<(u16, u16)>,
}

impl Screen {
    /// Columns and rows as they are now: windows change their size.
    pub(crate) fn size(self) -> Option<(u16, u16)> {
        let asked = || self.size.or_else(|| crossterm::terminal::size().ok());
        self.terminal.then(asked).flatten()
    }
}
