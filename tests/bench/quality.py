"""Measure the assistant and write the quality page of the guide: `python -m tests.bench.quality`.

Slow parts (learning curve, baselines, spaCy's textcat) are run by hand; the page carries their date.
"""

from __future__ import annotations

import datetime
import random
import sys
from collections import Counter
from typing import Any

import numpy as np
import yaml

from bot.chat.assistant import make_dialogue
from bot.chat.dialogue import Dialogue
from bot.chat.evaluation import KINDS, TopicScore, latency, score_dialogues, score_topics, score_verdicts
from bot.chat.lines import read_line
from bot.chat.ranking import Ranking
from bot.chat.training import examples, train
from eligibility.engine import Engine
from knowledge.base import load_base
from knowledge.loading import DATA, load_voices
from tests.conftest import load_cases

PAGE = DATA / "pages" / "qualite-assistant.yaml"


def blind_messages() -> list[dict[str, Any]]:
    """The blind set, in the shape `score_topics` plays."""
    answer = {"verdict", "refusal", "answer"}
    return [
        {
            "id": m["id"],
            "text": m["text"],
            "topic": m["topic"],
            "also": m.get("also") or [],
            "kinds": {m["kind"]} | (answer if m["kind"] == "answer" else set()),
        }
        for m in load_cases("chat_blind.yaml", "messages")
    ]


def labelled_questions() -> list[dict[str, Any]]:
    """The labelled questions that stand on their own."""
    return [
        {
            "id": q["id"],
            "text": q["text"],
            "topic": q["topic"],
            "also": q.get("also_topics") or [],
            "kinds": KINDS[q["behaviour"]],
        }
        for q in load_cases("questions.yaml", "questions")
        if not q.get("context")
    ]


def main(slow: bool) -> int:
    base = load_base()
    dialogue = make_dialogue(Engine(base))
    blind, questions = blind_messages(), labelled_questions()
    parts = [
        "Ces chiffres sont mesurés par « python -m tests.bench.quality » sur des messages que personne n’a utilisés pour "
        "écrire les formulations : un jeu aveugle, écrit par quelqu’un qui n’avait vu que les sujets et leurs réponses, et "
        "les questions étiquetées du projet.",
        bars(dialogue, blind, questions),
        verdicts(dialogue),
        speed(dialogue, [m["text"] for m in (*blind, *questions)]),
        per_topic(dialogue, blind),
    ]
    if slow:
        parts += [curve(dialogue, blind), baselines(dialogue, blind, questions)]
    parts.append(worst(dialogue, blind, questions))
    write("\n\n".join(parts))
    print("\n\n".join(parts))
    return 0


def percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def bars(dialogue: Dialogue, blind: list[dict[str, Any]], questions: list[dict[str, Any]]) -> str:
    rows = ["| Mesure | Jeu aveugle | Questions étiquetées | Visé |", "|---|---|---|---|"]
    a, b = score_topics(dialogue, blind).shares(), score_topics(dialogue, questions).shares()
    names = {
        "first": ("Bon sujet en premier", "≥ 90 %"),
        "among_three": ("Bon sujet parmi trois", "≥ 97 %"),
        "confidently_wrong": ("Faux avec assurance", "≤ 3 %"),
        "asked_needlessly": ("Question posée sans nécessité", "≤ 10 %"),
        "guarded": ("Messages gardés reconnus", "≥ 98 %"),
    }
    rows += [f"| {label} | {percent(a[n])} | {percent(b[n])} | {aim} |" for n, (label, aim) in names.items()]
    return "## Sujets\n\n" + "\n".join(rows)


def verdicts(dialogue: Dialogue) -> str:
    rows = [
        "| Groupe | Cas | Verdicts justes (confiance haute) | Boîtes justes (confiance haute) | Faux « oui » |",
        "|---|---|---|---|---|",
    ]
    for label, name in (("Cas étiquetés", "eligibility.yaml"), ("Jeu aveugle", "eligibility_blind.yaml")):
        cases = [{**c, "boxes": c.get("boxes")} for c in load_cases(name)]
        s = score_verdicts(dialogue, cases)
        rows.append(
            f"| {label} | {s.count} | {percent(s.high_right / s.high)} | {percent(s.high_boxes_right / s.high)} | {len(s.false_yes)} |"
        )
    right, judged, _ = score_dialogues(dialogue, load_cases("dialogues_blind.yaml", "dialogues"))
    return f"## Verdicts en texte libre\n\n{chr(10).join(rows)}\n\nTours de dialogue justes : {percent(right / judged)} de {judged}."


