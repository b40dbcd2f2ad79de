"""The wizard on a local file, offline: no server, no network, no error in the console."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eligibility.browser import tree_script

ASSETS = Path(__file__).resolve().parents[2] / "site" / "docs" / "assets"

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Essai</title><link rel="stylesheet" href="eligibilite.css"></head>
<body><main><h1>Essai</h1><div id="wizard" data-mode="{mode}" data-root="../"></div><h2 id="tableau">Tableau</h2></main>
<script src="tree.js"></script><script src="eligibilite.js"></script></body></html>
"""

COMPARE = """text => JSON.parse(text).flatMap(([facts, about, wanted]) => {
  let found;
  try { found = JSON.stringify(%s(facts, about)); } catch (error) { found = String(error.stack || error); }
  return found === JSON.stringify(wanted) ? [] : [[facts, about, JSON.stringify(wanted), found]];
}).slice(0, 5)"""


@pytest.fixture(scope="session")
def folder(base, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("assistant")
    (place / "tree.js").write_text(tree_script(base), encoding="utf-8")
    for name in ("eligibilite.js", "eligibilite.css"):
        shutil.copy(ASSETS / name, place / name)
    for mode in ("eligibility", "box"):
        (place / f"{mode}.html").write_text(PAGE.format(mode=mode), encoding="utf-8")
    return place


class Opener:
    """open_wizard("#profession=medecin", mode="box", width=360) → a page at that address.

    One page serves again and again; special settings get a context of their own.
    """

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.faults: list[str] = []
        self.contexts: list[Any] = []
        self.usual = self.page()

    def page(self, width: int = 1000, **settings: Any) -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": 800}, offline=True, **settings)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith("file:") else self.faults.append(asked.url))
        return page

    def __call__(self, fragment: str = "", mode: str = "eligibility", **settings: Any) -> Any:
        page = self.page(**settings) if settings else self.usual
        page.goto("about:blank")
        page.goto(f"{(self.folder / mode).as_uri()}.html{fragment}")
        return page


@pytest.fixture(scope="module")
def opener(browser, folder) -> Iterator[Opener]:
    found = Opener(browser, folder)
    yield found
    for context in found.contexts:
        context.close()


@pytest.fixture
def open_wizard(opener) -> Iterator[Opener]:
    """Opens the wizard offline; an error or a request during the test fails it."""
    opener.faults.clear()
    yield opener
    assert [fault for fault in opener.faults if fault != "about:blank"] == []


@pytest.fixture(scope="module")
def decider(browser, folder) -> Iterator[Any]:
    """A page whose own functions are called, never clicked."""
    page = browser.new_page()
    page.goto(f"{(folder / 'eligibility').as_uri()}.html")
    yield page
    page.close()


@pytest.fixture
def differences(decider) -> Callable[..., list[Any]]:
    """differences([(facts, about, expected)…]) → the first cases where the page says something else."""

    def _differences(cases: list[Any], function: str = "mssanteDecide") -> list[Any]:
        found: list[Any] = decider.evaluate(COMPARE % function, json.dumps(cases, ensure_ascii=False))
        return found

    return _differences
