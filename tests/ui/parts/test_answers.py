"""The answers as HTML: the digit, how sure, and ten bars with both numbers."""

import re

import numpy as np
import pytest

from mnist_core.insight.one_image.certainty import Likeness, Limits
from ui.parts.answers import OUTPUTS, PROBABILITY, SHARES, Answer, answers

SCORES = np.array([0.01, 0.02, 0.9, 0.3, 0, 0, 0, 0.77, 0, 0], np.float32)
PROBABILITIES = np.array([0, 0.01, 0.71, 0.05, 0, 0, 0, 0.23, 0, 0], np.float32)
NEAR, FAR = (Likeness(2, distance, 0.8, 3, Limits(6, 0.7)) for distance in (5, 7))


def answer(name: str = "Linear", likeness: Likeness | None = NEAR, probabilities: np.ndarray = PROBABILITIES) -> Answer:
    return Answer(name, SCORES, probabilities, likeness)


def widths(html: str) -> list[float]:
    return [float(width) for width in re.findall(r'<i style="--length:([\d.]+)%"', html)]


def rows(html: str) -> list[str]:
    return re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", html)


def test_the_winner_is_large_with_its_probability_and_the_runner_up():
    html = answers([answer()])
    assert '<span class="dl-digit">2</span>' in html
    assert "<strong>71.0\xa0%</strong> sure" in html
    assert "then 7: 23.0\xa0%" in html


def test_what_is_like_no_digit_is_not_sure_however_probable_and_no_percent_says_otherwise():
    html = answers([answer(likeness=FAR)])
    assert "<strong>Not sure</strong><br><small>unusual for a 2</small>" in html
    assert "Linear: not sure, unusual for a 2." in html
    assert "%" not in html.split("<table")[0] and "</strong> sure" not in html


def test_where_a_probability_speaks_against_the_doubt_the_answers_say_why_it_can_be_high():
    said = re.compile(r'<p class="dl-doubt">(.*?)</p>')
    assert "always favour one digit" in said.search(answers([answer(), answer(likeness=FAR)]))[1]
    doubtful = np.array([0, 0.01, 0.47, 0.06, 0, 0, 0, 0.46, 0, 0], np.float32)
    for calm in (answer(), answer(likeness=None), answer(probabilities=doubtful), Answer("Linear")):
        assert said.search(answers([calm]))[1] == ""


def test_what_is_more_likely_another_digit_is_not_sure_and_names_both():
    doubtful = np.array([0, 0.01, 0.47, 0.06, 0, 0, 0, 0.46, 0, 0], np.float32)
    html = answers([answer(probabilities=doubtful)])
    assert "<strong>Not sure</strong><br><small>2 or 7</small>" in html and "Linear: not sure, 2 or 7." in html
    assert "%" not in html.split("<table")[0]


def test_before_anybody_can_tell_nothing_is_said_that_could_be_taken_back():
    html = answers([answer(likeness=None)])
    assert "<strong>Best guess</strong><br><small>then 7</small>" in html and "Linear: 2." in html
    assert "ot sure" not in html and "</strong> sure" not in html and "%" not in html.split("<table")[0]


def test_bars_show_probabilities_or_shares_that_sum_to_one_or_the_outputs_as_they_are():
    assert widths(answers([answer()])) == pytest.approx(100 * PROBABILITIES, abs=0.06)
    assert widths(answers([answer()], bars=SHARES)) == pytest.approx(100 * SCORES / SCORES.sum(), abs=0.06)
    assert widths(answers([answer()], bars=OUTPUTS)) == pytest.approx(100 * SCORES, abs=0.06)


@pytest.mark.parametrize(
    ("bars", "part", "head"),
    [(PROBABILITY, "23.0", "Probability"), (SHARES, "38.5", "Share"), (OUTPUTS, "23.0", "Prob")],
)
def test_each_row_holds_both_numbers_whatever_the_bars_show(bars, part, head):
    html = answers([answer()], bars=bars)
    row = rows(html)[7]
    assert f"{part}\xa0%" in row and "0.7700" in row and re.search(r'<th scope="row"><button[^>]*>7<', row)
    assert f'<th scope="col">{head}' in html


def test_only_the_winners_row_stands_out():
    assert [digit for digit, row in enumerate(rows(answers([answer()]))) if "dl-best" in row] == [2]


def test_without_a_drawing_there_is_a_sentence_and_never_a_digit():
    html = answers([Answer("a"), Answer("b")], empty="Draw a digit")
    assert html.count("Draw a digit") == 2
    assert "dl-digit" not in html and "dl-best" not in html
    assert len(rows(html)) == 20 and widths(html) == [0] * 20
    assert "sure" not in html.replace("dl-sure", "")


def test_outputs_that_are_all_zero_are_ten_equal_shares():
    html = answers([Answer("a", np.zeros(10, np.float32), np.full(10, 0.1, np.float32))], bars=SHARES)
    assert html.count('"dl-share">10.0\xa0%') == 10
    assert '<span class="dl-digit">0</span>' in html


def test_a_screen_reader_hears_one_sentence_a_network_and_nothing_of_an_empty_canvas():
    spoken = re.compile(r'<p class="dl-spoken" role="status">(.*)</p>')
    assert spoken.search(answers([answer("Linear"), answer("Hidden")]))[1] == (
        "Linear: 2, 71.0\xa0% sure. Hidden: 2, 71.0\xa0% sure."
    )
    assert spoken.search(answers([Answer("Linear")]))[1] == ""


def test_the_tab_key_stops_once_in_a_card_and_the_chosen_digit_is_marked():
    html = answers([answer("a")], chosen=7)
    assert re.findall(r'tabindex="0"[^>]*>(\d)<', html) == ["2"]
    assert re.findall(r'aria-pressed="true"[^>]*>(\d)<', html) == ["7"]
    assert " disabled" not in html


def test_a_digit_cannot_be_chosen_before_there_is_an_answer():
    assert answers([Answer("a")]).count(" disabled>") == 10


def test_a_name_cannot_write_html():
    assert "<script>" not in answers([answer("<script>alert(1)</script>")])


def test_answers_that_are_only_looked_at_have_no_buttons_and_are_not_spoken():
    html = answers([answer("before"), answer("after")], for_presses=False)
    assert "<button" not in html and 'role="status"' not in html
    assert len(rows(html)) == 20 and '<th scope="row">7</th>' in html


def test_nobody_is_a_hundred_percent_sure_and_the_rows_say_what_the_headline_says():
    nearly = np.array([0, 0, 0.99996, 0, 0, 0, 0, 0.00004, 0, 0], np.float32)
    html = answers([answer(probabilities=nearly)])
    assert "<strong>&gt;\xa099.9\xa0%</strong> sure<br><small>then 7: &lt;\xa00.1\xa0%" in html
    assert re.findall(r'"dl-share">(.*?)<', html)[2] == "&gt;\xa099.9\xa0%"
    assert html.count('"dl-share">&lt;\xa00.1\xa0%') == 9
    assert "Linear: 2, over\xa099.9\xa0% sure." in html
