"""A gallery of small images, each of them a button.

One sprite carries all images; the arrow keys go from one to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ui import pictures

SIZE = 48  # CSS pixels of one image; a finger hits it


def gallery(
    images: np.ndarray, labels: Sequence[str], chosen: int | None, on_choose: Callable[[int], None], *, key: str
) -> None:
    """Draw the gallery; `on_choose(place)` is called with the place in it that was chosen.

    Args:
        images: (n, 28, 28) uint8.
        labels: n lines that tell what each is, for a pointer that rests and for screen readers.
        chosen: the place that is outlined.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
    """

    def on_place_change() -> None:
        place = st.session_state[key].place
        if isinstance(place, int) and 0 <= place < len(images):
            on_choose(place)

    data = {
        "sheet": pictures.address(pictures.sprite(images, 1)),
        "labels": list(labels),
        "chosen": chosen,
        "size": SIZE,
    }
    _component()(key=key, data=data, on_place_change=on_place_change)


@st.cache_resource
def _component() -> Callable[..., object]:
    return st.components.v2.component("digitlab_gallery", html='<div class="gallery"></div>', css=CSS, js=JS)


CSS = """
.gallery {display:flex; flex-wrap:wrap; gap:5px; padding:4px}
button {all:unset; cursor:pointer; image-rendering:pixelated; background-repeat:no-repeat; border-radius:3px}
button:hover {filter:brightness(1.25); outline:2px solid var(--st-border-color)}
button[aria-pressed=true] {outline:3px solid var(--st-primary-color); outline-offset:1px}
button:focus-visible {box-shadow:0 0 0 5px var(--st-text-color)}
"""

JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const gallery = parentElement.querySelector(".gallery");
  const count = data.labels.length;
  while (gallery.children.length > count) gallery.lastChild.remove();
  while (gallery.children.length < count) gallery.append(document.createElement("button"));
  const buttons = [...gallery.children];

  const mark = (chosen) => buttons.forEach((button, place) => {
    button.setAttribute("aria-pressed", String(place === chosen));
    button.tabIndex = place === (chosen ?? 0) ? 0 : -1;
  });

  buttons.forEach((button, place) => {
    button.type = "button";
    button.title = data.labels[place];
    button.setAttribute("aria-label", data.labels[place]);
    button.style.width = button.style.height = `${data.size}px`;
    button.style.backgroundImage = `url(${data.sheet})`;
    button.style.backgroundSize = `${data.size}px ${data.size * count}px`;
    button.style.backgroundPosition = `0 ${-data.size * place}px`;
    button.onclick = () => {
      mark(place);  // At once; the page follows.
      setTriggerValue("place", place);
    };
    // One stop for the Tab key, arrows inside.
    button.onkeydown = (event) => {
      const columns = buttons.filter((other) => other.offsetTop === buttons[0].offsetTop).length;
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (!step) return;
      event.preventDefault();
      buttons[Math.min(count - 1, Math.max(0, place + step))].focus();
    };
  });
  mark(data.chosen);
}
"""
