"""Build the static guide with MkDocs, and know whether the built one is current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT

MARK = "build-mark.txt"


def build_guide(out: str | None, quiet: bool = False) -> int:
    """`mkdocs build --strict` into `out` (build/guide by default). Returns the exit status."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(ROOT / "mkdocs.yml")]
    if out:
        command += ["--site-dir", str(Path(out).resolve())]
    if quiet:
        command.append("--quiet")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    # Our own interpreter and a fixed list of arguments.
    return subprocess.run(command, check=False, env=environment, cwd=ROOT).returncode  # noqa: S603


def is_current(folder: Path) -> bool:
    """Was the guide in this folder built from today's base and templates?"""
    from knowledge.guide_mark import guide_mark

    try:
        return (folder / MARK).read_text(encoding="utf-8").strip() == guide_mark(ROOT)
    except OSError:
        return False
