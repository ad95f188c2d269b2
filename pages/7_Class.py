"""Lead a class: phones join by a code, draw and vote, and teach one network."""

from ui.classroom import classroom
from ui.classroom.address import ADDRESS
from ui.frame.page import page
from ui.words.language import browsers_language

with page(
    "pages/7_Class.py",
    "One code on the wall, phones that draw, one network that learns from all of them.",
    ADDRESS,
    language=browsers_language(),
):
    classroom()
