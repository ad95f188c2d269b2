"""What the terminal says at start: who can reach the server, and as what."""

from __future__ import annotations

from mnist_core.settings import FULL, LOOK, NONE
from web.people.teacher import PATH

GUESTS = {
    FULL: "others are guests: they look, draw, teach and train, and change only what is their own",
    LOOK: "others are guests, who may only look",
    NONE: "nobody else is let in",
}


def greeting(*, addresses: list[str], port: int, base: str, guests: str, key: str) -> str:
    """The sentence.

    Args:
        addresses: at which other devices may reach this machine.
        port: that the server listens on.
        base: of its paths, "" or such as "digits".
        guests: what guests may do, as in `Settings`.
        key: the teacher's.
    """
    root = f":{port}/{base.strip('/')}".rstrip("/")
    link = f"http://{addresses[0] if addresses else 'localhost'}{root}{PATH}?key={key}"
    if not addresses:
        return f"Only this machine reaches Digit Lab, and whoever sits at it is the teacher. Through a proxy: {link}"
    others = ", ".join(f"http://{address}{root}" for address in addresses)
    return (
        f"Whoever sits at this machine is the teacher; {GUESTS[guests]} ({others}). "
        f"To be the teacher on another device: {link}"
    )
