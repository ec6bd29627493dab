"""What commands do and say, on a desk in memory."""

import json

import pytest

from supportledger.cli.exit_codes import ExitCode


def test_open_as_json(cli):
    """Opening tells id, handle, status, deadlines, transaction and gas; stdout is one document."""
    found = cli("ticket", "open", "提现没有到账", "--json")
    assert ExitCode.OK == found.code
    expected = {
        "ticket_id",
        "handle",
        "status",
        "respond_by",
        "resolve_by",
        "transaction_hash",
        "gas_used",
    }
    assert expected <= found.data.keys()
    assert "Open" == found.data["status"]
    assert 3600 == found.data["respond_by"] - found.data["opened_at"]
    assert "" == found.err


@pytest.mark.parametrize("flags", [("--json", "ticket"), ("ticket", "--json")])
def test_shared_options_stand_anywhere(cli, flags):
    """Shared options are taken before a group, after it, and after the command."""
    assert [] == cli(*flags, "list").data["tickets"]
    assert [] == cli("ticket", "list", "--json").data["tickets"]


def test_later_option_wins(cli):
    """Of two values of a shared option the one nearer to the command counts."""
    found = cli("--as", "nobody-here", "ticket", "open", "x", "--as", "customer", "--json")
    assert ExitCode.OK == found.code


def test_whole_life(cli, ticket):
    """Every verb reaches the ledger, and the history tells it."""
    lines = [
        ("reply", ticket, "still nothing", "--signed"),
        ("note", ticket, "internal"),
        ("assign", ticket, "senior", "--reason", "knows it"),
        ("answer", ticket, "on its way", "--as", "senior", "--status", "open"),
        ("hold", ticket, "30 confirmations"),
        ("resume", ticket),
        ("solve", ticket, "--signed"),
        ("reply", ticket, "again"),
        ("solve", ticket, "now it is"),
        ("rate", ticket, "5", "thanks"),
        ("close", ticket, "--reason", "done"),
    ]
    results = [cli("ticket", *line) for line in lines]
    assert [0] * len(lines) == [one.code for one in results], [one.err for one in results]
    shown = cli("ticket", "show", ticket, "--json").data
    assert "Closed" == shown["status"]
    assert 5 == shown["rating"]
    expected = ["Open", "Reply", "Note", "Assign", "Answer", "Hold", "Resume", "Solve", "Reply", "Solve"]
    assert [*expected, "Rate", "Close"] == [one["action"] for one in shown["entries"]]
    keys = {"index", "action", "actor", "commitment", "timestamp", "transaction_hash", "body"}
    assert all(keys <= one.keys() for one in shown["entries"])
    assert "on its way" == shown["entries"][4]["body"]


def test_show_for_people(cli, ticket):
    """People read who did what, and what was written."""
    cli("ticket", "answer", ticket, "您好")
    shown = cli("ticket", "show", ticket).out
    assert "customer · opened" in shown
    assert "    您好\n" in shown
    assert "agent · answered → Pending" in shown


def test_history(cli, ticket):
    """The history lists entries in order."""
    assert "customer  opened" in cli("ticket", "history", ticket).out
    assert [0] == [one["index"] for one in cli("ticket", "history", ticket, "--json").data["entries"]]


def test_keyless_and_claim(cli):
    """A ticket of somebody without a key is recorded by the desk, and given its customer later."""
    made = cli("ticket", "open", "from a mail", "--keyless", "--channel", "email", "--json").data
    assert made["customer"] is None
    claimed = cli("ticket", "claim", made["handle"], "customer", "--json")
    assert 0 == claimed.code, claimed.err
    assert claimed.data["customer"]


@pytest.mark.parametrize("length", [4, 9, 19])
def test_tickets_by_prefix(cli, ticket, length):
    """A ticket is found by the beginning of its handle."""
    assert ticket == cli("ticket", "show", ticket[:length], "--json").data["handle"]


def test_tickets_by_id(cli, ticket):
    """A ticket is found by its id, and by the beginning of it."""
    full = cli("ticket", "show", ticket, "--json").data["ticket_id"]
    assert ticket == cli("ticket", "show", full, "--json").data["handle"]
    assert ticket == cli("ticket", "show", full[:12], "--json").data["handle"]


def test_verify(cli, ticket):
    """Verifying lists the numbered steps, says what they mean, and how far the verdict reaches."""
    found = cli("ticket", "verify", ticket, "--json")
    assert ExitCode.OK == found.code
    assert "verified" == found.data["verdict"]
    assert list(range(1, 13)) == [step["number"] for step in found.data["steps"]]
    assert all({"number", "name", "result", "detail"} <= step.keys() for step in found.data["steps"])
    said = cli("ticket", "verify", ticket).out
    assert " 3  ✔  replay" in said
    assert " 7  –  storage proof" in said
    assert "Verified: everything" in said
    assert "It reaches: complete as of block" in said


def test_verify_requires_more(cli, ticket):
    """A step that is required and cannot be checked leaves the verdict open: exit code 7."""
    found = cli("ticket", "verify", ticket, "--require", "7", "--json")
    assert ExitCode.NOT_FINAL == found.code
    assert "incomplete" == found.data["verdict"]