def speed(dialogue: Dialogue, texts: list[str]) -> str:
    median, slowest, rate = latency(dialogue, texts)
    values = (
        f"médiane {median:.1f} ms, 99e centile {slowest:.1f} ms, {rate:.0f} messages par seconde sur un cœur".replace(
            ".", ","
        )
    )
    return f"## Rapidité\n\n{values}."


def per_topic(dialogue: Dialogue, blind: list[dict[str, Any]]) -> str:
    score: TopicScore = score_topics(dialogue, blind)
    labels = dialogue.base.section("topics")
    rows = ["| Sujet | Précision | Rappel |", "|---|---|---|"]
    for topic, counts in sorted(score.per_topic.items()):
        if topic in labels and counts["expected"]:
            given = max(1, counts["given"])
            rows.append(
                f"| {labels[topic].label} | {percent(counts['right'] / given)} | {percent(counts['right'] / counts['expected'])} |"
            )
    confused = [
        f"- {labels[a].label} pris pour {labels[b].label} : {n}"
        for (a, b), n in score.confusions.most_common(10)
        if b in labels
    ]
    return (
        "## Par sujet (jeu aveugle)\n\n"
        + "\n".join(rows)
        + "\n\n## Confusions les plus fréquentes\n\n"
        + "\n".join(confused)
    )


def hits(rank: Any, messages: list[dict[str, Any]]) -> tuple[float, float]:
    """(right first, right among three) of a ranking function over single-topic messages."""
    first = three = 0
    for m in messages:
        wanted = {m["topic"], *m["also"]}
        found = rank(m["text"])[:3]
        first += bool(found) and found[0] in wanted
        three += bool(wanted & set(found))
    return first / len(messages), three / len(messages)


def curve(dialogue: Dialogue, blind: list[dict[str, Any]]) -> str:
    """Accuracy on a writer left out, and on the blind set, as phrasings grow."""
    read = reader(dialogue)
    voices = load_voices()
    writers = sorted({v.writer for v in voices})
    by_writer = {
        w: [(read(p), t) for v in voices if v.writer == w for t, ps in v.phrasings.items() for p in ps] for w in writers
    }
    rows = ["| Formulations | Auteur laissé de côté | Jeu aveugle |", "|---|---|---|"]
    rng = random.Random(1)
    for count in (2000, 5000, 8000, 8500):
        left = []
        for writer in writers[:3]:
            pool = [e for w in writers if w != writer for e in by_writer[w]]
            ranking = fit(rng.sample(pool, min(count, len(pool))))
            held = rng.sample(by_writer[writer], 300)
            left.append(sum(ranking.rank(text)[0].topic == topic for text, topic in held) / len(held))
        ranking = fit(rng.sample([e for w in writers for e in by_writer[w]], count))
        first, _ = hits(lambda text, r=ranking: [x.topic for x in r.rank(read(text))[:3]], blind)
        rows.append(f"| {count} | {percent(sum(left) / len(left))} | {percent(first)} |")
    return "## Ce que rapportent plus de formulations\n\nClassifieur seul, sans entités ni dialogue.\n\n" + "\n".join(
        rows
    )


def fit(pairs: list[tuple[str, str]]) -> Ranking:
    return Ranking(train([text for text, _ in pairs], [topic for _, topic in pairs]))


def reader(dialogue: Dialogue) -> Any:
    speller = dialogue._understander._speller
    return lambda text: speller.repair(read_line(text)).plain.strip()


