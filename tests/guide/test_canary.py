"""The canary reports what a second builder loses."""

from __future__ import annotations

import pytest
from zensical_canary import compare


def site(folder, pages):
    for url, article in pages.items():
        (folder / url).mkdir(parents=True)
        (folder / url / "index.html").write_text(f"<article>{article}</article>", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({"a": '<h2 id="un">Un  mot</h2>'}, "aucune différence"),
        ({}, "absente chez Zensical : a"),
        ({"a": "<h2>Un mot</h2>"}, "ancres perdues dans a : un"),
        ({"a": '<h2 id="un">Un autre</h2>'}, "texte différent dans a"),
        ({"a": '<h2 id="un">Un mot</h2>', "b": ""}, "en plus chez Zensical : b"),
    ],
)
def test_a_difference_is_told(tmp_path, theirs, told):
    mine = site(tmp_path / "mine", {"a": '<h2 id="un">Un mot</h2>'})
    (tmp_path / "theirs").mkdir()
    assert told in "\n".join(compare(mine, site(tmp_path / "theirs", theirs)))