def test_verify_finds_tampering(cli, ticket, store):
    """An altered text is exit code 1, and the verdict is still the one document."""
    place, content = next(iter(store._contents.items()))
    values = dict(content.fields.values()) | {"body": "We never said that."}
    forged = type(content.fields).create(values)
    store._contents[place] = type(content)(
        content.ticket, content.action, content.actor, content.commitment, forged
    )
    found = cli("ticket", "verify", ticket, "--json")
    assert ExitCode.DOES_NOT_HOLD == found.code
    assert "failed" == found.data["steps"][8]["result"]
    assert "✘  contents" in cli("ticket", "verify", ticket).out


def test_list(cli, ticket):
    """Lists filter by status and by people's names."""
    cli("ticket", "open", "another")
    assert 2 == cli("ticket", "list", "--json").data["total"]
    assert [] == cli("ticket", "list", "--status", "solved", "--json").data["tickets"]
    cli("ticket", "answer", ticket, "hello")
    found = cli("ticket", "list", "--assignee", "agent", "--json").data["tickets"]
    assert [ticket] == [one["handle"] for one in found]
    assert "There are no such tickets" in cli("ticket", "list", "--status", "closed").out


def test_list_has_pages(cli, ticket):
    """Pages follow each other by their marks, in any order, and a mark of another order is refused."""
    for number in range(4):
        cli("ticket", "open", f"question {number}")
    for order in ("newest", "oldest", "due"):
        found, mark = [], []
        while page := cli("ticket", "list", "--sort", order, "--limit", 2, *mark, "--json").data:
            found += [one["handle"] for one in page["tickets"]]
            if page["next"] is None:
                break
            mark = ["--after", page["next"]]
        assert (5, 5) == (len(found), len(set(found)))
    assert "--after " in cli("ticket", "list", "--limit", 2).out
    assert ExitCode.USAGE == cli("ticket", "list", "--sort", "oldest", *mark).code
    assert ExitCode.USAGE == cli("ticket", "list", "--after", "nonsense").code
    assert ExitCode.USAGE == cli("ticket", "list", "--overdue", "--sort", "newest").code


def test_sla(cli, ticket, ledger):
    """What is late is listed, escalated once, and refused when nothing is."""
    assert [] == cli("sla", "due", "--json").data["tickets"]
    assert [ticket] == [
        one["handle"] for one in cli("sla", "due", "--within", "2h", "--json").data["tickets"]
    ]
    assert ExitCode.CONFLICT == cli("sla", "escalate", ticket).code
    ledger.advance(3 * 3600)
    assert ticket in cli("sla", "due").out
    escalated = cli("sla", "escalate", "--json")
    assert ExitCode.OK == escalated.code
    assert [1] == [one["level"] for one in escalated.data["escalated"]]
    assert "Nothing can be escalated now." in cli("sla", "escalate").out


def test_agents(cli):
    """A certificate is given, changed, suspended, reinstated, renewed and revoked."""
    made = cli(
        "agent", "certify", "keeper", "--tier", "2", "--languages", "zh,en", "--for", "30d", "--json"
    ).data
    assert (2, ["en", "zh"], True) == (made["tier"], made["languages"], made["in_force"])
    steps = ["suspend", "reinstate", "renew", "revoke"]
    found = [cli("agent", step, "keeper", "--json").data["status"] for step in steps]
    assert ["suspended", "certified", "certified", "revoked"] == found
    assert 5 == len(cli("agent", "show", "keeper", "--json").data["changes"])
    assert "keeper" in cli("agent", "list").out
    cli("agent", "suspend", "senior", "--reason", "Shared a password")
    assert "Shared a password" == cli("agent", "show", "senior", "--json").data["changes"][-1]["reason"]
    assert "Shared a password" in cli("agent", "show", "senior").out
    assert ExitCode.USAGE == cli("agent", "revoke", "senior", "--yes", "--reason", "x" * 501).code
    assert ExitCode.NOT_FOUND == cli("agent", "show", "admin").code


def test_policies(cli):
    """A promise is published from durations and hours, shown, and retired."""
    hours = "Mo-Fr 09:00-18:00 +08:00"
    made = cli("policy", "publish", "--first-response", "1h 30m", "--hours", hours, "--json").data
    assert (5400, hours) == (made["first_response"], made["hours"])
    number = made["number"]
    assert "1h30m" in cli("policy", "show", number).out
    assert cli("policy", "retire", number, "--json").data["retired"]
    assert "retired" in cli("policy", "list").out


def test_repolicy(cli, ticket):
    """A ticket gets a stricter promise, never a looser one."""
    strict = ("--first-response", "30m", "--resolution", "1d", "--levels", "2", "--escalate-every", "1h")
    number = cli("policy", "publish", *strict, "--json").data["number"]
    assert number == cli("ticket", "repolicy", ticket, number, "--json").data["policy"]
    looser = cli("ticket", "repolicy", ticket, 1, "--json")
    assert "policy-looser" == looser.data["error"]["code"]


def test_receipt_of_signed_actions(cli):
    """Whoever signs is given the desk's promise to relay it."""
    assert cli("ticket", "open", "x", "--signed", "--json").data["receipt"]["signature"].startswith("0x")


def test_json_escapes_what_could_act(cli):
    """Even data cannot act on a terminal, and says the same when it is parsed."""
    text = "a\x1b[31m\u202e\x9b"
    found = cli("ticket", "open", text, "--json")
    shown = cli("ticket", "show", found.data["handle"], "--json")
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown.out)
    assert text == json.loads(shown.out)["entries"][0]["body"]
