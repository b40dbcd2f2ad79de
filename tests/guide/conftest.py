"""The guide, built once for all tests and kept in build/ under the mark of what it was built from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "site" / "hooks")]

from built_pages import BuiltGuide  # noqa: E402
from serving import served  # noqa: E402

from knowledge.guide_mark import guide_mark  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def guide_folder() -> Path:
    """A guide built with `mkdocs build --strict` from today's files; two workers of pytest build it once."""
    kept = ROOT / "build" / "guide-tests"
    wanted = guide_mark(ROOT)[:24]
    folder = kept / wanted
    if (folder / "build-mark.txt").is_file():
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    lock = kept / f"{wanted}.lock"
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return _wait_for(folder, lock)
    try:
        made = kept / f"{wanted}.making"
        shutil.rmtree(made, ignore_errors=True)
        built = build(made)
        assert built.returncode == 0, built.stderr
        assert "WARNING" not in built.stderr, built.stderr
        for old in kept.iterdir():
            if old.is_dir() and old not in (made, folder):
                shutil.rmtree(old, ignore_errors=True)
        made.rename(folder)
    finally:
        lock.unlink(missing_ok=True)
    return folder


def build(out: Path) -> subprocess.CompletedProcess[str]:
    """`mkdocs build --strict` into a folder."""
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "MSSANTE_BOT_URL": "",
        "MSSANTE_SITE_URL": "https://exemple.test/",
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _wait_for(folder: Path, lock: Path) -> Path:
    import time

    for _ in range(600):
        if (folder / "build-mark.txt").is_file():
            return folder
        if not lock.exists():
            break
        time.sleep(0.5)
    if (folder / "build-mark.txt").is_file():
        return folder
    pytest.fail("la construction du guide par l'autre exécutant a échoué")


@pytest.fixture(scope="session")
def guide(guide_folder: Path) -> BuiltGuide:
    """The pages of the built guide."""
    return BuiltGuide(guide_folder)


@pytest.fixture(scope="session")
def site(guide_folder: Path) -> Iterator[str]:
    """The built guide on a free local port."""
    with served(guide_folder) as address:
        yield address


@pytest.fixture
def open_page(browser, site):
    """open_page("usages/", width=390, dark=True) → a page; a request elsewhere or an error fails the test."""
    contexts, faults = [], []

    def _open(url: str = "", width: int = 1280, dark: bool = False, **settings):
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="fr-FR", **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: faults.append(r.url) if not r.url.startswith((site, "data:", "blob:")) else None)
        page.goto(site + url, wait_until="load")
        return page

    yield _open
    for context in contexts:
        context.close()
    assert not faults
