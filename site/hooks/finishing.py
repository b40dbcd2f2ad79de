"""After the build: the footer's words, the search index, the mark of the build."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from typography import french

from knowledge.guide_mark import guide_mark

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.base import Base
    from page_writer import Guide

MARK = "build-mark.txt"
"""Read by bot/guide.py."""


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


def finish(base: Base, guide: Guide, site_dir: Path, root: Path) -> None:
    """What MkDocs cannot do by itself once the pages are built."""
    (site_dir / MARK).write_text(guide_mark(root) + "\n", encoding="utf-8")
