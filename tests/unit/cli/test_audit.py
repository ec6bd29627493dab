"""The audit from the command line: exit codes, files, and a page that needs nothing but itself."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from supportledger.cli import audit, audit_report, audit_view, language
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.auditing.findings import Anomaly, Figures, Finding, Report
from supportledger.errors import RpcRefused, RpcUnavailable
from supportledger.model.acts import Block
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Deployment

HOSTILE = "<script>alert(1)</script> \x1b[31m \u202e"


@pytest.fixture
def chinese():
    language.use("zh-CN")
    yield
    language.use("en")


def lie(store):
    """Write over the text of the only entry."""
    [(key, content)] = store._contents.items()
    fields = content.fields
    changed = tuple(replace(one, value="forged") if one.name == "body" else one for one in fields.fields)
    store._contents[key] = replace(content, fields=type(fields)(changed))


def report(*findings, **figures):
    counts = {one.anomaly: 1 for one in findings}
    where = Deployment(1, Address(b"\x05" * 20), bytes(32))
    return Report(where, Block(9, bytes(32), 1_767_225_600), None, findings, counts, Figures(**figures))


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href", "action", "srcset"}]

    def handle_data(self, data):
        self.text.append(data)


def test_everything_holds(cli, ticket):
    """A clean audit ends with 0, for people and for programs."""
    people, program = cli("audit"), cli("audit", "--json")
    assert (ExitCode.OK, ExitCode.OK) == (people.code, program.code)
    assert "Everything that was looked at holds." in people.out
    assert ("clean", 1, 1, []) == (
        program.data["conclusion"],
        program.data["figures"]["tickets"],
        program.data["figures"]["contents"],
        program.data["findings"],
    )


def test_something_is_wrong(cli, ticket, store):
    """An altered text ends with 1, and names ticket and entry."""
    lie(store)
    people, program = cli("audit"), cli("audit", "--json")
    assert ExitCode.DOES_NOT_HOLD == people.code == program.code
    [finding] = program.data["findings"]
    assert ("content altered", ticket, 0) == (finding["class"], finding["handle"], finding["entry"])
    assert {"content altered": 1} == program.data["counts"]
    assert ticket in people.out
    assert "SOMETHING IS WRONG" in people.out


def test_something_could_not_be_checked(cli, ticket, ledger, monkeypatch):
    """What the node refuses ends with 7: it is no pass."""

    def refuse(*_, **__):
        raise RpcRefused("pruned")

    monkeypatch.setattr(ledger, "slots", refuse)
    result = cli("audit", "--chain-only", "--json")
    assert (ExitCode.NOT_FINAL, "incomplete") == (result.code, result.data["conclusion"])


def test_nothing_is_final_yet(cli, ticket, ledger, monkeypatch):
    """As long as no block is final, there is nothing to audit, unless a block is named."""
    monkeypatch.setattr(ledger, "final_height", lambda: -1)
    assert ExitCode.NOT_FINAL == cli("audit").code
    assert ExitCode.OK == cli("audit", "--block", ledger.height()).code


def test_only_what_is_final_is_audited(cli, ticket, ledger, monkeypatch):
    """Blocks that may still be replaced are left for the next audit."""
    height = ledger.height()
    cli("ticket", "reply", ticket, "And now?")
    monkeypatch.setattr(ledger, "final_height", lambda: height)
    data = cli("audit", "--json").data
    assert ("clean", height, 1) == (data["conclusion"], data["block"]["number"], data["figures"]["entries"])


def test_the_chain_is_away(cli, ticket, ledger, monkeypatch):
    """Without a node nothing is said, and the exit code is 6."""

    def fail(*_, **__):
        raise RpcUnavailable("no node answers")

    monkeypatch.setattr(ledger, "events", fail)
    assert ExitCode.UNREACHABLE == cli("audit").code


def test_a_checkpoint_and_the_way_on(cli, ticket, tmp_path):
    """A checkpoint is saved, gone on from, and replaced only when asked to."""
    file = tmp_path / "one.checkpoint"
    saved = cli("audit", "-o", file, "--json").data["checkpoint"]
    assert (str(file), 64) == (saved["file"], len(saved["auditor"]))
    cli("ticket", "reply", ticket, "And now?")
    resumed = cli("audit", "--from-checkpoint", file, "--json").data
    assert ("clean", 1, 1) == (
        resumed["conclusion"],
        resumed["figures"]["entries"],
        resumed["figures"]["tickets"],
    )
    assert ExitCode.OK == cli("audit", "--from-checkpoint", file, "--auditor", saved["auditor"]).code
    before = file.read_bytes()
    refused = cli("audit", "-o", file)
    assert (ExitCode.CONFLICT, before) == (refused.code, file.read_bytes())
    assert "--force" in refused.err
    assert ExitCode.OK == cli("audit", "-o", file, "--force").code
    assert before != file.read_bytes()


def test_a_checkpoint_of_somebody_else(cli, ticket, tmp_path):
    """A checkpoint is not believed for the key that it carries."""
    file = tmp_path / "one.checkpoint"
    cli("audit", "-o", file, "--key", tmp_path / "theirs.pem")
    assert ExitCode.DOES_NOT_HOLD == cli("audit", "--from-checkpoint", file).code
    assert ExitCode.DOES_NOT_HOLD == cli("audit", "--from-checkpoint", file, "--auditor", "11" * 32).code
    assert ExitCode.USAGE == cli("audit", "--from-checkpoint", file, "--auditor", "me").code
    assert ExitCode.OK == cli("audit", "--from-checkpoint", file, "--key", tmp_path / "theirs.pem").code


def test_no_checkpoint_of_what_is_wrong(cli, ticket, store, tmp_path):
    """There is nothing to go on from when something is wrong, and the run says so."""
    lie(store)
    file = tmp_path / "one.checkpoint"
    result = cli("audit", "-o", file)
    assert (ExitCode.DOES_NOT_HOLD, False) == (result.code, file.exists())
    assert "No checkpoint was saved" in result.out


@pytest.mark.parametrize("name", ["report.html", "report.txt"])
def test_a_report(cli, ticket, store, tmp_path, name):
    """A report names what was found, and is not written over another one."""
    lie(store)
    file = tmp_path / name
    assert ExitCode.DOES_NOT_HOLD == cli("audit", "--report", file).code
    text = file.read_text("utf-8")
    assert ticket in text
    assert "content altered" in text
    assert ("<html" in text) == name.endswith("html")
    assert ExitCode.CONFLICT == cli("audit", "--report", file).code
    assert ExitCode.DOES_NOT_HOLD == cli("audit", "--report", file, "--force").code


def test_a_page_stands_alone():
    """A page has no script and fetches nothing, and nothing in it can become one."""
    finding = Finding(Anomaly.CONTENT_ALTERED, HOSTILE, TicketId(b"\x05" * 32), 3)
    text = audit_report.page(report(finding, tickets=7, seconds={"Reading the events": 0.5}))
    page = Page(text)
    assert set() == {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert [] == page.links
    assert "url(" not in text
    assert "\x1b" not in text
    assert "<script>alert(1)</script> \\x1b[31m \\u202e" in page.text
    assert "default-src 'none'" in text


def test_a_page_has_figures():
    """Counts are drawn as bars, the longest of a chart across all of its width."""
    text = audit_report.page(report(statuses={"Open": 4, "Closed": 1}, actions={"Open": 5}))
    assert ["100.0", "25.0", "100.0"] == re.findall(r"style=\"width: ([\d.]+)%", text)


def test_a_page_in_chinese(chinese):
    """The page speaks the reader's language."""
    text = audit_report.page(report(Finding(Anomaly.CONTENT_MISSING, "x", TicketId(b"\x05" * 32), 0)))
    assert '<html lang="zh' in text
    assert "正文缺失" in text
    assert "content missing" not in text


