"""What the address of the class's page carries: which class, and whether the desk or the projector is shown."""

from __future__ import annotations

from mnist_core.classroom.codes import read_code
from mnist_core.errors import ConfigError
from ui.frame.address import Address, Parameter
from ui.frame.kinds import Checked, OneOf

DESK, PROJECTOR = "desk", "projector"


def _code(text: str) -> str:
    code = read_code(text)
    if code is None:
        raise ConfigError("class", text[:20], "a code of six letters")
    return code


CLASS = Parameter("class", Checked(_code), words="")
VIEW = Parameter("view", OneOf((DESK, PROJECTOR)), DESK, words="The desk is shown instead.")
ADDRESS = Address(CLASS, VIEW)
