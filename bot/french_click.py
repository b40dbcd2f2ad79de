"""Click speaking French: help pages, usage errors, exit statuses."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from bot.click_catalogue import METAVARS, gettext, ngettext
from bot.faults import stop_on
from knowledge.problems import InvalidKnowledge

NAME = "mssante"
SPEAKING = ("core", "types", "exceptions", "parser", "termui", "_termui_impl", "decorators", "formatting", "utils")
"""The modules of click that say something: each takes its words from gettext by these two names."""

for _module in (sys.modules.get(f"click.{name}") for name in SPEAKING):
    # Not through locales: the catalogue that gettext would find depends on each machine's.
    for _name, _ours in (("_", gettext), ("ngettext", ngettext)):
        if hasattr(_module, _name):
            setattr(_module, _name, _ours)


class FrenchCommand(click.Command):
    """A command whose help page is in French."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            if param.metavar is None and not isinstance(param.type, click.Choice):
                param.metavar = METAVARS.get(param.type.name.upper())

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Usage : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        params = self.get_params(ctx)
        for heading, kind in (("Arguments ", click.Argument), ("Options ", click.Option)):
            records = [r for p in params if isinstance(p, kind) and (r := p.get_help_record(ctx)) is not None]
            # An argument without a word of explanation already stands in the usage line.
            records = [record for record in records if record[1]]
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


class FrenchGroup(FrenchCommand, click.Group):
    """A group whose help page is in French, and its commands'."""

    command_class = FrenchCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "COMMANDE […]", **kwargs})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        FrenchCommand.format_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(90)) for name in self.list_commands(ctx)]
        with formatter.section("Commandes "):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


FrenchGroup.group_class = FrenchGroup


def run(command: click.Command) -> None:
    """Run the command; usage errors in French with status 2, and no traceback on a closed pipe."""
    try:
        status: Any = command.main(prog_name=NAME, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"Erreur d’usage : {error.format_message()}", err=True)
        context = getattr(error, "ctx", None)
        click.echo(f"Voir « {context.command_path if context else NAME} --help ».", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("Interrompu.", err=True)
        sys.exit(1)
    except InvalidKnowledge as error:
        stop_on(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)
