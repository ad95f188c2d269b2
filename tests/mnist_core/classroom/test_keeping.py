"""What stays of a class that ends."""

import io

import numpy as np
from PIL import Image
from test_results import class_of, images

from mnist_core.classroom import keeping
from mnist_core.exchange import drawing_files


def test_files_hold_all_drawings_by_digit_and_not_by_person():
    drawings = class_of(4, 20)
    for content in (keeping.npz(drawings), keeping.csv(drawings)):
        read = drawing_files.read(content, name="class")
        assert [each.label for each in read] == sorted(drawings.labels.tolist())
        assert {each.image.tobytes() for each in read} == {image.tobytes() for image in drawings.images}
    with np.load(io.BytesIO(keeping.npz(drawings)), allow_pickle=False) as file:
        assert {"x_train", "y_train"} <= set(file.files)
        assert not {"people", "owners", "nickname"} & set(file.files)


def test_neighbours_in_a_file_are_in_an_order_that_does_not_follow_people():
    drawings = class_of(3, 2)
    by_id = [drawings.ids.index(each) for each in sorted(drawings.ids)]
    kept = keeping.kept(drawings, hand="class")
    expected = [place for label in (0, 1) for place in by_id if drawings.labels[place] == label]
    assert [each.image.tobytes() for each in kept] == [drawings.images[place].tobytes() for place in expected]


def test_the_picture_of_the_wall_shows_every_drawing_once():
    pictures = images(7)
    wall = np.asarray(Image.open(io.BytesIO(keeping.png(pictures))))
    side = keeping.GAP + 28 * keeping.SCALE
    assert wall.shape == (2 * side + keeping.GAP, 4 * side + keeping.GAP)
    for place, picture in enumerate(pictures):
        top, left = (keeping.GAP + side * each for each in divmod(place, 4))
        tile = wall[top : top + 28 * keeping.SCALE : keeping.SCALE, left : left + 28 * keeping.SCALE : keeping.SCALE]
        assert np.array_equal(tile, picture)
