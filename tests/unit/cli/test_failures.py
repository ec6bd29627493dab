"""How command lines fail: clearly, in one form, and without a traceback."""

import errno

import pytest

from supportledger.cli import app
from supportledger.cli.exit_codes import ExitCode
from supportledger.cli.session import Session
from supportledger.errors import RpcUnavailable

MISTAKES = [
    (("ticket", "show", "zzzz"), ExitCode.NOT_FOUND),
    (("ticket", "show", "!!"), ExitCode.USAGE),
    (("ticket", "open", ""), ExitCode.USAGE),
    (("ticket", "open", "x", "--file", "y"), ExitCode.USAGE),
    (("ticket", "rate", "abcd", "6"), ExitCode.USAGE),
    (("ticket", "open", "x", "--policy", "99"), ExitCode.NOT_FOUND),
    (("ticket", "open", "x", "--as", "mallory"), ExitCode.NOT_FOUND),
    (("ticket", "nonsense"), ExitCode.USAGE),
    (("--rpc", "ftp://x", "ticket", "list"), ExitCode.USAGE),
    (("policy", "publish", "--first-response", "1x"), ExitCode.USAGE),
    (("policy", "publish", "--hours", "sometimes"), ExitCode.USAGE),
    (("agent", "certify", "keeper", "--skills", "juggling"), ExitCode.USAGE),
    (("agent", "certify", "0x123"), ExitCode.USAGE),
    (("agent", "renew", "keeper", "--until", "tomorrow"), ExitCode.USAGE),
    (("agent", "certify", "keeper", "--as", "customer"), ExitCode.NOT_PERMITTED),
    (("identity", "import", "x", "--keystore", "a", "--key-file", "b"), ExitCode.USAGE),
    (("identity", "import", "x", "--signer", "http://127.0.0.1:1"), ExitCode.USAGE),
    (("deploy",), ExitCode.USAGE),
]


@pytest.mark.parametrize(
    ("line", "expected"), MISTAKES, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_mistakes(cli, line, expected):
    """Every mistake has its exit code and one sentence on stderr; stdout stays empty."""
    found = cli(*line)
    assert expected == found.code
    assert found.err.startswith("Error: ")
    assert "Traceback" not in found.err
    assert "" == found.out


@pytest.mark.parametrize(
    ("line", "expected"), MISTAKES, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_mistakes_as_json(cli, line, expected):
    """With --json, stdout is one document that tells the error."""
    found = cli(*line, "--json")
    assert expected == found.code
    assert {"code", "message", "hint"} <= found.data["error"].keys()
    assert found.data["error"]["message"]


def test_refusal_is_the_contracts(cli, ticket):
    """A refusal of the ledger has the name of its error as its code."""
    found = cli("ticket", "resume", ticket, "--json")
    assert (ExitCode.CONFLICT, "action-not-allowed") == (found.code, found.data["error"]["code"])


def test_suggestion(cli):
    """A command that is nearly right is proposed."""
    assert "Did you mean 'status'?" in cli("stauts").err


def test_group_alone_shows_its_help(cli):
    """A group without a command shows its help, as an error of usage."""
    found = cli("ticket")
    assert ExitCode.USAGE == found.code
    assert found.err.startswith("Usage: supportledger ticket")


def raising(error):
    def connect(_settings):
        raise error

    return connect


def test_no_chain_says_what_to_do(capfd):
    """Without a chain the hint is how to get one."""
    error = RpcUnavailable("no local chain runs", hint="Start one with `supportledger up --detach`.")
    assert ExitCode.UNREACHABLE == app.run(["ticket", "list"], Session(raising(error)))
    assert "supportledger up" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (BrokenPipeError(), ExitCode.BROKEN_PIPE),
        (OSError(errno.ENOSPC, "No space left on device"), ExitCode.UNREACHABLE),
        (ZeroDivisionError("oops"), ExitCode.INTERNAL),
    ],
    ids=["ctrl-c", "pipe", "disk", "fault"],
)
def test_every_end_has_a_code(error, expected, capfd, monkeypatch):
    """Interrupts, broken pipes, system errors and our own faults end in a code, never in a traceback."""
    monkeypatch.setattr(app.os, "dup2", lambda *_: None)
    assert expected == app.run(["ticket", "list"], Session(raising(error)))
    assert "Traceback" not in capfd.readouterr().err


def test_traceback_on_request(capfd):
    """With -v the origin is shown."""
    assert ExitCode.INTERNAL == app.run(["ticket", "list", "-v"], Session(raising(ZeroDivisionError("oops"))))
    assert "Traceback" in capfd.readouterr().err


def test_access_keys_are_not_shown(cli):
    """An address that is refused is not repeated: it may contain an access key."""
    assert "s3cret" not in cli("--rpc", "ftp://x/s3cret", "ticket", "list").err
