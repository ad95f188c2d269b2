"""One test image: what the network said of it and why, what others say, and what people said."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from mnist_core.insight.all_images.votes import VOTES, Votes, written_by
from mnist_core.numerals import an, count, numeral, percent, probable
from ui.colours import BLUE, ORANGE
from ui.draw.address import MNIST
from ui.draw.live import still_answers
from ui.explain import how_sure, why
from ui.explain.inside import inside_of, units_known
from ui.frame import state
from ui.images.fates import fates
from ui.images.opinions import opinions
from ui.images.orders import shapes_of
from ui.networks.on_test_images import Judged
from ui.parts import pictures
from ui.parts.answers import answers
from ui.parts.tables import Cell, table_html
from ui.words.classes import called
from ui.words.plain import plain

LARGE = 280  # CSS pixels
NEAREST = 6  # training images
LIKELIEST = 5  # classes that are listed where there may be many


def one_image(judged: Judged, place: int) -> None:
    """Draw the test image at this place, all that is known of it, and why it was read so.

    Call it inside the view's fragment.

    Args:
        judged: the network whose answer is explained.
        place: in the test set, from 0.
    """
    if not judged.data.is_of_digits:
        _of_other_things(judged, place)
        return
    image, label = judged.data.x_test[place], int(judged.data.y_test[place])
    scores = judged.scores[place]
    answered = bool(np.isfinite(scores).all())
    with st.container(key="one_image"):
        st.subheader(_title(judged, place, label, answered), anchor=False)
        with st.container(horizontal=True, gap="large", key="one_image_board"):
            with st.container(width=LARGE, gap="small", key="one_image_picture"):
                st.html(pictures.picture(image, f"Test image {numeral(place)}, {an(label)}", width=LARGE))
                _to_draw(judged, place)
            with st.container(width=330, key="one_image_answer"):
                if answered:
                    said = how_sure.answers_to(image, [(judged.trained.name, judged.network)], truth=label)
                    html = answers(said, chosen=st.session_state.get(why.DIGIT))
                    still_answers(html, on_choose=_ask_about, key="one_image_bars")
                    st.caption("The ringed digit is the label. Choose a digit to see what spoke for it.")
                else:
                    st.warning(
                        plain(
                            f"{judged.trained.name} gave outputs that are no numbers, so there is nothing to draw or "
                            "to explain: its training went astray. Choose another network, or train it with a smaller "
                            "learning rate."
                        ),
                        icon=":material/warning:",
                    )
            with st.container(width=330, key="one_image_facts"):
                st.html(facts_html(facts(judged, place)) + nearest_html(image))
            if answered:
                read = int(scores.argmax())
                with st.container(key=why.DECIDED):
                    st.subheader("Why it said that")
                    why.decided(
                        image,
                        {judged.trained.key: judged.trained},
                        against=label if read != label else None,
                        network_of=lambda trained: judged.network,
                        identity_of=lambda trained: judged.identity,
                    )
        if answered:
            opened = st.expander("Inside the network", icon=":material/hub:", key="one_image_inside", on_change="rerun")
            if opened.open:
                with opened:
                    inside_of(judged.identity, judged.network, image, key="one_image_inside_view")
                    units_known(judged.identity, judged.network, judged.data, key="one_image_inside_units")
        with st.expander(
            "What every trained network says of it", icon=":material/groups:", key="one_image_opinions",
            on_change="rerun",
        ) as others:  # fmt: skip
            if others.open:  # Only what is looked at is computed.
                opinions(judged, place)


def _of_other_things(judged: Judged, place: int) -> None:
    """Draw an image of other things than digits: what it was read as, and what is known of it."""
    image, label = judged.data.x_test[place], int(judged.data.y_test[place])
    answered = bool(np.isfinite(judged.scores[place]).all())
    with st.container(key="one_image"):
        st.subheader(plain(_title(judged, place, label, answered)), anchor=False)
        with st.container(horizontal=True, gap="large", key="one_image_board"):
            with st.container(width=LARGE, gap="small", key="one_image_picture"):
                words = f"Test image {numeral(place)}, {called(judged.data, label)}"
                st.html(pictures.picture(image, words, width=LARGE))
            with st.container(width=330, key="one_image_answer"):
                if answered:
                    st.html(likeliest_html(judged, place))
                    st.caption(
                        "The likeliest classes; the label is marked. Why it said that is shown for digits alone."
                    )
            with st.container(width=330, key="one_image_facts"):
                st.html(facts_html(facts(judged, place)) + nearest_html(image))


def likeliest_html(judged: Judged, place: int) -> str:
    """HTML table of the classes that the network finds likeliest for a test image, and the one that it is."""
    part, label = judged.probabilities(np.array([place]))[0], int(judged.data.y_test[place])
    order = np.argsort(-part, kind="stable")[:LIKELIEST].tolist()
    shown = order if label in order else [*order, label]
    rows = [
        (
            Cell(judged.data.classes[each], strong=each == label),
            Cell(percent(float(part[each])), bar=float(part[each]), colour=BLUE if each == label else ORANGE),
        )
        for each in shown
    ]
    return table_html(("Class", "Probability"), rows)


def _to_draw(judged: Judged, place: int) -> None:
    st.page_link(
        "pages/1_Draw.py",
        label="Open in Draw",
        icon=":material/draw:",
        help="Change it with the pen and see the answer move.",
        query_params={MNIST.name: str(place), "network": judged.trained.key},
    )


def _ask_about(digit: int) -> None:
    why.ask_about(why.FOLLOW if digit == st.session_state.get(why.DIGIT) else digit)


def facts(judged: Judged, place: int) -> list[tuple[str, str]]:
    """What is known of the test image beside the network's answer: (name, words) in the order to show."""
    image = judged.data.x_test[place]
    known = [
        ("Place", f"image {numeral(place)} of the {numeral(len(judged.data.y_test))} test images of {judged.data.name}")
    ]
    if judged.data.is_mnist:
        known.append(("Written by", f"{written_by(place)}, as QMNIST's labels say"))
        votes = VOTES.get(place)
        known.append(("Its label", votes_words(votes) if votes else "not among the published doubtful ones"))
    found = fates(judged)
    if found is not None:
        over = count(len(found.history.steps), "snapshot")
        known.append((f"Its fate over {over}", found.words(place, int(judged.data.y_test[place]))))
    elif judged.trained.run is None:
        known.append(("Its fate", "not known: this network came without snapshots of its training"))
    shape = {name: float(values[0]) for name, values in shapes_of(judged.data, np.array([place])).items()}
    if image.any():
        lean = round(shape["slant"])
        leans = f"leans {abs(lean)}° {'right' if lean > 0 else 'left'}" if lean else "upright"
        known.append(
            ("Its ink", f"{numeral(shape['ink'])} full pixels, a pen of {numeral(shape['width'], 1)} px, {leans}")
        )
    else:
        known.append(("Its ink", "none: the image is blank"))
    return known