def baselines(dialogue: Dialogue, blind: list[dict[str, Any]], questions: list[dict[str, Any]]) -> str:
    read = reader(dialogue)
    texts, topics = examples(dialogue.base, read)
    rankers = {
        "Nos formulations, classifieur seul": lambda t, r=dialogue._ranking: [x.topic for x in r.rank(read(t))[:3]],
        "BM25": bm25(texts, topics, read),
        "Exemple le plus proche": nearest(texts, topics, read),
        "spaCy textcat (sac de mots, 4 époques)": textcat(texts, topics, read),
    }
    rows = [
        "| Méthode | Aveugle : premier | parmi trois | Questions : premier | parmi trois |",
        "|---|---|---|---|---|",
    ]
    for name, rank in rankers.items():
        a, b = hits(rank, blind), hits(rank, questions)
        rows.append(f"| {name} | {percent(a[0])} | {percent(a[1])} | {percent(b[0])} | {percent(b[1])} |")
    return (
        f"## Comparaison avec plus simple\n\nMesuré le {datetime.datetime.now(tz=datetime.UTC):%d/%m/%Y}, mêmes formulations.\n\n"
        + "\n".join(rows)
    )


def bm25(texts: list[str], topics: list[str], read: Any, k: float = 1.2, b: float = 0.75) -> Any:
    """Okapi BM25 with one document per topic."""
    documents: dict[str, Counter[str]] = {}
    for text, topic in zip(texts, topics, strict=True):
        documents.setdefault(topic, Counter()).update(text.split())
    lengths = {t: d.total() for t, d in documents.items()}
    mean = sum(lengths.values()) / len(lengths)
    frequency = Counter(w for d in documents.values() for w in d)

    def rank(text: str) -> list[str]:
        scores = {}
        for topic, document in documents.items():
            total = 0.0
            for word in read(text).split():
                tf = document[word]
                if tf:
                    idf = np.log(1 + (len(documents) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                    total += idf * tf * (k + 1) / (tf + k * (1 - b + b * lengths[topic] / mean))
            scores[topic] = total
        return sorted(scores, key=lambda t: -scores[t])[:3]

    return rank


def nearest(texts: list[str], topics: list[str], read: Any) -> Any:
    """The topics of the phrasings most alike (rapidfuzz token_set_ratio)."""
    from rapidfuzz import fuzz, process

    def rank(text: str) -> list[str]:
        found = process.extract(read(text), texts, scorer=fuzz.token_set_ratio, limit=12)
        return list(dict.fromkeys(topics[index] for _, _, index in found))[:3]

    return rank


def textcat(texts: list[str], topics: list[str], read: Any) -> Any:
    """spaCy's bag-of-words text classifier."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(1)
    nlp = spacy.blank("xx")
    config = {
        "model": {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": True,
            "ngram_size": 2,
            "no_output_layer": False,
            "length": 262144,
        }
    }
    cat = nlp.add_pipe("textcat", config=config)
    names = sorted(set(topics))
    for name in names:
        cat.add_label(name)  # type: ignore[attr-defined]
    data = [
        Example.from_dict(nlp.make_doc(text), {"cats": {name: float(name == topic) for name in names}})
        for text, topic in zip(texts, topics, strict=True)
    ]
    optimizer = nlp.initialize(lambda: data[:200])
    for _ in range(4):
        random.Random(1).shuffle(data)
        for batch in minibatch(data, 64):
            nlp.update(batch, sgd=optimizer)

    def rank(text: str) -> list[str]:
        cats = nlp(read(text)).cats
        return sorted(cats, key=lambda name: -cats[name])[:3]

    return rank


def worst(dialogue: Dialogue, blind: list[dict[str, Any]], questions: list[dict[str, Any]]) -> str:
    labels = dialogue.base.section("topics")
    texts = {m["id"]: m["text"] for m in (*blind, *questions)}
    mistakes = [*score_topics(dialogue, blind).mistakes, *score_topics(dialogue, questions).mistakes][:50]
    rows = ["| Message | Attendu | Compris |", "|---|---|---|"]
    for name, expected, got, kind in mistakes:
        said = texts[name].replace("|", "/").replace("\n", " ")
        shown = labels[got[0]].label if got and got[0] in labels else kind
        rows.append(f"| {said[:160]} | {labels[expected].label} | {shown} |")
    return "## Cinquante messages mal compris\n\n" + "\n".join(rows)


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
