"""A built guide as tests read it: pages, anchors, links, tables; standard library only."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Tag:
    """An element with its attributes and all the text inside."""

    name: str
    attributes: dict[str, str]
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.faults: list[str] = []
        self._open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element; void ones never open."""
        found = Tag(tag, {name: value or "" for name, value in attrs})
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element closed at once, as in SVG."""
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of that name; a crossing is a fault."""
        if self._open and self._open[-1].name == tag:
            self._open.pop()
        elif tag not in {"p", "li"} or any(t.name == tag for t in self._open):
            self.faults.append(f"</{tag}> inattendu, ouvert : {[t.name for t in self._open[-3:]]}")
            while self._open and self._open[-1].name != tag:
                self._open.pop()
            if self._open:
                self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it."""
        for tag in self._open:
            tag.text += data


@dataclass
class BuiltPage:
    """One HTML page of the guide, read once."""

    url: str
    html: str
    _reader: _Reader = field(default_factory=_Reader)

    def __post_init__(self) -> None:
        self._reader.feed(self.html)

    def all(self, *names: str) -> list[Tag]:
        """Every element of these names, in order."""
        return [tag for tag in self._reader.tags if tag.name in names]

    @property
    def faults(self) -> list[str]:
        """Elements that cross each other."""
        return self._reader.faults

    @cached_property
    def ids(self) -> list[str]:
        """Every id of the page."""
        return [tag.attributes["id"] for tag in self._reader.tags if "id" in tag.attributes]

    def verdict_rows(self) -> list[tuple[dict[str, str], str]]:
        """(facts, verdict) of each element that carries both."""
        found = []
        for tag in self._reader.tags:
            if "data-facts" in tag.attributes:
                facts = dict(pair.split("=") for pair in tag.attributes["data-facts"].split(";"))
                found.append((facts, tag.attributes["data-verdict"]))
        return found

    def links(self) -> list[tuple[str, str]]:
        """(address, anchor) of each link inside the guide, relative to its root."""
        found = []
        for tag in self.all("a"):
            href = tag.attributes.get("href", "")
            parts = urlsplit(href)
            if parts.scheme or parts.netloc or not href:
                continue
            path = (
                posixpath.normpath(posixpath.join("/", self.url, unquote(parts.path))) if parts.path else "/" + self.url
            )
            target = path.lstrip("/")
            if target in ("", "."):
                target = ""
            elif not posixpath.splitext(target)[1]:
                target = target.rstrip("/") + "/"
            found.append((target, unquote(parts.fragment)))
        return found


class BuiltGuide:
    """The folder of a built guide."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pages(self) -> dict[str, BuiltPage]:
        """Every page by its address relative to the root; the home page is ""."""
        found = {}
        for path in sorted(self.folder.rglob("index.html")):
            url = path.parent.relative_to(self.folder).as_posix()
            url = "" if url == "." else f"{url}/"
            found[url] = BuiltPage(url, path.read_text(encoding="utf-8"))
        return found
