
"use strict";
/* Filters the findings. Everything it shows is made of text nodes: no string becomes markup. Without it the page is complete but for the filter. */
(function () {
  const form = document.getElementById("filter");
  /* what is folded is unfolded on paper, and when a link leads into it */
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
    folded = [];
  });
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", unfold);
  unfold();
  if (!form) return;

  /* the fields of a row, in the order in which island.rs writes them */
  const F = { at: 0, control: 1, severity: 2, place: 3, number: 4, key: 5, found: 6, expected: 7, fix: 8, line: 9, people: 10, due: 11, waived: 12, outcome: 13, print: 14, title: 15, answer: 16, seen: 17 };
  const body = document.getElementById("rows");
  const status = document.getElementById("shown");
  const further = document.getElementById("further");
  const text = document.getElementById("f-text");
  const control = document.getElementById("f-control");
  const state = document.getElementById("f-state");
  const boxes = Array.from(form.querySelectorAll("input[name=severity]"));
  const words = new Intl.NumberFormat("en-GB");
  let island = null;
  let haystack = null;
  let hits = [];
  let drawn = 0;

  /* read only when somebody filters: 100,000 findings cost nothing before that */
  function data() {
    if (!island) island = JSON.parse(document.getElementById("island").textContent);
    return island;
  }
  function make(tag, name, content) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (content !== undefined) element.textContent = content;
    return element;
  }
  function more(cell, label, content, tag, name) {
    const line = make("span", "more", label);
    if (tag) line.append(make(tag, name, content));
    else line.append(content);
    cell.append(line);
  }
  function row(finding) {
    const say = (field) => island.texts[finding[field]];
    const tr = document.createElement("tr");
    const mark = tr.appendChild(document.createElement("td"));
    mark.append(make("span", "tag s-" + finding[F.severity], finding[F.severity]));
    if (finding[F.waived]) mark.append(" ", make("span", "tag waived", "waived"));
    if (finding[F.outcome]) mark.append(make("span", "more", finding[F.outcome]));
    const place = tr.appendChild(document.createElement("th"));
    place.scope = "row";
    const known = finding[F.at] >= 0;
    const link = make(known ? "a" : "span", "id", say(F.control));
    if (known) link.href = "#c" + finding[F.at];
    place.append(link, " ", make("span", "title", say(F.title)));
    if (finding[F.place]) {
      const span = make("span", "place");
      span.append(make("bdi", "path", finding[F.place]));
      if (finding[F.number] !== null) span.append(" ", make("span", "no", "no. " + finding[F.number]));
      place.append(span);
    } else place.append(make("span", "more", "the whole delivery"));
    if (say(F.key)) more(place, "key ", say(F.key), "bdi", "path");
    const found = tr.appendChild(document.createElement("td"));
    found.append(make("span", "found", say(F.found)));
    more(found, "Wanted: ", say(F.expected));
    more(found, "What to do: ", say(F.fix));
    if (say(F.line)) more(found, "The right line: ", say(F.line), "code");
    if (say(F.answer)) more(found, "The supplier: ", say(F.answer), "b");
    const people = tr.appendChild(make("td", "n", words.format(finding[F.people])));
    people.dataset.label = "People";
    const due = tr.appendChild(make("td", "day", say(F.due)));
    due.dataset.label = "Due";
    if (finding[F.seen]) due.append(make("span", "more", "known since " + finding[F.seen]));
    return tr;
  }
  function draw() {
    const piece = document.createDocumentFragment();
    const end = Math.min(drawn + island.shown, hits.length);
    for (let at = drawn; at < end; at += 1) piece.append(row(island.rows[hits[at]]));
    body.append(piece);
    drawn = end;
    say();
  }
  function say() {
    const all = island.rows.length;
    let line = hits.length === all ? "All " + words.format(all) + " findings match" : words.format(hits.length) + " of " + words.format(all) + (hits.length === 1 ? " findings matches" : " findings match");
    if (drawn < hits.length) line += "; the first " + words.format(drawn) + " are shown";
    status.textContent = line + ".";
    further.hidden = drawn >= hits.length;
    further.textContent = "Show " + words.format(Math.min(island.shown, hits.length - drawn)) + " more";
  }
  function sought(wanted) {
    if (!haystack) {
      const t = island.texts;
      haystack = island.rows.map((f) => [f[F.place], t[f[F.control]], t[f[F.title]], t[f[F.key]], t[f[F.found]], t[f[F.expected]], t[f[F.fix]], f[F.print], t[f[F.answer]]].join("\n").toLowerCase());
    }
    return (at) => wanted.every((word) => haystack[at].includes(word));
  }
  function filter() {
    data();
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = wanted.length ? sought(wanted) : () => true;
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const only = control.value === "" ? null : Number(control.value);
    const waived = state.value === "" ? null : Number(state.value);
    hits = [];
    island.rows.forEach((finding, at) => {
      if (severities.has(finding[F.severity]) && (only === null || finding[F.at] === only) && (waived === null || finding[F.waived] === waived) && fits(at)) hits.push(at);
    });
    body.textContent = "";
    drawn = 0;
    draw();
  }
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  };
  text.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter();
  });
  form.addEventListener("reset", soon);
  further.addEventListener("click", () => {
    if (!island) {
      data();
      hits = island.rows.map((_, at) => at);
      drawn = body.rows.length;
    }
    const first = drawn;
    draw();
    const next = body.rows[first];
    const link = next && next.querySelector("a");
    if (link) link.focus();
  });
  form.hidden = false;
  const total = Number(form.dataset.total);
  if (total > body.rows.length) {
    status.textContent = "The first " + words.format(body.rows.length) + " of " + words.format(total) + " findings are shown.";
    further.hidden = false;
  }
})();
