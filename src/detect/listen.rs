//! Who is told what detection looks through: nobody, but in programs on the library that measure how much of a file is read. Nothing here
//! keeps what it passes on.

use super::engine::Engine;
use super::memo::Blank;

/// Told every line and cell that detection is given, for programs on the library that measure how much of a file is read. It hears
/// values: whoever sets one keeps them to himself.
pub type Listener = Box<dyn Fn(&str) + Send + Sync>;

impl Engine {
    /// Passes on what is about to be looked through.
    pub(super) fn hear(&self, text: &str) {
        if let Some(listener) = &self.listener {
            listener(text);
        }
    }

    /// What is known of tables in which nothing is; not where somebody is to hear them all.
    pub fn blank(&self) -> Option<&Blank> {
        self.listener.is_none().then_some(&self.blank)
    }
}
