"""What comes back: notices of delivery and of non-delivery, as the client asked for them (RFC 3461)."""

from __future__ import annotations

from typing import Any

from tests.sandbox_store.scene import CLAIRE, HUGO, NOBODY, wire
from tests.smtp.door import Door


def sent(door: Door, to: str, mail: tuple[str, ...] = (), rcpt: tuple[str, ...] = (), text: str = "Bonjour") -> None:
    with door.signed_in() as client:
        assert client.mail(CLAIRE, mail)[0] == 250
        assert client.rcpt(to, rcpt)[0] == 250
        assert client.data(wire(To=to, text=text))[0] == 250


def notice(scene: Any, kind: str) -> str:
    (line,) = [line for line in scene.lines(CLAIRE) if line.kind == kind]
    return str(scene.raw(line).decode())


def test_a_success_asked_for_is_told_with_the_id_and_the_recipient_as_first_written(door: Door, scene: Any) -> None:
    sent(door, HUGO, ("ENVID=QQ+2B314",), ("NOTIFY=SUCCESS", "ORCPT=rfc822;docteur+2Bleroy@ailleurs.mssante.fr"))
    told = notice(scene, "dsn")
    assert "Action: delivered" in told
    assert "Original-Envelope-Id: QQ+314" in told
    assert "Original-Recipient: rfc822; docteur+leroy@ailleurs.mssante.fr" in told


def test_without_notify_only_failures_are_told(door: Door, scene: Any) -> None:
    sent(door, HUGO)
    sent(door, NOBODY)
    assert scene.kinds(CLAIRE) == ["bounce"]


def test_never_is_never(door: Door, scene: Any) -> None:
    sent(door, NOBODY, rcpt=("NOTIFY=NEVER",))
    assert scene.kinds(CLAIRE) == []


def test_a_failure_says_why_in_french_with_the_rule(door: Door, scene: Any) -> None:
    sent(door, NOBODY, rcpt=(f"ORCPT=rfc822;{NOBODY}",))
    told = notice(scene, "bounce")
    assert "Diagnostic-Code: smtp; 550 5.1.1 boite-inexistante" in told
    assert f"Original-Recipient: rfc822; {NOBODY}" in told
    (line,) = scene.lines(CLAIRE)
    assert "Pourquoi : " in scene.read(line).text


def test_headers_alone_come_back_when_asked(door: Door, scene: Any) -> None:
    sent(door, NOBODY, ("RET=HDRS",), text="Un texte qui ne revient pas")
    told = notice(scene, "bounce")
    assert "text/rfc822-headers" in told
    assert "Un texte qui ne revient pas" not in told


def test_the_whole_message_comes_back_otherwise(door: Door, scene: Any) -> None:
    sent(door, NOBODY, ("RET=FULL",), text="Un texte qui revient")
    assert "Un texte qui revient" in notice(scene, "bounce")
