"""No English is left in what the command says: every help page, every usage error, every message of click."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.click_catalogue import FRENCH
from bot.french_click import run

FOR_PROGRAMMERS = ("DeprecationWarning", "Could not determine name", "No options defined", "Arguments take exactly")
FOR_PROGRAMMERS += ("Name '{name}' defined twice", "Boolean option", "Unknown standard stream", "Unknown color")
ENGLISH = re.compile(
    r"\b(TEXT|INTEGER|RANGE|FLOAT|BOOLEAN|FILENAME|FILE|DIRECTORY|PATH|COMMAND|ARGS|UUID|the|is|not|of|and|default|required|"
    r"missing|invalid|value|argument requires|such|show|exit|valid|does|given|try|error|commands|directory|range)\b"
    r"|Usage:|Options:|Arguments:|Commandes:"
)


def commands(command=cli, path=()):
    """Every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))


def options():
    """(words that call the command, an option of it)."""
    return [
        (path, option) for path, command in commands() for option in command.params if isinstance(option, click.Option)
    ]


def said(capsys, monkeypatch, *arguments):
    """(exit status, error output) of the whole command, as `mssante` runs it."""
    monkeypatch.setattr("sys.argv", ["mssante", *arguments])
    with pytest.raises(SystemExit) as ended:
        run(cli)
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=lambda path: " ".join(path) or "mssante")
def test_a_help_page_is_in_french(path):
    page = CliRunner().invoke(cli, [*path, "--help"]).stdout

    assert page.startswith("Usage : ")
    assert "Affiche cette aide." in page
    assert ENGLISH.findall(page) == []


def messages_of_click():
    """Every text that click passes through gettext, from its source."""
    for file in Path(click.__file__).parent.glob("*.py"):
        if file.name in ("shell_completion.py", "testing.py", "_winconsole.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                for given in node.args[:2]:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str) and len(given.value) > 1:
                        yield given.value


def test_every_message_of_click_has_its_french():
    missing = {m for m in messages_of_click() if m not in FRENCH and not m.startswith(FOR_PROGRAMMERS)}

    assert missing == set()


def test_a_translation_names_no_value_that_the_message_does_not_have():
    names = re.compile(r"\{(\w+)")
    for english, french in FRENCH.items():
        assert set(names.findall(french)) <= set(names.findall(english)), english


@pytest.mark.parametrize(
    "arguments",
    [
        ("nimporte",),
        ("knowledge", "lin"),
        ("--nimporte",),
        ("eligible", "--fcts"),
        ("eligible", "un"),
        ("eligible", "un", "deux"),
        ("eligible", "--fact"),
        ("eligible", "--json=oui"),
        ("eligible", "--fact", "profession="),
        ("eligible", "--fact", "profession"),
        ("knowledge", "impact"),
        ("knowledge", "sources", "--by", "nom"),
        ("serve", "--port", "abc"),
        ("serve", "--port", "0"),
        ("guide", "build", "--out", "README.md"),
        ("ask", "--batch", "questions.jsonl"),
        ("ask",),
        ("send-check",),
    ],
    ids=" ".join,
)
def test_a_usage_error_is_in_french(capsys, monkeypatch, arguments):
    status, told = said(capsys, monkeypatch, *arguments)

    assert status == 2
    assert told.startswith("Erreur d’usage : ")
    assert "Voir « mssante" in told
    assert ENGLISH.findall(told) == []


@pytest.mark.parametrize(("path", "option"), options(), ids=lambda value: getattr(value, "name", None))
def test_a_value_that_an_option_cannot_take_is_refused_in_french(capsys, monkeypatch, path, option):
    if option.is_flag or option.name == "help" or isinstance(option.type, click.types.StringParamType | click.Path):
        typed = [f"{option.opts[0]}=x"] if option.is_flag else [option.opts[0]]
    else:
        typed = [option.opts[0], "\u00a7"]
    status, told = said(capsys, monkeypatch, *path, *typed)

    assert status == 2
    assert ENGLISH.findall(told) == []


@pytest.mark.parametrize(
    "path", [path for path, c in commands() if isinstance(c, click.Group)], ids=lambda p: " ".join(p)
)
def test_a_group_alone_shows_its_help_without_calling_it_an_error(capsys, monkeypatch, path):
    status, told = said(capsys, monkeypatch, *path)

    assert status == 2
    assert told.startswith("Usage : ")
