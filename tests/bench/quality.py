"""Measure the assistant and write the quality page of the guide: `python -m tests.bench.quality [--slow]`.

The slow parts (writers left out, learning curve, rivals) take minutes: without --slow those of the last run
stay, with their date.
"""

from __future__ import annotations

import datetime
import re
import sys
from typing import Any

import yaml

from bot.chat.assistant import make_dialogue
from bot.chat.dialogue import Dialogue
from bot.chat.evaluation import TopicScore, latency, score_dialogues, score_topics, score_verdicts
from bot.chat.labelled import messages, read_cases
from bot.chat.labelled import verdicts as eligibility_cases
from bot.chat.state import State
from eligibility.engine import Engine
from knowledge.base import load_base
from knowledge.loading import DATA

PAGE = DATA / "pages" / "qualite-assistant.yaml"
MOST = 50
SLOW = "## Des auteurs jamais lus"
WORST = "## Cinquante messages, des pires aux moins sûrs"
Message = dict[str, Any]


def main(slow: bool) -> int:
    dialogue = make_dialogue(Engine(load_base()))
    blind, questions = messages("chat_blind"), messages("questions")
    scores = {"blind": score_topics(dialogue, blind), "questions": score_topics(dialogue, questions)}
    texts = {m["id"]: m["text"] for m in (*blind, *questions)}
    parts = [
        f"Mesuré le {today()} par « python -m tests.bench.quality », sur des messages qui ne servent jamais à apprendre : "
        "un jeu aveugle, écrit par quelqu’un qui n’avait vu que les sujets et leurs réponses, et les questions étiquetées "
        "du projet. Les questions étiquetées ont servi à voir quels sujets se confondaient : le jeu aveugle et les auteurs "
        "laissés de côté disent mieux ce que vaut l’assistant devant quelqu’un de nouveau.",
        bars(scores),
        verdicts(dialogue),
        speed(dialogue, list(texts.values())),
        out_of_scope(dialogue, [*blind, *questions]),
        calibration(dialogue, [*blind, *questions]),
        per_topic(dialogue, scores),
        slow_parts(dialogue, blind, questions) if slow else last_slow_parts(),
        worst(dialogue, scores, [*blind, *questions], texts),
    ]
    write("\n\n".join(part for part in parts if part))
    print("\n\n".join(parts[:5]))
    return 0


def today() -> str:
    return f"{datetime.datetime.now(tz=datetime.UTC):%d/%m/%Y}"


def percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def bars(scores: dict[str, TopicScore]) -> str:
    rows = ["| | Jeu aveugle | Questions étiquetées | Visé |", "|---|---|---|---|"]
    a, b = scores["blind"].shares(), scores["questions"].shares()
    names = {
        "first": ("Bon sujet en premier", "≥ 90 %"),
        "among_three": ("Bon sujet parmi trois", "≥ 97 %"),
        "confidently_wrong": ("Faux avec assurance", "≤ 3 %"),
        "asked_needlessly": ("Question posée sans nécessité", "≤ 10 %"),
        "guarded": ("Messages gardés reconnus", "≥ 98 %"),
    }
    rows += [f"| {label} | {percent(a[n])} | {percent(b[n])} | {aim} |" for n, (label, aim) in names.items()]
    counts = f"{scores['blind'].count} messages du jeu aveugle, {scores['questions'].count} questions étiquetées."
    return f"## Sujets\n\n{counts}\n\n" + "\n".join(rows)