def test_every_class_and_part_is_named_in_chinese(chinese):
    """All classes, parts and conclusions are in the catalogue."""
    shown = [*audit_view.ANOMALIES, *audit.STAGES, *audit_view.LEFT_OUT]
    shown += [text for text, _ in audit_view.MEANINGS.values()]
    assert {str(one) for one in Anomaly} == set(audit_view.ANOMALIES)
    assert [] == [one for one in shown if not re.search("[\u4e00-\u9fff]", language._(one))]


def test_an_altered_line_of_a_log(cli, ticket, logs, tmp_path):
    """A log that was altered is named on the terminal, to programs, and on the page."""
    cli("ticket", "say", ticket, "My card ends with 1234")
    cli("log", "checkpoint", "conversations")
    clean = cli("audit", "--json")
    assert (ExitCode.OK, 1) == (clean.code, clean.data["figures"]["lines"])
    logs._logs["conversations"].lines[0] += b" "
    told = "some of the first 1 lines were altered"
    wrong = cli("audit", "--json")
    [finding] = wrong.data["findings"]
    assert (ExitCode.DOES_NOT_HOLD, "checkpoint inconsistent") == (wrong.code, finding["class"])
    assert told in finding["detail"]
    page = tmp_path / "audit.html"
    assert told in " ".join(cli("audit", "--report", page).out.split())
    assert told in page.read_text()
    assert 0 == cli("audit", "--chain-only", "--json").data["figures"]["lines"]


def test_data_is_stable(cli, ticket):
    """Programs find the same names in every report."""
    data = cli("audit", "--json").data
    names = {
        "conclusion",
        "chain_id",
        "ledger",
        "code_hash",
        "block",
        "since",
        "counts",
        "findings",
        "figures",
    }
    assert names | {"left_out", "notes"} == set(data)
    assert json.loads(json.dumps(data)) == data
