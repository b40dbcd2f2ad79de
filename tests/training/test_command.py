"""`mssante training new`, as a trainer types it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from bot.sandbox.training.drawing import qr_text
from tests.conftest import ROOT


def training_new(var_dir, *options):
    return subprocess.run(
        [sys.executable, "-m", "bot", "training", "new", *options],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "MSSANTE_VAR_DIR": str(var_dir)},
    )


def test_it_prints_the_code_and_both_links_with_their_qr_codes(tmp_path):
    printed = training_new(tmp_path, "--title", "Matinée", "--url", "https://exemple.fr/").stdout
    code = re.search(r"Code de la session : ([A-Z2-9]{6})", printed)[1]
    secret = re.search(r"https://exemple\.fr/bac-a-sable/reprendre/\S{32}", printed)[0]
    join = f"https://exemple.fr/bac-a-sable/rejoindre?code={code}"

    assert join in printed
    assert qr_text(secret) in printed
    assert qr_text(join) in printed


def test_the_class_is_open_when_the_service_starts(tmp_path, base):
    from bot.settings import Settings
    from tests.training.reading import TRAINING
    from tests.webmail.visiting import Visitor, whole_app

    printed = training_new(tmp_path, "--title", "Matinée").stdout
    link = re.search(r"/bac-a-sable/reprendre/\S{32}", printed)[0]
    app = whole_app(Settings(secret_key="training-tests-" * 3, var_dir=tmp_path), base)
    trainer = Visitor(app.test_client())
    trainer.get(link)
    trainer.post(link)

    assert "<h1>Matinée</h1>" in trainer.get(f"{TRAINING}/tableau").text
    app.extensions["sandbox"].close()


def test_a_title_that_holds_somebodys_number_is_refused(tmp_path):
    result = training_new(tmp_path, "--title", "Pour 1 85 05 78 006 084 36")

    assert result.returncode == 1
    assert "forme d’une vraie INS" in result.stderr
    assert "006" not in result.stderr


def test_an_address_that_leads_nowhere_is_a_wrong_usage(tmp_path):
    result = training_new(tmp_path, "--url", "exemple.fr")

    assert result.returncode == 2
    assert "n’est pas une adresse" in result.stderr