def verdicts(dialogue: Dialogue) -> str:
    rows = [
        "| | Cas | Verdicts justes (confiance haute) | Boîtes justes (confiance haute) | Faux « oui » |",
        "|---|---|---|---|---|",
    ]
    for label, name in (("Cas étiquetés", "eligibility"), ("Jeu aveugle", "eligibility_blind")):
        s = score_verdicts(dialogue, eligibility_cases(name))
        shares = f"{percent(s.high_right / s.high)} | {percent(s.high_boxes_right / s.high)}"
        rows.append(f"| {label} | {s.count} | {shares} | {len(s.false_yes)} |")
    right, judged, _ = score_dialogues(dialogue, read_cases("dialogues_blind"))
    turns = f"Tours de dialogue justes : {percent(right / judged)} de {judged}."
    used = (
        "Les cas étiquetés ont aussi servi à peser ce qui distingue une question de droit d’une question d’usage ; "
        "le jeu aveugle, jamais."
    )
    return f"## Verdicts en texte libre\n\n{used}\n\n" + "\n".join(rows) + f"\n\n{turns}"


def speed(dialogue: Dialogue, texts: list[str]) -> str:
    median, slowest, rate = latency(dialogue, texts)
    values = f"Médiane {median:.1f} ms, 99e centile {slowest:.1f} ms, {rate:.0f} messages par seconde sur un cœur"
    return "## Vitesse\n\n" + values.replace(".", ",") + ", réponse rédigée comprise."


def out_of_scope(dialogue: Dialogue, asked: list[Message]) -> str:
    """Guarded and foreign messages refused; others refused by mistake."""
    guarded = ("urgence_medicale", "avis_medical", "donnees_sensibles_chat", "hors_sujet")
    labels = dialogue.base.section("topics")
    rows = ["| Sujet | Messages | Reconnus | Pris à tort |", "|---|---|---|---|"]
    given = [(m["topic"], m["also"], dialogue.reply(State(), m["text"])[1].topics[:1]) for m in asked]
    for name in guarded:
        mine = [top for topic, _, top in given if topic == name]
        wrong = sum(top == [name] and topic != name and name not in also for topic, also, top in given)
        rows.append(f"| {labels[name].label} | {len(mine)} | {sum(top == [name] for top in mine)} | {wrong} |")
    return "## Ce qui est refusé ou hors sujet\n\n" + "\n".join(rows)


def calibration(dialogue: Dialogue, asked: list[Message]) -> str:
    """Is the assistant right as often as it says?"""
    found = []
    for message in asked:
        best = dialogue.ranked(State(), message["text"])[0]
        found.append((best.p, best.topic in {message["topic"], *message["also"]}))
    rows = ["| Probabilité annoncée | Messages | Justes |", "|---|---|---|"]
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = [right for p, right in found if low <= p < high]
        if inside:
            shown = f"{low * 100:.0f} à {min(high, 1) * 100:.0f} %"
            rows.append(f"| {shown} | {len(inside)} | {percent(sum(inside) / len(inside))} |")
    return "## Assurance\n\nClassement des sujets seul, sans noms ni dialogue.\n\n" + "\n".join(rows)


def per_topic(dialogue: Dialogue, scores: dict[str, TopicScore]) -> str:
    labels = dialogue.base.section("topics")
    totals: dict[str, dict[str, int]] = {}
    confused: dict[tuple[str, str], int] = {}
    for score in scores.values():
        for name, counts in score.per_topic.items():
            total = totals.setdefault(name, {"expected": 0, "given": 0, "right": 0})
            for key in total:
                total[key] += counts[key]
        for pair, n in score.confusions.items():
            confused[pair] = confused.get(pair, 0) + n
    rows = ["| Sujet | Messages | Rappel | Précision |", "|---|---|---|---|"]
    for name, total in sorted(totals.items()):
        if name in labels and total["expected"]:
            recall = percent(min(1.0, total["right"] / total["expected"]))
            precision = percent(min(1.0, total["right"] / total["given"])) if total["given"] else "—"
            rows.append(f"| {labels[name].label} | {total['expected']} | {recall} | {precision} |")
    most = sorted(confused.items(), key=lambda one: -one[1])[:12]
    pairs = [f"- {labels[a].label}, pris pour {labels[b].label} : {n}" for (a, b), n in most if b in labels]
    return (
        "## Par sujet\n\nLes deux jeux ensemble.\n\n"
        + "\n".join(rows)
        + "\n\n## Confusions les plus fréquentes\n\n"
        + "\n".join(pairs)
    )


