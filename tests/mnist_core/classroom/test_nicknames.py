"""Nicknames in five languages."""

import random

import pytest

from mnist_core.classroom import nicknames
from mnist_core.classroom.nicknames import LANGUAGES, NUMBER, draw, en, told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_tells_every_nickname_and_no_two_alike(language):
    animals = len(en.ANIMALS)
    names = [told(divmod(place, animals), language) for place in range(NUMBER)]
    assert len(set(names)) == NUMBER > 900
    for name in names:
        assert name[0].isupper() and 5 < len(name) <= 34 and "/" not in name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_words_of_english_in_its_order(language):
    words = LANGUAGES[language]
    assert len(words.QUALITIES) == len(en.QUALITIES) and len(words.ANIMALS) == len(en.ANIMALS)
    for forms in words.QUALITIES:
        assert len(forms.split("/")) in (1, len(words.GENDERS))
    for animal in words.ANIMALS if words.GENDERS else ():
        assert animal.rpartition(" ")[2] in words.GENDERS


def test_qualities_follow_the_animals_gender():
    otter, nightingale, squirrel = (en.ANIMALS.index(each) for each in ("otter", "nightingale", "squirrel"))
    blue = en.QUALITIES.index("blue")
    named = {each: told((blue, otter), each) for each in LANGUAGES}
    assert named == {
        "en": "Blue otter",
        "de": "Blauer Otter",
        "fr": "Loutre bleue",
        "es": "Nutria azul",
        "fi": "Sininen saukko",
    }
    assert (
        told((blue, nightingale), "de") == "Blaue Nachtigall" and told((blue, squirrel), "de") == "Blaues Eichhörnchen"
    )
    assert told((blue, otter), "xx") == "Blue otter"


def test_a_nickname_is_drawn_that_nobody_has_to_the_last():
    below = random.Random(0).randrange
    taken = set()
    for _ in range(NUMBER):
        name = draw(taken, below=below)
        assert name not in taken
        taken.add(name)
    with pytest.raises(ValueError, match="taken"):
        draw(taken)


def test_every_nickname_can_be_drawn():
    found = {draw((), below=lambda most, place=place: place) for place in range(NUMBER)}
    assert len(found) == NUMBER and max(found) == (len(en.QUALITIES) - 1, len(en.ANIMALS) - 1)


def test_animals_that_are_an_insult_somewhere_are_in_no_list():
    insults = {
        "pöllö",
        "kettu",
        "susi",
        "zorra",
        "foca",
        "conejo",
        "mariposa",
        "blaireau",
        "grue",
        "beaver",
        "fox",
        "owl",
    }
    words = {animal.rpartition(" ")[0] or animal for each in LANGUAGES.values() for animal in each.ANIMALS}
    assert not words & insults and nicknames.NUMBER == 1_008
