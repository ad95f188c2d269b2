"""The confusion matrix as a table of cells that a mouse, a finger or the arrow keys choose.

A component of our own: clicks on Plotly's heatmap do not reach Streamlit
(streamlit/streamlit#8760), and with invisible markers laid over it a finger chooses the
cell of the tap before (Plotly selects before it has looked where the finger is).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from mnist_core.architectures import CLASSES
from ui.charts import ink_on, sequential
from ui.run_words import percent

MODES: Mapping[str, str] = {"counts": "Counts", "share": "Share of row", "errors": "Errors only"}
SMALLEST_SHARE = 0.05  # percent; the darkest colour of "share"


def cells(matrix: np.ndarray, mode: str) -> list[list[dict[str, str]]]:
    """What each cell shows: rows are true digits, columns the digits read.

    Colours follow the logarithm, so that one error beside a thousand right answers
    still has a colour of its own; cells without images have none.

    Args:
        matrix: (10, 10) int64 counts.
        mode: key of `MODES`.

    Returns:
        Ten lists of ten with the keys text, colour, ink (of the text) and label, the
        sentence for those who cannot see it.
    """
    rows = matrix.sum(axis=1, keepdims=True)
    values = matrix.astype(np.float64)
    lowest = 1.0
    if mode == "errors":
        np.fill_diagonal(values, 0)
    if mode == "share":
        values = np.divide(100 * values, rows, out=np.zeros_like(values), where=rows > 0)
        lowest = SMALLEST_SHARE
    # At least tenfold, so that a matrix of single errors is not all in the brightest colour.
    span = np.log(max(values.max() / lowest, 10.0))
    levels = np.log(np.maximum(values / lowest, 1.0)) / span
    return [[_cell(matrix, values, levels, true, read, mode) for read in range(CLASSES)] for true in range(CLASSES)]


def _cell(
    matrix: np.ndarray, values: np.ndarray, levels: np.ndarray, true: int, read: int, mode: str
) -> dict[str, str]:
    count, row, value = int(matrix[true, read]), int(matrix[true].sum()), values[true, read]
    share = f" ({percent(count / row)})" if row else ""
    label = f"{true} read as {read}: {count:,} of {row:,}{share}"
    if not value:
        return {"text": "", "colour": "", "ink": "", "label": label}
    colour = sequential(levels[true, read])
    return {
        "text": f"{value:.1f}" if mode == "share" else f"{value:.0f}",
        "colour": colour,
        "ink": ink_on(colour),
        "label": label,
    }


def confusion_matrix(
    matrix: np.ndarray, mode: str, chosen: tuple[int, int], on_choose: Callable[[int, int], None], *, key: str
) -> None:
    """Draw the matrix; `on_choose(true, read)` is called when a cell is chosen.

    Args:
        matrix: (10, 10) int64 counts.
        mode: key of `MODES`.
        chosen: the cell (true, read) that is outlined.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
    """

    def on_cell_change() -> None:
        true, read = st.session_state[key].cell
        if {true, read} <= set(range(CLASSES)):
            on_choose(true, read)

    # Registered anew each time, a hundredth of a millisecond: Streamlit 1.65 remembers it for one runtime
    # only, and each AppTest is one.
    component = st.components.v2.component("digitlab_matrix", html=HTML, css=CSS, js=JS)
    component(key=key, data={"cells": cells(matrix, mode), "chosen": list(chosen)}, on_cell_change=on_cell_change)


HTML = """<div class="frame"><div class="across">Read as</div><div class="down">True digit</div>
<table aria-label="Confusion matrix"></table></div>"""

CSS = """
.frame {display:grid; grid-template-columns:1.4rem 1fr; max-width:600px; font-family:var(--st-font);
  color:var(--st-text-color)}
.across {grid-column:2; text-align:center; padding-left:1.2rem; font-size:0.9rem}
.down {writing-mode:vertical-rl; transform:rotate(180deg); text-align:center; font-size:0.9rem}
table {table-layout:fixed; width:100%; border-spacing:2px; border-collapse:separate}
th {font-weight:600; font-size:0.9rem}
thead th:first-child {width:1.2rem}
td {padding:0}
button {all:unset; display:grid; place-items:center; box-sizing:border-box; width:100%; height:clamp(40px, 3.1vw, 48px);
  border-radius:3px; cursor:pointer; font-size:0.85rem; font-variant-numeric:tabular-nums;
  background:rgba(128,128,128,0.13)}
button:hover {filter:brightness(1.15)}
button[aria-pressed=true] {outline:3px solid var(--st-text-color); outline-offset:1px; border-radius:1px}
button:focus-visible {box-shadow:0 0 0 3px var(--st-background-color) inset, 0 0 0 5px var(--st-primary-color) inset}
@media (max-width:640px) {button {font-size:0.72rem}}
"""

JS = """
const STEPS = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};

function build(table) {
  const head = table.createTHead().insertRow();
  head.appendChild(document.createElement("th"));
  const body = table.createTBody();
  for (let digit = 0; digit < 10; digit++) {
    const title = document.createElement("th");
    title.textContent = digit;
    head.appendChild(title);
    const row = body.insertRow();
    const name = document.createElement("th");
    name.textContent = digit;
    row.appendChild(name);
    for (let read = 0; read < 10; read++) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.cell = digit + "-" + read;
      row.insertCell().appendChild(button);
    }
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const table = parentElement.querySelector("table");
  if (!table.rows.length) build(table);
  const at = (true_, read) => table.querySelector(`[data-cell="${true_}-${read}"]`);

  const mark = (true_, read) => {
    for (const other of table.querySelectorAll("[aria-pressed=true]")) {
      other.setAttribute("aria-pressed", "false");
      other.tabIndex = -1;
    }
    at(true_, read).setAttribute("aria-pressed", "true");
    at(true_, read).tabIndex = 0;
  };

  for (let true_ = 0; true_ < 10; true_++) {
    for (let read = 0; read < 10; read++) {
      const button = at(true_, read);
      const cell = data.cells[true_][read];
      button.textContent = cell.text;
      button.title = cell.label;
      button.setAttribute("aria-label", cell.label);
      button.style.background = cell.colour;
      button.style.color = cell.ink;
      if (!button.hasAttribute("aria-pressed")) {
        button.setAttribute("aria-pressed", "false");
        button.tabIndex = -1;
      }
      button.onclick = () => {
        mark(true_, read);  // At once; the page follows.
        setTriggerValue("cell", [true_, read]);
      };
      // One stop for the Tab key, arrows inside.
      button.onkeydown = (event) => {
        const step = STEPS[event.key];
        if (!step) return;
        event.preventDefault();
        at(Math.min(9, Math.max(0, true_ + step[0])), Math.min(9, Math.max(0, read + step[1]))).focus();
      };
    }
  }
  mark(...data.chosen);
}
"""
