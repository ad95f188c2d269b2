"""The published votes on MNIST's test labels."""

from mnist_core.exploring.votes import DOUBTED, written_by


def test_votes_are_of_five_people_each_and_never_a_majority_for_the_label():
    assert len(DOUBTED) == 15
    for votes in DOUBTED.values():
        assert votes.total == 5 and votes.majority != votes.given and votes.given != votes.guess


def test_ten_have_a_majority_for_another_digit():
    assert sum(votes.majority is not None for votes in DOUBTED.values()) == 10
    assert DOUBTED[947].majority == 9 and DOUBTED[8527].majority is None


def test_the_labels_are_those_of_mnist(mnist):
    assert {place: int(mnist.y_test[place]) for place in DOUBTED} == {p: v.given for p, v in DOUBTED.items()}


def test_the_test_set_has_two_halves():
    assert [written_by(place) for place in (0, 5_000, 5_001, 9_999)] == [
        "high-school students", "high-school students", "Census staff", "Census staff",
    ]  # fmt: skip
