//! The two networks: where lines of text are, and what each says. Pixels in, lines out, within an effort that does not depend on the
//! machine's speed. It opens nothing and starts no thread of its own.

use super::Effort;
use super::boxes::{self, Rect};
use super::ctc::{Steps, Words};
use super::layout::{self, Line, Piece};
use super::mrz;
use super::pixels::Picture;
use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::{AsView, Layout, NdTensor, Tensor};
use std::sync::Arc;

/// Pixels of the longer side of a page (as A4 is long) for the detector.
const PAGE: f32 = 1_280.0;
/// A page this much longer than wide is taken in tiles.
const ASPECT: f32 = 1.415;
/// By how much tiles overlap.
const OVERLAP: usize = 128;
/// Sides that the detector takes.
const MULTIPLE: usize = 32;
/// A picture smaller than this is enlarged, at most twice.
const SMALL: f32 = 640.0;
/// What pictures of the detector's training had, blue, green, red.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// Pixels of a line's height for the recogniser.
const HEIGHT: usize = 48;
/// Pixels of a line's length for it, at least and at most.
const WIDTHS: (usize, usize) = (64, 3_200);
/// A line read less surely than this is not read.
const READ: f32 = 0.5;
/// Lines read this surely stand upright.
const UPRIGHT: f32 = 0.9;
/// Lines that are tried upside down, too.
const TRIED: usize = 5;
/// How much dearer a pixel of a line is than one of a page.
const LINE_COST: u64 = 3;

/// The networks, loaded.
pub(super) struct Reader {
    detector: Model,
    recogniser: Model,
    dictionary: Vec<String>,
    /// Classes of the machine-readable alphabet.
    zone: Vec<usize>,
    pool: Arc<ThreadPool>,
}

/// What was read of one picture.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Lines in reading order.
    pub(super) lines: Vec<Line>,
    /// Places that look like text and could not be made out.
    pub(super) unsure: usize,
    /// What stopped the reading before its end.
    pub(super) cut: Option<&'static str>,
}

impl Reader {
    /// From the files of two models, and a dictionary where the recogniser does not bring its own.
    pub(super) fn new(detector: Vec<u8>, recogniser: Vec<u8>, dictionary: Option<&str>) -> Result<Self, String> {
        let load = |bytes, what| {
            ModelOptions::with_all_ops().load(bytes).map_err(|error| format!("{what} is no model that can be run: {error}"))
        };
        let detector = load(detector, "det.onnx")?;
        let recogniser = load(recogniser, "rec.onnx")?;
        let own = recogniser.metadata().get("character");
        let characters = own.or(dictionary).ok_or("rec.onnx has no dictionary of its own: put it beside it as dict.txt")?;
        let mut dictionary: Vec<String> =
            characters.trim_end_matches('\n').split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        dictionary.push(" ".to_owned());
        let is_zone =
            |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<');
        let zone = dictionary.iter().enumerate().filter(|row| is_zone(row.1)).map(|row| row.0 + 1).collect();
        Ok(Self { detector, recogniser, dictionary, zone, pool: Arc::new(ThreadPool::with_num_threads(1)) })
    }

    /// Runs both networks once on nothing: whether they fit each other and the dictionary.
    pub(super) fn check(&self) -> Result<(), String> {
        let side = MULTIPLE * 2;
        let map = self.run(&self.detector, vec![0.0; 3 * side * side], side, side).ok_or("det.onnx does not run on a picture")?;
        if map.shape() != [1, 1, side, side] {
            return Err("det.onnx does not say where text is: it is no detector of the DB kind".to_owned());
        }
        let width = WIDTHS.0;
        let steps =
            self.run(&self.recogniser, vec![0.0; 3 * HEIGHT * width], HEIGHT, width).ok_or("rec.onnx does not run on a line")?;
        match steps.shape() {
            [1, _, classes] if *classes == self.dictionary.len() + 1 => Ok(()),
            [1, _, classes] => {
                Err(format!("rec.onnx knows {classes} characters and its dictionary {}", self.dictionary.len() + 1))
            }
            _ => Err("rec.onnx does not say what a line reads: it is no recogniser of the CTC kind".to_owned()),
        }
    }

