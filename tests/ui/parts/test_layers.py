from mnist_core.network.run_settings import TrainingConfig
from ui.parts.layers import layers_picture


def test_the_linear_network_is_shown_with_its_7850_parameters():
    picture = layers_picture(TrainingConfig(architecture="linear").layers)
    assert "784 x 10 + 10 = 7,850 parameters" in picture
    assert "<strong>7,850</strong> parameters to learn" in picture


def test_the_hidden_network_is_shown_with_its_79510_parameters_and_the_flattening_inside():
    picture = layers_picture(TrainingConfig().layers)
    for part in ("28 x 28 pixels", "Flatten", "784 numbers", "nothing to learn", "784 x 100 + 100 = 78,500 parameters"):
        assert part in picture
    assert "<strong>79,510</strong> parameters to learn" in picture


def test_convolutions_are_shown_with_their_windows_and_what_they_leave():
    picture = layers_picture(TrainingConfig("convolutional").layers)
    for part in (
        "Convolution 5x5, relu",
        "24 x 24 x 8 numbers",
        "5 x 5 x 1 x 8 + 8 = 208 parameters",
        "Max pooling 2x2",
    ):
        assert part in picture
    assert "<strong>5,994</strong> parameters to learn" in picture


def test_layers_come_in_the_order_of_the_data():
    picture = layers_picture(TrainingConfig(hidden_units=3).layers)
    assert (
        picture.index("Image")
        < picture.index("Flatten")
        < picture.index("Dense, relu")
        < picture.index("Dense, sigmoid")
    )
