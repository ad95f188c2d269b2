"""What a game of mystery digits tells after a guess and at its end, as HTML."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mnist_core.insight.all_images.mystery import NEITHER, Relabelled, Share, Tally
from mnist_core.insight.all_images.votes import Votes
from mnist_core.network.evaluation import UNREAD
from mnist_core.numerals import an, numeral, out_of, percent, probable
from ui.networks.on_test_images import Judged
from ui.parts.tables import csv_text, table_html

SIGNS = "0123456789x"  # of guesses in the address: digits, and x for neither


def told_html(judged: Judged, place: int, guess: str, votes: Votes | None) -> str:
    """HTML of what is told after a guess: the guess, the label, the network's answer and its probability, the votes."""
    label, read = int(judged.data.y_test[place]), int(judged.evaluation.predicted[place])
    part = judged.probabilities(np.array([place]))[0]
    answer = "nothing: its outputs are no numbers" if read == UNREAD else f"{read}, {probable(part[read])} sure"
    rows = [("You said", said(guess)), ("The label says", str(label)), ("The network read", answer)]
    told = table_html((), rows)
    note = "<p>Nobody voted on this image.</p>" if votes is None else votes_html(votes)
    return f"{told}{note}<p class='dl-table-key'>Image {numeral(place)} of the test set.</p>"


def votes_html(votes: Votes) -> str:
    """HTML of the five votes as bars, each with its number; the bar of the label is blue."""
    kinds = (
        (f"{an(votes.given)}, as the label", votes.for_given, "dl-given"),
        (f"{an(votes.guess)}", votes.for_guess, "dl-guess"),
        ("neither", votes.neither, "dl-neither"),
    )
    bars = "".join(
        f"<div><span>{name}</span><i class='{kind}' style='width:{100 * number / votes.total:.0f}%'></i>"
        f"<b>{number} of {votes.total}</b></div>"
        for name, number, kind in kinds
    )
    saw = "" if votes.majority is None else an(votes.majority)
    verdict = {
        "another label": f"Most voters saw {saw}: the label is suspected.",
        "neither": "Most voters saw neither: the label is suspected.",
        "undecided": "The voters disagreed: the label is suspected.",
    }[votes.verdict]
    return f"<div class='dl-votes' role='img' aria-label='Five people: {votes.words}'>{bars}</div><p>{verdict}</p>"


def score_html(score: Tally, voted: bool) -> str:
    """HTML table of you against the network, by the labels and, where there are votes, by the voters' majority."""
    rows = [("By the labels", score.you_by_labels, score.network_by_labels)]
    if voted:
        rows.append(("By most of the voters", score.you_by_voters, score.network_by_voters))
    table = table_html(("Right", "You", "The network"), [(name, _of(you), _of(it)) for name, you, it in rows])
    agreed = f"You and the network said the same {_of(score.agreed)} times." if score.agreed.total else ""
    return (
        f"{table}<p class='dl-table-key'>{agreed} These images were chosen for being hard: neither score says much of "
        "others.</p>"
    )


def game_csv(made: Mapping[int, int], labels: np.ndarray, predicted: np.ndarray, votes: Mapping[int, Votes]) -> str:
    """The guesses as a CSV file, a row an image; fields stay empty where nothing was read and where nobody voted.

    Args:
        made: the guesses by place in the test set, a digit or `NEITHER`.
        labels: (n,) uint8 labels of the test set.
        predicted: (n,) int64 digits that the network read, `UNREAD` for none.
        votes: of five people, by place.
    """
    rows = []
    for place, guess in made.items():
        read = "" if predicted[place] == UNREAD else int(predicted[place])
        vote = votes.get(place)
        voted = ["", "", "", ""] if vote is None else [vote.guess, vote.for_given, vote.for_guess, vote.neither]
        rows.append([place, said(SIGNS[guess]), int(labels[place]), read, *voted])
    head = ("image", "guess", "label", "read", "proposed", "votes_for_label", "votes_for_proposed", "votes_for_neither")
    return csv_text(head, rows)


def relabelled_html(result: Relabelled) -> str:
    """HTML table of the accuracy as it is and with the labels that most voters would give."""
    rows = [
        ("As the labels are", result.before),
        ("With ten labels as most voters see them", result.changed),
        ("The same, without the three where most saw neither", result.dropped),
    ]
    cells = [(name, _of(share), percent(share.right / share.total, 2)) for name, share in rows]
    change = result.changed.right - result.before.right
    more = f"{abs(change)} {'more' if change >= 0 else 'fewer'}"
    return (
        f"{table_html(('Accuracy', 'Right', 'Share'), cells)}<p class='dl-table-key'>{more}: "
        f"{len(result.gained)} of 10 answers become right, {len(result.lost)} of 10 become wrong. The labels are "
        "suspected, and there may be others that nobody was asked about.</p>"
    )


def said(sign: str) -> str:
    """A guess in words, from its sign in the address."""
    return "neither" if SIGNS.index(sign) == NEITHER else sign


def _of(share: Share) -> str:
    return out_of(share.right, share.total)
