"""`mssante evaluate`: the shares of the issue's bars, the confusions and the worst messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.evaluation import latency, score_dialogues, score_topics, score_verdicts
from bot.chat.labelled import DIALOGUES, MESSAGES, VERDICTS, messages, read_cases, verdicts

if TYPE_CHECKING:
    from bot.chat.dialogue import Dialogue
    from bot.chat.evaluation import TopicScore, VerdictScore

Json = dict[str, Any]
SHARES = {
    "first": "bon sujet en premier",
    "among_three": "bon sujet parmi trois",
    "confidently_wrong": "faux avec assurance",
    "asked_needlessly": "question inutile",
    "kinds": "nature de réponse admise",
    "guarded": "messages gardés bien traités",
}
MOST_CONFUSIONS, MOST_WORST = 15, 50


def evaluated(dialogue: Dialogue) -> Json:
    """Every figure, as plain values."""
    texts: dict[str, str] = {}
    worst: list[tuple[int, Json]] = []
    found: Json = {"digest": dialogue.base.digest, "messages": {}, "verdicts": {}}
    for name in MESSAGES:
        cases = messages(name)
        texts.update((case["id"], case["text"]) for case in cases)
        score = score_topics(dialogue, cases)
        found["messages"][name] = _topics(score)
        worst += _mistakes(score, texts)
    for name in VERDICTS:
        found["verdicts"][name] = _verdicts(score_verdicts(dialogue, verdicts(name)))
    right, judged, wrong = score_dialogues(dialogue, read_cases(DIALOGUES))
    found["dialogues"] = {"turns": judged, "right": right / max(1, judged), "mistakes": wrong}
    p50, p99, rate = latency(dialogue, list(texts.values()))
    found["latency"] = {"p50_ms": round(p50, 2), "p99_ms": round(p99, 2), "messages_per_second": round(rate)}
    found["worst"] = [line for _, line in sorted(worst, key=lambda one: one[0])[:MOST_WORST]]
    return found


def report(found: Json, worst: bool = False) -> str:
    """The figures as text."""
    lines = [f"Base {found['digest'][:12]}"]
    for name, score in found["messages"].items():
        lines += ["", f"{name} : {score['count']} messages, {score['guarded']} gardés"]
        lines += [f"  {score['shares'][key]:6.1%}  {label}" for key, label in SHARES.items()]
    for name, score in found["verdicts"].items():
        lines += ["", f"{name} : {score['count']} cas, {score['high']} de confiance haute"]
        lines += [
            f"  {score['right']:6.1%}  verdicts justes ({score['high_right']:.1%} en confiance haute)",
            f"  {score['boxes_right']:6.1%}  boîtes justes ({score['high_boxes_right']:.1%} en confiance haute)",
            f"  {len(score['false_yes']):6}  faux « oui » {', '.join(score['false_yes'])}".rstrip(),
        ]
    dialogues, times = found["dialogues"], found["latency"]
    lines += ["", f"{DIALOGUES} : {dialogues['turns']} tours jugés", f"  {dialogues['right']:6.1%}  tours justes"]
    lines += [
        "",
        f"Temps : médiane {times['p50_ms']} ms, 99e centile {times['p99_ms']} ms, "
        f"{times['messages_per_second']} messages par seconde",
    ]
    for name, score in found["messages"].items():
        lines += ["", f"Confusions de {name} (attendu → donné)"]
        lines += [f"  {c['count']:3}  {c['expected']} → {c['given'] or 'aucun'}" for c in score["confusions"]]
    if worst:
        lines += ["", f"Les {len(found['worst'])} pires messages"]
        lines += [
            f"  {w['id']}  {w['expected']} → {', '.join(w['given']) or 'aucun'} ({w['kind']})\n        {w['text']}"
            for w in found["worst"]
        ]
    return "\n".join(lines)


def _topics(score: TopicScore) -> Json:
    return {
        "count": score.count,
        "guarded": score.guarded,
        "shares": score.shares(),
        "confusions": [
            {"expected": expected, "given": given, "count": count}
            for (expected, given), count in score.confusions.most_common(MOST_CONFUSIONS)
        ],
        "per_topic": {topic: dict(counts) for topic, counts in sorted(score.per_topic.items())},
    }


def _mistakes(score: TopicScore, texts: dict[str, str]) -> list[tuple[int, Json]]:
    """Mistakes with how bad they are: 0 for a wrong answer given with assurance, out of every reading shown."""
    found = []
    for name, expected, given, kind in score.mistakes:
        bad = (kind == "clarification") * 2 + (expected in given)
        line = {"id": name, "text": texts[name], "expected": expected, "given": given, "kind": kind}
        found.append((bad, line))
    return found


def _verdicts(score: VerdictScore) -> Json:
    n, high = max(1, score.count), max(1, score.high)
    return {
        "count": score.count,
        "high": score.high,
        "right": score.right / n,
        "boxes_right": score.boxes_right / n,
        "high_right": score.high_right / high,
        "high_boxes_right": score.high_boxes_right / high,
        "false_yes": score.false_yes,
        "mistakes": [{"id": name, "found": text} for name, text in score.mistakes],
    }
