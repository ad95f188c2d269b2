import numpy as np
import pytest
from photos import drawing
from test_explain import images, network

from mnist_core.drawing.normalise import to_mnist
from mnist_core.errors import ModelError
from mnist_core.insight.one_image import counterfactual
from mnist_core.insight.one_image.counterfactual import change_of_mind
from mnist_core.network.network import pretrained


@pytest.fixture(params=["dense", "any"])
def way(request, monkeypatch) -> str:
    """Both ways of trying pixels; the second is that of networks with other layers."""
    if request.param == "any":
        monkeypatch.setattr(counterfactual, "can_be_taken_apart", lambda network: False)
    return request.param


@pytest.mark.parametrize("name", ["linear", "hidden"])
@pytest.mark.parametrize("digit", [0, 2, 3, 6])
def test_the_changes_make_the_network_say_it_and_none_of_them_is_needless(way, name, digit):
    net, image = pretrained(name), to_mnist(drawing(digit))
    target = (int(net.classify(image[None])[0]) + 5) % 10
    found = change_of_mind(net, image, target)
    assert found.found and found.digit == target and found.said == net.classify(image[None])[0]
    assert net.classify(found.after(len(found.changes))[None])[0] == target
    assert np.array_equal(found.after(0), image)
    for left_out in found.changes:
        fewer = image.copy()
        for change in found.changes:
            if change is not left_out:
                fewer[change.row, change.column] = change.after
        assert net.classify(fewer[None])[0] != target


def test_each_step_changes_one_pixel_and_its_shares_are_the_networks_own(way):
    net, image = pretrained("hidden"), to_mnist(drawing(4))
    found = change_of_mind(net, image)
    assert found.probabilities.shape == (len(found.changes) + 1, 10)
    for count, change in enumerate(found.changes):
        before, after = found.after(count), found.after(count + 1)
        assert np.argwhere(before != after).tolist() == [[change.row, change.column]]
        assert (before[change.row, change.column], after[change.row, change.column]) == (change.before, change.after)
        assert change.after in (0, 255) and change.adds == (change.after == 255)
    for count in range(len(found.changes) + 1):
        assert found.probabilities[count] == pytest.approx(net.probabilities(found.after(count)[None])[0], abs=1e-6)


def test_the_first_pixel_is_the_best_of_all():
    """Compared with a loop that tries all of them through the network itself."""
    net, image = network("tanh", seed=3), images(1, seed=4)[0]
    said = int(net.classify(image[None])[0])
    target = (said + 1) % 10
    best, where = -np.inf, None
    for row in range(28):
        for column in range(28):
            for value in (0, 255):
                if image[row, column] == value:
                    continue
                tried = image.copy()
                tried[row, column] = value
                logits = net.logits(tried[None])[0]
                lead = logits[target] - np.delete(logits, target).max()
                if lead > best:
                    best, where = lead, (row, column, value)
    change = change_of_mind(net, image, target, most=1).changes[0]
    assert (change.row, change.column, change.after) == where


def test_one_pixel_is_enough_where_one_pixel_is_all_that_counts():
    net = network()
    kernel, bias = np.zeros((784, 10), np.float32), np.zeros(10, np.float32)
    kernel[28 * 9 + 4, 6], bias[1], bias[6] = 5, 1, 0.5
    net = type(net)(net.layers, ((), (kernel, bias)))
    found = change_of_mind(net, images(1)[0])
    assert (found.said, found.digit, found.found) == (1, 6, True)
    assert [(each.row, each.column, each.after) for each in found.changes] == [(9, 4, 255)]


def test_where_nothing_helps_it_says_so():
    net = network()
    bias = np.zeros(10, np.float32)
    bias[1] = 50
    net = type(net)(net.layers, ((), (net.weights[1][0] * 0.01, bias)))
    found = change_of_mind(net, images(1)[0], 7, most=5)
    assert not found.found and len(found.changes) == 5
    assert int(found.probabilities[-1].argmax()) == 1


def test_without_a_digit_the_easiest_of_the_next_three_is_taken():
    net, image = pretrained("hidden"), to_mnist(drawing(8))
    order = np.argsort(-net.scores(image[None])[0], kind="stable")
    each = [len(change_of_mind(net, image, int(digit)).changes) for digit in order[1:4]]
    assert len(change_of_mind(net, image).changes) == min(each)


def test_a_blank_image_can_change_a_mind_too(way):
    net, blank = pretrained("hidden"), np.zeros((28, 28), np.uint8)
    found = change_of_mind(net, blank)
    assert found.found and all(change.adds for change in found.changes)


def test_what_it_says_already_and_what_is_no_digit_are_refused():
    net, image = pretrained("hidden"), to_mnist(drawing(3))
    with pytest.raises(ModelError, match="already"):
        change_of_mind(net, image, int(net.classify(image[None])[0]))
    with pytest.raises(ModelError, match="class from 0 to 9"):
        change_of_mind(net, image, 10)
