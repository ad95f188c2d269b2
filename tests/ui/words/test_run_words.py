import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.network.architectures import ARCHITECTURES, TrainingConfig, network_words
from ui.words.run_words import accuracy_words, duration, ordinal, percent, probable, settings_words


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_tutorials_networks_are_called_by_their_labels(architecture):
    assert network_words(TrainingConfig(architecture=architecture)) == ARCHITECTURES[architecture].label


def test_another_width_is_said():
    assert network_words(TrainingConfig(hidden_units=50)) == "Hidden layer 784-50-10"


def test_settings_name_all_that_decides_a_run_and_nothing_that_does_not():
    words = settings_words(TrainingConfig(epochs=1, seed=3, learning_rate=0.01, batch_size=1_000))
    assert words == "Hidden layer 784-100-10, 1 epoch, ReLU, Adam at 0.01, Cross-entropy, batches of 1,000, seed 3"
    upright = settings_words(TrainingConfig(straighten=True, pen_styles=True))
    assert upright.endswith("seed 0, slant straightened, pen styles added")
    assert "ReLU" not in settings_words(TrainingConfig(architecture="linear"))


def test_an_accuracy_comes_with_what_it_is_of_and_how_sure_it_is():
    assert accuracy_words(9_759, 10_000) == "9,759 of 10,000 right, 97.59\xa0%, 95\xa0% interval 97.3 to 97.9\xa0%"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (8.24, "8.2 s"),
        (59.96, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3_599.9, "1 h 00 min"),
        (7_800, "2 h 10 min"),
    ],
)
def test_times_read_as_people_say_them(seconds, words):
    assert duration(seconds) == words


@given(st.floats(0, 1e7))
def test_no_time_says_sixty_seconds_or_minutes(seconds):
    assert not re.search(r"\b60(\.0)? (s|min)\b", duration(seconds))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")],
)
def test_places_in_a_row_are_spelled_as_in_a_text(number, words):
    assert ordinal(number) == words


def test_no_line_ends_between_a_number_and_its_percent_sign():
    said = [accuracy_words(9_249, 10_000), percent(0.5), *map(probable, (0.0, 0.5, 1.0))]
    assert all("%" in each and " %" not in each for each in said)
