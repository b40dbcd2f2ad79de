"""The base → plain Markdown files on disk, written only when changed, stale ones removed. No MkDocs in here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from base_pages import base_pages
from drawing import restart_names
from eligibility_pages import eligibility_pages
from guide_pages import GENERATED, Addresses, Page
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from law_pages import law_pages
from learning_pages import learning_pages
from menu import plan_page
from page_tools import FILTERS, PageTools
from service_pages import service_pages
from typography import french

from eligibility.browser import tree_script
from eligibility.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from knowledge.base import Base


@dataclass(frozen=True)
class Guide:
    """What was written: the pages, and the file of each address relative to docs_dir."""

    pages: list[Page]
    files: dict[str, str]


def list_pages(engine: Engine) -> list[Page]:
    """Every page of the guide."""
    restart_names()
    pages = [
        *eligibility_pages(engine),
        *law_pages(engine.base),
        *service_pages(engine.base),
        *learning_pages(engine),
        *base_pages(engine),
    ]
    pages.append(plan_page(engine.base, pages))
    urls = [page.url for page in pages]
    assert len(set(urls)) == len(urls), sorted(u for u in urls if urls.count(u) > 1)  # noqa: S101 - two pages at one address
    return pages


def write_guide(base: Base, docs: Path, templates: Path, bot: str = "") -> Guide:
    """Render every page under `docs`/genere, with the tree that the wizard walks."""
    engine = Engine(base)
    pages = list_pages(engine)
    addresses = Addresses([page.url for page in pages])
    environment = make_environment(templates)
    folder = docs / GENERATED
    written: set[Path] = set()
    files: dict[str, str] = {}
    for page in pages:
        name = addresses.file(page.url)
        tools = PageTools(base, addresses, page.url, bot)
        write_if_changed(folder / name, render(environment, page, tools))
        written.add(folder / name)
        files[page.url] = f"{GENERATED}/{name}"
    script = folder / "assets" / "eligibilite-tree.js"
    write_if_changed(script, tree_script(base))
    written.add(script)
    remove_stale(folder, written)
    return Guide(pages, files)


class FrenchText(Extension):
    """The labels written in the templates get the typography that `finalize` gives to what they print."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Every token of a template, its plain text set as it should be printed."""
        for token in stream:
            yield Token(token.lineno, token.type, french(token.value)) if token.type == "data" else token


def make_environment(templates: Path) -> Environment:
    """Jinja2 over site/templates; what is printed gets French typography, a missing value is a fault."""
    environment = Environment(  # noqa: S701 - Markdown of our own base, not HTML from visitors
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[FrenchText],
        finalize=lambda value: french(value) if isinstance(value, str) else value,
    )
    environment.filters.update(FILTERS)
    environment.filters["day"] = lambda day: f"{day:%d/%m/%Y}"
    return environment


def render(environment: Environment, page: Page, tools: PageTools) -> str:
    """The Markdown of a page, with its front matter."""
    front: dict[str, Any] = {"title": french(page.title), "description": french(shortened(page.description))}
    if page.wizard:
        front["wizard"] = True
    if page.hide:
        front["hide"] = list(page.hide)
    head = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items())
    values: dict[str, Any] = {"page": page, "g": tools, "say": tools.say, "base": tools.base, **page.values}
    body = environment.get_template(f"{page.template}.md.j2").render(values)
    return f"---\n{head}---\n\n{body.strip()}\n"


def shortened(text: str, limit: int = 158) -> str:
    """A description that a result list shows whole: cut at a word."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def write_if_changed(path: Path, text: str) -> bool:
    """Write unless the file already says so: an untouched file does not wake `mkdocs serve`."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def remove_stale(folder: Path, kept: set[Path]) -> None:
    """Remove what an earlier base left in the generated folder, and the folders left empty."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
