//! A page's drawing orders, followed in their order: which words stand where, in which ink, and what is painted where, before or after
//! them. Nothing is drawn. What it cannot follow (slanted boxes, patterns, odd clipping) covers nothing.

use super::font::Font;
use super::resolve;
use super::shape::{Area, Matrix, Path};
use crate::collect::document::xlsx::look::Colour;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Bytes that one content stream may expand to.
pub(super) const MOST_BYTES: usize = 64 << 20;
/// Drawing orders of a document that are followed.
const MOST_ORDERS: u64 = 10_000_000;
/// Forms in forms.
const MOST_DEPTH: usize = 12;
/// Saved states.
const MOST_STATES: usize = 10_000;
/// Words and paints of a page.
const MOST_WORDS: usize = 400_000;
const MOST_PAINTS: usize = 20_000;
const MOST_PICTURES: usize = 2_000;
/// Bytes of forms that are kept for their next use.
const MOST_KEPT: usize = 64 << 20;
/// What is fainter is not seen.
const FAINT: f64 = 0.02;

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Nothing,
    Space,
    Line,
    Paragraph,
}

/// A word on a page.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) gap: Gap,
    /// Where its small letters are.
    pub(super) area: Area,
    /// Its place among all that is painted.
    pub(super) order: usize,
    /// The colour of the letters, if that can be told and they are filled and nothing else.
    pub(super) ink: Option<Colour>,
    /// It is not painted at all.
    pub(super) unpainted: bool,
    /// Its layer is switched off.
    pub(super) off: bool,
    /// Where the string began in which it stands: widths may be guessed, that is not.
    pub(super) begun: (f64, f64),
    /// Height of the letters on the page.
    pub(super) size: f64,
}

/// Something painted.
pub(super) struct Paint {
    pub(super) area: Area,
    pub(super) order: usize,
    /// All of the area is covered, and nothing shines through.
    pub(super) solid: bool,
    pub(super) picture: bool,
    pub(super) colour: Option<Colour>,
}

/// What is on a page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) words: Vec<Word>,
    pub(super) paints: Vec<Paint>,
    /// Pictures that it names, also those in layers that are off.
    pub(super) pictures: Vec<ObjectId>,
    /// Text whose characters are not told.
    pub(super) unknown: bool,
    /// It was not followed to its end.
    pub(super) cut: bool,
    /// Its orders could not be read.
    pub(super) broken: bool,
}

/// What is shared by the pages of a document.
pub(super) struct Reader<'p> {
    pdf: &'p Pdf,
    /// Layers that are switched off.
    off: HashSet<ObjectId>,
    left: u64,
    forms: HashMap<ObjectId, Rc<Vec<u8>>>,
    kept: usize,
    fonts: HashMap<ObjectId, Rc<Font<'p>>>,
}

#[derive(Clone)]
struct State<'p> {
    matrix: Matrix,
    ink: Option<Colour>,
    space: Space,
    alpha: f64,
    stroke_alpha: f64,
    /// A blend mode or mask lets what is below shine through.
    mixed: bool,
    clip: Area,
    /// The clip is no rectangle.
    odd_clip: bool,
    width: f64,
    font: Option<Rc<Font<'p>>>,
    size: f64,
    spread: f64,
    blank: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: i64,
}

/// How the numbers of a colour are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Parts(usize),
    Unknown,
}

impl State<'_> {
    fn new() -> Self {
        Self {
            matrix: Matrix::SAME,
            ink: Some([0, 0, 0]),
            space: Space::Parts(1),
            alpha: 1.0,
            stroke_alpha: 1.0,
            mixed: false,
            clip: Area::ALL,
            odd_clip: false,
            width: 1.0,
            font: None,
            size: 0.0,
            spread: 0.0,
            blank: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }

    /// Whether what is painted now lets nothing through.
    fn is_solid(&self, alpha: f64) -> bool {
        alpha >= 0.99 && !self.mixed && !self.odd_clip
    }
}

/// Grey, red-green-blue, or cyan-magenta-yellow-black as a screen shows it.
fn colour(parts: &[f64]) -> Option<Colour> {
    let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some(match parts {
        [grey] => [byte(*grey); 3],
        [r, g, b] => [byte(*r), byte(*g), byte(*b)],
        [c, m, y, k] => [c, m, y].map(|part| byte((1.0 - part) * (1.0 - k))),
        _ => return None,
    })
}

