"""Every page of the built guide: well made, linked, French, self-contained."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from citations import invoking

from knowledge.pages import ONE_PAGE_EACH, SHARED, TEXTS_OF_THEIR_OWN, page_of

MOST_PAGES = 400
HEAVIEST_INDEX = 600 * 1024
HEAVIEST_WIZARD = 60 * 1024
SHELL_WORDS = (
    "Version de travail, non relue par un juriste",
    "Site non officiel, sans lien avec l’ANS, la CNAM ni le MiPih",
)


def test_the_guide_has_at_most_400_pages(guide):
    assert 300 < len(guide.pages) <= MOST_PAGES


def test_every_page_has_one_h1_a_title_a_description_and_speaks_french(guide):
    for url, page in guide.pages.items():
        assert [t.attributes.get("lang") for t in page.all("html")] == ["fr"], url
        assert len(page.all("h1")) == 1, url
        assert page.all("h1")[0].text.strip(), url
        assert page.all("title")[0].text.strip(), url
        described = [t.attributes["content"] for t in page.all("meta") if t.attributes.get("name") == "description"]
        assert len(described) == 1, url
        assert 20 <= len(described[0]) <= 165, (url, described)


def test_a_wrong_address_is_answered_in_french(guide):
    page = (guide.folder / "404.html").read_text("utf-8")
    assert "<h1>Page introuvable</h1>" in page
    assert "Not found" not in page


def test_titles_are_all_different(guide):
    titles = [page.all("title")[0].text for page in guide.pages.values()]
    assert not {t for t in titles if titles.count(t) > 1}


def test_descriptions_are_all_different(guide):
    said = [
        t.attributes["content"]
        for page in guide.pages.values()
        for t in page.all("meta")
        if t.attributes.get("name") == "description"
    ]
    assert not {d for d in said if said.count(d) > 1}


def test_every_page_names_its_own_address_as_canonical(guide):
    for url, page in guide.pages.items():
        links = [t.attributes["href"] for t in page.all("link") if t.attributes.get("rel") == "canonical"]
        assert links == [f"https://exemple.test/{url}"], url


def test_the_sitemap_lists_every_page(guide):
    listed = re.findall(r"<loc>https://exemple.test/([^<]*)</loc>", (guide.folder / "sitemap.xml").read_text("utf-8"))
    assert sorted(listed) == sorted(guide.pages)


def test_every_page_says_what_it_is_and_is_not(guide, base):
    for url, page in guide.pages.items():
        foot = " ".join(t.text for t in page.all("footer"))
        assert base.digest[:12] in foot, url
        assert f"{base.as_of:%d/%m/%Y}" in foot, url
        for words in SHELL_WORDS:
            assert words in foot, (url, words)


def test_nothing_is_asked_of_another_host(guide):
    for url, page in guide.pages.items():
        for tag in page.all("script", "img", "iframe", "source", "audio", "video", "object", "form"):
            address = tag.attributes.get("src") or tag.attributes.get("action") or tag.attributes.get("data", "")
            assert not urlsplit(address).netloc, (url, address)
        for tag in page.all("link"):
            if tag.attributes.get("rel") != "canonical":
                assert not urlsplit(tag.attributes.get("href", "")).netloc, (url, tag.attributes)
    for path in guide.folder.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", path.read_text("utf-8")), path


def test_every_link_and_anchor_leads_somewhere(guide):
    ids = {url: set(page.ids) for url, page in guide.pages.items()}
    broken = []
    for url, page in guide.pages.items():
        for target, anchor in page.links():
            if target not in guide.pages:
                if not (guide.folder / target).is_file():
                    broken.append((url, target))
            elif anchor and "=" not in anchor and anchor not in ids[target]:  # "a=b" is the state of a form
                broken.append((url, f"{target}#{anchor}"))
    assert not broken


def test_ids_are_unique_on_each_page(guide):
    for url, page in guide.pages.items():
        assert not {i for i in page.ids if page.ids.count(i) > 1}, url


def test_elements_close_in_order(guide):
    assert not {url: page.faults[:3] for url, page in guide.pages.items() if page.faults}


def test_headings_never_skip_a_level(guide):
    for url, page in guide.pages.items():
        levels = [int(t.name[1]) for t in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        for before, after in pairwise(levels):
            assert after <= before + 1, (url, levels)


def test_every_link_has_words(guide):
    for url, page in guide.pages.items():
        for tag in page.all("a"):
            assert tag.text.strip() or tag.attributes.get("aria-label") or tag.attributes.get("title"), (
                url,
                tag.attributes,
            )


def test_every_table_has_headers_with_a_scope(guide):
    for url, page in guide.pages.items():
        if page.all("table"):
            assert page.all("th"), url
        for tag in page.all("th"):
            assert tag.attributes.get("scope") in ("col", "row", "rowgroup", "colgroup"), (url, tag.attributes)


def test_french_punctuation_is_kept_with_its_word(guide):
    """No ordinary space before « : ; ? ! » » nor after « « » or « § », and no straight apostrophe between letters."""
    for url, page in guide.pages.items():
        for tag in page.all("article"):
            faults = re.findall(r".{0,20}(?:\w [:;?!»](?=\s|$)|[«§] \w|[a-zà-ÿ]'[a-zà-ÿ]).{0,20}", tag.text)
            assert not faults, (url, faults[:3])


def test_no_markdown_mark_shows(guide):
    for url, page in guide.pages.items():
        for tag in page.all("article"):
            faults = re.findall(r".{0,30}(?:\*\*|\]\(|\{: |\{ #|{{|!!! ).{0,30}", tag.text)
            assert not faults, (url, faults[:3])


def test_the_search_index_stays_light(guide):
    index = (guide.folder / "search" / "search_index.json").read_bytes()
    assert len(gzip.compress(index, 9)) <= HEAVIEST_INDEX


def test_the_wizard_and_its_tree_stay_light(guide):
    assets = guide.folder / "assets"
    together = b"".join((assets / name).read_bytes() for name in ("eligibilite.js", "eligibilite-tree.js"))
    assert len(gzip.compress(together, 9)) <= HEAVIEST_WIZARD


def test_the_search_worker_finds_the_one_it_wraps(guide):
    config = json.loads(re.search(r'id="__config"[^>]*>(.*?)</script>', guide.pages[""].html, re.S)[1])
    worker, _, wrapped = config["search"].partition("?")
    assert (guide.folder / worker).is_file()
    assert (guide.folder / worker).parent.joinpath(wrapped).is_file()


def test_every_entry_of_the_base_is_where_page_of_says(guide, base):
    missing = []
    for section in base.sections.__struct_fields__:
        for entry in getattr(base.sections, section):
            try:
                address = page_of(f"{section}/{entry.id}", base)
                bare = page_of(f"{section}/{entry.id}")
            except KeyError:
                continue
            for found in (address, bare):
                url, _, anchor = found.partition("#")
                if url not in guide.pages or (anchor and anchor not in guide.pages[url].ids):
                    missing.append((f"{section}/{entry.id}", found))
    assert not missing


def test_every_part_of_a_text_has_its_anchor(guide, base):
    for article in base.sections.articles:
        for part in article.parts:
            url, _, anchor = page_of(f"articles/{article.id}/{part.id}").partition("#")
            assert anchor in guide.pages[url].ids, (article.id, part.id)


def test_the_texts_on_which_the_rules_rest_have_a_page_of_their_own(base):
    resting = {}
    for ref, keys in invoking(base).items():
        resting.setdefault(ref.partition("/")[0], set()).update(keys)
    wanted = {
        a.id
        for a in base.sections.articles
        if a.parts or any(key.startswith("rows/") for key in resting.get(a.id, ())) or len(resting.get(a.id, ())) > 1
    }
    assert wanted == TEXTS_OF_THEIR_OWN


def test_each_entry_with_a_page_of_its_own_has_it(guide, base):
    for section in ONE_PAGE_EACH:
        for entry in getattr(base.sections, section):
            key = f"{section}/{entry.id}"
            if key in SHARED or (section == "articles" and entry.id not in TEXTS_OF_THEIR_OWN):
                continue
            assert "#" not in page_of(key), key
            assert page_of(key) in guide.pages, key


def test_each_family_of_operators_and_each_theme_of_questions_has_its_page(guide, base):
    assert {f"operateurs/{o.family}/" for o in base.sections.operators} <= set(guide.pages)
    assert {f"faq/{q.theme}/" for q in base.sections.faq} <= set(guide.pages)


def test_every_statement_leads_to_its_source_in_one_click(guide, base):
    """Each sourced entry's page links to the anchor of each source it cites."""
    for section in ("professions", "structures", "usages", "boxes", "regions", "notes", "faq", "glossary", "rows"):
        for entry in getattr(base.sections, section):
            page = guide.pages[page_of(f"{section}/{entry.id}", base).partition("#")[0]]
            targets = set(page.links())
            for cite in entry.cites:
                assert ("base/sources/", cite.source) in targets, (section, entry.id, cite.source)


def test_links_to_the_assistant_show_only_with_a_bot_address(guide):
    for url, page in guide.pages.items():
        for target, _ in page.links():
            assert target.strip("/") not in ("chat", "eligibilite", "bac-a-sable"), url


def test_the_mark_of_the_build_is_the_current_one(guide_folder):
    from bot.guide import is_current

    assert is_current(guide_folder)


@pytest.mark.parametrize("name", ["typography", "guide_pages", "drawing"])
def test_hooks_never_import_the_bot(name):
    script = f"import sys; sys.path[:0] = ['site/hooks']; import {name}; sys.exit(any(m.split('.')[0] == 'bot' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
