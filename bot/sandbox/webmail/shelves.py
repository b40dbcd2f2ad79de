"""The small tables of `data/`: who is proposed, how one signs in, which documents lie ready to be joined."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@cache
def shelf(name: str) -> dict[str, Any]:
    """`data/<name>.yaml`."""
    content: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return content