    fn run(&self, model: &Model, values: Vec<f32>, height: usize, width: usize) -> Option<Tensor<f32>> {
        let input = NdTensor::from_data([1, 3, height, width], values);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        model.run_one(input.view().into(), Some(options)).ok()?.try_into().ok()
    }

    /// Reads a picture.
    pub(super) fn read(&self, picture: &Picture, effort: &Effort) -> Reading {
        let mut out = Reading::default();
        let Some((places, more)) = self.find(picture, effort) else {
            out.cut = Some(Effort::SPENT);
            return out;
        };
        if more {
            out.cut = Some("more lines than can be read");
        }
        let places = self.upright(picture, aligned(places), effort);
        let mut pieces = Vec::new();
        for place in places {
            let Some(words) = self.line(picture, place, effort) else {
                out.cut = Some(Effort::SPENT);
                break;
            };
            if words.text.trim().is_empty() {
                continue;
            }
            if words.confidence < READ {
                out.unsure += 1;
                continue;
            }
            pieces.push(Piece { place, text: words.text, confidence: words.confidence });
        }
        out.lines = layout::lines(pieces);
        for line in &mut out.lines {
            if let Some(zone) = mrz::candidate(&line.text).and_then(|line| mrz::corrected(&line)) {
                line.text = zone;
            }
        }
        out
    }

    /// Where text is, in pixels of the picture; `None` when there is no effort left.
    fn find(&self, picture: &Picture, effort: &Effort) -> Option<(Vec<Rect>, bool)> {
        let (width, height) = (picture.width as f32, picture.height as f32);
        let (long, short) = (width.max(height), width.min(height));
        // as large as a page of that width would be
        let scale = (PAGE / (short * ASPECT).max(long.min(short * ASPECT))).min((SMALL / long).clamp(1.0, 2.0));
        let whole = |side: f32| ((side * scale / MULTIPLE as f32).round() as usize).max(1) * MULTIPLE;
        let (map_width, map_height) = (whole(width), whole(height));
        let tile = (PAGE as usize).next_multiple_of(MULTIPLE);
        let mut map = vec![0.0f32; map_width * map_height];
        let (x_scale, y_scale) = (width / map_width as f32, height / map_height as f32);
        for top in starts(map_height, tile) {
            for left in starts(map_width, tile) {
                let (across, down) = (tile.min(map_width - left), tile.min(map_height - top));
                if !effort.take((across * down) as u64) {
                    return None;
                }
                let place = Rect {
                    x: (left as f32 + across as f32 / 2.0) * x_scale,
                    y: (top as f32 + down as f32 / 2.0) * y_scale,
                    along: (1.0, 0.0),
                    length: across as f32 * x_scale,
                    height: down as f32 * y_scale,
                };
                let found =
                    self.run(&self.detector, picture.planes(place, across, down, MEAN, DEVIATION), down, across)?.to_vec();
                for (row, values) in found.chunks_exact(across).enumerate() {
                    let at = (top + row) * map_width + left;
                    for (slot, value) in map.get_mut(at..at + across).unwrap_or_default().iter_mut().zip(values) {
                        *slot = slot.max(*value);
                    }
                }
            }
        }
        let (found, more) = boxes::boxes(&map, map_width);
        Some((found.into_iter().map(|rect| rect.scaled(x_scale, y_scale)).collect(), more))
    }