def nearest_html(image: np.ndarray) -> str:
    """HTML of the training images nearest to the (28, 28) uint8 image, labelled; empty before they are here."""
    found = how_sure.searched()
    if found is None:
        return ""
    near = found.neighbours.nearest(image, NEAREST)
    alts = [
        f"Training image {index}, {called(state.dataset(), label)}, {numeral(distance / 255, 1)} away"
        for index, label, distance in zip(near.indices, near.labels, near.distances, strict=True)
    ]
    classes = state.dataset().classes
    captions = [classes[label] for label in near.labels]
    return (
        f"<div class='dl-nearest'><b>Nearest of {numeral(len(found.images))} training images</b>"
        f"{pictures.gallery(found.images[near.indices], captions, alts, size=44)}</div>"
    )


def votes_words(votes: Votes) -> str:
    """What five people said of a label, as a suspicion."""
    perhaps = f"perhaps {an(votes.majority)}" if votes.majority is not None else "without agreement on another"
    return f"suspected to be wrong, {perhaps}: {votes.words}"


def facts_html(known: list[tuple[str, str]]) -> str:
    """HTML of facts as a list of terms."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in known)
    return f"<dl class='dl-facts'>{rows}</dl>"


def _title(judged: Judged, place: int, label: int, answered: bool) -> str:
    is_ = called(judged.data, label)
    if not answered:
        return f"Image {numeral(place)}: {is_}, not read"
    read = int(judged.scores[place].argmax())
    likely = probable(judged.probabilities(np.array([place]))[0, read])
    how = "right" if read == label else f"as {judged.data.classes[read]}"
    return f"Image {numeral(place)}: {is_}, read {how}, {likely} sure"