# What takes minutes


def slow_parts(dialogue: Dialogue, blind: list[Message], questions: list[Message]) -> str:
    from tests.bench.learning import Corpus, bm25, nearest, share_right, textcat

    corpus = Corpus(dialogue)
    lines, sure, right = corpus.left_out
    rows = ["| Auteur laissé de côté | Formulations | Premier | Parmi trois |", "|---|---|---|---|"]
    rows += [f"| {x.writer} | {x.count} | {percent(x.first)} | {percent(x.among_three)} |" for x in lines]
    n = sum(x.count for x in lines)
    mean = [sum(getattr(x, key) * x.count for x in lines) / n for key in ("first", "among_three")]
    rows.append(f"| Ensemble | {n} | {percent(mean[0])} | {percent(mean[1])} |")
    bins = ["| Probabilité annoncée | Messages | Justes |", "|---|---|---|"]
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = right[(sure >= low) & (sure < high)]
        bins.append(f"| {low * 100:.0f} à {min(high, 1) * 100:.0f} % | {len(inside)} | {percent(inside.mean())} |")
    points = corpus.curve((2000, 4000, 6000, 8000, 10000, 11500), ("rédacteur B", "rédacteur I"), blind)
    growth = ["| Formulations | Auteurs laissés de côté | Jeu aveugle |", "|---|---|---|"]
    growth += [f"| {count} | {percent(left)} | {percent(first)} |" for count, left, first in points]
    rivals = {
        "Nos formulations, classement seul": lambda t: [r.topic for r in dialogue.ranked(State(), t)[:3]],
        "BM25": bm25(corpus),
        "Exemple le plus proche": nearest(corpus),
        "spaCy textcat (sac de mots, 3 passes)": textcat(corpus),
    }
    table = [
        "| Méthode | Aveugle : premier | parmi trois | Questions : premier | parmi trois |",
        "|---|---|---|---|---|",
    ]
    for name, rank in rivals.items():
        a, b = (share_right([rank(m["text"]) for m in asked], asked) for asked in (blind, questions))
        table.append(f"| {name} | {percent(a[0])} | {percent(a[1])} | {percent(b[0])} | {percent(b[1])} |")
    return "\n\n".join(
        (
            f"{SLOW}\n\nMesuré le {today()} : le classement apprend de tous les auteurs sauf un, puis lit celui-là. "
            "Classement seul, sans noms ni dialogue.",
            "\n".join(rows),
            "La même probabilité, sur ces auteurs jamais lus :",
            "\n".join(bins),
            "## Ce que rapportent plus de formulations",
            "\n".join(growth),
            "## Comparaison avec plus simple",
            "\n".join(table),
        )
    )


def last_slow_parts() -> str:
    """The slow parts of the last run, as the page holds them."""
    text: str = yaml.safe_load(PAGE.read_text(encoding="utf-8"))["entries"][0]["text"]
    found = re.search(rf"{re.escape(SLOW)}.*?(?={re.escape(WORST)})", text, re.DOTALL)
    return found[0].strip() if found else ""


# The worst messages


