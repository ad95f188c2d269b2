import pytest

from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.run_settings import TrainingConfig, network_words
from mnist_core.numerals import percent, probable
from ui.words.run_words import accuracy_words, settings_words


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_tutorials_networks_are_called_by_their_labels(architecture):
    assert network_words(TrainingConfig(architecture=architecture)) == ARCHITECTURES[architecture].label


def test_another_width_is_said():
    assert network_words(TrainingConfig(hidden_units=50)) == "Hidden layer 784-50-10"


def test_settings_name_all_that_decides_a_run_and_nothing_that_does_not():
    words = settings_words(TrainingConfig(epochs=1, seed=3, learning_rate=0.01, batch_size=1_000))
    assert words == "Hidden layer 784-100-10, 1 epoch, ReLU, Adam at 0.01, cross-entropy, batches of 1,000, seed 3"
    upright = settings_words(TrainingConfig(straighten=True, pen_styles=True))
    assert upright.endswith("batches of 32, straightened, pen styles, seed 0")
    assert "ReLU" not in settings_words(TrainingConfig(architecture="linear"))


def test_an_accuracy_comes_with_what_it_is_of_and_how_sure_it_is():
    assert accuracy_words(9_759, 10_000) == "9,759 of 10,000 right, 97.59\xa0%, 95\xa0% interval 97.3 to 97.9\xa0%"


def test_no_line_ends_between_a_number_and_its_percent_sign():
    said = [accuracy_words(9_249, 10_000), percent(0.5), *map(probable, (0.0, 0.5, 1.0))]
    assert all("%" in each and " %" not in each for each in said)
