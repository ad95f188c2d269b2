import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.errors import ConfigError
from mnist_core.network.architectures import ARCHITECTURES
from mnist_core.network.layers import summarise
from mnist_core.network.run_settings import PEN_SHARE, TrainingConfig


@pytest.mark.parametrize(
    ("architecture", "parameters"), [("linear", 7_850), ("hidden", 79_510), ("convolutional", 5_994)]
)
def test_the_networks_have_the_parameter_counts_that_paper_gives(architecture, parameters):
    rows = summarise(TrainingConfig(architecture).layers)
    assert sum(row.parameters for row in rows) == parameters


def test_the_tutorials_networks_flatten_the_image_inside():
    for architecture in ("linear", "hidden"):
        assert summarise(TrainingConfig(architecture).layers)[0].output_shape == (784,)


def test_every_network_ends_in_ten_outputs():
    for architecture in ARCHITECTURES:
        assert summarise(TrainingConfig(architecture).layers)[-1].output_shape == (10,)


def test_convolutions_take_a_window_off_the_sides_and_pooling_halves_them():
    rows = summarise(TrainingConfig("convolutional").layers)
    assert [row.title for row in rows[:2]] == ["Convolution 5x5, relu", "Max pooling 2x2"]
    assert [row.output_shape for row in rows] == [(24, 24, 8), (12, 12, 8), (8, 8, 16), (4, 4, 16), (256,), (10,)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("architecture", "transformer"),
        ("architecture", None),
        ("activation", "swish"),
        ("optimizer", ["adam"]),
        ("loss", ""),
        ("epochs", 0),
        ("epochs", 10**9),
        ("epochs", 2.0),
        ("epochs", True),
        ("hidden_units", 0),
        ("batch_size", -32),
        ("seed", -1),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", 0),
        ("learning_rate", "0.1"),
        ("straighten", 1),
        ("pen_styles", "true"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name_and_value(field, value):
    with pytest.raises(ConfigError) as refused:
        TrainingConfig(**{field: value})
    assert refused.value.field == field
    assert repr(value) in str(refused.value)


def test_a_batch_larger_than_the_data_is_refused_and_one_as_large_is_not():
    config = TrainingConfig(batch_size=101)
    assert config.steps_per_epoch(101) == 1
    with pytest.raises(ConfigError, match="100 training images"):
        config.steps_per_epoch(100)


def test_the_last_batch_of_an_epoch_may_be_smaller():
    assert TrainingConfig(batch_size=32).steps_per_epoch(60_000) == 1_875
    assert TrainingConfig(batch_size=64).steps_per_epoch(60_000) == 938


def test_pen_styles_make_an_epoch_longer_by_their_share():
    config = TrainingConfig(pen_styles=True)
    assert config.extra_images(60_000) == 15_000
    assert config.extra_images(60_000) / 75_000 == PEN_SHARE
    assert config.steps_per_epoch(60_000) == 2_344
    assert TrainingConfig(straighten=True).steps_per_epoch(60_000) == 1_875


def test_settings_kept_before_there_were_switches_are_those_of_the_tutorial():
    old = {
        name: value for name, value in TrainingConfig().to_dict().items() if name not in ("straighten", "pen_styles")
    }
    assert TrainingConfig.from_dict(old) == TrainingConfig()
    assert not TrainingConfig().straighten and not TrainingConfig().pen_styles


def test_an_unknown_setting_is_refused_rather_than_ignored():
    with pytest.raises(ConfigError, match="dropout"):
        TrainingConfig.from_dict({"dropout": 0.5})


@given(
    st.builds(
        TrainingConfig,
        architecture=st.sampled_from(sorted(ARCHITECTURES)),
        epochs=st.integers(1, 1_000),
        learning_rate=st.floats(1e-9, 10),
        seed=st.integers(0, 2**32 - 1),
        straighten=st.booleans(),
        pen_styles=st.booleans(),
    )
)
def test_settings_survive_the_way_through_plain_values(config):
    assert TrainingConfig.from_dict(config.to_dict()) == config


def test_settings_cannot_be_changed_once_made():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingConfig().epochs = 6