/// The numbers among operands.
fn numbers(operands: &[Object]) -> Vec<f64> {
    operands.iter().filter_map(|operand| operand.as_float().ok()).map(f64::from).collect()
}

impl<'p> Reader<'p> {
    /// For a document of which these layers are off.
    pub(super) fn new(pdf: &'p Pdf, off: HashSet<ObjectId>) -> Self {
        Self { pdf, off, left: MOST_ORDERS, forms: HashMap::new(), kept: 0, fonts: HashMap::new() }
    }

    /// Follows a page. `marks` are boxes that annotations lay over it.
    pub(super) fn page(&mut self, id: ObjectId, marks: Vec<(Area, Option<Colour>)>) -> Page {
        let mut run = Run {
            page: Page::default(),
            order: 0,
            states: Vec::new(),
            state: State::new(),
            text: Matrix::SAME,
            line: Matrix::SAME,
            path: Path::default(),
            clipping: false,
            text_clip: false,
            hidden: Vec::new(),
            begun: (0.0, 0.0),
            last: None,
        };
        let resources = inherited(self.pdf, id, b"Resources").and_then(|found| found.as_dict().ok());
        match self.pdf.get_page_content_with_limit(id, MOST_BYTES) {
            Ok(content) => self.orders(&content, resources, &mut run, 0),
            Err(_) => run.page.broken = true,
        }
        for (area, colour) in marks {
            run.order += 1;
            run.page.paints.push(Paint { area, order: run.order, solid: true, picture: false, colour });
        }
        run.page
    }

    fn orders(&mut self, content: &[u8], resources: Option<&'p Dictionary>, run: &mut Run<'p>, depth: usize) {
        let mut fonts: HashMap<Vec<u8>, Option<Rc<Font<'p>>>> = HashMap::new();
        let base = run.states.len();
        for order in Content::decode_iter(content) {
            let Ok(order) = order else {
                run.page.broken = true;
                break;
            };
            if self.left == 0 || run.page.words.len() >= MOST_WORDS {
                run.page.cut = true;
                break;
            }
            self.left -= 1;
            match order.operator.as_str() {
                "Tf" => {
                    let [name, size, ..] = order.operands.as_slice() else { continue };
                    run.state.size = size.as_float().map_or(0.0, f64::from);
                    let Ok(name) = name.as_name() else { continue };
                    if !fonts.contains_key(name) && fonts.len() < 10_000 {
                        fonts.insert(name.to_vec(), self.font(resources, name));
                    }
                    run.state.font = fonts.get(name).cloned().flatten();
                }
                "gs" => {
                    if let Some(given) = self.resource(resources, b"ExtGState", &order).and_then(|found| found.as_dict().ok()) {
                        self.graphics(given, run);
                    }
                }
                "cs" => {
                    run.state.space = self.space(resources, &order);
                    run.state.ink = (run.state.space != Space::Unknown).then_some([0, 0, 0]);
                }
                "BDC" => {
                    let off = order.operands.first().is_some_and(|tag| tag.as_name().ok() == Some(b"OC"))
                        && self.property(resources, &order).is_some_and(|layer| self.is_off(layer));
                    run.hidden.push(off);
                }
                "Do" => self.external(resources, &order, run, depth),
                _ => run.order(&order),
            }
        }
        // states that were not put back end with the stream
        while run.states.len() > base {
            run.restore();
        }
    }

