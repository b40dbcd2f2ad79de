"""The `mssante` command as its users meet it: a real process, French messages, exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

from tests.conftest import ROOT


class EditorLoader(yaml.SafeLoader):
    """YAML as an editor reads it against a JSON Schema: a date is a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def mssante(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_a_verdict_as_json():
    result = mssante("eligible", "--fact", "profession=orthophoniste", "--json")

    assert result.returncode == 0
    assert json.loads(result.stdout)["verdict"]["nominative"] == "yes"


def test_a_verdict_as_text_says_why_with_its_sources():
    result = mssante("eligible", "--fact", "profession=secretaire-medicale")

    assert "Boîte nominative : non." in result.stdout
    assert "Pourquoi pas mieux" in result.stdout
    assert "vérifié le 23/11/2026" in result.stdout
    assert "Version de travail, non relue par un juriste." in result.stdout
    assert "\x1b[" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("eligible", "--fact", "profession=infirmer"), 1, "vouliez-vous dire « infirmier »"),
        (("eligible", "--fact", "metier=infirmier"), 1, "Fait inconnu « metier »"),
        (("eligible", "--fact", "infirmier"), 2, "NOM=VALEUR"),
        (("eligible", "--on", "2020-01-01", "--fact", "profession=infirmier"), 1, "date non couverte"),
        (("eligible", "--on", "hier"), 2, "AAAA-MM-JJ"),
        (("eligible", "--facts", "x"), 2, "Option inconnue « --facts »"),
        (("nimporte",), 2, "Commande inconnue « nimporte »"),
    ],
)
def test_a_fault_has_its_status_and_its_french_sentence(arguments, status, said):
    result = mssante(*arguments)

    assert result.returncode == status
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_all_wrong_facts_are_told_at_once():
    result = mssante(
        "eligible", "--fact", "profession=infirmer", "--fact", "metier=x", "--fact", "rpps=actif", "--json"
    )

    assert result.returncode == 1
    assert result.stderr.count("\n") == 3
    for said in ("vouliez-vous dire « infirmier »", "Fait inconnu « metier »", "pour « rpps »"):
        assert said in result.stderr


def test_two_jobs_may_be_given_apart_or_together():
    apart = mssante("eligible", "--fact", "profession=infirmier", "--fact", "profession=secretaire-medicale", "--json")
    together = mssante("eligible", "--fact", "profession=infirmier,secretaire-medicale", "--json")

    assert json.loads(apart.stdout) == json.loads(together.stdout)
    assert json.loads(apart.stdout)["verdict"]["rows"] == ["P07"]


@pytest.mark.parametrize(
    ("profession", "said"),
    [
        ("benevole", "Pour préciser (profession) : Êtes-vous par ailleurs"),
        ("secretaire", "Pour préciser (employer) : "),
    ],
)
def test_what_a_verdict_leaves_open_is_asked(profession, said):
    assert said in mssante("eligible", "--fact", f"profession={profession}").stdout


def test_the_base_is_sound_and_proved():
    lint, prove = mssante("knowledge", "lint"), mssante("knowledge", "prove")

    assert (lint.returncode, prove.returncode) == (0, 0)
    assert "0 défaut" in lint.stdout
    assert "72 situations, 14 lignes, 0 trou, 0 conflit" in prove.stdout


def test_the_schema_for_editors_accepts_every_file_of_the_base():
    from jsonschema import Draft202012Validator

    from knowledge.loading import read_sources

    schema = json.loads(mssante("knowledge", "schema").stdout)
    Draft202012Validator.check_schema(schema)
    for source in read_sources():
        section = source.path.split("/")[0]
        if section in ("review.yaml", "voices"):
            continue
        one = {"$ref": f"#/$defs/file-{section}", "$defs": schema["$defs"]}
        content = yaml.load(source.content, Loader=EditorLoader)  # noqa: S506 - a safe loader without dates
        errors = list(Draft202012Validator(one).iter_errors(content))
        assert not errors, (source.path, errors[0].message)


def test_the_help_is_in_french():
    result = mssante("--help")

    assert "Usage : " in result.stdout
    assert "Commandes" in result.stdout
    assert "Show this message" not in result.stdout


def test_a_busy_port_is_named_with_the_remedy():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = mssante("web", "--port", str(port))

    assert result.returncode == 1
    assert f"Le port {port} est déjà pris" in result.stderr
    assert "--port" in result.stderr
