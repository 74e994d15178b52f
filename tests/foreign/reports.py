"""Reads the reports in a folder with libraries of others, and holds them against the assessment that they were made of."""
import csv, html.parser, json, pathlib, re, sys, importlib.metadata as md

from junitparser import JUnitXml
from markdown_it import MarkdownIt
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones

folder = pathlib.Path(sys.argv[1])
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
FORMULA = tuple("=+-@\t\r")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
ALLOWED = {"details", "summary", "h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "em"}


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = {}
        self.attributes = set()

    def handle_starttag(self, tag, attributes):
        self.seen[tag] = self.seen.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attributes}

    def handle_comment(self, data):
        self.seen["comment"] = 1


def check(name, whole):
    text = lambda ending: (folder / f"{name}.{ending}").read_bytes().decode("utf-8")
    waived = sum(1 for finding in whole["findings"] if finding["waived"])
    total, opened = len(whole["findings"]), len(whole["findings"]) - waived

    for ending in ("sarif", "junit", "gitlab", "csv", "csv-evidence", "markdown", "github", "oscal", "oscal-poam"):
        assert not CONTROL.search(text(ending)), (name, ending, CONTROL.search(text(ending)))

    xml = JUnitXml.fromstring(text("junit").encode())
    suites = list(xml)
    cases = [case for suite in suites for case in suite]
    assert len(cases) == len(whole["controls"]) + 1 and xml.tests == len(cases), (len(cases), xml.tests)
    assert name == "hostile" or len({suite.name for suite in suites}) == len(suites)
    for suite in suites:
        kinds = [type(result).__name__ for case in suite for result in case.result]
        assert (suite.failures, suite.errors, suite.skipped) == tuple(kinds.count(kind) for kind in ("Failure", "Error", "Skipped"))

    issues = json.loads(text("gitlab"))
    assert len(issues) == opened
    assert len({issue["fingerprint"] for issue in issues}) == len(issues), "a fingerprint twice"
    for issue in issues:
        path, begin = issue["location"]["path"], issue["location"]["lines"]["begin"]
        assert all(isinstance(issue[key], str) and issue[key] for key in ("description", "check_name", "fingerprint"))
        assert issue["severity"] in SEVERITIES and isinstance(begin, int) and begin > 0
        assert path and not path.startswith(("/", "./")) and ".." not in path.split("/"), path

    for ending, rows in (("csv", total), ("csv-evidence", None)):
        raw = text(ending)
        assert raw.endswith("\r\n") and "\n" not in raw.replace("\r\n", "")
        table = list(csv.reader(raw.splitlines(keepends=True), strict=True))
        assert len({len(row) for row in table}) == 1, {len(row) for row in table}
        assert rows is None or len(table) == rows + 1
        assert not [cell for row in table for cell in row if cell.startswith(FORMULA)]

    page = text("markdown")
    assert len(page.encode()) < 1_000_000
    for rules in ({"linkify": True, "html": True}, {"linkify": True, "html": False}):
        rendered = MarkdownIt("gfm-like", rules).render(page)
        tags = Tags()
        tags.feed(rendered)
        assert set(tags.seen) <= ALLOWED and tags.attributes <= {"style"}, (name, tags.seen, tags.attributes)
        links = [token for token in MarkdownIt("gfm-like", rules).parse(page) if token.children for token in token.children if token.type in ("link_open", "image", "html_inline")]
        assert not links, links

    lines = text("github").split("\n")
    assert lines.pop() == "" and len(lines) <= 52 and len(lines) == 1 + min(opened, 50) + (opened > 50), len(lines)
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) (file=[^,:]+,(line=\d+,)?(col=\d+,)?)?title=[^,:]+::.+", line), line
        assert "\r" not in line

    log = json.loads(text("sarif"))
    run = log["runs"][0]
    assert len(run["results"]) == total and len(run["tool"]["driver"]["rules"]) == len(whole["controls"])
    assert sum(1 for result in run["results"] if result.get("suppressions")) == waived
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9\-._~!%/]+", uri) and not uri.startswith("/") and ".." not in uri.split("/"), uri
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]

    results = AssessmentResults(**json.loads(text("oscal"))["assessment-results"])
    plan = PlanOfActionAndMilestones(**json.loads(text("oscal-poam"))["plan-of-action-and-milestones"])
    observed = {one.uuid for one in results.results[0].observations or []}
    assert len(observed) == total
    for whole_text in (text("oscal"), text("oscal-poam")):
        document = next(iter(json.loads(whole_text).values()))
        ids = re.findall(r'"uuid": "([^"]+)"', whole_text)
        assert len(ids) == len(set(ids)), "an identifier twice"
        known = set(ids)
        for reference in re.findall(r'"(?:observation|risk|subject|actor)-uuid": "([^"]+)"', whole_text):
            assert reference in known, reference
    print(f"{name}: {len(cases)} test cases, {len(issues)} code quality issues, {total} findings ({waived} waived), "
          f"{len(observed)} observations, {len(plan.poam_items)} plan items, {len(page.encode())} bytes of Markdown: fine")


for stored in sorted(folder.glob("*.json")):
    check(stored.stem, json.loads(stored.read_text()))
print(", ".join(f"{package} {md.version(package)}" for package in
                ("junitparser", "markdown-it-py", "compliance-trestle", "check-jsonschema", "sarif-tools")))
