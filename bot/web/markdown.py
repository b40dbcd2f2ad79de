"""Markdown of the base and of replies → safe HTML, or plain text for an e-mail, a terminal, a voice."""

from __future__ import annotations

import re

import markdown
import nh3
from markupsafe import Markup

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "code", "br", "h3", "h4", "blockquote"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}

_LIST_AFTER_TEXT = re.compile(r"(?m)^(?!\s*(?:[-*]|\d+\.)\s)(.+)\n(?=(?:[-*]|\d+\.)\s)")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_BEFORE = re.compile(r" (?=[?!:;»%])")
_AFTER = re.compile(r"(?<=«) ")
_TITLE = re.compile(r"(?m)^#{1,6}\s+")


def safe_html(text: str) -> Markup:
    """HTML of which only the tags of a reply are left: no script, no style, no picture, no form."""
    # A list straight after a line of text is a list for the reader of a reply, not for Markdown.
    html = markdown.markdown(french_spaces(_LIST_AFTER_TEXT.sub(r"\1\n\n", text)), extensions=["sane_lists"])
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def french_spaces(text: str) -> str:
    """No line of a page begins with « ? » or ends with an opening guillemet."""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text))


def plain_text(text: str) -> str:
    """The same words without the marks: lists keep their dashes and numbers, links their address."""
    text = _LINK.sub(lambda m: m[1] if m[1] == m[2] else f"{m[1]} ({m[2]})", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _ITALIC.sub(r"\1", text)
    return _TITLE.sub("", text)