def worst(dialogue: Dialogue, scores: dict[str, TopicScore], asked: list[Message], texts: dict[str, str]) -> str:
    """Mistakes given with assurance, then those asked about, then right answers that were doubted."""
    labels = dialogue.base.section("topics")
    mistakes = [mistake for score in scores.values() for mistake in score.mistakes]
    mistakes.sort(key=lambda m: (m[3] == "clarification", m[1] in m[2]))
    wrong = {name for name, *_ in mistakes}
    doubted = []
    for message in asked:
        if message["id"] in wrong:
            continue
        best = dialogue.ranked(State(), message["text"])[0]
        doubted.append((best.p, message))
    doubted.sort(key=lambda one: one[0])
    rows = ["| Message | Attendu | Compris | Pourquoi |", "|---|---|---|---|"]
    for name, expected, got, kind in mistakes[:MOST]:
        understood = labels[got[0]].label if got and got[0] in labels else kind
        why = reason(dialogue, texts[name], expected, got, kind)
        rows.append(f"| {shown(texts[name])} | {labels[expected].label} | {understood} | {why} |")
    for p, message in doubted[: max(0, MOST - len(mistakes))]:
        label = labels[message["topic"]].label
        near = dialogue.ranked(State(), message["text"])[1]
        why = f"Juste, mais peu sûr ({p * 100:.0f} %) : « {labels[near.topic].label} » n’était pas loin."
        rows.append(f"| {shown(message['text'])} | {label} | {label} | {why} |")
    return f"{WORST}\n\n" + "\n".join(rows)


def reason(dialogue: Dialogue, text: str, expected: str, got: list[str], kind: str) -> str:
    """Why a message was misread, from what was measured: the right that was heard, or the words that weighed most."""
    labels = dialogue.base.section("topics")
    ranked = dialogue.ranked(State(), text)
    p = {r.topic: r.p for r in ranked}
    place = next(i for i, r in enumerate(ranked, 1) if r.topic == expected)
    held = (
        f"le bon sujet est {place}e ({p[expected] * 100:.0f} %)" if place > 1 else "le bon sujet était pourtant premier"
    )
    if kind == "emergency":
        return "Un mot d’alarme fait passer l’urgence avant tout le reste ; c’est voulu."
    if got and got[0].startswith("elig_") and (kind in ("verdict", "refusal") or ranked[0].topic != got[0]):
        return f"Quelqu’un ou une structure est nommé et une boîte demandée : lu comme une question de droit ; {held}."
    words = heaviest(dialogue, text, ranked[0].topic, expected)
    said = " et ".join(f"« {word} »" for word in words) or "l’ensemble"
    if kind == "clarification":
        return (
            f"Trop peu sûr ({ranked[0].p * 100:.0f} %) : trois lectures sont proposées ; {said} tire ailleurs, {held}."
        )
    return f"{said} pèse vers « {labels[ranked[0].topic].label} » ; {held}."


def heaviest(dialogue: Dialogue, text: str, taken: str, expected: str) -> list[str]:
    """The two words without which the right topic would gain most on the one that was taken."""
    words = re.findall(r"[\w’'+-]+", text)
    base = gap(dialogue, text, taken, expected)
    gains = []
    for word in set(words):
        rest = " ".join(w for w in words if w != word)
        if rest:
            gains.append((base - gap(dialogue, rest, taken, expected), word))
    return [word for gain, word in sorted(gains, reverse=True)[:2] if gain > 0]


def gap(dialogue: Dialogue, text: str, taken: str, expected: str) -> float:
    p = {r.topic: r.p for r in dialogue.ranked(State(), text)}
    return p[taken] - p[expected]


def shown(text: str) -> str:
    """A message inside a table."""
    flat = re.sub(r"\s+", " ", text.replace("|", "/")).replace("<", "‹").replace("{", "(").replace("}", ")")
    return flat[:160] + ("…" if len(flat) > 160 else "")


def write(text: str) -> None:
    entry = {
        "defaults": {
            "status": "ours",
            "cites": [{"source": "modele-du-guide", "at": "mesures"}],
            "in_force": {"since": "2024-06-16"},
            "checked_on": "2026-11-23",
        },
        "entries": [
            {
                "id": "qualite-assistant",
                "title": "Ce que vaut l’assistant",
                "menu": "Qualité de l’assistant",
                "place": "base",
                "order": 90,
                "lead": "Ce que l’assistant comprend, ce qu’il comprend mal, et à quelle vitesse.",
                "text": text,
            }
        ],
    }
    head = "# Écrit par « python -m tests.bench.quality » ; ne pas modifier à la main.\n"
    PAGE.write_text(head + yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(slow="--slow" in sys.argv))
