"""Mystery digits: guess first, then see the label, the network's answer and the votes; what the votes would change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from mnist_core.insight.all_images.mystery import deck, relabelled, tally
from mnist_core.insight.all_images.votes import VOTES, Votes
from mnist_core.network.evaluation import UNREAD
from mnist_core.numerals import count, numeral
from ui.frame.page import explained
from ui.mistakes.mystery.address import ADDRESS, AT, END, GUESSES, MAX_SEED, OPEN, SEED
from ui.mistakes.mystery.outcome import SIGNS, game_csv, relabelled_html, said, score_html, told_html
from ui.networks.on_test_images import Judged
from ui.parts import pictures
from ui.parts.tables import csv_button


def view(judged: Judged) -> None:
    """Draw the game."""
    votes = VOTES if judged.data.is_mnist else {}
    if "guesses" in ADDRESS.fill():  # Those of the game that is dealt now.
        st.session_state.pop("mystery_dealt", None)
    st.fragment(_draw)(judged, votes)


def _draw(judged: Judged, votes: Mapping[int, Votes]) -> None:
    with explained():
        places = deck(judged.probabilities(np.arange(len(judged.scores))), votes, st.session_state[SEED]).tolist()
        if not places:
            st.info("There are no test images to guess.", icon=":material/info:")
            return
        guesses = _begin(judged, len(places))
        at = min(st.session_state[AT], len(places))
        _rules(votes, len(places))
        if at == len(places):
            _summary(judged, votes, places, guesses)
        else:
            _turn(judged, votes, places, guesses, at)
        _other_game()
        texts = {each.name: each.text() for each in ADDRESS}
        ADDRESS.follow({**texts, "at": END} if at == len(places) else texts)


def _rules(votes: Mapping[int, Votes], size: int) -> None:
    who = (
        "Some were shown to five people, who voted; the others are those that this network was least sure of."
        if votes
        else "They are those that this network was least sure of. Nobody has voted on images of this data set."
    )
    st.caption(
        f"{count(size, 'hard image')}, one after the other: which digit is it? {who} Guess before anything is told."
    )


def _turn(judged: Judged, votes: Mapping[int, Votes], places: list[int], guesses: list[str], at: int) -> None:
    place, guess = places[at], guesses[at]
    # What is not told yet must not be in the page either, not even in a name for screen readers.
    alt = f"Mystery digit {at + 1} of {len(places)}"
    with st.container(horizontal=True, gap="medium", key="mystery_board"):
        with st.container(width=280, key="mystery_picture"):
            pictures.show(pictures.picture(judged.data.x_test[place], alt, width=280, caption=alt))
        with st.container(width=400, key="mystery_answer"):
            if guess == OPEN:
                st.markdown("**Which digit is it?** Choose it, or press a key from 0 to 9, or X for neither.")
                for row in ("01234", "56789", "x"):
                    with st.container(horizontal=True, gap="small", key=f"mystery_row_{row}"):
                        for sign in row:
                            st.button(
                                "Neither: I cannot name it" if sign == "x" else sign, key=f"mystery_{sign}",
                                shortcut=sign.upper(), width="stretch", on_click=_guess, args=(at, sign),
                            )  # fmt: skip
            else:
                st.html(told_html(judged, place, guess, votes.get(place)))
                st.button(
                    "Next", icon=":material/arrow_forward:", type="primary", key="mystery_next", shortcut="N",
                    on_click=_go, args=(at + 1,),
                )  # fmt: skip
    made = _made(places, guesses)
    if made:
        st.html(score_html(tally(made, judged.data.y_test, judged.evaluation.predicted, votes), bool(votes)))
    with st.container(horizontal=True, vertical_alignment="center", key="mystery_walk"):
        st.button(
            "Back", icon=":material/chevron_left:", key="mystery_back", disabled=at == 0, on_click=_go, args=(at - 1,)
        )
        st.button("To the end", icon=":material/flag:", key="mystery_finish", on_click=_go, args=(len(places),))
        st.text(f"{at + 1} of {len(places)}, {len(made)} guessed", width="content")


def _summary(judged: Judged, votes: Mapping[int, Votes], places: list[int], guesses: list[str]) -> None:
    made, predicted = _made(places, guesses), judged.evaluation.predicted
    st.subheader("Your score", anchor=False)
    if made:
        st.html(score_html(tally(made, judged.data.y_test, predicted, votes), bool(votes)))
        told = [place for place in places if place in made]
        labels, read = judged.data.y_test[told], predicted[told]
        names = [said(SIGNS[made[place]]) for place in told]
        captions = [f"you {name}, label {label}" for name, label in zip(names, labels, strict=True)]
        answers = ["nothing" if digit == UNREAD else str(digit) for digit in read]
        alts = [
            f"Image {numeral(place)}: you said {name}, the label is {label}, the network read {answer}"
            for place, name, label, answer in zip(told, names, labels, answers, strict=True)
        ]
        st.html(pictures.gallery(judged.data.x_test[told], captions, alts, size=88))
        csv_button(
            game_csv(made, judged.data.y_test, predicted, votes),
            f"mystery-digits-{st.session_state[SEED]}",
            "The images that you guessed: your guess, the label, the network's answer and the votes.",
            key="mystery_csv",
        )
    else:
        st.info("You have not guessed any of them yet.", icon=":material/info:")
    if len(made) < len(places):
        first = guesses.index(OPEN)
        st.button(
            f"Go on guessing: {len(places) - len(made)} of {len(places)} are left", icon=":material/arrow_back:",
            key="mystery_on", on_click=_go, args=(first,),
        )  # fmt: skip
    if votes:
        st.subheader("The accuracy if those labels were fixed", anchor=False)
        st.html(relabelled_html(relabelled(judged.data.y_test, predicted, votes)))


def _other_game() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="mystery_game"):
        st.number_input(
            "Game", 0, MAX_SEED, key=SEED, width=140, on_change=_restart, persist_state="session",
            help="The same number with the same network deals the same images: a class can play one game.",
        )  # fmt: skip
        st.button("Start again", icon=":material/restart_alt:", key="mystery_restart", on_click=_restart)


def _made(places: list[int], guesses: list[str]) -> dict[int, int]:
    """The guesses so far by place: a digit or `NEITHER`."""
    return {place: SIGNS.index(sign) for place, sign in zip(places, guesses, strict=True) if sign != OPEN}


def _guess(at: int, sign: str) -> None:
    guesses = _padded(at + 1)
    if guesses[at] == OPEN:  # A key that is pressed twice does not change what was said.
        guesses[at] = sign
    st.session_state[GUESSES] = guesses


def _go(at: int) -> None:
    st.session_state[AT] = at


def _restart() -> None:
    st.session_state.update({AT: 0, GUESSES: []})


def _begin(judged: Judged, size: int) -> list[str]:
    """Start anew where another network, data set or seed deals other images; the guesses, one for each image."""
    dealt = judged.identity, st.session_state[SEED]
    if st.session_state.setdefault("mystery_dealt", dealt) != dealt:
        st.session_state["mystery_dealt"] = dealt
        _restart()
    return _padded(size)[:size]


def _padded(size: int) -> list[str]:
    """The guesses so far, and nothing for other images, `size` at least."""
    guesses = st.session_state[GUESSES]
    return [*guesses, *OPEN * (size - len(guesses))]