    fn resource(&self, resources: Option<&'p Dictionary>, kind: &[u8], order: &Operation) -> Option<&'p Object> {
        let name = order.operands.first()?.as_name().ok()?;
        let list = resolve(self.pdf, resources?.get(kind).ok()?).as_dict().ok()?;
        Some(resolve(self.pdf, list.get(name).ok()?))
    }

    /// The layer that marked content names, as a reference.
    fn property(&self, resources: Option<&'p Dictionary>, order: &Operation) -> Option<&'p Object> {
        let name = order.operands.get(1)?.as_name().ok()?;
        resolve(self.pdf, resources?.get(b"Properties").ok()?).as_dict().ok()?.get(name).ok()
    }

    /// Whether a layer, or all layers of a set of them, are switched off.
    fn is_off(&self, layer: &Object) -> bool {
        if let Ok(id) = layer.as_reference()
            && self.off.contains(&id)
        {
            return true;
        }
        let Ok(set) = resolve(self.pdf, layer).as_dict() else { return false };
        if set.get(b"Type").and_then(Object::as_name).ok() != Some(b"OCMD") || set.has(b"VE") {
            return false;
        }
        let all_on = set.get(b"P").and_then(Object::as_name).ok() == Some(b"AllOn");
        let off = |object: &Object| object.as_reference().is_ok_and(|id| self.off.contains(&id));
        match set.get(b"OCGs") {
            Ok(Object::Array(list)) if all_on => list.iter().any(off),
            Ok(Object::Array(list)) => !list.is_empty() && list.iter().all(off),
            Ok(one) => off(one),
            Err(_) => false,
        }
    }

    fn font(&mut self, resources: Option<&'p Dictionary>, name: &[u8]) -> Option<Rc<Font<'p>>> {
        let list = resolve(self.pdf, resources?.get(b"Font").ok()?).as_dict().ok()?;
        let object = list.get(name).ok()?;
        let id = object.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let font = Rc::new(Font::read(self.pdf, resolve(self.pdf, object).as_dict().ok()?));
        if let Some(id) = id.filter(|_| self.fonts.len() < 10_000) {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    fn graphics(&self, given: &Dictionary, run: &mut Run<'p>) {
        let number = |key: &[u8]| given.get(key).ok().and_then(|value| resolve(self.pdf, value).as_float().ok()).map(f64::from);
        let state = &mut run.state;
        state.alpha = number(b"ca").unwrap_or(state.alpha);
        state.stroke_alpha = number(b"CA").unwrap_or(state.stroke_alpha);
        state.width = number(b"LW").unwrap_or(state.width);
        let mut mixed = None;
        if let Ok(mode) = given.get(b"BM") {
            let first = match resolve(self.pdf, mode) {
                Object::Array(list) => list.first().map(|mode| resolve(self.pdf, mode)),
                other => Some(other),
            };
            mixed = Some(!matches!(first.and_then(|mode| mode.as_name().ok()), Some(b"Normal" | b"Compatible")));
        }
        if let Ok(mask) = given.get(b"SMask") {
            let none = resolve(self.pdf, mask).as_name().ok() == Some(b"None");
            mixed = Some(mixed.unwrap_or(false) || !none);
        }
        state.mixed = mixed.unwrap_or(state.mixed);
    }

    fn space(&self, resources: Option<&'p Dictionary>, order: &Operation) -> Space {
        let Some(Ok(name)) = order.operands.first().map(Object::as_name) else { return Space::Unknown };
        match name {
            b"DeviceGray" | b"G" | b"CalGray" => return Space::Parts(1),
            b"DeviceRGB" | b"RGB" | b"CalRGB" => return Space::Parts(3),
            b"DeviceCMYK" | b"CMYK" => return Space::Parts(4),
            _ => {}
        }
        let Some(Ok(list)) = self.resource(resources, b"ColorSpace", order).map(Object::as_array) else { return Space::Unknown };
        match list.first().and_then(|kind| kind.as_name().ok()) {
            Some(b"CalGray") => Space::Parts(1),
            Some(b"CalRGB") => Space::Parts(3),
            Some(b"ICCBased") => {
                let profile = list.get(1).and_then(|profile| resolve(self.pdf, profile).as_stream().ok());
                let parts = profile.and_then(|profile| profile.dict.get(b"N").and_then(Object::as_i64).ok());
                parts.and_then(|parts| usize::try_from(parts).ok()).map_or(Space::Unknown, Space::Parts)
            }
            _ => Space::Unknown,
        }
    }

    /// A picture or a form.
    fn external(&mut self, resources: Option<&'p Dictionary>, order: &Operation, run: &mut Run<'p>, depth: usize) {
        let Some(name) = order.operands.first().and_then(|name| name.as_name().ok()) else { return };
        let list = resources.and_then(|found| resolve(self.pdf, found.get(b"XObject").ok()?).as_dict().ok());
        let Some(object) = list.and_then(|list| list.get(name).ok()) else { return };
        let Ok(stream) = resolve(self.pdf, object).as_stream() else { return };
        let off = stream.dict.get(b"OC").is_ok_and(|layer| self.is_off(layer));
        if stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image") {
            let masked = ["SMask", "Mask", "ImageMask"].iter().any(|key| {
                let value = stream.dict.get(key.as_bytes()).ok().map(|value| resolve(self.pdf, value));
                value.is_some_and(|value| !matches!(value, Object::Boolean(false) | Object::Null))
            });
            if let Some(id) = object.as_reference().ok().filter(|id| run.page.pictures.last() != Some(id)) {
                if run.page.pictures.len() < MOST_PICTURES {
                    run.page.pictures.push(id);
                } else {
                    run.page.cut = true;
                }
            }
            if !off {
                run.picture(masked);
            }
            return;
        }
        if depth >= MOST_DEPTH {
            run.page.cut = true;
            return;
        }
        let id = object.as_reference().ok();
        let content = if let Some(known) = id.and_then(|id| self.forms.get(&id)).cloned() {
            known
        } else {
            let Ok(content) = stream.get_plain_content_with_limit(MOST_BYTES) else {
                run.page.broken = true;
                return;
            };
            let content = Rc::new(content);
            if let Some(id) = id.filter(|_| self.kept + content.len() <= MOST_KEPT) {
                self.kept += content.len();
                self.forms.insert(id, Rc::clone(&content));
            }
            content
        };
        // unpacking costs as well
        self.left = self.left.saturating_sub(content.len() as u64 / 64);
        let own = stream.dict.get(b"Resources").ok().and_then(|found| resolve(self.pdf, found).as_dict().ok()).or(resources);
        let list = |key: &[u8]| {
            stream.dict.get(key).ok().and_then(|list| resolve(self.pdf, list).as_array().ok()).map(|list| numbers(list))
        };
        run.save();
        if let Some(own) = list(b"Matrix").and_then(|parts| Matrix::of(&parts)) {
            run.state.matrix = own.then(run.state.matrix);
        }
        if let Some([left, bottom, right, top]) = list(b"BBox").as_deref() {
            run.state.clip = run.state.clip.and(Area::moved(run.state.matrix, *left, *bottom, *right, *top));
        }
        run.hidden.push(off);
        let marked = run.hidden.len();
        let text = (run.text, run.line);
        self.orders(&content, own, run, depth + 1);
        (run.text, run.line) = text;
        run.hidden.truncate(marked);
        run.hidden.pop();
        run.restore();
    }
}

/// Something that a page has itself or takes from the pages above it.
pub(super) fn inherited<'p>(pdf: &'p Pdf, id: ObjectId, key: &[u8]) -> Option<&'p Object> {
    let mut at = pdf.get_dictionary(id).ok()?;
    for _ in 0..32 {
        if let Ok(found) = at.get(key) {
            return Some(resolve(pdf, found));
        }
        at = resolve(pdf, at.get(b"Parent").ok()?).as_dict().ok()?;
    }
    None
}

/// A page while it is followed.
struct Run<'p> {
    page: Page,
    order: usize,
    states: Vec<State<'p>>,
    state: State<'p>,
    text: Matrix,
    line: Matrix,
    path: Path,
    clipping: bool,
    text_clip: bool,
    /// Marked content that is open, and whether its layer is off.
    hidden: Vec<bool>,
    begun: (f64, f64),
    /// Where the last word ended, its size, and whether a blank followed.
    last: Option<(f64, f64, f64, bool)>,
}

impl Run<'_> {
    fn save(&mut self) {
        if self.states.len() < MOST_STATES {
            self.states.push(self.state.clone());
        } else {
            self.page.cut = true;
        }
    }

