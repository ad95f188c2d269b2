"""The pictures and words of evidence and of changes of mind."""

import re

import numpy as np
import pytest
from photos import drawing

from mnist_core.drawing.normalise import to_mnist
from mnist_core.insight.one_image import counterfactual
from mnist_core.insight.one_image.counterfactual import change_of_mind
from mnist_core.insight.one_image.evidence import evidence
from mnist_core.network.network import pretrained
from ui.colours import AGAINST, FOR, NEUTRAL, OUTLINE, rgb
from ui.explain import evidence as page
from ui.explain.change_of_mind import changed_picture, mind_html
from ui.explain.evidence import OUTLINED, evidence_html, map_of, outlined

THREE = to_mnist(drawing(3))


def numbers(html: str) -> list[float]:
    """What stands in the table of sums."""
    return [
        float(each.replace("\N{MINUS SIGN}", "-"))
        for each in re.findall(r"<td>(?:<b>)?([+\N{MINUS SIGN}][\d.]+)<", html)
    ]


@pytest.mark.parametrize("name", ["linear", "hidden"])
def test_the_sums_on_the_page_are_those_of_the_logits(name):
    net = pretrained(name)
    logits = net.logits(THREE[None])[0]
    *parts, together = numbers(evidence_html(net, THREE, 3, 5))
    assert together == pytest.approx(logits[3] - logits[5], abs=0.051)
    assert sum(parts) == pytest.approx(together, abs=0.16)  # Each is rounded to a tenth.


def test_hidden_units_are_shown_where_there_are_any():
    assert evidence_html(pretrained("hidden"), THREE, 3, 5).count('aria-label="Weights of hidden unit') == page.UNITS
    assert "hidden unit" not in evidence_html(pretrained("linear"), THREE, 3, 5)


def test_a_network_that_cannot_be_taken_apart_gets_an_occlusion_map(monkeypatch):
    monkeypatch.setattr(page, "can_be_taken_apart", lambda network: False)
    html = evidence_html(pretrained("hidden"), THREE, 3, 5)
    assert "is blanked" in html and not numbers(html)


def test_the_map_is_blue_for_and_orange_against_with_the_ink_outlined():
    found = evidence(pretrained("hidden"), THREE, 3, 5)
    picture = map_of(found.pixels, THREE)
    assert picture.shape == (280, 280, 3)
    for place, colour in ((found.pixels.argmax(), rgb(FOR)), (found.pixels.argmin(), rgb(AGAINST))):
        row, column = divmod(int(place), 28)
        assert picture[10 * row + 5, 10 * column + 5].tolist() == list(colour)
    blank = np.argwhere(THREE == 0)[0]
    assert picture[10 * blank[0] + 5, 10 * blank[1] + 5].tolist() == list(rgb(NEUTRAL))
    edges = [(row, column) for row, column in np.argwhere(THREE >= OUTLINED) if THREE[row, column - 1] < OUTLINED]
    assert edges and all(picture[10 * row + 5, 10 * column].tolist() == list(rgb(OUTLINE)) for row, column in edges)


def test_an_outline_at_the_border_stays_in_the_picture():
    picture = outlined(np.zeros((280, 280, 3), np.uint8), np.ones((28, 28), bool), "#090909")
    assert (picture[:2] == 9).all() and (picture[-2:] == 9).all() and (picture[:, -2:] == 9).all()
    assert not picture[2:-2, 2:-2].any()


def test_the_words_count_the_changes_and_follow_them():
    found = change_of_mind(pretrained("hidden"), THREE)
    inked = sum(change.adds for change in found.changes)
    begun, ended = mind_html(found, 0), mind_html(found, len(found.changes))
    if inked:
        assert f"nking {inked} pixel" in ended
    assert f"makes it say {found.digit} instead of {found.said}" in begun
    assert f'dl-mind-says">{found.said}<' in begun and f'dl-mind-says">{found.digit}<' in ended


def test_a_search_in_vain_is_not_called_a_way(monkeypatch):
    monkeypatch.setattr(counterfactual, "_says", lambda *_: False)
    found = change_of_mind(pretrained("hidden"), THREE, 7, most=3)
    assert "makes it say" not in mind_html(found, 3) and "3 pixels did not get there" in mind_html(found, 3)


def test_frames_tell_added_taken_and_coming():
    found = change_of_mind(pretrained("hidden"), THREE, 0)
    done = len(found.changes) // 2
    picture = changed_picture(found, done)
    for count, change in enumerate(found.changes):
        middle = picture[10 * change.row + 5, 10 * change.column + 5]
        assert (middle == (change.after if count < done else change.before)).all()
    first = found.changes[0]  # Drawn last, so no other frame lies over it.
    colour = rgb(FOR) if first.adds else rgb(AGAINST)
    assert picture[10 * first.row + 5, 10 * first.column].tolist() == list(colour)
