"""Who is right: both, only A, only B, neither, as four large cells that a mouse, a finger or the arrow keys choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from mnist_core.insight.all_images.comparison import CELLS, Comparison
from mnist_core.numerals import numeral, out_of, percent

# As a table: A right and wrong down, B right and wrong across.
TABLE = (("both", "only_a"), ("only_b", "neither"))
WORDS: Mapping[str, str] = {
    "both": "Both right",
    "only_a": "Only A right",
    "only_b": "Only B right",
    "neither": "Both wrong",
}


def quarters(comparison: Comparison, chosen: str | None, on_choose: Callable[[str], None], *, key: str) -> None:
    """Draw the four cells; `on_choose(cell)` is called with the one of `CELLS` that was chosen.

    Args:
        comparison: whose counts they show.
        chosen: the cell that is outlined, if any.
        on_choose: a callback as those of widgets: it runs before the page does.
        key: the component's key in session state.
    """

    def on_cell_change() -> None:
        cell = st.session_state[key].cell
        if cell in CELLS:
            on_choose(cell)

    counts, n = comparison.counts, comparison.images
    rows = [
        [
            {
                "cell": cell,
                "count": numeral(counts[cell]),
                "share": percent(counts[cell] / n, 2),
                "words": WORDS[cell],
                "label": f"{WORDS[cell]}: {out_of(counts[cell], n)} images ({percent(counts[cell] / n, 2)})",
            }
            for cell in row
        ]
        for row in TABLE
    ]
    # Registered anew each time, as ui.parts.matrix does and for its reason.
    component = st.components.v2.component("digitlab_quarters", html=HTML, css=CSS, js=JS)
    component(key=key, data={"rows": rows, "chosen": chosen}, on_cell_change=on_cell_change)


HTML = """<table aria-label="Who reads the image right"><thead><tr><td></td><th scope="col">B right</th>
<th scope="col">B wrong</th></tr></thead><tbody></tbody></table>"""

CSS = """
table {table-layout:fixed; width:100%; max-width:600px; border-spacing:6px; border-collapse:separate;
  font-family:var(--st-font); color:var(--st-text-color)}
th {font-weight:600; font-size:0.9rem}
thead td, tbody th {width:4.2rem; text-align:left}
td {padding:0}
button {all:unset; box-sizing:border-box; width:100%; min-height:5.5rem; padding:0.6rem 0.8rem; cursor:pointer;
  border-radius:8px; border:1px solid var(--st-border-color); background:var(--st-secondary-background-color)}
button b {display:block; font-size:1.7rem; font-weight:600; line-height:1.2; font-variant-numeric:tabular-nums}
button span {display:block; font-size:0.85rem; opacity:0.85}
button[data-cell=only_a] {border-left:6px solid #2f80ed}
button[data-cell=only_b] {border-left:6px solid #e8710a}
button:hover {filter:brightness(1.08)}
button[aria-pressed=true] {outline:3px solid var(--st-text-color); outline-offset:1px}
button:focus-visible {box-shadow:0 0 0 3px var(--st-primary-color) inset}
@media (max-width:640px) {
  thead td, tbody th {width:3.2rem}
  button {padding:0.5rem 0.6rem}
  button b {font-size:1.4rem}
}
"""

JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const body = parentElement.querySelector("tbody");
  if (!body.rows.length) {
    for (const name of ["A right", "A wrong"]) {
      const row = body.insertRow();
      const title = document.createElement("th");
      title.scope = "row";
      title.textContent = name;
      row.append(title);
      for (let column = 0; column < 2; column++) {
        const button = document.createElement("button");
        button.type = "button";
        button.append(document.createElement("b"), document.createElement("span"), document.createElement("span"));
        row.insertCell().append(button);
      }
    }
  }
  const buttons = [...body.querySelectorAll("button")];
  const cells = data.rows.flat();

  const mark = (chosen) => buttons.forEach((button, place) => {
    button.setAttribute("aria-pressed", String(cells[place].cell === chosen));
    const here = cells.some((cell) => cell.cell === chosen) ? cells[place].cell === chosen : place === 0;
    button.tabIndex = here ? 0 : -1;
  });

  buttons.forEach((button, place) => {
    const cell = cells[place];
    const [count, words, share] = button.children;
    button.dataset.cell = cell.cell;
    button.setAttribute("aria-label", cell.label);
    count.textContent = cell.count;
    words.textContent = cell.words;
    share.textContent = cell.share;
    button.onclick = () => {
      mark(cell.cell);  // At once; the page follows.
      setTriggerValue("cell", cell.cell);
    };
    // One stop for the Tab key, arrows inside.
    button.onkeydown = (event) => {
      const step = { ArrowUp: -2, ArrowDown: 2, ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const across = Math.abs(step) === 1;
      const next = place + step;
      if (next >= 0 && next < 4 && (!across || next >> 1 === place >> 1)) buttons[next].focus();
    };
  });
  mark(data.chosen);
}
"""
