"""The answers as HTML: the digit, how sure, and ten bars with both numbers."""

import re

import numpy as np
import pytest

from ui.answers import OUTPUTS, SHARES, Answer, answers

SCORES = np.array([0.01, 0.02, 0.9, 0.3, 0, 0, 0, 0.77, 0, 0], np.float32)


def widths(html: str) -> list[float]:
    return [float(width) for width in re.findall(r'<i style="width:([\d.]+)%"', html)]


def rows(html: str) -> list[str]:
    return re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", html)


def test_the_winner_is_large_with_its_share_and_the_runner_up():
    html = answers([Answer("Linear", SCORES)])
    assert '<span class="dl-digit">2</span>' in html
    assert "<strong>45.0&nbsp;%</strong> sure" in html
    assert "then 7 with 38.5&nbsp;%" in html


def test_what_is_like_no_digit_is_not_called_sure_however_large_the_share():
    html = answers([Answer("Linear", SCORES, sure=False)])
    assert "<strong>Not sure</strong>" in html and "at best 2, with 45.0&nbsp;%" in html
    assert "</strong> sure" not in html and "Linear: not sure, at best 2." in html


def test_bars_show_shares_that_sum_to_one_or_the_outputs_as_they_are():
    assert sum(widths(answers([Answer("a", SCORES)], bars=SHARES))) == pytest.approx(100, abs=0.5)
    assert widths(answers([Answer("a", SCORES)], bars=OUTPUTS)) == pytest.approx(100 * SCORES, abs=0.06)


@pytest.mark.parametrize("bars", [SHARES, OUTPUTS])
def test_each_row_holds_both_numbers_whatever_the_bars_show(bars):
    row = rows(answers([Answer("a", SCORES)], bars=bars))[7]
    assert "38.5&nbsp;%" in row and "0.7700" in row and re.search(r'<th scope="row"><button[^>]*>7<', row)


def test_only_the_winners_row_stands_out():
    assert [digit for digit, row in enumerate(rows(answers([Answer("a", SCORES)]))) if "dl-best" in row] == [2]


def test_without_a_drawing_there_is_a_sentence_and_never_a_digit():
    html = answers([Answer("a", None), Answer("b", None)], empty="Draw a digit")
    assert html.count("Draw a digit") == 2
    assert "dl-digit" not in html and "dl-best" not in html
    assert len(rows(html)) == 20 and widths(html) == [0] * 20
    assert "sure" not in html.replace("dl-sure", "")


def test_outputs_that_are_all_zero_are_ten_equal_shares():
    html = answers([Answer("a", np.zeros(10, np.float32))])
    assert html.count("10.0&nbsp;%") == 12
    assert '<span class="dl-digit">0</span>' in html


def test_a_screen_reader_hears_one_sentence_a_network_and_nothing_of_an_empty_canvas():
    spoken = re.compile(r'<p class="dl-spoken" role="status">(.*)</p>')
    assert spoken.search(answers([Answer("Linear", SCORES), Answer("Hidden", SCORES)]))[1] == (
        "Linear: 2, 45.0 % sure. Hidden: 2, 45.0 % sure."
    )
    assert spoken.search(answers([Answer("Linear", None)]))[1] == ""


def test_the_tab_key_stops_once_in_a_card_and_the_chosen_digit_is_marked():
    html = answers([Answer("a", SCORES)], chosen=7)
    assert re.findall(r'tabindex="0"[^>]*>(\d)<', html) == ["2"]
    assert re.findall(r'aria-pressed="true"[^>]*>(\d)<', html) == ["7"]
    assert " disabled" not in html


def test_a_digit_cannot_be_chosen_before_there_is_an_answer():
    assert answers([Answer("a", None)]).count(" disabled>") == 10


def test_a_name_cannot_write_html():
    assert "<script>" not in answers([Answer("<script>alert(1)</script>", SCORES)])


def test_answers_that_are_only_looked_at_have_no_buttons_and_are_not_spoken():
    html = answers([Answer("before", SCORES), Answer("after", SCORES)], for_presses=False)
    assert "<button" not in html and 'role="status"' not in html
    assert len(rows(html)) == 20 and '<th scope="row">7</th>' in html
