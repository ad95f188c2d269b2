"""Drawings that people keep: nothing is lost, nothing foreign gets in."""

import re

import numpy as np
import pytest
import sqlalchemy as sa
from stored import hands

from mnist_core.errors import ConfigError, DrawingNotFound, ImageError, StoreError
from mnist_core.store import handwritings
from mnist_core.store.database import schema
from mnist_core.store.drawings import MAX_POINTS, Drawing, checked_hand, contradictions, stacked, tidy_strokes
from mnist_core.store.handwritings import FIRST, SECOND, names_of
from mnist_core.store.store import Store


@pytest.fixture
def store(database_url):
    store = Store(database_url, busy_timeout=0.2)
    yield store
    store.close()


def image(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)


def stroke(*points) -> np.ndarray:
    return np.array(points, float)


def test_a_drawing_comes_back_as_it_was_kept(store):
    kept = store.drawings.keep(
        Drawing(3, image(), (stroke((10.4, 20.6), (300, 5)), stroke((7, 7))), {"hidden": 8, "0badcafe": 3}, " Ada  L ")
    )[0]
    found = store.drawings.get(kept.id)
    assert (found.label, found.hand, found.said) == (3, "Ada L", {"hidden": 8, "0badcafe": 3})
    assert np.array_equal(found.image, image())
    assert [each.tolist() for each in found.strokes] == [[[10, 21], [300, 5]], [[7, 7]]]
    assert found.created == kept.created > 0 and not found.confirmed
    assert store.drawings.all("Ada L")[0].id == kept.id


def test_what_every_network_read_right_is_confirmed(store):
    assert Drawing(3, image(), said={"a": 3, "b": 3}).confirmed
    assert not Drawing(3, image(), said={"a": 3, "b": 5}).confirmed


def test_drawings_come_in_the_order_in_which_they_were_drawn_and_by_hand(store):
    store.drawings.keep(*(Drawing(digit, image(digit)) for digit in (5, 0, 5)))
    store.drawings.keep(Drawing(9, image(), hand="Ada"))
    assert [each.label for each in store.drawings.all("guest")] == [5, 0, 5]
    assert hands(store) == {"guest": 3, "Ada": 1}
    assert store.drawings.digit_counts("guest").tolist() == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0]
    assert store.drawings.digit_counts("nobody").tolist() == [0] * 10 and store.drawings.all("nobody") == []


def test_those_kept_after_a_time_are_found(store):
    first, second = (store.drawings.keep(Drawing(label, image(label)))[0] for label in (1, 2))
    assert [each.id for each in store.drawings.all("guest", after=first.created)] == [second.id]
    assert store.drawings.all("guest", after=second.created) == []


def test_a_drawing_is_relabelled_and_deleted_and_an_unknown_one_is_named(store):
    first, second = store.drawings.keep(Drawing(1, image(1)), Drawing(2, image(2)))
    store.drawings.relabel(first.id, 7)
    assert [each.label for each in store.drawings.all("guest")] == [7, 2]
    store.drawings.delete(first.id)
    assert [each.id for each in store.drawings.all("guest")] == [second.id]
    for method in (store.drawings.get, store.drawings.delete, lambda each: store.drawings.relabel(each, 1)):
        with pytest.raises(DrawingNotFound, match=first.id) as caught:
            method(first.id)
        assert caught.value.drawing_id == first.id


