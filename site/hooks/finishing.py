"""After the build: the footer's words, the search index, the mark of the build."""

from __future__ import annotations

import datetime
import html
import re
from itertools import count
from typing import TYPE_CHECKING, Any

from search_index import improve_index
from typography import french

from knowledge.base import STALE_AFTER
from knowledge.guide_mark import guide_mark

if TYPE_CHECKING:
    from pathlib import Path

    from page_writer import Guide

    from knowledge.base import Base

MARK = "build-mark.txt"
"""Read by bot/guide.py."""

TABLE = '<table class="plain">'
"""With a class, so that the theme's script does not frame it a second time."""
_MARKDOWN_TABLE = re.compile(r"<table>.*?</table>(?!</details>)", re.DOTALL)
_HEADER = re.compile(r"<th(?=[ >])(?![^>]*\bscope=)")

OTHER_WAYS = ("faq/", "glossaire/", "plan/")
"""What the search proposes when it finds nothing and there is no assistant."""

INSTEAD_OF_SEARCH = ("glossaire/", "plan/")
"""Where a reader goes who opened the guide from a folder: browsers refuse the search its worker there."""

_CHECKBOX = re.compile(r'<input[^>]*type="checkbox"[^>]*>')

LOST = ("", "verifier/", "professions/", "structures/", "faq/", "plan/")
"""Where the page of a wrong address leads."""


def footer(base: Base) -> str:
    """The sentences under every page: state of the base, review, who this site is not."""
    day = f"{base.as_of:%d/%m/%Y}"
    review = base.compiled.review
    if base.reviewed and review.day:
        reading = base.wording("reviewed", role=review.role, day=f"{review.day:%d/%m/%Y}")
    else:
        reading = base.wording("not_reviewed")
    sentences = [base.wording("state", digest=base.digest[:12], day=day), reading, base.wording("unofficial") + "."]
    return "<br>".join(html.escape(french(sentence), quote=False) for sentence in sentences)


def shell(base: Base, guide: Guide, today: datetime.date, bot: str) -> dict[str, Any]:
    """What the theme's own templates need: staleness, help of the search, links of the footer."""
    nothing = base.wording("guide.search.nothing" if bot else "guide.search.nothing_static")
    link = f' <a href="{html.escape(bot.rstrip("/"))}/chat">{base.wording("guide.bot.ask")}</a>' if bot else ""
    legal = [(p.menu, p.url) for p in guide.pages if p.url.startswith("mentions/") and p.menu]
    ends = [(p.menu, p.url) for p in guide.pages if p.url in ("base/", "base/sources/", "contacts/", "plan/")]
    return {
        "bot": bot,
        "search_help": french(nothing) + link,
        "search_links": [] if bot else [(page.title, page.url) for page in guide.pages if page.url in OTHER_WAYS],
        "no_search": french(base.wording("guide.search.from_folder")),
        "no_search_links": [(page.title, page.url) for page in guide.pages if page.url in INSTEAD_OF_SEARCH],
        "stale_after": (base.as_of + STALE_AFTER).isoformat(),
        "stale": base.is_stale(today),
        "stale_text": french(base.wording("stale", day=f"{base.as_of:%d/%m/%Y}")),
        "lost_title": base.wording("guide.lost.title"),
        "lost_text": french(base.wording("guide.lost.text")),
        "lost_links": [(page.title, page.url) for page in guide.pages if page.url in LOST],
        "footer_links": [(label or base.wording("guide.contacts.title"), url) for label, url in (*legal, *ends)],
    }


def framed(page: str) -> str:
    """Tables that Markdown wrote: headers say which way they head, and the keyboard can scroll what is too wide."""
    numbers = count(1)

    def frame(table: re.Match[str]) -> str:
        return f'<div class="scroll" role="region" aria-label="Tableau {next(numbers)}" tabindex="0">{table[0].replace("<table>", TABLE, 1)}</div>'

    page = _MARKDOWN_TABLE.sub(frame, page).replace("<th></th>", "<td></td>")  # an empty corner heads nothing
    return _HEADER.sub('<th scope="col"', page)


def valid(page: str) -> str:
    """The theme's own faults of HTML mended (Material 9.8.1, as the Nu checker tells them)."""
    page = _CHECKBOX.sub(lambda box: box[0].replace(' autocomplete="off"', ""), page).replace(' tabindex=""', "")
    return page if 'id="__toc"' in page else page.replace(' for="__toc"', "")


def finish(base: Base, guide: Guide, site_dir: Path, root: Path) -> None:
    """What MkDocs cannot do by itself once the pages are built."""
    improve_index(base, guide.pages, site_dir)
    (site_dir / MARK).write_text(guide_mark(root) + "\n", encoding="utf-8")