    fn restore(&mut self) {
        if let Some(state) = self.states.pop() {
            self.state = state;
        }
    }

    fn is_off(&self) -> bool {
        self.hidden.contains(&true)
    }

    fn paint(&mut self, area: Area, solid: bool, picture: bool, colour: Option<Colour>) {
        let area = area.and(self.state.clip);
        if self.is_off() || area.left > area.right || area.bottom > area.top {
            return;
        }
        if self.page.paints.len() >= MOST_PAINTS {
            self.page.cut = true;
            return;
        }
        self.order += 1;
        self.page.paints.push(Paint { area, order: self.order, solid, picture, colour });
    }

    fn picture(&mut self, masked: bool) {
        let area = Area::moved(self.state.matrix, 0.0, 0.0, 1.0, 1.0);
        let solid = !masked && self.state.matrix.is_straight() && self.state.is_solid(self.state.alpha);
        self.paint(area, solid, true, None);
    }

    /// Ends a path: it is filled, drawn along, both or neither; and it may be the next clip.
    fn end_path(&mut self, fill: bool, stroke: bool) {
        self.path.end_piece();
        let path = std::mem::take(&mut self.path);
        if fill && let Some(around) = path.around() {
            let solid = self.state.is_solid(self.state.alpha) && self.state.ink.is_some();
            match path.solid().filter(|_| solid) {
                Some(areas) => areas.iter().for_each(|area| self.paint(*area, true, false, self.state.ink)),
                None => self.paint(around, false, false, None),
            }
        }
        if stroke {
            let [a, b, c, d, ..] = self.state.matrix.0;
            let width = self.state.width * (a * d - b * c).abs().sqrt();
            // a marker's line covers words as a box does
            if width >= 4.0 && self.state.is_solid(self.state.stroke_alpha) {
                path.strokes(width).into_iter().for_each(|area| self.paint(area, true, false, None));
            }
        }
        if std::mem::take(&mut self.clipping)
            && let Some(around) = path.around()
        {
            self.state.odd_clip |= path.solid().is_none_or(|areas| areas.len() > 1);
            self.state.clip = self.state.clip.and(around);
        }
    }

