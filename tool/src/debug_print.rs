//! What drivers print (`DbgPrint`), as it comes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;
use verifier_abi::DEBUG_PRINT_PATH;

use crate::Machine;
use crate::report::note;

impl Machine {
    /// Does some work on the machine, and shows meanwhile what its drivers print, beside the result.
    ///
    /// # Errors
    ///
    /// The machine has ended.
    pub fn showing_debug_print<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let path = self.on_linux(DEBUG_PRINT_PATH)?.display().to_string();
        // The file comes with the first line.
        let watch =
            self.sandbox().linux(["tail", "--lines=+1", "--follow=name", "--retry", "--quiet", &path]).spawn()?;
        let stop = watch.stop();
        let shown = AtomicUsize::new(0);
        let result = thread::scope(|scope| {
            // Its errors say that there is no file yet. It ends with the sandbox, if not before.
            let lines = |text: &str, error: bool| {
                if !error {
                    shown.fetch_add(show(text), Ordering::Relaxed);
                }
            };
            scope.spawn(move || watch.follow(lines));
            let result = work();
            stop.now().map(|()| result)
        })?;
        // What came last, after the last look.
        show(self.read(DEBUG_PRINT_PATH).unwrap_or_default().get(shown.into_inner()..).unwrap_or_default());
        Ok(result)
    }
}

/// Shows lines, and answers how many bytes that were.
fn show(text: &str) -> usize {
    text.lines().for_each(|line| note(&format!("DbgPrint: {line}")));
    text.len()
}
