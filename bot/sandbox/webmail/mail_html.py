"""The HTML of a mail, made harmless: what a frame without rights shows. Nothing in it runs, asks for anything or leads anywhere.

Four walls, each enough alone: an allow-list of tags (nh3), links and distant pictures turned into words, a frame with
an empty `sandbox`, and a content policy that refuses every request.
"""

from __future__ import annotations

import base64
import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.post.reading import Attached

MAX_HTML = 600_000
MAX_PICTURE = 3_000_000
MAX_ADDRESS = 120
VOID = frozenset({"br", "hr", "img", "wbr", "col"})
TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
SWALLOWED = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "template",
        "noscript",
        "noembed",
        "noframes",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "textarea",
        "select",
        "option",
        "button",
        "form",
        "input",
        "xmp",
        "plaintext",
        "listing",
        "portal",
        "audio",
        "video",
        "canvas",
        "map",
        "dialog",
    ]
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "abbr": {"title"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid", "ftp", "data"})
_RASTER = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_NUMBER = re.compile(r"[0-9]{1,3}")
STYLE = (
    "html{color-scheme:light dark;font:100%/1.55 system-ui,sans-serif}body{margin:.75rem;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{border-collapse:collapse;max-width:100%}td,th{padding:.15rem .4rem;vertical-align:top}"
    ".lien{text-decoration:underline dotted}.vers{font-size:.85em}pre{white-space:pre-wrap}"
    "blockquote{margin:.5rem 0;padding-left:.75rem;border-left:.2rem solid #8a979b}"
    "@media(prefers-color-scheme:dark){html{background:#12191c;color:#e7eef0}}"
)


def framed(html: str, files: Sequence[Attached], nonce: str) -> str:
    """A whole document for the `srcdoc` of a frame with an empty `sandbox`."""
    policy = f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; form-action 'none'; base-uri 'none'"
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Message</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<style nonce="{nonce}">{STYLE}</style></head><body>{harmless(html, files)}</body></html>'
    )


def harmless(html: str, files: Sequence[Attached] = ()) -> str:
    """The words and the plain layout of a mail. Pictures joined to it are shown, distant ones are named."""
    kept = nh3.clean(
        html[:MAX_HTML].replace("\0", ""),
        tags=set(TAGS),
        clean_content_tags=set(SWALLOWED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )
    rewriter = _Rewriter(_pictures(files))
    rewriter.feed(kept)
    rewriter.close()
    return rewriter.text()


def _pictures(files: Sequence[Attached]) -> dict[str, str]:
    """Joined pictures by their Content-ID, as data addresses; only the formats that hold nothing but points."""
    found = {}
    for file in files:
        kind = next((kind for mark, kind in _RASTER.items() if file.content.startswith(mark)), "")
        if kind and file.content_id and len(file.content) <= MAX_PICTURE:
            found[file.content_id.lower()] = f"data:{kind};base64,{base64.b64encode(file.content).decode()}"
    return found


class _Rewriter(HTMLParser):
    """Writes again, each text and attribute escaped by us, what the sanitiser let through."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures = pictures
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = []

    def text(self) -> str:
        return "".join(self._out) + "".join(closing for _, closing in reversed(self._open))

    def handle_data(self, data: str) -> None:
        self._out.append(escape(data))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            return
        if tag == "img":
            self._out.append(self._picture(given))
        elif tag == "a":
            self._out.append('<span class="lien">')
            self._open.append(("a", f"</span>{_destination(given.get('href', ''))}"))
        elif tag in VOID:
            self._out.append(f"<{tag}>")
        else:
            self._out.append(f"<{tag}{_kept(tag, given)}>")
            self._open.append((tag, f"</{tag}>"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            return
        while self._open:
            name, closing = self._open.pop()
            self._out.append(closing)
            if name == tag:
                return

    def _picture(self, given: dict[str, str]) -> str:
        source = given.get("src", "")
        if source[:4].lower() == "cid:":
            address = self._pictures.get(source[4:].lower())
            if address:
                return f'<img src="{address}" alt="{escape(given.get("alt") or "Image jointe")}">'
        alt = given.get("alt", "").strip()[:MAX_ADDRESS]
        return f'<span class="vers">[image distante, non chargée{" : " + escape(alt) if alt else ""}]</span>'


def _kept(tag: str, given: dict[str, str]) -> str:
    names = ATTRIBUTES.get(tag, set())
    kept = []
    for name in sorted(names & given.keys()):
        value = given[name].strip()
        if name == "title" or _NUMBER.fullmatch(value):
            kept.append(f' {name}="{escape(value[:MAX_ADDRESS])}"')
    return "".join(kept)


def _destination(address: str) -> str:
    """Where a link claimed to lead, in words: reading it is half of the lesson."""
    shown = " ".join(address.split())[:MAX_ADDRESS]
    return f' <span class="vers">[lien inactif : {escape(shown)}]</span>' if shown else ""
