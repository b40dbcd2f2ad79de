"""The texts: a page for those on which the rules rest, one page for the rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from citations import invoking
from guide_pages import Page

from knowledge.pages import TEXTS_OF_THEIR_OWN, page_of

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.model import Article

FAMILIES = ("CSP", "CASF", "other_code", "decree", "order", "law", "ruling", "doctrine")


def law_pages(base: Base) -> list[Page]:
    """The list of texts and a page for each text of its own."""
    users = invoking(base)
    weight = Counter(ref.partition("/")[0] for ref, keys in users.items() for _ in keys)
    own = [a for a in base.sections.articles if a.id in TEXTS_OF_THEIR_OWN]
    long = sorted(own, key=lambda a: (-weight[a.id], a.id))
    short: dict[str, list[Article]] = {family: [] for family in FAMILIES}
    for article in base.sections.articles:
        if article.id not in TEXTS_OF_THEIR_OWN:
            short[family_of(article)].append(article)
    pages = [
        Page(
            "textes/",
            "texts",
            base.wording("guide.texts.title"),
            base.wording("guide.texts.lead"),
            {"long": long, "short": {f: found for f, found in short.items() if found}, "users": users},
        )
    ]
    for article in long:
        label = base.basis_label(article.id)
        pages.append(
            Page(
                page_of(f"articles/{article.id}"),
                "text",
                f"{label} : {article.title}",
                article.says,
                {"a": article, "users": users},
                names=(label, article.label, article.id),
            )
        )
    return pages


def family_of(article: Article) -> str:
    """Where a short text is listed: by code, else by kind."""
    if article.code in ("CSP", "CASF"):
        return article.code
    return "other_code" if article.code else article.kind
