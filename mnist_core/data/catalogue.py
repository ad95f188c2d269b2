"""The data sets that the app knows by name: their classes, their files as published, and where those are to be had.

A file of one is known by its digest, whatever it is called; the digests are those that the publishers' loaders
(torchvision for Fashion-MNIST and KMNIST, mnists for EMNIST) hold downloads against.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.data.download import Host
from mnist_core.drawing.images import DIGITS

PARTS = ("x_train", "y_train", "x_test", "y_test")
MNIST, SYNTHETIC = "MNIST", "Synthetic digits"
KUZUSHIJI = "o ki su tsu na ha ma ya re wo"


@dataclass(frozen=True)
class Known:
    """A published data set of 28x28 images.

    Attributes:
        name: as its authors call it.
        words: what it is of, in a sentence.
        classes: names of what its images are of, by the labels.
        digests: MD5 of its four gzipped IDX files in the order of `PARTS`, in hexadecimal.
        counts: training and test images.
        drawn: whether its images were written with a pen, so that drawing one makes sense.
        across: whether its files hold images column by column, as EMNIST's do.
        first: the lowest label in its files.
        hosts: from which the files may be downloaded; none where they are brought by hand alone.
        home: a page that leads to the files.
    """

    name: str
    words: str
    classes: tuple[str, ...]
    digests: tuple[str, str, str, str]
    counts: tuple[int, int]
    drawn: bool
    across: bool = False
    first: int = 0
    hosts: tuple[Host, ...] = ()
    home: str = ""


_IDX = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz")  # fmt: skip
_FASHION = dict(zip(_IDX, (26_421_880, 29_515, 4_422_102, 5_148), strict=True))
_KMNIST = dict(zip(_IDX, (18_165_135, 29_497, 3_041_136, 5_120), strict=True))
_EMNIST = "https://www.nist.gov/itl/products-and-services/emnist-dataset"
# Of the small letters those that look like no capital: the classes of EMNIST's balanced set.
_BALANCED = (*DIGITS, *string.ascii_uppercase, *"abdefghnqrt")

KNOWN: Mapping[str, Known] = {
    "fashion": Known(
        "Fashion-MNIST",
        "Clothes, shoes and bags from a shop's catalogue.",
        ("T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
         "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"),
        (60_000, 10_000),
        drawn=False,
        hosts=(
            Host("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", _FASHION),
            Host("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", _FASHION),
        ),
        home="https://github.com/zalandoresearch/fashion-mnist",
    ),
    "kmnist": Known(
        "KMNIST",
        "Ten characters of old Japanese script, as brushes wrote them.",
        tuple(KUZUSHIJI.split()),
        ("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
         "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"),
        (60_000, 10_000),
        drawn=True,
        hosts=(Host("http://codh.rois.ac.jp/kmnist/dataset/kmnist/", _KMNIST),),
        home="https://github.com/rois-codh/kmnist",
    ),
    "emnist-digits": Known(
        "EMNIST digits",
        "Four times as many digits as MNIST, from the same forms.",
        DIGITS,
        ("d2662ecdc47895a6bbfce25de9e9a677", "2223fcfee618ac9c89ef20b6e48bcf9e",
         "a159b8b3bd6ab4ed4793c1cb71a2f5cc", "8afde66ea51d865689083ba6bb779fac"),
        (240_000, 40_000),
        drawn=True,
        across=True,
        home=_EMNIST,
    ),
    "emnist-letters": Known(
        "EMNIST letters",
        "The 26 letters, small and capital ones as one class.",
        tuple(string.ascii_uppercase),
        ("8795078f199c478165fe18db82625747", "c16de4f1848ddcdddd39ab65d2a7be52",
         "382093a19703f68edac6d01b8dfdfcad", "d4108920cd86601ec7689a97f2de7f59"),
        (124_800, 20_800),
        drawn=True,
        across=True,
        first=1,
        home=_EMNIST,
    ),
    "emnist-balanced": Known(
        "EMNIST balanced",
        "Digits, capitals, and the small letters that look like no capital: 47 classes.",
        _BALANCED,
        ("4041b0d6f15785d3fa35263901b5496b", "7a35cc7b2b7ee7671eddf028570fbd20",
         "6818d20fe2ce1880476f747bbc80b22b", "acd3694070dcbf620e36670519d4b32f"),
        (112_800, 18_800),
        drawn=True,
        across=True,
        home=_EMNIST,
    ),
}  # fmt: skip


def part_of(content: bytes) -> tuple[str, str] | None:
    """The key of the known data set that a file belongs to, and which of `PARTS` it is; `None` for any other file."""
    return _BY_DIGEST.get(digest(content))


def digest(content: bytes) -> str:
    """MD5 of a file, in hexadecimal: it tells a file that is damaged from one that is not, as its publisher does."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


_BY_DIGEST = {
    digest: (key, part) for key, known in KNOWN.items() for part, digest in zip(PARTS, known.digests, strict=True)
}