def test_all_of_a_hand_are_deleted_and_no_others(store):
    store.drawings.keep(Drawing(1, image()), Drawing(2, image()), Drawing(3, image(), hand="Ada"))
    assert store.drawings.delete_all("guest") == 2
    assert hands(store) == {"Ada": 1}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"label": 10}, ConfigError),
        ({"label": -1}, ConfigError),
        ({"label": True}, ConfigError),
        ({"label": "3"}, ConfigError),
        ({"hand": ""}, ConfigError),
        ({"hand": "x" * 41}, ConfigError),
        ({"hand": "a\x00b"}, ConfigError),
        ({"said": {"hidden": 11}}, ConfigError),
        ({"image": np.zeros((28, 28), np.uint8)}, ImageError),
        ({"image": np.ones((28, 27), np.uint8)}, ImageError),
        ({"image": np.ones((28, 28))}, ImageError),
        ({"strokes": (stroke((1, np.nan)),)}, ImageError),
        ({"strokes": (np.zeros((3, 3)),)}, ImageError),
    ],
)
def test_what_is_no_drawing_is_refused_and_none_of_those_with_it_is_kept(store, wrong, error):
    with pytest.raises(error):
        store.drawings.keep(Drawing(1, image()), Drawing(**{"label": 1, "image": image(), **wrong}))
    assert store.drawings.all("guest") == []


def test_a_hand_has_room_for_so_many_drawings_and_says_so(store, monkeypatch):
    monkeypatch.setattr("mnist_core.store.drawings.MAX_DRAWINGS", 2)
    store.drawings.keep(Drawing(1, image()))
    with pytest.raises(ConfigError, match="at most 2 for one hand"):
        store.drawings.keep(Drawing(1, image()), Drawing(2, image()))
    assert len(store.drawings.all("guest")) == 1


def test_all_handwritings_together_hold_so_many_drawings(store, monkeypatch):
    monkeypatch.setattr("mnist_core.store.drawings.MAX_KEPT", 3)
    store.drawings.keep(Drawing(3, image(), hand="Ada"), Drawing(3, image(), hand="Bob"))
    with pytest.raises(ConfigError, match="at most 3 of all handwritings; delete some first, got 4"):
        store.drawings.keep(Drawing(3, image(), hand="Cyd"), Drawing(3, image(), hand="Cyd"))
    assert set(hands(store)) == {"Ada", "Bob"}


