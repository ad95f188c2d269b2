"""The game of mystery digits: nothing is told before a guess, then everything; score, address, accuracy."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from app_without_browser import App, address, dead_links, html, opened_app, words

from mnist_core.insight.all_images.mystery import NEITHER, deck, relabelled, tally
from mnist_core.insight.all_images.votes import VOTES
from mnist_core.network.network import pretrained
from ui import networks
from ui.frame import state
from ui.mistakes.mystery import outcome

PAGE = "4_Mistakes.py"


@pytest.fixture
def app(monkeypatch, tmp_path):
    with opened_app(monkeypatch, tmp_path / "home") as app:
        yield app


def probabilities(app: App) -> np.ndarray:
    return pretrained("linear").probabilities(app.data.x_test)


def dealt(app: App, seed: int = 0) -> list[int]:
    return deck(probabilities(app), {}, seed).tolist()


def everything(visit) -> str:
    """All that the page sent to the browser, markup and labels alike."""
    return "\n".join(str(node.proto) for node in visit.main if getattr(node, "proto", None) is not None)


def test_nothing_in_the_page_depends_on_the_truth_before_the_guess(app: App, monkeypatch):
    place = dealt(app)[0]
    read = int(probabilities(app)[place].argmax())
    # Two labels that the network did not read: its accuracy, which the page tells as well, is the same.
    sent = []
    for label in [digit for digit in range(10) if digit != read][:2]:
        labels = app.data.y_test.copy()
        labels[place] = label
        data = replace(app.data, y_test=labels, digest=f"label {label}")
        monkeypatch.setattr(state, "dataset", lambda data=data: data)
        visit = app.visit(PAGE, view="mystery")
        before = everything(visit)
        assert "Mystery digit 1 of 20" in before and f"{place:,} of" not in before
        visit.button(key="mystery_4").click()
        app.again(visit)
        sent.append((before, everything(visit), label))
    assert sent[0][0] == sent[1][0]
    assert sent[0][1] != sent[1][1]
    for _, after, label in sent:
        assert f"The label says</th><td>{label}</td>" in after.replace("\\'", "'")


def test_after_a_guess_the_label_and_the_networks_probability_are_told(app: App):
    visit = app.visit(PAGE, view="mystery", seed=7)
    place = dealt(app, 7)[0]
    visit.button(key="mystery_x").click()
    app.again(visit)
    part = probabilities(app)[place]
    told = html(visit)
    assert "You said</th><td>neither" in told and f"The label says</th><td>{app.data.y_test[place]}" in told
    assert f"The network read</th><td>{part.argmax()}, {100 * part.max():.1f} % sure" in told
    assert "Nobody voted on this image" in told and f"Image {place} of the test set" in told
    assert not [button for button in visit.button if button.key in ("mystery_0", "mystery_x")]


def test_guesses_are_scored_beside_the_network_and_live_in_the_address(app: App):
    visit = app.visit(PAGE, view="mystery", seed=3)
    places = dealt(app, 3)
    for guess in "4x":
        visit.button(key=f"mystery_{guess}").click()
        app.again(visit)
        visit.button(key="mystery_next").click()
        app.again(visit)
    made = dict(zip(places, (4, 10), strict=False))
    score = tally(made, app.data.y_test, probabilities(app).argmax(axis=1), {})
    row = f"<td>{score.you_by_labels.right} of 2</td><td>{score.network_by_labels.right} of 2</td>"
    assert row in html(visit) and "By most of the voters" not in html(visit)
    asked = address(visit)
    assert (asked["seed"], asked["at"], asked["guesses"]) == ("3", "3", "4x")
    again = app.visit(PAGE, **asked)
    assert row in html(again) and "Mystery digit 3 of 20" in html(again)


def test_the_end_shows_what_was_guessed_and_the_way_back_to_the_rest(app: App):
    visit = app.visit(PAGE, view="mystery", seed=3, at="end", guesses="4-9")
    places = dealt(app, 3)
    shown = html(visit)
    assert f"Image {places[0]}: you said 4" in shown and f"Image {places[2]}: you said 9" in shown
    assert f"Image {places[1]}:" not in shown
    assert "Nobody has voted on images of this data set" in words(visit)
    assert "if those labels were fixed" not in words(visit)
    assert "18 of 20 are left" in visit.button(key="mystery_on").label
    visit.button(key="mystery_on").click()
    app.again(visit)
    assert "Mystery digit 2 of 20" in html(visit) and address(visit)["at"] == "2"


def test_an_end_without_guesses_says_so(app: App):
    assert "You have not guessed any of them yet" in words(app.visit(PAGE, view="mystery", at="end"))


def test_another_network_or_game_starts_anew(app: App):
    visit = app.visit(PAGE, view="mystery", at=3, guesses="44")
    visit.selectbox(key="judged_network").set_value("hidden")
    app.again(visit)
    assert address(visit)["at"] == "1" and "guesses" not in address(visit)
    visit.button(key="mystery_1").click()
    app.again(visit)
    visit.number_input(key="mystery_seed").set_value(12)
    app.again(visit)
    assert (address(visit)["seed"], address(visit)["at"]) == ("12", "1") and "guesses" not in address(visit)


@pytest.mark.parametrize("query", [{"seed": -1}, {"at": 0}, {"at": "two"}, {"guesses": "1" * 5_000 + "b"}])
def test_nonsense_in_the_address_gives_a_notice_and_a_game(app: App, query):
    visit = app.visit(PAGE, view="mystery", **query)
    assert dead_links(visit).count(" must be ") == 1
    assert "Mystery digit 1 of 20" in html(visit)


def test_a_position_after_the_last_image_is_the_end(app: App):
    assert "Your score" in words(app.visit(PAGE, view="mystery", at=500))


def test_outputs_that_are_no_numbers_are_told_as_such(app: App, monkeypatch):
    monkeypatch.setattr(networks, "test_scores", lambda trained: np.full((500, 10), np.nan, np.float32))
    visit = app.visit(PAGE, view="mystery", guesses="4")
    assert "nothing: its outputs are no numbers" in html(visit) and "<td>0 of 1</td></tr>" in html(visit)


def test_votes_are_bars_of_fifths_with_their_verdict():
    bars = outcome.votes_html(VOTES[3558])
    assert "width:20%" in bars and "width:80%" in bars and "1 of 5" in bars and "4 of 5" in bars
    assert "Most voters saw a 0: the label is suspected" in bars and VOTES[3558].words in bars
    assert "Most voters saw neither" in outcome.votes_html(VOTES[9679])
    assert "The voters disagreed" in outcome.votes_html(VOTES[2130])


def test_the_accuracy_is_told_as_it_is_and_as_voters_would_have_it(mnist):
    predicted = pretrained("hidden").classify(mnist.x_test)
    told = outcome.relabelled_html(relabelled(mnist.y_test, predicted, VOTES))
    voted = mnist.y_test.copy()
    for place in (947, 1621, 1901, 2462, 2597, 3558, 5937, 6651, 6783, 9729):
        voted[place] = VOTES[place].guess
    rest = np.delete(np.arange(10_000), [2654, 3520, 9679])
    assert f"{(predicted == mnist.y_test).sum():,} of 10,000" in told
    assert f"{(predicted == voted).sum():,} of 10,000" in told
    assert f"{(predicted == voted)[rest].sum():,} of 9,997" in told


def test_the_guesses_can_be_taken_home_with_the_votes_where_there_are_some():
    labels, read = np.arange(10_000) % 10, (np.arange(10_000) + 1) % 10
    read[6651] = -1
    rows = list(csv.DictReader(io.StringIO(outcome.game_csv({6651: 6, 12: NEITHER}, labels, read, VOTES))))
    voted, other = rows
    assert (voted["image"], voted["guess"], voted["label"], voted["read"]) == ("6651", "6", "1", "")
    assert (voted["proposed"], voted["votes_for_label"], voted["votes_for_proposed"]) == ("6", "0", "5")
    assert (other["image"], other["guess"], other["label"], other["read"]) == ("12", "neither", "2", "3")
    assert other["proposed"] == other["votes_for_label"] == ""


def test_before_the_end_of_a_game_nothing_is_taken_home(app: App):
    keys = [button.proto.id for button in app.visit(PAGE, view="mystery", guesses="4").get("download_button")]
    assert not any("mystery_csv" in key for key in keys)
    keys = [button.proto.id for button in app.visit(PAGE, view="mystery", at="end", guesses="4").get("download_button")]
    assert any("mystery_csv" in key for key in keys)
