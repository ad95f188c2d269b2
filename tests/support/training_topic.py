"""A topic as `benchmarks` has them, which trains a moment with all that `benchmarks.training` uses."""

from few_images import few_images

from benchmarks import Figure, Part
from benchmarks.training import _tutorial_model
from mnist_core.network.run_settings import TrainingConfig
from mnist_core.training.loop import train


def _trains(folder, report):
    data = few_images()
    _tutorial_model().fit(data.x_train / 255, data.y_train, verbose=0)
    run = train(TrainingConfig("convolutional", epochs=1), data)
    yield Figure.at_least("accuracy", 100 * run.test_accuracy, "%", 20.0)


PARTS = (Part("Training", 10, _trains, ("accuracy",)),)