    fn order(&mut self, order: &Operation) {
        let given = numbers(&order.operands);
        let state = &mut self.state;
        match (order.operator.as_str(), given.as_slice()) {
            ("q", _) => self.save(),
            ("Q", _) => self.restore(),
            ("cm", parts) => state.matrix = Matrix::of(parts).map_or(state.matrix, |own| own.then(state.matrix)),
            ("w", [width]) => state.width = *width,
            ("g" | "rg" | "k", parts) => {
                state.space = Space::Parts(parts.len());
                state.ink = colour(parts);
            }
            ("sc" | "scn", parts) => {
                let known = state.space == Space::Parts(parts.len()) && parts.len() == order.operands.len();
                state.ink = if known { colour(parts) } else { None };
            }
            ("m", [x, y]) => {
                let (x, y) = state.matrix.point(*x, *y);
                self.path.start(x, y);
            }
            ("l", [x, y]) => {
                let (x, y) = state.matrix.point(*x, *y);
                self.path.line(x, y);
            }
            ("c" | "v" | "y", parts) => {
                let points: Vec<(f64, f64)> = parts
                    .chunks_exact(2)
                    .filter_map(|pair| match pair {
                        [x, y] => Some(state.matrix.point(*x, *y)),
                        _ => None,
                    })
                    .collect();
                self.path.curve(&points);
            }
            ("re", [x, y, width, height]) => self.path.rectangle(state.matrix, *x, *y, *width, *height),
            ("h", _) => self.path.end_piece(),
            ("W" | "W*", _) => self.clipping = true,
            ("f" | "F" | "f*", _) => self.end_path(true, false),
            ("B" | "B*" | "b" | "b*", _) => self.end_path(true, true),
            ("S" | "s", _) => self.end_path(false, true),
            ("n", _) => self.end_path(false, false),
            ("sh", _) => {
                let clip = state.clip;
                self.paint(clip, false, false, None);
            }
            ("BI", _) => {
                let stream = order.operands.first().and_then(|stream| stream.as_stream().ok());
                let masked = stream.is_none_or(|stream| {
                    [&b"IM"[..], b"ImageMask"].iter().any(|key| matches!(stream.dict.get(key), Ok(Object::Boolean(true))))
                });
                self.picture(masked);
            }
            ("BMC", _) => self.hidden.push(false),
            ("EMC", _) => {
                self.hidden.pop();
            }
            ("BT", _) => (self.text, self.line) = (Matrix::SAME, Matrix::SAME),
            ("ET", _) => self.state.odd_clip |= std::mem::take(&mut self.text_clip),
            ("Tc", [value]) => state.spread = *value,
            ("Tw", [value]) => state.blank = *value,
            ("Tz", [value]) => state.stretch = value / 100.0,
            ("TL", [value]) => state.leading = *value,
            ("Ts", [value]) => state.rise = *value,
            ("Tr", [value]) => state.mode = *value as i64,
            ("Td", [x, y]) => self.next(*x, *y),
            ("TD", [x, y]) => {
                state.leading = -y;
                self.next(*x, *y);
            }
            ("Tm", parts) => {
                self.line = Matrix::of(parts).unwrap_or(self.line);
                self.text = self.line;
            }
            ("T*", _) => self.new_line(),
            ("Tj", _) => self.show(&order.operands),
            ("TJ", _) => {
                if let Some(Ok(list)) = order.operands.first().map(Object::as_array) {
                    self.show(list);
                }
            }
            ("'", _) => {
                self.new_line();
                self.show(&order.operands);
            }
            ("\"", _) => {
                if let [blank, spread] = given.as_slice() {
                    (self.state.blank, self.state.spread) = (*blank, *spread);
                }
                self.new_line();
                self.show(order.operands.get(2..).unwrap_or(&[]));
            }
            _ => {}
        }
    }

