"""Plugs the base into MkDocs: pages written before the build, addresses without their folder, search in French."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import Any

HOOKS = Path(__file__).parent
ROOT = HOOKS.parent.parent
sys.path[:0] = [str(ROOT), str(HOOKS)]

from finishing import finish, footer, framed, shell, valid  # noqa: E402
from guide_pages import GENERATED  # noqa: E402
from menu import menu_of, place_in_menu  # noqa: E402
from mkdocs.exceptions import PluginError  # noqa: E402
from page_writer import Guide, write_guide  # noqa: E402

from knowledge.base import Base, load_base  # noqa: E402
from knowledge.problems import InvalidKnowledge  # noqa: E402

_built: dict[str, Any] = {}
"""The base and guide of the current build, from `on_config` to `on_post_build`."""


def on_config(config: Any) -> Any:
    """Write the pages, then the menu and footer that go with them."""
    bot = os.environ.get("MSSANTE_BOT_URL", "")
    try:
        base: Base = load_base()
        guide: Guide = write_guide(base, Path(config.docs_dir), ROOT / "site" / "templates", bot)
    except InvalidKnowledge as error:
        raise PluginError(f"Base de connaissances à corriger :\n{error}") from None
    _built.update(base=base, guide=guide)
    config.nav = menu_of(guide)
    config.copyright = footer(base)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    config.extra.update(shell(base, guide, today, bot))
    return config


def on_files(files: Any, config: Any) -> Any:
    """Pages come out at the address that `knowledge.pages` gives: without the generated folder."""
    for file in files:
        if file.src_uri.startswith(GENERATED + "/"):
            file.dest_uri = file.dest_uri.removeprefix(GENERATED + "/")
    return files


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Pages too many for the menu still belong to a section of it."""
    place_in_menu(nav, files)
    return nav


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Headers of tables written in Markdown say which way they head."""
    return framed(html)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Valid HTML, whatever the theme writes."""
    return valid(output)


def on_post_build(config: Any) -> None:
    """Make the search French and leave the mark by which the application knows the guide is current."""
    finish(_built["base"], _built["guide"], Path(config.site_dir), ROOT)
