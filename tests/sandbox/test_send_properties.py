"""What holds of any send: never an exception, always a result of the schema, the same twice; and how it varies."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.sandbox.addresses import parse, place_of
from bot.sandbox.check_command import SendCheck
from bot.sandbox.reading import FaultyAttempt, read_attempt
from bot.sandbox.rulebook import OUTCOMES
from knowledge.base import load_base
from tests.conftest import load_cases
from tests.sandbox.attempts import ATTEMPT, RESULT, SCHEMA, any_attempt, ordinary

CHECK = SendCheck(load_base())
CASES = load_cases("send.yaml")
REACHED = OUTCOMES[OUTCOMES.index("warned") :]
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])


@slow
@given(any_attempt())
def test_any_attempt_of_the_schema_has_a_result_of_the_schema(attempt):
    ATTEMPT.validate(attempt)
    result = CHECK.of(attempt)

    RESULT.validate(result)
    assert [r["address"] for r in result["recipients"]] == [
        *attempt["to"],
        *attempt.get("cc", []),
        *attempt.get("bcc", []),
    ]
    if result["recipients"]:
        assert result["outcome"] == min((r["outcome"] for r in result["recipients"]), key=OUTCOMES.index)


@slow
@given(any_attempt())
def test_judging_changes_nothing_and_says_the_same_twice(attempt):
    before = copy.deepcopy(attempt)

    assert CHECK.of(attempt) == CHECK.of(attempt)
    assert attempt == before


@slow
@given(any_attempt())
def test_a_default_written_out_changes_nothing(attempt):
    written = copy.deepcopy(attempt)
    for name, part in SCHEMA["properties"].items():
        if "default" in part:
            written.setdefault(name, part["default"])
    for part in ("context", "transport"):
        for name, inner in SCHEMA["properties"][part]["properties"].items():
            if "default" in inner:
                written[part] = {name: inner["default"], **written[part]}

    assert CHECK.of(written) == CHECK.of(attempt)


@slow
@given(any_attempt(), st.sampled_from(["X-Test", "X-Mailer"]), st.text(alphabet="abc é", max_size=20))
def test_a_header_no_rule_speaks_of_changes_nothing(attempt, name, value):
    assume(name not in attempt.get("headers", {}))
    more = {**attempt, "headers": {**attempt.get("headers", {}), name: value}}

    assert CHECK.of(more) == CHECK.of(attempt)


@slow
@given(any_attempt())
def test_an_unlisted_domain_is_never_reached(attempt):
    result = CHECK.of(attempt)

    for recipient in result["recipients"]:
        if place_of(parse(recipient["address"]), CHECK.world) != "listed":
            assert recipient["outcome"] not in REACHED


@slow
@given(any_attempt())
def test_one_more_recipient_never_makes_a_message_fare_better(attempt):
    alone = CHECK.of(attempt)
    more = CHECK.of({**attempt, "bcc": [*attempt.get("bcc", []), "nul@ch-abcd.mssante.fr"]})
    assume(alone["recipients"])

    assert OUTCOMES.index(more["outcome"]) <= OUTCOMES.index(alone["outcome"])


@given(
    st.floats(0, 100),
    st.floats(0, 100),
    st.sampled_from(["dpi@ch-efgh.mssante.fr", "279139999901254@patient.mssante.fr"]),
)
def test_a_heavier_message_never_fares_better(one, other, to):
    light, heavy = sorted((one, other))

    def outcome(size: float) -> int:
        attempt = ordinary(to=[to], attachments=[{"name": "images.zip", "size_mb": size}])
        return OUTCOMES.index(CHECK.of(attempt)["outcome"])

    assert outcome(heavy) <= outcome(light)


@slow
@given(any_attempt(), st.sampled_from(["wrong_password", "locked_out", "account_closed", "malformed_login"]))
def test_without_a_session_nothing_leaves(attempt, state):
    assert CHECK.of({**attempt, "auth_state": state})["outcome"] == "refused_login"


# Reading: as strict as the schema, no more


def accepts(document: Any) -> bool:
    try:
        read_attempt(document)
    except FaultyAttempt as error:
        return not error.faults
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_reader_and_the_schema_accept_every_case(case):
    assert ATTEMPT.is_valid(case["attempt"])
    assert accepts(case["attempt"])


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 70_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    if not path:
        return change
    copied = copy.copy(value)
    copied[path[0]] = put(value[path[0]], path[1:], change)
    return copied


@slow
@given(any_attempt(), st.data())
def test_the_reader_and_the_schema_agree_on_a_document_gone_wrong(attempt, data):
    path = data.draw(st.sampled_from(places(attempt)))
    act = data.draw(st.sampled_from(["replace", "drop", "add"]))
    target: Any = attempt
    for key in path:
        target = target[key]
    if act == "drop" and isinstance(target, dict) and target:
        gone = data.draw(st.sampled_from(sorted(target)))
        document = put(attempt, path, {key: item for key, item in target.items() if key != gone})
    elif act == "add" and isinstance(target, dict):
        document = put(attempt, path, {**target, data.draw(st.text(max_size=4)): data.draw(json_values)})
    else:
        document = put(attempt, path, data.draw(json_values))

    assert accepts(document) == (ATTEMPT.is_valid(document) and on_one_line(document)), json.dumps(document)


def on_one_line(document: Any) -> bool:
    """What the schema cannot say: neither the subject nor a header begins another line."""
    if not isinstance(document, dict) or not isinstance(document.get("headers", {}), dict):
        return True
    said = [document.get("subject"), *document.get("headers", {}), *document.get("headers", {}).values()]
    return not any(sign in text for text in said if isinstance(text, str) for sign in "\r\n\0")