    fn next(&mut self, x: f64, y: f64) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(self.line);
        self.text = self.line;
    }

    fn new_line(&mut self) {
        let leading = self.state.leading;
        self.next(0.0, -leading);
    }

    /// Strings, and numbers that move the pen between them.
    fn show(&mut self, items: &[Object]) {
        if self.state.mode >= 4 {
            self.text_clip = true;
        }
        self.begun = self.text.then(self.state.matrix).point(0.0, self.state.rise);
        for item in items {
            match item {
                Object::String(bytes, _) => self.string(bytes),
                Object::Integer(_) | Object::Real(_) => {
                    let by = item.as_float().map_or(0.0, f64::from);
                    let step = -by / 1000.0 * self.state.size * self.state.stretch;
                    self.text = Matrix([1.0, 0.0, 0.0, 1.0, step, 0.0]).then(self.text);
                    if by < -100.0
                        && let Some(last) = &mut self.last
                    {
                        last.3 = true;
                    }
                }
                _ => {}
            }
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            self.page.unknown |= !bytes.is_empty();
            return;
        };
        let state = &self.state;
        let (size, stretch) = (state.size, state.stretch);
        let mut ends: Vec<f64> = Vec::with_capacity(bytes.len());
        let mut pen = 0.0;
        for (width, blank) in font.advances(bytes) {
            pen += (width * size + state.spread + if blank { state.blank } else { 0.0 }) * stretch;
            ends.push(pen);
        }
        self.order += 1;
        let Some(text) = font.text(bytes) else {
            self.page.unknown |= !bytes.is_empty();
            self.text = Matrix([1.0, 0.0, 0.0, 1.0, pen, 0.0]).then(self.text);
            return;
        };
        let count = text.chars().count();
        // where each character ends: as its code does, if each code is one character
        let end = |index: usize| {
            if index == 0 {
                0.0
            } else if count == ends.len() {
                ends.get(index - 1).copied().unwrap_or(pen)
            } else {
                pen * index as f64 / count as f64
            }
        };
        let mut word = String::new();
        let mut start = 0;
        for (index, c) in text.chars().chain(std::iter::once(' ')).enumerate() {
            let blank = c.is_whitespace() || c == '\u{a0}';
            if !blank && c != '\0' {
                if word.is_empty() {
                    start = index;
                }
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                self.word(std::mem::take(&mut word), end(start), end(index));
            }
            if index < count
                && let Some(last) = &mut self.last
            {
                last.3 = true;
            }
        }
        self.text = Matrix([1.0, 0.0, 0.0, 1.0, pen, 0.0]).then(self.text);
    }

    /// One word between two places of the pen.
    fn word(&mut self, text: String, from: f64, to: f64) {
        let (matrix, state) = (self.text.then(self.state.matrix), &self.state);
        let (low, high) = (state.rise + state.size * 0.05, state.rise + state.size * 0.55);
        let begin = matrix.point(from, state.rise);
        let end = matrix.point(to, state.rise);
        let above = matrix.point(from, state.rise + state.size);
        let height = (above.0 - begin.0).hypot(above.1 - begin.1);
        let gap = match self.last {
            None => Gap::Nothing,
            Some((x, y, before, blank)) => {
                let reach = (end.0 - begin.0).hypot(end.1 - begin.1).max(1e-9);
                let (along, across) = ((end.0 - begin.0) / reach, (end.1 - begin.1) / reach);
                let (dx, dy) = (begin.0 - x, begin.1 - y);
                let (ahead, aside) = (dx * along + dy * across, (dy * along - dx * across).abs());
                let size = height.max(before).max(1e-9);
                if aside > size * 1.9 {
                    Gap::Paragraph
                } else if aside > size * 0.45 {
                    Gap::Line
                } else if blank || ahead.abs() > size * 0.15 {
                    Gap::Space
                } else {
                    Gap::Nothing
                }
            }
        };
        let unpainted = matches!(state.mode, 3)
            || (matches!(state.mode, 0 | 2) && state.alpha <= FAINT && (state.mode == 0 || state.stroke_alpha <= FAINT));
        self.page.words.push(Word {
            text,
            gap,
            area: Area::moved(matrix, from, low, to, high),
            order: self.order,
            ink: state.ink.filter(|_| state.mode == 0 && !state.mixed),
            unpainted,
            off: self.is_off(),
            begun: self.begun,
            size: height,
        });
        self.last = Some((end.0, end.1, height, false));
    }
}
