"""Lead a class: phones join by a code, draw and vote, and teach one network."""

from ui.classroom import classroom
from ui.classroom.address import ADDRESS
from ui.classroom.words import _, browsers_language, speak
from ui.frame.page import page

speak(browsers_language())
INTRODUCTION = _("One code on the wall, phones that draw, one network that learns from all of them.")

with page("pages/7_Class.py", INTRODUCTION, ADDRESS, title=_("Class")):
    classroom()
