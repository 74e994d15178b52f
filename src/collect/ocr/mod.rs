//! Text in pictures and on scanned pages. Built with the feature `ocr` and given a folder of models it reads them; else it says what
//! was not read. Found lines go to `detect` and nowhere else; the models are read before a worker is confined.

#[cfg(feature = "ocr")]
mod boxes;
#[cfg(feature = "ocr")]
mod ctc;
#[cfg(feature = "ocr")]
mod layout;
#[cfg(feature = "ocr")]
mod mrz;
#[cfg(feature = "ocr")]
mod page;
#[cfg(feature = "ocr")]
mod pixels;
#[cfg(feature = "ocr")]
mod reader;
#[cfg(feature = "ocr")]
mod reading;

#[cfg(feature = "ocr")]
pub(super) use reading::{pages, picture};

use super::limits::Limits;
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What this build can do with pictures of text.
pub const BUILT_IN: bool = cfg!(feature = "ocr");
/// Steps of effort for one second: about two thirds of what one core does today.
const STEPS: u64 = 2_000_000;

/// The models as files, read before anything is confined.
pub struct ModelFiles {
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature there is nobody to take them"))]
    detector: Vec<u8>,
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature there is nobody to take them"))]
    recogniser: Vec<u8>,
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature there is nobody to take them"))]
    dictionary: Option<String>,
}

impl ModelFiles {
    /// Reads `det.onnx`, `rec.onnx` and, if it is there, `dict.txt` of a folder.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let read =
            |name: &str| std::fs::read(folder.join(name)).map_err(|error| format!("cannot read {name} in it: {}", error.kind()));
        Ok(Self {
            detector: read("det.onnx")?,
            recogniser: read("rec.onnx")?,
            dictionary: std::fs::read_to_string(folder.join("dict.txt")).ok(),
        })
    }
}

/// Optical reading, ready. Copies share the models.
#[derive(Clone)]
pub struct Ocr {
    #[cfg(feature = "ocr")]
    reader: Arc<reader::Reader>,
    #[cfg(not(feature = "ocr"))]
    never: Arc<std::convert::Infallible>,
}

impl Ocr {
    /// From the models.
    ///
    /// # Errors
    /// A sentence: this build cannot, or they are no models.
    #[cfg(feature = "ocr")]
    pub fn new(files: ModelFiles) -> Result<Self, String> {
        let reader = reader::Reader::new(files.detector, files.recogniser, files.dictionary.as_deref())?;
        Ok(Self { reader: Arc::new(reader) })
    }

    /// From the models.
    ///
    /// # Errors
    /// A sentence: this build cannot.
    #[cfg(not(feature = "ocr"))]
    pub fn new(_files: ModelFiles) -> Result<Self, String> {
        Err("this build of provost does not read pictures".to_owned())
    }

    /// The lines of a picture file, or of the pages of a PDF drawn as pictures: for measuring how well it reads, not for audits.
    ///
    /// # Errors
    /// A sentence: no picture, or more of it than is read.
    #[cfg(feature = "ocr")]
    pub fn text(&self, bytes: &[u8]) -> Result<Vec<String>, String> {
        reading::text(&self.reader, bytes)
    }

    /// Whether the models run and fit each other: asked once, before an audit begins.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn check(&self) -> Result<(), String> {
        #[cfg(feature = "ocr")]
        return self.reader.check();
        #[cfg(not(feature = "ocr"))]
        match *self.never {}
    }
}

/// In a confined worker no thread can be started: the one there is does the networks' work, too. To be called before the first model
/// is loaded, by programs that have nothing else to do.
pub fn stay_in_this_thread() {
    #[cfg(feature = "ocr")]
    {
        // an error means that it was told before
        let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    }
}

/// Optical reading for one top-level artifact and all that lies inside it: who reads, and how much effort is left.
#[derive(Clone)]
pub(super) struct Desk {
    ocr: Option<Ocr>,
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature nobody reads"))]
    effort: Effort,
    resting: Rc<Cell<bool>>,
}

impl Desk {
    /// Whether pictures that now come are left alone: a page that is read as a whole holds them.
    pub(super) fn rest(&self, rests: bool) {
        self.resting.set(rests);
    }

    /// Whether they are.
    #[cfg(feature = "ocr")]
    fn rests(&self) -> bool {
        self.resting.get()
    }

    /// For an artifact.
    pub(super) fn new(ocr: Option<Ocr>, limits: &Limits) -> Self {
        Self { ocr, effort: Effort::new(limits.ocr_seconds), resting: Rc::new(Cell::new(false)) }
    }
}

/// How much may still be read. Counted in steps that do not depend on the machine, so that two audits read the same; the clock is asked
/// only so that a slow machine loses the rest of the pictures and not the whole artifact.
#[derive(Clone)]
struct Effort {
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature nobody reads"))]
    left: Rc<Cell<u64>>,
    #[cfg_attr(not(feature = "ocr"), expect(dead_code, reason = "without the feature nobody reads"))]
    until: Option<Instant>,
}

impl Effort {
    fn new(seconds: u64) -> Self {
        let until = Instant::now().checked_add(Duration::from_secs(seconds + seconds / 2));
        Self { left: Rc::new(Cell::new(seconds.saturating_mul(STEPS))), until }
    }
}

#[cfg(feature = "ocr")]
impl Effort {
    /// What a gap says when there is none left.
    const SPENT: &'static str = "the time for reading pictures was used up";

    /// Takes some; `false` when there is not enough, and from then on.
    fn take(&self, steps: u64) -> bool {
        let late = self.until.is_some_and(|until| Instant::now() > until);
        let left = if late { None } else { self.left.get().checked_sub(steps) };
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Whether pictures are read here.
pub(super) fn reads(work: &super::document::Work<'_>) -> bool {
    work.nest.desk.ocr.is_some()
}

/// Pages of a PDF without text: without the feature, a gap that says what to do.
#[cfg(not(feature = "ocr"))]
pub(super) fn pages(work: &mut super::document::Work<'_>, _pdf: &lopdf::Document, _bytes: &[u8], empty: &[u32], all: usize) {
    unread(work, empty.len(), all);
}

/// Text in a picture: without the feature, nothing.
#[cfg(not(feature = "ocr"))]
pub(super) fn picture(_work: &mut super::document::Work<'_>, _bytes: &[u8]) {}

/// The gap of pages that nobody reads.
fn unread(work: &mut super::document::Work<'_>, empty: usize, all: usize) {
    if empty > 0 {
        let how = if BUILT_IN { "give --ocr-models to read them" } else { "a build with the feature `ocr` reads them" };
        let reason = format!(
            "{empty} of {all} pages have no text, or little beside a large picture: if it is a picture of text, it was not read ({how})"
        );
        work.gap(crate::model::evidence::GapKind::Unsupported, reason);
    }
}
