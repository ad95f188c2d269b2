"""One image as the numbers it is made of, and the 784 that flattening makes of them.

The image and its rows laid end to end are drawn together: pointing at a pixel in one
shows it in the other, and says in words which number of the 784 it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from mnist_core.images import IMAGE_SHAPE


def pixels(image: np.ndarray, label: str, *, key: str) -> None:
    """Draw the (28, 28) uint8 image large, and flattened; `label` says what it is."""
    flat = image.reshape(-1).tolist()
    # Where a reader starts: the middle of the image has ink more often than its corner.
    middle = IMAGE_SHAPE[0] // 2 * IMAGE_SHAPE[1] + IMAGE_SHAPE[1] // 2
    _component()(key=key, data={"values": flat, "side": IMAGE_SHAPE[1], "label": label, "start": middle})


@st.cache_resource
def _component() -> Callable[..., object]:
    return st.components.v2.component("digitlab_pixels", html=HTML, css=CSS, js=JS)


HTML = """
<div class="pixels">
  <figure class="image"><canvas class="grid" tabindex="0" role="img"></canvas>
    <figcaption>28 rows of 28 pixels. Point at one, or walk with the arrow keys.</figcaption></figure>
  <div class="flat">
    <p class="words" aria-live="polite"></p>
    <h4>This row as numbers</h4>
    <ol class="row"></ol>
    <h4>Flattened: all rows end to end</h4>
    <canvas class="strip" aria-hidden="true"></canvas>
    <div class="ends"><span>1</span><span>784</span></div>
    <p class="note">Each tick is the start of a row. The network gets these 784 numbers, divided by 255, and never
      learns which pixels were neighbours.</p>
  </div>
</div>
"""

CSS = """
.pixels {display:flex; flex-wrap:wrap; gap:1.5rem; font-family:var(--st-font); color:var(--st-text-color);
  font-size:0.95rem}
.image {flex:1 1 300px; max-width:448px; margin:0}
.flat {flex:1 1 300px; min-width:0}
figcaption, .note, .ends {font-size:0.85rem; opacity:0.8; margin:0.35rem 0}
canvas {width:100%; display:block; touch-action:pan-y; cursor:crosshair}
.grid {aspect-ratio:1; border-radius:4px}
.grid:focus-visible {outline:3px solid var(--st-primary-color); outline-offset:2px}
.strip {height:72px}
.words {font-size:1.15rem; line-height:1.45; min-height:3.4em; margin:0}
.words b {font-variant-numeric:tabular-nums}
h4 {font-size:0.95rem; font-weight:600; margin:0.6rem 0 0.35rem}
.row {display:grid; grid-template-columns:repeat(14, 1fr); gap:1px; list-style:none; margin:0; padding:0;
  font-variant-numeric:tabular-nums; font-size:clamp(0.55rem, 2.6vw, 0.8rem)}
.row li {display:grid; place-items:center; aspect-ratio:1.15; min-width:0; border-radius:2px; cursor:pointer}
.row li[aria-current=true] {outline:3px solid #E8710A; outline-offset:-1px}
.ends {display:flex; justify-content:space-between}
"""

JS = """
const MARK = "#E8710A";
const STEPS = { ArrowUp: -28, ArrowDown: 28, ArrowLeft: -1, ArrowRight: 1 };

function sharp(canvas) {
  const scale = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.max(1, Math.round(box.width * scale));
  canvas.height = Math.max(1, Math.round(box.height * scale));
  return [canvas.getContext("2d"), canvas.width, canvas.height, scale];
}

export default function ({ parentElement, data }) {
  const find = (name) => parentElement.querySelector("." + name);
  const [grid, strip, row, words] = ["grid", "strip", "row", "words"].map(find);
  const { values, side } = data;
  const grey = (value) => `rgb(${value},${value},${value})`;
  const text = getComputedStyle(grid).getPropertyValue("--st-text-color") || "#888";
  let current = parentElement.current ?? data.start;
  grid.setAttribute("aria-label", data.label);

  while (row.children.length < side) row.append(document.createElement("li"));

  function draw() {
    const [y, x] = [Math.floor(current / side), current % side];
    let [pen, width, height, scale] = sharp(grid);
    const cell = width / side;
    values.forEach((value, index) => {
      const [top, left] = [Math.floor(index / side), index % side];
      pen.fillStyle = grey(value);
      pen.fillRect(Math.floor(left * cell), Math.floor(top * cell), Math.ceil(cell), Math.ceil(cell));
    });
    pen.strokeStyle = MARK;
    pen.lineWidth = scale;
    pen.strokeRect(scale / 2, y * cell, width - scale, cell);
    pen.lineWidth = 3 * scale;
    pen.strokeRect(x * cell, y * cell, cell, cell);

    [pen, width, height, scale] = sharp(strip);
    const step = width / values.length;
    const [top, bottom] = [14 * scale, height - 14 * scale];
    values.forEach((value, index) => {
      pen.fillStyle = grey(value);
      const [left, right] = [Math.floor(index * step), Math.floor((index + 1) * step)];
      pen.fillRect(left, top, Math.max(1, right - left), bottom - top);
    });
    pen.fillStyle = text;
    for (let index = 0; index <= values.length; index += side) {
      pen.globalAlpha = 0.7;
      pen.fillRect(index * step - scale / 2, bottom, scale, 8 * scale);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = pen.fillStyle = MARK;
    pen.lineWidth = 2 * scale;
    pen.strokeRect(y * side * step, top - scale, side * step, bottom - top + 2 * scale);
    const at = (current + 0.5) * step;
    pen.fillRect(at - scale, top, 2 * scale, bottom - top);
    pen.beginPath();
    pen.moveTo(at, top);
    pen.lineTo(at - 7 * scale, top - 12 * scale);
    pen.lineTo(at + 7 * scale, top - 12 * scale);
    pen.fill();

    [...row.children].forEach((item, place) => {
      const value = values[y * side + place];
      item.textContent = value;
      item.style.background = grey(value);
      item.style.color = value > 127 ? "#000" : "#fff";
      item.setAttribute("aria-current", String(place === x));
      item.onclick = () => go(y * side + place);
    });
    const parts = [
      "Row ", y + 1, ", column ", x + 1, ": the value is ", values[current], ". It is number ", y, " x ", side, " + ",
      x + 1, " = ", current + 1, " of ", values.length, ".",
    ];
    words.replaceChildren(...parts.map((part) => {
      if (typeof part === "string") return part;
      const bold = document.createElement("b");
      bold.textContent = part;
      return bold;
    }));
  }

  function go(index) {
    current = parentElement.current = Math.min(values.length - 1, Math.max(0, index));
    draw();
  }

  grid.onpointermove = grid.onpointerdown = (event) => {
    const box = grid.getBoundingClientRect();
    const place = (from, length) => Math.min(side - 1, Math.max(0, Math.floor((from / length) * side)));
    go(place(event.clientY - box.top, box.height) * side + place(event.clientX - box.left, box.width));
  };
  strip.onpointermove = strip.onpointerdown = (event) => {
    const box = strip.getBoundingClientRect();
    go(Math.floor(((event.clientX - box.left) / box.width) * values.length));
  };
  grid.onkeydown = (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    go(current + STEPS[event.key]);
  };

  const observer = new ResizeObserver(draw);
  observer.observe(grid);
  observer.observe(strip);
  draw();
  return () => observer.disconnect();
}
"""
