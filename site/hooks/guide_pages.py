"""A page of the guide before it is rendered, and the way from one page to another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any

GENERATED = "genere"
"""Folder of the generated Markdown inside docs_dir; git-ignored, never part of an address."""


@dataclass(frozen=True)
class Page:
    """What the writer needs to know of a page.

    `url`: its address relative to the guide's root, ending in "/" ("" is the home page). `names`: other
    names under which the search must find it first. `menu`: its name in the menu; empty, it is not there.
    `hide`: parts of the theme that it does without ("navigation", "toc"). `wizard`: it needs the wizard's style.
    """

    url: str
    template: str
    title: str
    description: str
    values: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    menu: str = ""
    hide: tuple[str, ...] = ()
    wizard: bool = False


class Addresses:
    """Where each page is written, and the relative links between pages."""

    def __init__(self, urls: list[str]) -> None:
        folders = {posixpath.dirname(url.rstrip("/")) for url in urls}
        self._files = {url: _file(url, url.rstrip("/") in folders) for url in urls}

    def file(self, url: str) -> str:
        """The Markdown file of an address, relative to the generated folder. Raises KeyError."""
        return self._files[url]

    def __contains__(self, url: str) -> bool:
        return url in self._files

    def markdown(self, here: str, there: str) -> str:
        """A link between Markdown files, which MkDocs checks. `there` may hold an anchor. Raises KeyError."""
        url, hash_, anchor = there.partition("#")
        if url == here:
            return f"#{anchor}" if anchor else posixpath.basename(self._files[here])
        folder = posixpath.dirname(self._files[here]) or "."
        return posixpath.relpath(self._files[url], folder) + hash_ + anchor

    def html(self, here: str, there: str) -> str:
        """A link between built pages, for raw HTML. Raises KeyError when the page does not exist."""
        url, hash_, anchor = there.partition("#")
        if url not in self._files:
            raise KeyError(url)
        if url == here:
            return f"#{anchor}" if anchor else "./"
        relative = posixpath.relpath(url or ".", here or ".")
        return relative.rstrip("/") + "/" + hash_ + anchor


def _file(url: str, is_folder: bool) -> str:
    name = url.rstrip("/")
    if not name:
        return "index.md"
    return f"{name}/index.md" if is_folder else f"{name}.md"