def test_a_list_reads_only_what_it_shows(store):
    kept = store.drawings.keep(*(Drawing(3, image(), hand="Ada") for _ in range(5)))
    asked = []
    sa.event.listen(store.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = store.drawings.all("Ada", newest=2, paths=False)
    assert [each.id for each in found] == [each.id for each in kept[-2:]] and found[0].strokes == ()
    assert "LIMIT" in asked[-1] and "strokes" not in asked[-1]
    assert [each.id for each in store.drawings.all("Ada", newest=9)] == [each.id for each in kept]


def test_ten_thousand_points_are_thinned_and_strokes_keep_their_ends():
    long = np.column_stack([np.arange(10_000) % 320, np.arange(10_000) / 40])
    short = stroke((1, 2), (3, 4))
    tidy = tidy_strokes([long, np.zeros((0, 2)), short])
    assert sum(len(each) for each in tidy) <= MAX_POINTS and len(tidy) == 2
    assert tidy[0][0].tolist() == [0, 0] and tidy[0][-1].tolist() == np.rint(long[-1]).tolist()
    assert len(tidy_strokes([short] * 5_000)) <= MAX_POINTS


def test_points_far_outside_the_canvas_are_brought_near():
    assert tidy_strokes([stroke((-1e9, 5), (1e9, 5))])[0].tolist() == [[-10_000, 5], [10_000, 5]]


def test_alike_drawings_with_different_labels_are_found_and_others_are_not():
    one, other = image(1), image(2)
    near = one.copy()
    near[3, 3] ^= 40
    images = np.stack([one, other, near, one])
    assert contradictions(images, np.array([3, 3, 8, 3])) == [(0, 2), (2, 3)]
    assert contradictions(images, np.array([3, 8, 3, 3])) == []
    assert contradictions(images[:0], np.zeros(0, int)) == []


def test_stacked_drawings_keep_their_shape_even_when_there_are_none():
    images, labels = stacked([])
    assert images.shape == (0, 28, 28) and labels.shape == (0,)


def test_a_damaged_row_is_named(store):
    kept = store.drawings.keep(Drawing(1, image()))[0]
    with store.database.write() as connection:
        connection.execute(sa.update(schema.drawings).values(image=b"0"))
    with pytest.raises(StoreError, match=kept.id):
        store.drawings.all("guest")
    store.drawings.delete(kept.id)


ADA, GRACE = "a" * 32, "b" * 32  # visitors


def test_every_visitor_has_a_handwriting_of_their_own_which_is_the_same_each_time(store):
    ada, grace = store.handwritings.own(ADA), store.handwritings.own(GRACE)
    assert ada != grace and store.handwritings.own(ADA) == ada == next(names_of(ADA))
    assert re.fullmatch(r"[A-Z][a-z]+ [a-z]+ \d\d", ada) and checked_hand(ada) == ada
    assert store.handwritings.owner_of(ada) == "" and hands(store) == {}  # A look keeps nothing.
    store.drawings.keep(Drawing(3, image(), hand=ada), owner=ADA)
    store.drawings.keep(Drawing(4, image(), hand=ada), owner=ADA)
    assert (store.handwritings.own(ADA), store.handwritings.owner_of(ada)) == (ada, ADA)


@pytest.mark.parametrize("how", ["claimed", "typed"])
def test_a_name_that_somebody_else_has_is_given_to_nobody(store, monkeypatch, how):
    monkeypatch.setattr(handwritings, "names_of", lambda visitor: iter(["Quiet lark 17", f"Next of {visitor[0]}"]))
    shown = store.handwritings.own(GRACE)
    if how == "claimed":
        store.drawings.keep(Drawing(3, image(), hand=store.handwritings.own(ADA)), owner=ADA)
    else:
        store.drawings.keep(Drawing(3, image(), hand="Quiet lark 17"))
    assert store.handwritings.own(GRACE) == "Next of b"
    with pytest.raises(ConfigError, match="handwriting must be 'Next of b', the name that this browser has"):
        store.drawings.keep(Drawing(4, image(), hand=shown), owner=GRACE)
    assert hands(store) == {"Quiet lark 17": 1}
    store.drawings.keep(Drawing(4, image(), hand="Next of b"), owner=GRACE)
    assert store.handwritings.owner_of("Next of b") == GRACE


def test_what_is_nobodys_own_is_listed_as_shared_and_a_store_of_guests_stays_one(store):
    store.drawings.keep(Drawing(1, image(1)), Drawing(2, image(2)), Drawing(1, image(3), hand="Class 7b"))
    store.drawings.keep(Drawing(3, image(), hand=store.handwritings.own(ADA)), owner=ADA)
    assert store.handwritings.shared(most=9) == ["guest", "Class 7b"] and store.handwritings.shared(most=1) == ["guest"]
    assert store.handwritings.owner_of("guest") == "" and len(store.drawings.all("guest")) == 2


def test_names_are_many_and_none_is_too_long():
    names = {next(names_of(f"{number:032x}")) for number in range(2_000)}
    assert len(names) > 1_980 and all(checked_hand(name) == name for name in names)
    assert len(set(FIRST)) == len(FIRST) == len(set(SECOND)) == len(SECOND) == 64


def test_the_labels_of_the_newest_drawings_are_read_alone(store):
    kept = store.drawings.keep(*(Drawing(digit, image(digit)) for digit in (5, 0, 7)))
    assert store.drawings.labels("guest", most=2) == [(kept[1].id, 0), (kept[2].id, 7)]


def test_drawings_are_deleted_all_together_or_not_at_all_where_others_came(store):
    store.drawings.keep(*(Drawing(label, image(label), hand="Ada") for label in (1, 2)))
    with pytest.raises(StoreError, match="there are 2 drawings now, not 1"):
        store.drawings.delete_all("Ada", number=1)
    assert len(store.drawings.all("Ada")) == 2
    assert store.drawings.delete_all("Ada", number=2) == 2 and store.drawings.delete_all("Ada", number=2) == 0
