"""Help that can be believed: complete, with examples that parse."""

import shlex

import click
import pytest

from supportledger.cli.app import COMMANDS, root
from supportledger.cli.commands import Context
from supportledger.cli.session import Session
from supportledger.cli.shared import shared_options
from supportledger.config import SETTINGS


def walk(command, path, context=None):
    context = Context(command, info_name=path[-1], parent=context)
    yield path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*path, name), context)


ALL = list(walk(root, ("supportledger",)))
EXAMPLES = [(path, example) for path, command, _ in ALL for example in command.examples]
PROMISED = """
up down status deploy
identity new|identity import|identity list
agent certify|agent renew|agent suspend|agent reinstate|agent revoke|agent show|agent list
policy publish|policy retire|policy show|policy list
ticket open|ticket reply|ticket answer|ticket note|ticket assign|ticket hold|ticket resume|ticket solve
ticket close|ticket rate|ticket claim|ticket repolicy|ticket show|ticket list|ticket history|ticket verify
ticket say|ticket lines
log create|log list|log append|log show|log checkpoint|log export|log import|log prove|log verify
witness init|witness watch|witness cosign|witness show|witness block
sla due|sla escalate
audit
demo
"""


def test_every_promised_command_is_there():
    """All commands that the documentation names exist."""
    first, *rest = PROMISED.strip().splitlines()
    promised = {*first.split(), *"|".join(rest).split("|")}
    assert set() == promised - {" ".join(path[1:]) for path, _, _ in ALL}


@pytest.mark.parametrize(
    ("path", "command", "context"), ALL, ids=lambda one: "-".join(one) if isinstance(one, tuple) else ""
)
def test_help_is_complete(path, command, context):
    """Every command says what it does, explains each of its options, and shows an example."""
    assert command.help.strip()
    assert command.examples
    assert [] == [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
    shown = command.get_help(context)
    assert all(setting.flag in shown for setting in SETTINGS if setting.is_flag)


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=lambda one: one if isinstance(one, str) else "")
def test_examples_parse(path, example):
    """Every example is a command line that this program understands."""
    words = shlex.split(example.rpartition("| ")[2].partition(" >")[0], comments=True)
    assert "supportledger" == words[0]
    command, arguments, context = root, words[1:], None
    while True:
        context = command.make_context(command.name, list(arguments), parent=context, obj=Session())
        if not isinstance(command, click.Group):
            break
        _, command, arguments = command.resolve_command(context, [*context._protected_args, *context.args])


def test_summaries_are_the_same_everywhere():
    """The line in the program's help is the first line of the command's own."""
    for name, (_, summary) in COMMANDS.items():
        command = root.get_command(None, name)
        assert summary == command.get_short_help_str()


def test_shared_options_are_the_settings():
    """Every setting with a flag is an option of every command; there is one more, for diagnostics."""
    flags = [option.opts[0] for option in shared_options()]
    assert [*(setting.flag for setting in SETTINGS if setting.is_flag), "-v"] == flags


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_fits_the_terminal(monkeypatch, columns):
    """Texts are laid out for the terminal's width; only examples keep their line."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for _, command, context in ALL:
        lines = command.get_help(context).partition("\nExamples:")[0].splitlines()
        assert max(map(len, lines)) <= max(min(columns, 100), 58)
