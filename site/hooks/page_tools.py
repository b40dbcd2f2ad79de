"""What a template may ask while it writes a page: links, sources, sentences of the base, answers in French."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from typography import french

from eligibility.phrases import lower_first, upper_first
from knowledge.model import Cite
from knowledge.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guide_pages import Addresses

    from eligibility.decision import Verdict
    from knowledge.base import Base

_MARKS = re.compile(r"([\\`*_\[\]<>|])")
_KEY_LINK = re.compile(r"\[([^\[\]]*)\]\(([a-z_]+/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)\)")
_NAMES = ("label", "title", "term", "question", "menu", "id")


def plain(text: str) -> str:
    """Text of the base that is not Markdown (titles, places in a source), kept from being read as Markdown."""
    return _MARKS.sub(r"\\\1", text)


def escaped(text: str) -> str:
    """The same for raw HTML, with its typography (an escaped apostrophe would be missed later)."""
    return html.escape(french(text), quote=False)


def name_of(entry: Any) -> str:
    """How an entry is called in a link."""
    for attribute in _NAMES:
        found = getattr(entry, attribute, "")
        if found:
            return str(found)
    raise AttributeError(entry)


class PageTools:
    """The tools of one page: every link is relative to it."""

    def __init__(self, base: Base, addresses: Addresses, here: str, bot: str) -> None:
        self.base = base
        self.here = here
        self.bot = bot
        self._addresses = addresses

    # Links

    def at(self, url: str) -> str:
        """A Markdown link target for an address of the guide."""
        return self._addresses.markdown(self.here, url)

    def at_html(self, url: str) -> str:
        """A link target for raw HTML."""
        return self._addresses.html(self.here, url)

    def address(self, key: str) -> str:
        """The address of an entry from the guide's root."""
        return page_of(key, self.base)

    def asset(self, name: str) -> str:
        """The address of a file of docs/assets, for raw HTML."""
        return "../" * self.here.count("/") + f"assets/{name}"

    def link(self, key: str, text: str = "") -> str:
        """A Markdown link to an entry."""
        return f"[{plain(text or self.name(key))}]({self.at(page_of(key, self.base))})"

    def link_html(self, key: str, text: str = "") -> str:
        """The same in HTML."""
        target = self.at_html(page_of(key, self.base))
        return f'<a href="{html.escape(target)}">{escaped(text or self.name(key))}</a>'

    def name(self, key: str) -> str:
        """The name of the entry behind a key ("section/id" or "articles/id/part")."""
        section, _, rest = key.partition("/")
        if section == "articles":
            return self.base.basis_label(rest)
        return name_of(self.base.entry("/".join(key.split("/")[:2])))

    def related(self, keys: Iterable[str]) -> list[str]:
        """Markdown links to entries, leaving out what has no page (facts of the sandbox still to come)."""
        found = []
        for key in keys:
            try:
                found.append(self.link(key))
            except KeyError:
                continue
        return found

    def prose(self, text: str) -> str:
        """Markdown of the base whose links name entries: `[texte](faq/f01)`. What has no page stays plain text."""

        def linked(match: re.Match[str]) -> str:
            try:
                return f"[{match[1]}]({self.at(page_of(match[2], self.base))})"
            except KeyError:
                return match[1]

        return _KEY_LINK.sub(linked, text)

    def bot_link(self, path: str) -> str:
        """The address of a page of the application ("chat", "eligibilite"), or "" when no bot was configured."""
        return f"{self.bot.rstrip('/')}/{path}" if self.bot else ""

    # Sources

    def basis(self, refs: Iterable[str]) -> str:
        """The legal basis of something, in Markdown: links to the texts."""
        return ", ".join(self.link(f"articles/{ref}") for ref in refs)

    def basis_html(self, refs: Iterable[str]) -> str:
        return ", ".join(self.link_html(f"articles/{ref}") for ref in refs)

    def cited(self, cites: Iterable[Cite]) -> str:
        """Citations in Markdown, each leading to its source's place on the sources page."""
        return " ; ".join(
            f"[{plain(_with_place(ref.title, ref.locator))}]({self.at(page_of(f'sources/{ref.id}'))})"
            for ref in self.base.resolve(cites)
        )

    def cited_html(self, cites: Iterable[Cite]) -> str:
        return " ; ".join(
            f'<a href="{html.escape(self.at_html(page_of(f"sources/{ref.id}")))}">'
            f"{escaped(_with_place(ref.title, ref.locator))}</a>"
            for ref in self.base.resolve(cites)
        )

    def sources(self, thing: Any, parent: Any = None) -> str:
        """The source paragraph under a statement: what it rests on, how sure it is, what stays open."""
        cites = thing.cites or (parent.cites if parent is not None else ())
        status = thing.status or (parent.status if parent is not None else None)
        text = f"{self.say('guide.sources')} {self.cited(cites)}." if cites else ""
        mark = self.mark(status)
        if status == "background" and "vérifier" in thing.open:
            mark = self.say("guide.status.background_short")
        if mark:
            text += f" {mark}"
        if thing.open:
            text += f" {self.say('guide.open')} {thing.open}"
        return f"{text.strip()}\n{{: .src }}"

    def reserve(self, thing: Any) -> str:
        """How sure an entry is and what stays open, where its sources are already listed; "" when nothing is to say."""
        text = self.mark(thing.status) if not (thing.status == "background" and "vérifier" in thing.open) else ""
        if thing.open:
            text += f" {self.say('guide.open')} {thing.open}"
        return f"{text.strip()}\n{{: .src }}" if text.strip() else ""

    def mark(self, status: str | None) -> str:
        """What a reader must be told of a statement that was not read in its own text; "" when it was."""
        return "" if status in (None, "confirmed") else self.say(f"guide.status.{status}")

    # Words

    def say(self, name: str, **values: Any) -> str:
        """A sentence of the base."""
        return self.base.wording(name, **{k: str(v) for k, v in values.items()})

    def say_or(self, name: str, otherwise: str) -> str:
        """A sentence of the base, or this."""
        entry = self.base.section("wording").get(name)
        return entry.text if entry else otherwise

    def theme(self, kind: str, slug: str) -> str:
        """The French name of a theme; one that has none yet goes by its slug."""
        return self.say_or(f"guide.{kind}.{slug}", upper_first(slug.replace("-", " ")))

    def option(self, fact: str, value: str) -> str:
        """The label of an answer to a fact."""
        found: str = next(o.label for o in self.base.section("facts")[fact].options if o.value == value)
        return found

    @staticmethod
    def grouped(rows: Iterable[Any], fact: str) -> list[tuple[str, list[Any]]]:
        """Rows of verdicts by the value of one fact, in the order met."""
        groups: dict[str, list[Any]] = {}
        for row in rows:
            groups.setdefault(row.facts[fact], []).append(row)
        return list(groups.items())

    @staticmethod
    def by_first_fact(table: Any, rows: Iterable[Any]) -> list[tuple[tuple[str, ...], list[Any]]]:
        """Rows of a decision table by the values they want of its first fact, in the order of the table."""
        groups: dict[tuple[str, ...], list[Any]] = {}
        for row in rows:
            groups.setdefault(tuple(row.when.get(table.facts[0], ())), []).append(row)
        return list(groups.items())

    def contacts(self, names: Iterable[str]) -> list[Any]:
        return [self.base.section("contacts")[name] for name in dict.fromkeys(names)]

    def boxes(self, verdict: Verdict) -> str:
        """The boxes to ask for, in a table cell."""
        if verdict.boxes is None:
            return self.say("guide.boxes.open")
        return ", ".join(verdict.boxes) or self.say("guide.boxes.none")


def _with_place(title: str, place: str) -> str:
    return f"{title}, {place}" if place else title


def demoted(text: str) -> str:
    """Prose of the base one level of titles lower, to stand inside another page."""
    return re.sub(r"(?m)^(?=#{2,5} )", "#", text)


FILTERS = {"upper_first": upper_first, "lower_first": lower_first, "plain": plain, "demoted": demoted}
