// Opens HTML reports in headless Chromium and looks for what must not be. Run by html.sh:
//   node html.mjs FOLDER CHROMIUM [PICTURES]
// FOLDER holds NAME.json with NAME.html beside it, and node_modules with puppeteer-core and axe-core.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync, readdirSync, mkdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

const [folder, chromium, pictures] = process.argv.slice(2).map((path) => path && resolve(path));
const need = createRequire(join(folder, "package.json"));
const puppeteer = need("puppeteer-core");
const axe = need("axe-core").source;
if (pictures) mkdirSync(pictures, { recursive: true });

let problems = 0;
const wrong = (name, what) => {
  problems += 1;
  console.log(`WRONG ${name}: ${what}`);
};
const names = readdirSync(folder).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5)).sort();
const stored = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: 240_000 });
console.log(`browser ${await browser.version()}, axe-core ${need("axe-core/package.json").version}`);

// a page that tells on everything it does wrong
async function open(name, { width = 1280, height = 900, dark = false, script = true } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  const url = `file://${join(folder, `${name}.html`)}`;
  page.on("console", (line) => ["error", "warn"].includes(line.type()) && wrong(name, `console: ${line.text()}`));
  page.on("pageerror", (error) => wrong(name, `script: ${error.message}`));
  page.on("dialog", (dialog) => { wrong(name, `dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => request.url() !== url && wrong(name, `asks for ${request.url().slice(0, 80)}`));
  if (script) {
    await page.evaluateOnNewDocument(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    });
  }
  await page.goto(url, { waitUntil: "load", timeout: 120_000 });
  return page;
}
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const whole = (page, name) => page.evaluate(() => window.violations).then((list) => list.forEach((line) => wrong(name, `policy: ${line}`)));
const elements = (page) => page.evaluate(() => {
  const seen = {};
  for (const one of document.querySelectorAll("*")) seen[one.localName] = (seen[one.localName] ?? 0) + 1;
  const handlers = Array.from(document.querySelectorAll("*")).filter((one) => Array.from(one.attributes).some((row) => /^on|^style$|^src$|^srcset$/i.test(row.name) || /^\s*javascript:/i.test(row.value))).length;
  const links = Array.from(document.querySelectorAll("a")).filter((one) => !/^#[a-z0-9-]+$/.test(one.getAttribute("href") ?? "")).length;
  return { seen, handlers, links, ran: window.ran };
});

async function filter(page, name, audit) {
  const said = () => page.$eval("#shown", (one) => one.textContent);
  const rows = () => page.$$eval("#rows > tr", (list) => list.length);
  const total = audit.findings.length;
  if (await page.$eval("#filter", (one) => one.hidden)) return wrong(name, "the filter does not show");
  const expect = async (wanted, what) => {
    await page.waitForFunction((start) => document.getElementById("shown").textContent.startsWith(start), { timeout: 20_000 }, wanted.start).catch(() => {});
    const text = await said();
    if (!text.startsWith(wanted.start)) wrong(name, `${what}: "${text}" instead of "${wanted.start}…"`);
    if (await rows() !== wanted.rows) wrong(name, `${what}: ${await rows()} rows instead of ${wanted.rows}`);
  };
  const words = (number) => new Intl.NumberFormat("en-GB").format(number);
  const match = (number) => ({ start: number === total ? `All ${words(total)}` : `${words(number)} of ${words(total)}`, rows: Math.min(number, 200) });
  // by severity, with the keyboard
  const high = audit.findings.filter((finding) => finding.severity === "high").length;
  for (const box of await page.$$("#filter input[name=severity]")) {
    if (await box.evaluate((one) => one.value !== "high")) {
      await box.focus();
      await page.keyboard.press("Space");
    }
  }
  await expect(match(high), "severity high");
  await page.click("#filter [type=reset]");
  await expect(match(total), "cleared");
  // by control
  const id = audit.findings[Math.floor(total / 2)].control;
  const value = String(audit.controls.findIndex((control) => control.id === id));
  await page.select("#f-control", value);
  await expect(match(audit.findings.filter((finding) => finding.control === id).length), `control ${id}`);
  await page.click("#filter [type=reset]");
  await expect(match(total), "cleared");
  // by text
  const needle = total > 10_000 ? "NEEDLE-in the-hay" : "ssh";
  const has = (finding) => {
    const place = finding.location;
    const where = (place.artifact || "(delivery)") + (place.part ? `#${place.part}` : "");
    const title = audit.controls.find((control) => control.id === finding.control)?.title ?? "";
    return [where, finding.control, title, place.key ?? "", finding.found, finding.expected, finding.fix, finding.fingerprint].join("\n").toLowerCase();
  };
  const wanted = needle.toLowerCase().split(" ");
  const hits = audit.findings.filter((finding) => wanted.every((word) => has(finding).includes(word))).length;
  await page.type("#f-text", needle);
  const start = Date.now();
  await expect(match(hits), `text ${needle}`);
  const took = Date.now() - start;
  // what the script draws is what was there before
  await page.click("#filter [type=reset]");
  await expect(match(total), "cleared");
  if (total > 200) {
    await page.click("#further");
    if (await rows() !== Math.min(400, total)) wrong(name, `"show more" gave ${await rows()} rows`);
  }
  return took;
}

// axe, with everything unfolded
async function accessible(page, name, how) {
  await page.$$eval("details", (list) => list.forEach((one) => { one.open = true; }));
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary?.slice(0, 200)}`)));
  for (const line of found) wrong(name, `axe, ${how}: ${line}`);
}

const trees = {};
for (const name of names) {
  const audit = stored(name);
  const large = audit.findings.length > 10_000;
  const page = await open(name);
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length, { timeout: 20_000 }).catch(() => {});
  const times = await page.evaluate(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return { paint: Math.round(paint?.startTime ?? -1), load: Math.round(performance.timing.loadEventEnd - performance.timing.navigationStart) };
  });
  if (times.paint < 0 || times.paint > 1_000) wrong(name, `the first view took ${times.paint} ms`);
  trees[name] = await elements(page);
  const before = await page.$$eval("#rows > tr", (list) => list.map((one) => one.innerHTML.replace(/<\/(td|th)>\s*/g, "</$1>"))).catch(() => []);
  const { seen, handlers, links, ran } = trees[name];
  if (ran !== undefined) wrong(name, `something ran: ${ran}`);
  if (handlers) wrong(name, `${handlers} elements with a handler, style or source`);
  if (links) wrong(name, `${links} links that lead out of the page`);
  if (seen.script !== (audit.findings.length ? 2 : 1)) wrong(name, `${seen.script} scripts`);
  const headings = await page.$$eval("h1,h2,h3,h4", (list) => list.map((one) => Number(one.localName[1])));
  if (headings.some((level, at) => (at ? level - headings[at - 1] > 1 : level !== 1))) wrong(name, "headings out of order");
  const sums = await page.evaluate(() => {
    const steps = Array.from(document.querySelectorAll("[data-step]"), (one) => Number(one.dataset.step)).reduce((a, b) => a + b, 0);
    return { steps, rows: Number(document.querySelector("[data-sum]")?.dataset.sum ?? 0) };
  });
  if (audit.score.value !== null && (sums.steps !== sums.rows || Math.abs(sums.rows - 100 * (100 - audit.score.value)) > 1)) wrong(name, `the steps add up to ${JSON.stringify(sums)}`);
  let took;
  if (audit.findings.length && !name.startsWith("hostile") && !name.startsWith("tame")) {
    took = await filter(page, name, audit);
    const after = await page.$$eval("#rows > tr", (list) => list.map((one) => one.innerHTML));
    before.forEach((row, at) => row !== after[at] && at < 1 && wrong(name, `the script draws another row:\n${row}\n${after[at]}`));
    const differ = before.filter((row, at) => row !== after[at]).length;
    if (differ) wrong(name, `the script draws ${differ} rows otherwise than the page`);
  } else if (audit.findings.length) {
    await page.type("#f-text", "e");
    await rest(1_500);
    const again = await elements(page);
    if (again.ran !== undefined || again.handlers) wrong(name, "something ran when the filter drew its rows");
    trees[`${name}, filtered`] = again;
  }
  await whole(page, name);
  await page.close();

  // folded, at the top: what a reader sees; then axe
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    for (const dark of [false, true]) {
      const look = await open(name, { width, height, dark });
      const how = `${width} wide, ${dark ? "dark" : "light"}`;
      if (await look.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong(name, `${how}: the page scrolls sideways`);
      if (pictures) {
        await look.screenshot({ path: join(pictures, `${name}-${width}-${dark ? "dark" : "light"}-first.png`) });
        if (!large && !/^(hostile|tame)/.test(name)) await look.screenshot({ path: join(pictures, `${name}-${width}-${dark ? "dark" : "light"}.png`), fullPage: true });
      }
      await accessible(look, name, how);
      await whole(look, name);
      await look.close();
    }
  }

  // without script: everything but the filter
  const plain = await open(name, { script: false });
  if (audit.findings.length) {
    const shown = await plain.$eval("#shown", (one) => one.textContent);
    const visible = await plain.$eval("#filter", (one) => one.checkVisibility());
    if (visible || !shown.includes(new Intl.NumberFormat("en-GB").format(audit.findings.length)) && audit.findings.length > 1) wrong(name, `without script: ${shown}`);
  }
  // on paper, without script as well: heads repeat, folded parts are there
  const paper = join(folder, `${name}.pdf`);
  writeFileSync(paper, await plain.pdf({ preferCSSPageSize: true, printBackground: true, timeout: 200_000 }));
  const text = execFileSync("pdftotext", ["-layout", paper, "-"], { maxBuffer: 1 << 28 }).toString();
  const pages = text.split("\f").length - 1;
  const flat = text.replace(/\s+/g, " ");
  if (!flat.includes("Points lost by control") && audit.derivation.length) wrong(name, "what is folded is not on paper");
  const heads = flat.split("What was found").length - 1;
  if (audit.findings.length > 100 && !/^(hostile|tame)/.test(name) && heads < 3) wrong(name, `the head of the findings is on ${heads} pages`);
  if (!flat.includes("Page 1 of")) wrong(name, "no page numbers on paper");
  await plain.close();
  console.log(`${name}: ${audit.findings.length} findings, ${audit.people.total} people; first view ${times.paint} ms, loaded ${times.load} ms${took === undefined ? "" : `, search ${took} ms`}; ${pages} pages on paper`);
}

for (const end of ["", ", filtered"]) {
  const [hostile, tame] = [trees[`hostile${end}`], trees[`tame${end}`]];
  if (hostile && JSON.stringify(hostile.seen) !== JSON.stringify(tame.seen)) wrong("hostile", `other elements than the tame twin${end}: ${JSON.stringify(hostile.seen)} ${JSON.stringify(tame.seen)}`);
}
await browser.close();
console.log(problems ? `${problems} problems` : "no problem: console, content policy, filter, paper, axe (light and dark, wide and narrow), hostile names");
process.exit(problems ? 1 : 0);
