"""Shoot each kind of page, desktop and phone, light and dark, into build/screenshots: `python tests/guide/screenshots.py`.

Arguments: a folder holding a built guide (build/guide by default), then names of kinds (all by default).
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from kinds import KINDS  # noqa: E402
from serving import served  # noqa: E402

SIZES = {"bureau": (1280, 900), "telephone": (390, 844)}
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TALLEST = 3200


def shoot(folder: Path, out: Path, names: list[str]) -> None:
    """One PNG per kind, size and scheme, cut at a readable height."""
    out.mkdir(parents=True, exist_ok=True)
    with served(folder) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR"
                )
                page = context.new_page()
                for name in names:
                    page.goto(site + KINDS[name], wait_until="load")
                    full = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    page.screenshot(
                        path=out / f"{name}-{size}-{scheme}.png",
                        clip={"x": 0, "y": 0, "width": width, "height": full},
                        full_page=True,
                    )
                context.close()
        browser.close()


if __name__ == "__main__":
    built = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "guide"
    shoot(built, ROOT / "build" / "screenshots", sys.argv[2:] or list(KINDS))
