"""How phones come in: the code, the address, its QR code, and what stands in the way where none comes."""

from __future__ import annotations

from html import escape

import segno
import streamlit as st

from mnist_core.store.rooms.records import Room
from ui.frame.address import link
from ui.words.language import _, ngettext
from web.classes.opened import OPENED
from web.people.addresses import reachable
from web.people.reach import Obstacle, Place, obstacle, place

CHECKED = "class_reach"  # in session state: what the last check found
LEAST_PIXELS = 4  # of the picture to a module of the QR code


def where_phones_join() -> Place:
    """Where phones may reach this server."""
    option = st.get_option
    listens_on = option("server.address") or ""
    return place(
        seen_at=link("", {}),
        addresses=reachable(listens_on),
        listens_on=listens_on,
        port=option("server.port"),
        base=option("server.baseUrlPath"),
    )


def qr_html(address: str) -> str:
    """HTML of the QR code of an address, black on white in both themes: cameras want it so."""
    data = _qr(address)
    words = _("QR code of {address}", address=address)
    return f'<img class="dl-qr" src="{data}" alt="{escape(words)}">'


@st.cache_data(max_entries=32, show_spinner=False)
def _qr(address: str) -> str:
    return segno.make(address, error="m", micro=False).png_data_uri(scale=LEAST_PIXELS, border=2)


def spaced(code: str) -> str:
    """The code as it is read off a wall: in two groups of three."""
    return f"{code[:3]} {code[3:]}"


def short(address: str) -> str:
    """The address as it is typed."""
    return address.partition("://")[2] or address


def joining(room: Room, joined: int) -> None:
    """Draw where phones join, and the check whether they can.

    Args:
        room: the class.
        joined: how many phones are in it.
    """
    where = where_phones_join()
    if where.roots:
        with st.container(horizontal=True, key="class_joining", gap="medium", vertical_alignment="center"):
            st.html(qr_html(where.join(room.code)), width=150)
            first, second = _("On your phone, open"), _("and type the code")
            st.html(
                f"<div class='dl-class-join'><p>{escape(first)}</p><b>{escape(short(where.join()))}</b>"
                f"<p>{escape(second)}</p><b class='dl-class-code'>{escape(spaced(room.code))}</b></div>",
                width="content",
            )
    with st.container(key="class_reach_check", gap="small"):
        title = _("Can a phone reach me?")
        st.html(f"<h3 class='dl-heading'>{escape(title)}</h3>")
        if not where.roots:
            _say(where, Obstacle.LOCAL if where.local else Obstacle.OFFLINE, joined)
            return
        if len(where.roots) > 1:
            st.caption(_("If that address does not work, try these, in this order:"))
            st.markdown("\n".join(f"- `{short(root)}/join`" for root in where.roots[1:]))
        st.button(_("Check"), icon=":material/network_check:", key="class_check", on_click=_check, args=(where,))
        if CHECKED in st.session_state:
            _say(where, st.session_state[CHECKED], joined)


def _check(where: Place) -> None:
    st.session_state[CHECKED] = obstacle(where)


def _say(where: Place, found: str, joined: int) -> None:
    if joined and OPENED.times:  # Phones on this machine itself say nothing of others.
        st.success(
            ngettext("Yes: {number} phone is in this class.", "Yes: {number} phones are in this class.", joined),
            icon=":material/check_circle:",
        )
    elif found == Obstacle.LOCAL:
        st.warning(
            _("No: this server listens for this machine only. Stop it with Ctrl-C, and start it so:"),
            icon=":material/wifi_off:",
        )
        st.code(command(where), language="sh")
    elif found == Obstacle.OFFLINE:
        st.warning(
            _("No: this machine is in no network. Connect it to the Wi-Fi that the phones use."),
            icon=":material/wifi_off:",
        )
    elif found == Obstacle.FIREWALL:
        st.warning(
            _(
                "No: this machine does not answer at {address}. Its firewall is in the way: allow Python, or port "
                "{port}, for the network that the phones use.",
                address=short(where.roots[0]),
                port=where.port,
            ),
            icon=":material/wifi_off:",
        )
    elif OPENED.times:
        st.success(
            ngettext(
                "Yes: another device has opened the page {number} time. Its code has not been typed yet.",
                "Yes: other devices have opened the page {number} times. The code has not been typed yet.",
                OPENED.times,
            ),
            icon=":material/check_circle:",
        )
    elif joined:
        st.info(
            _(
                "This machine answers at {address}. Who is in has come from this machine itself, or by another server: "
                "no other device has opened the page here.",
                address=short(where.roots[0]),
            ),
            icon=":material/help:",
        )
    else:
        st.info(
            _(
                "This machine answers at {address}, and no phone has opened the page yet. If one cannot: is "
                "it in the same Wi-Fi, with mobile data off? If it is, that Wi-Fi may keep devices apart, as those of "
                "schools often do. Then use a hotspot of your own, or ask for a network without client isolation.",
                address=short(where.roots[0]),
            ),
            icon=":material/help:",
        )


def command(where: Place) -> str:
    """The command that opens this server to the network."""
    port = "" if where.port == 8501 else f" --server.port={where.port}"
    options = f"--server.address=0.0.0.0{port}"
    return f'make run OPTIONS="{options}"' if port else f"make run OPTIONS={options}"
