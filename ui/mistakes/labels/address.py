"""What the address carries of suspected labels: whose, judged by whom and how, and the image that is open."""

from __future__ import annotations

from mnist_core.insight.all_images.label_errors import SCORES, SPLITS
from ui.frame import state
from ui.frame.address import Address, Parameter
from ui.frame.kinds import OneOf, UpTo
from ui.images.address import OPEN

JUDGES = {"company": "Four networks", "this": "This network"}
SPLIT, JUDGE, SCORE = "labels_split", "labels_judges", "labels_score"  # keys of widgets
TRAINING_IMAGE = Parameter(
    "training_image",
    UpTo(0, lambda: len(state.dataset().y_train) - 1),
    key="labels_training_image",
    label="training image",
    words="No image is opened.",
)
OPENS = {"test": OPEN, "train": TRAINING_IMAGE}  # the image that is open, by split
ADDRESS = Address(
    Parameter("split", OneOf(SPLITS), "test", key=SPLIT),
    Parameter("judges", OneOf(JUDGES), "company", key=JUDGE),
    Parameter("score", OneOf(SCORES), "normalized_margin", key=SCORE),
    *OPENS.values(),
)
