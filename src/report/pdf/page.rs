//! Pages and the tree of what stands on them: where the pen is, what is marked as what, links, bookmarks, head and foot of each page.
//! It sets no paragraph and no table.

use super::file::{File, number, string};
use super::font::Fonts;
use super::line::{INK, Ink, Line, SOFT, Span};

/// A4, and margins that leave room for filing holes.
pub(super) const WIDE: f32 = 595.28;
const HIGH: f32 = 841.89;
const TOP: f32 = 66.0;
const BOTTOM: f32 = 56.0;
pub(super) const LEFT: f32 = 71.0;
pub(super) const RIGHT: f32 = 552.0;

/// An element of the tree that is open.
struct Element {
    id: u32,
    role: &'static str,
    entries: String,
    kids: String,
}

/// A page that is finished but for its head and foot.
struct Done {
    id: u32,
    body: u32,
    late: String,
    marks: Vec<u32>,
    links: Vec<u32>,
}

/// A link in the contents whose page is not known yet.
struct Promise {
    annotation: u32,
    rect: String,
    title: String,
    key: usize,
    page: usize,
    mark: usize,
    right: f32,
    y: f32,
}

/// A place that a bookmark leads to.
struct Target {
    title: String,
    page: usize,
    y: f32,
}

/// What head, foot and properties say.
pub(super) struct Words {
    pub(super) classification: Option<String>,
    pub(super) confidence: String,
    pub(super) target: String,
    pub(super) date: String,
}

/// The paper.
pub(super) struct Paper {
    pub(super) file: File,
    pub(super) fonts: Fonts,
    pages: Vec<Done>,
    ops: String,
    id: u32,
    marks: Vec<u32>,
    links: Vec<u32>,
    stack: Vec<Element>,
    promises: Vec<Promise>,
    targets: Vec<Target>,
    objects: Vec<u32>,
    /// Where the pen is, from the bottom of the page.
    pub(super) y: f32,
    /// The column.
    pub(super) left: f32,
    pub(super) right: f32,
    root: u32,
    tree: u32,
}

impl Paper {
    pub(super) fn new() -> Self {
        let mut file = File::new();
        let (root, tree, id) = (file.reserve(), file.reserve(), file.reserve());
        let mut paper = Self {
            file,
            fonts: Fonts::new(),
            pages: Vec::new(),
            ops: String::new(),
            id,
            marks: Vec::new(),
            links: Vec::new(),
            stack: Vec::new(),
            promises: Vec::new(),
            targets: Vec::new(),
            objects: Vec::new(),
            y: HIGH - TOP,
            left: LEFT,
            right: RIGHT,
            root,
            tree,
        };
        paper.open("Document", String::new());
        paper
    }

    /// How much is left on the page.
    pub(super) fn room(&self) -> f32 {
        self.y - BOTTOM
    }

    /// What a page holds.
    pub(super) fn page_room() -> f32 {
        HIGH - TOP - BOTTOM
    }

    /// How many pages are finished.
    pub(super) fn page(&self) -> usize {
        self.pages.len()
    }

    /// Starts a new page unless that much is left on this one.
    pub(super) fn ensure(&mut self, height: f32) {
        if self.room() < height && self.y < HIGH - TOP - 1.0 {
            self.turn();
        }
    }

