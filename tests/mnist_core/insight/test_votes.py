"""The published votes on MNIST's test labels."""

from mnist_core.insight.all_images.votes import CANDIDATES, KEPT, VOTES, another_label, written_by


def test_votes_are_of_five_people_each_and_never_a_majority_for_the_label():
    assert len(VOTES) == 15 == CANDIDATES - KEPT
    for place, votes in VOTES.items():
        assert votes.place == place and votes.total == 5
        assert votes.for_given <= 2 and votes.given != votes.guess


def test_ten_of_them_have_a_majority_for_another_digit_three_for_none_and_two_are_undecided():
    verdicts = [votes.verdict for votes in VOTES.values()]
    assert [verdicts.count(each) for each in ("another label", "neither", "undecided")] == [10, 3, 2]
    # Places as published, not as computed here.
    assert another_label() == (947, 1621, 1901, 2462, 2597, 3558, 5937, 6651, 6783, 9729)
    assert {place for place, votes in VOTES.items() if votes.verdict == "neither"} == {2654, 3520, 9679}
    assert VOTES[2130].majority is None and VOTES[2654].majority is None and VOTES[947].majority == 9


def test_votes_are_told_with_their_denominator():
    assert VOTES[9729].words == "2 of 5 saw a 5, 3 of 5 a 6, 0 of 5 neither"


def test_the_labels_they_speak_of_are_those_of_mnist(mnist):
    assert all(mnist.y_test[place] == votes.given for place, votes in VOTES.items())


def test_the_halves_of_the_test_set_meet_after_image_5000():
    assert written_by(0) == written_by(5_000) == "high-school students"
    assert written_by(5_001) == written_by(9_999) == "Census staff"