    /// The places turned by half a circle if the picture lies upside down. The longest lines tell.
    fn upright(&self, picture: &Picture, places: Vec<Rect>, effort: &Effort) -> Vec<Rect> {
        let mut longest: Vec<&Rect> = places.iter().collect();
        longest.sort_by(|a, b| (b.length / b.height.max(1.0)).total_cmp(&(a.length / a.height.max(1.0))));
        longest.truncate(TRIED);
        let mean = |quarters: u8| {
            let sure = longest.iter().filter_map(|place| self.line(picture, place.turned(quarters), effort));
            sure.map(|words| words.confidence).sum::<f32>() / longest.len().max(1) as f32
        };
        let now = mean(0);
        if longest.is_empty() || now >= UPRIGHT || mean(2) <= now {
            return places;
        }
        places.into_iter().map(|place| place.turned(2)).collect()
    }

    /// What one line says; `None` when there is no effort left.
    fn line(&self, picture: &Picture, place: Rect, effort: &Effort) -> Option<Words> {
        let width = (HEIGHT as f32 * place.length / place.height.max(1.0)).ceil() as usize;
        let width = width.clamp(WIDTHS.0, WIDTHS.1).next_multiple_of(8);
        if !effort.take((HEIGHT * width) as u64 * LINE_COST) {
            return None;
        }
        let found = self.run(&self.recogniser, picture.planes(place, width, HEIGHT, [0.5; 3], [0.5; 3]), HEIGHT, width)?;
        let classes = found.shape().last().copied().unwrap_or(0);
        let values = found.to_vec();
        let steps = Steps { values: &values, classes };
        let words = steps.words(&self.dictionary, None);
        // what looks like a machine-readable zone is read once more with its 37 characters alone
        if let Some(read) = mrz::candidate(&words.text) {
            let zone = steps.words(&self.dictionary, Some(&self.zone)).text;
            if let Some(text) = mrz::corrected(&zone).or_else(|| mrz::corrected(&read)) {
                return Some(Words { text, ..words });
            }
        }
        Some(words)
    }
}

/// Where tiles of a side begin.
fn starts(side: usize, tile: usize) -> Vec<usize> {
    if side <= tile + OVERLAP {
        // one tile; what little is beyond it would be a sliver
        return (0..side).step_by(tile).collect();
    }
    let mut out: Vec<usize> = (0..side - tile).step_by(tile - OVERLAP).collect();
    out.push(side - tile);
    out
}

/// All places read in the direction that most of them have; marks too short to tell follow.
fn aligned(places: Vec<Rect>) -> Vec<Rect> {
    let upright = |place: &Rect| place.along.0.abs() < place.along.1.abs();
    let long = |place: &Rect| place.length > place.height * 1.5;
    let weight =
        |down: bool| places.iter().filter(|place| long(place) && upright(place) == down).map(|place| place.length).sum::<f32>();
    let down = weight(true) > weight(false);
    places.into_iter().map(|place| if !long(&place) && upright(&place) != down { place.turned(1) } else { place }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_side_and_overlap() {
        assert_eq!(starts(640, 1280), [0]);
        assert_eq!(starts(1280, 1280), [0]);
        for side in [1312usize, 1408, 2560, 6400] {
            let found = starts(side, 1280);
            let mut reached = 0;
            for start in &found {
                assert!(*start <= reached, "{side}: {found:?}");
                reached = (start + 1280).min(side);
            }
            assert_eq!(reached, side, "{found:?}");
        }
    }

    #[test]
    fn short_marks_follow_the_long_lines() {
        let line = Rect { x: 0.0, y: 0.0, along: (0.0, 1.0), length: 200.0, height: 20.0 };
        let mark = Rect { x: 0.0, y: 0.0, along: (1.0, 0.0), length: 22.0, height: 20.0 };
        let found = aligned(vec![line, mark]);
        assert!(found[1].along.1 > 0.99, "{found:?}");
        assert!(aligned(vec![mark])[0].along.0 > 0.99);
    }

    #[test]
    fn what_is_no_model_is_refused_with_its_name() {
        let refused = Reader::new(b"rubbish".to_vec(), Vec::new(), None).err().unwrap_or_default();
        assert!(refused.starts_with("det.onnx"), "{refused}");
    }
}