    /// Starts a new page.
    pub(super) fn turn(&mut self) {
        let ops = std::mem::take(&mut self.ops);
        let body = self.file.stream("", ops.as_bytes());
        let next = self.file.reserve();
        let id = std::mem::replace(&mut self.id, next);
        let (marks, links) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.links));
        self.pages.push(Done { id, body, late: String::new(), marks, links });
        self.y = HIGH - TOP;
    }

    /// Opens an element of the tree.
    pub(super) fn open(&mut self, role: &'static str, entries: String) {
        let id = self.file.reserve();
        self.stack.push(Element { id, role, entries, kids: String::new() });
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        let Some(element) = self.stack.pop() else { return };
        let parent = self.stack.last_mut().map_or(self.tree, |outer| {
            outer.kids.push_str(&format!("{} 0 R ", element.id));
            outer.id
        });
        let (role, entries, kids) = (element.role, element.entries, element.kids);
        self.file.put(element.id, &format!("<< /Type /StructElem /S /{role} /P {parent} 0 R {entries} /K [{kids}] >>"));
    }

    /// A number for a mark on this page that belongs to the open element.
    fn number(&mut self) -> usize {
        let mark = self.marks.len();
        let page = self.id;
        if let Some(element) = self.stack.last_mut() {
            self.marks.push(element.id);
            element.kids.push_str(&format!("<< /Type /MCR /Pg {page} 0 R /MCID {mark} >> "));
        }
        mark
    }

    /// Begins what belongs to the open element.
    pub(super) fn begin(&mut self) {
        let role = self.stack.last().map_or("P", |element| element.role);
        let mark = self.number();
        self.ops.push_str(&format!("/{role} <</MCID {mark}>> BDC\n"));
    }

    /// Begins what is there for the eye alone.
    pub(super) fn begin_artifact(&mut self) {
        self.ops.push_str("/Artifact BMC\n");
    }

    /// Begins what an earlier page has said already.
    pub(super) fn begin_again(&mut self) {
        self.ops.push_str("/Artifact <</Type /Pagination>> BDC\n");
    }

    /// Ends any of them.
    pub(super) fn end(&mut self) {
        self.ops.push_str("EMC\n");
    }

    /// Writes a line with its base at a height.
    pub(super) fn line(&mut self, line: &Line, spans: &[Span], x: f32, y: f32) {
        text(&mut self.ops, line, spans, x, y);
    }

    /// Where drawing is at, for what has to lie below what comes.
    pub(super) fn layer(&self) -> usize {
        self.ops.len()
    }

    /// Draws a filled box below all that was drawn since.
    pub(super) fn below(&mut self, layer: usize, ink: Ink, x: f32, y: f32, w: f32, h: f32) {
        let drawing = format!("/Artifact BMC\n{}EMC\n", filled(ink, x, y, w, h));
        if layer <= self.ops.len() {
            self.ops.insert_str(layer, &drawing);
        }
    }

    /// A filled box, inside a mark.
    pub(super) fn fill(&mut self, ink: Ink, x: f32, y: f32, w: f32, h: f32) {
        self.ops.push_str(&filled(ink, x, y, w, h));
    }

    /// The frame of a box, inside a mark.
    pub(super) fn frame(&mut self, ink: Ink, thick: f32, x: f32, y: f32, w: f32, h: f32) {
        let (ink, place) = (ink.map(number).join(" "), [x, y, w, h].map(number).join(" "));
        self.ops.push_str(&format!("{ink} RG {} w {place} re S\n", number(thick)));
    }

    /// A line, inside a mark.
    pub(super) fn stroke(&mut self, ink: Ink, thick: f32, ax: f32, ay: f32, bx: f32, by: f32) {
        let ink = ink.map(number).join(" ");
        let [ax, ay, bx, by, thick] = [ax, ay, bx, by, thick].map(number);
        self.ops.push_str(&format!("{ink} RG {thick} w {ax} {ay} m {bx} {by} l S\n"));
    }

    /// A rule from the left of the column to its right, for the eye alone.
    pub(super) fn rule(&mut self, ink: Ink, thick: f32, y: f32) {
        self.begin_artifact();
        let (left, right) = (self.left, self.right);
        self.fill(ink, left, y, right - left, thick);
        self.end();
    }

    /// Sets a bookmark here.
    pub(super) fn bookmark(&mut self, title: &str) {
        self.targets.push(Target { title: title.to_owned(), page: self.pages.len(), y: self.y + 14.0 });
    }

    /// One line of the contents; its page comes later.
    pub(super) fn promise(&mut self, key: usize, title: &str, size: f32) {
        self.open("TOCI", String::new());
        self.open("Link", String::new());
        let spans = [Span::new(title, size, INK)];
        let width = self.right - self.left - 40.0;
        let lines = super::line::set(&mut self.fonts, &spans, width);
        let (annotation, at) = (self.file.reserve(), self.y - size);
        self.begin();
        if let Some(line) = lines.first() {
            self.line(line, &spans, self.left, at);
        }
        self.end();
        if let Some(element) = self.stack.last_mut() {
            element.kids.push_str(&format!("<< /Type /OBJR /Pg {} 0 R /Obj {annotation} 0 R >> ", self.id));
            self.objects.push(element.id);
        }
        self.links.push(annotation);
        self.close();
        let mark = self.number();
        let rect = [self.left, at - 3.0, self.right, at + size].map(number).join(" ");
        let (page, right) = (self.pages.len(), self.right);
        self.promises.push(Promise { annotation, rect, title: title.to_owned(), key, page, mark, right, y: at });
        self.close();
        self.y -= size * 1.55;
    }

    fn keep(&mut self) {
        let (ids, pages): (Vec<u32>, usize) = (self.pages.iter().map(|page| page.id).collect(), self.pages.len());
        for (number, promise) in std::mem::take(&mut self.promises).into_iter().enumerate() {
            let Some(target) = self.targets.get(promise.key) else { continue };
            let (title, destination) = (string(&format!("Go to {}", promise.title)), destination(target, &ids));
            self.file.put(
                promise.annotation,
                &format!(
                    "<< /Type /Annot /Subtype /Link /Rect [{}] /Border [0 0 0] /F 4 /Contents {title} /StructParent {} /Dest {destination} >>",
                    promise.rect,
                    pages + number
                ),
            );
            let spans = [Span::new(&(target.page + 1).to_string(), 9.0, INK)];
            let mut late = format!("/TOCI <</MCID {}>> BDC\n", promise.mark);
            for line in super::line::set(&mut self.fonts, &spans, 60.0) {
                text(&mut late, &line, &spans, promise.right - line.width, promise.y);
            }
            late.push_str("EMC\n");
            if let Some(page) = self.pages.get_mut(promise.page) {
                page.late.push_str(&late);
            }
        }
    }

    /// Head and foot of a page.
    fn edges(&mut self, words: &Words, page: usize, of: usize) -> String {
        let mut out = String::from("/Artifact <</Type /Pagination /Subtype /Header>> BDC\n");
        let put = |fonts: &mut Fonts, out: &mut String, said: &str, bold: bool, place: f32, y: f32| {
            let said = fonts.writable(said);
            let mut span = Span::new(&said, 7.5, if bold { INK } else { SOFT });
            span.bold = bold;
            let spans = [span];
            let width = if (place - 0.5).abs() < 0.1 { RIGHT - LEFT } else { 300.0 };
            if let Some(line) = super::line::set(fonts, &spans, width).first() {
                text(out, line, &spans, LEFT + (RIGHT - LEFT - line.width) * place, y);
            }
        };
        let fonts = &mut self.fonts;
        put(fonts, &mut out, "Supplier audit report", false, 0.0, HIGH - 40.0);
        if let Some(said) = &words.classification {
            put(fonts, &mut out, said, true, 0.5, HIGH - 28.0);
        }
        put(fonts, &mut out, &words.confidence, true, 1.0, HIGH - 40.0);
        out.push_str(&filled([0.76, 0.79, 0.81], LEFT, HIGH - 47.0, RIGHT - LEFT, 0.5));
        out.push_str("EMC\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n");
        put(fonts, &mut out, &crate::text::escape::cut(&words.target, 60), false, 0.0, 34.0);
        put(fonts, &mut out, &words.date, false, 0.62, 34.0);
        put(fonts, &mut out, &format!("page {page} of {of}"), false, 1.0, 34.0);
        if let Some(said) = &words.classification {
            put(fonts, &mut out, said, true, 0.5, 22.0);
        }
        out.push_str("EMC\n");
        out
    }

    /// Ends the document and gives its bytes.
    pub(super) fn finish(mut self, words: &Words, tool: &str) -> Vec<u8> {
        self.turn();
        while !self.stack.is_empty() {
            if let [only] = self.stack.as_slice() {
                let root = only.id;
                let kids = format!(
                    "<< /Type /StructTreeRoot /K [{root} 0 R] /ParentTree {{}} /ParentTreeNextKey {} >>",
                    self.pages.len() + self.objects.len()
                );
                self.close();
                self.seal(&kids);
                break;
            }
            self.close();
        }
        self.keep();
        let (all, list) = (self.pages.len(), self.file.reserve());
        let mut edges = Vec::with_capacity(all);
        for page in 1..=all {
            let said = self.edges(words, page, all);
            edges.push(said);
        }
        let [regular, bold] = self.fonts.write(&mut self.file);
        let resources = self.file.object(&format!("<< /Font << /F0 {regular} 0 R /F1 {bold} 0 R >> >>"));
        // pages hang in groups: readers walk the tree to find one
        let mut groups = String::new();
        for (group, pages) in self.pages.chunks(64).enumerate() {
            let node = self.file.reserve();
            let mut kids = String::new();
            for (at, page) in pages.iter().enumerate() {
                let key = group * 64 + at;
                let late = format!("{}{}", page.late, edges.get(key).map_or("", String::as_str));
                let late = self.file.stream("", late.as_bytes());
                let links: String = page.links.iter().map(|link| format!("{link} 0 R ")).collect();
                let links = if links.is_empty() { links } else { format!(" /Annots [{links}]") };
                self.file.put(
                    page.id,
                    &format!(
                        "<< /Type /Page /Parent {node} 0 R /MediaBox [0 0 {WIDE} {HIGH}] /Resources {resources} 0 R /Contents [{} 0 R {late} 0 R] /StructParents {key} /Tabs /S{links} >>",
                        page.body
                    ),
                );
                kids.push_str(&format!("{} 0 R ", page.id));
            }
            self.file.put(node, &format!("<< /Type /Pages /Parent {list} 0 R /Kids [{kids}] /Count {} >>", pages.len()));
            groups.push_str(&format!("{node} 0 R "));
        }
        self.file.put(list, &format!("<< /Type /Pages /Kids [{groups}] /Count {all} >>"));
        let outline = self.outline();
        let title = format!("{} – supplier audit, {}", words.target, words.date);
        let (info, metadata, intent) = super::about::write(&mut self.file, &title, &words.date, tool);
        self.file.put(
            self.root,
            &format!(
                "<< /Type /Catalog /Pages {list} 0 R /Lang (en-GB) /MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >> /PageMode /UseOutlines /Outlines {outline} 0 R /StructTreeRoot {} 0 R /Metadata {metadata} 0 R /OutputIntents [{intent} 0 R] >>",
                self.tree
            ),
        );
        self.file.finish(self.root, info)
    }

    /// The tree's root, with the way back from marks to elements.
    fn seal(&mut self, root: &str) {
        let mut rows = String::new();
        for (key, page) in self.pages.iter().enumerate() {
            let marks: String = page.marks.iter().map(|mark| format!("{mark} 0 R ")).collect();
            let id = self.file.object(&format!("[{marks}]"));
            rows.push_str(&format!("{key} {id} 0 R "));
        }
        for (at, element) in self.objects.iter().enumerate() {
            rows.push_str(&format!("{} {element} 0 R ", self.pages.len() + at));
        }
        let back = self.file.object(&format!("<< /Nums [{rows}] >>"));
        self.file.put(self.tree, &root.replacen("{}", &format!("{back} 0 R"), 1));
    }

    fn outline(&mut self) -> u32 {
        let ids: Vec<u32> = self.pages.iter().map(|page| page.id).collect();
        let outline = self.file.reserve();
        let items: Vec<u32> = self.targets.iter().map(|_| self.file.reserve()).collect();
        for (at, (target, id)) in self.targets.iter().zip(&items).enumerate() {
            let mut body =
                format!("<< /Title {} /Parent {outline} 0 R /Dest {}", string(&target.title), destination(target, &ids));
            if let Some(before) = at.checked_sub(1).and_then(|at| items.get(at)) {
                body.push_str(&format!(" /Prev {before} 0 R"));
            }
            if let Some(next) = items.get(at + 1) {
                body.push_str(&format!(" /Next {next} 0 R"));
            }
            self.file.put(*id, &(body + " >>"));
        }
        let ends = match (items.first(), items.last()) {
            (Some(first), Some(last)) => format!("/First {first} 0 R /Last {last} 0 R /Count {}", items.len()),
            _ => String::new(),
        };
        self.file.put(outline, &format!("<< /Type /Outlines {ends} >>"));
        outline
    }
}

fn destination(target: &Target, pages: &[u32]) -> String {
    let page = pages.get(target.page).or(pages.last()).copied().unwrap_or(0);
    format!("[{page} 0 R /XYZ {} {} null]", number(LEFT - 10.0), number(target.y))
}

fn filled(ink: Ink, x: f32, y: f32, w: f32, h: f32) -> String {
    let (ink, place) = (ink.map(number).join(" "), [x, y, w, h].map(number).join(" "));
    format!("{ink} rg {place} re f\n")
}

fn text(out: &mut String, line: &Line, spans: &[Span], x: f32, y: f32) {
    out.push_str(&format!("BT {} {} Td", number(x), number(y)));
    for (at, glyphs) in &line.runs {
        let Some(span) = spans.get(*at) else { continue };
        let ink = span.ink.map(number).join(" ");
        out.push_str(&format!(" /F{} {} Tf {ink} rg <{glyphs}> Tj", u8::from(span.bold), number(span.size)));
    }
    out.push_str(" ET\n");
}
