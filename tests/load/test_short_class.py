"""A class of four, loaded for half a minute: nothing that was acknowledged is lost. The speed is `make bench`'s affair."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.accept
def test_no_act_of_a_short_class_is_lost():
    result = subprocess.run(
        [sys.executable, "-m", "tests.load", "--trainees", "4", "--seconds", "30"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=420,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 échecs, 0 actes perdus" in result.stdout
