"""A gallery of small images, each of them a button.

One sprite carries all images; the arrow keys go from one to the next.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ui.parts import pictures

SIZE = 48  # CSS pixels of one image; a finger hits it
ACROSS = 16  # images in a row of the sprite: a picture thousands of pixels high is drawn blurred or not at all


def gallery(
    images: np.ndarray,
    names: Sequence[int | str],
    labels: Sequence[str],
    chosen: int | str | None,
    on_choose: Callable[[int | str], None],
    *,
    key: str,
    captions: Sequence[str] = (),
    marked: Sequence[bool] = (),
) -> None:
    """Draw the gallery; `on_choose(name)` is called with the name of the image that was chosen.

    A press brings the name along: which image it was for does not depend on what the gallery
    holds by the time it arrives.  One that is not here any more is chosen by nobody.

    Args:
        images: (n, 28, 28) uint8.
        names: of the images, n of them, no two alike.
        labels: n lines that tell what each is, for a pointer that rests and for screen readers.
        chosen: the name of the one that is outlined.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
        captions: n texts of eight or so characters, or of two such lines, under the images; none for none.
        marked: n flags: whether a caption stands out; its text has to say why.
    """
    names = list(names)

    def on_name_change() -> None:
        name = st.session_state[key].name
        if isinstance(name, (int, str)) and name in names:
            on_choose(name)

    sheet = pictures.png(pictures.sprite(images, ACROSS)) if len(images) else b""
    data = {
        "sheet": base64.b64encode(sheet).decode("ascii"),
        "names": names,
        "labels": list(labels),
        "captions": list(captions),
        "marked": [bool(each) for each in marked],
        "chosen": names.index(chosen) if chosen in names else None,
        "size": SIZE,
        "across": ACROSS,
    }
    # Registered anew each time: Streamlit remembers it for one runtime only, and each AppTest is one.
    component = st.components.v2.component("digitlab_gallery", html=HTML, css=CSS, js=JS)
    component(key=key, data=data, on_name_change=on_name_change)


HTML = '<div class="gallery" role="group" aria-label="Images: arrow keys go from one to the next, Enter opens"></div>'

CSS = """
.gallery {display:flex; flex-wrap:wrap; gap:5px; padding:5px; font-family:var(--st-font)}
.gallery.captioned {gap:4px}
button {all:unset; cursor:pointer; border-radius:3px; color:var(--st-text-color)}
i {display:block; border-radius:3px; image-rendering:pixelated; background-repeat:no-repeat;
  background-image:var(--sheet)}
button:hover i {filter:brightness(1.25); outline:2px solid var(--st-border-color)}
button[aria-pressed=true] i {outline:3px solid var(--st-primary-color); outline-offset:1px}
button:focus-visible i {box-shadow:0 0 0 5px var(--st-text-color)}
span {display:block; text-align:center; white-space:pre; overflow:hidden; font-size:0.66rem; line-height:1.2;
  padding-top:2px; font-variant-numeric:tabular-nums; letter-spacing:-0.01em}
span[hidden] {display:none}
span.marked {font-weight:700}
span.marked::before {content:""; display:block; height:2px; margin:0 0 1px; background:#e8710a}
/* What the choice of an image shows below should stay near. */
.captioned {max-height:85vh; overflow-y:auto}
@media (max-width:640px) {.captioned {max-height:70vh}}
"""

JS = """
const url = (sheet) => {
  const bytes = Uint8Array.from(atob(sheet), (letter) => letter.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
};

function entry() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("i"), document.createElement("span"));
  return button;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const gallery = parentElement.querySelector(".gallery");
  const { size, across } = data;
  const count = data.labels.length;
  while (gallery.children.length > count) gallery.lastChild.remove();
  while (gallery.children.length < count) gallery.append(entry());
  const buttons = [...gallery.children];

  const mark = (chosen) => buttons.forEach((button, place) => {
    button.setAttribute("aria-pressed", String(place === chosen));
    button.tabIndex = place === (chosen ?? 0) ? 0 : -1;
  });

  if (gallery.sheet !== data.sheet) {
    // By a short name: the picture itself in the style of hundreds of buttons is slow.
    URL.revokeObjectURL(gallery.address);
    gallery.sheet = data.sheet;
    gallery.address = url(data.sheet);
    gallery.style.setProperty("--sheet", `url(${gallery.address})`);
    gallery.scrollTop = 0;
  }
  gallery.classList.toggle("captioned", data.captions.length > 0);
  const sheetSize = `${size * across}px ${size * Math.ceil(count / across)}px`;
  buttons.forEach((button, place) => {
    const [picture, caption] = button.children;
    button.title = data.labels[place];
    button.setAttribute("aria-label", data.labels[place]);
    button.style.width = picture.style.width = picture.style.height = `${size}px`;
    picture.style.backgroundSize = sheetSize;
    picture.style.backgroundPosition = `${-size * (place % across)}px ${-size * Math.floor(place / across)}px`;
    caption.textContent = data.captions[place] ?? "";
    caption.hidden = !caption.textContent;
    caption.className = data.marked[place] ? "marked" : "";
    button.onclick = () => {
      mark(place);  // At once; the page follows.
      setTriggerValue("name", data.names[place]);
    };
    // One stop for the Tab key, arrows inside.
    button.onkeydown = (event) => {
      const columns = buttons.filter((other) => other.offsetTop === buttons[0].offsetTop).length;
      const step = {
        ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -count, End: count,
      }[event.key];
      if (!step) return;
      event.preventDefault();
      buttons[Math.min(count - 1, Math.max(0, place + step))].focus();
    };
  });
  mark(data.chosen);
}
"""
