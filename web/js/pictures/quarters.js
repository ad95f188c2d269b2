// Who is right: both, only A, only B, neither, as four large cells.

import { component } from "../component.js";
import { button, element, the } from "../elements.js";
import { roveFocus, stopAt } from "../roving_focus.js";

/**
 * What `ui.compare.quarters.quarters` sends.
 * @typedef {object} Data
 * @property {{ cell: string, count: string, share: string, words: string, label: string }[][]} rows
 * @property {string | null} chosen the cell that is outlined
 */

export default component((root) => {
  const body = /** @type {HTMLTableSectionElement} */ (the(root, "tbody"));
  const buttons = ["A right", "A wrong"].flatMap((title) => {
    const row = body.insertRow();
    row.append(element("th", title, { scope: "row" }));
    return [1, 2].map(() => {
      const made = button();
      made.append(element("b"), element("span"), element("span"));
      row.insertCell().append(made);
      return made;
    });
  });

  roveFocus(
    body,
    () => buttons,
    () => ({ columns: 2 }),
  );

  /** @param {number} chosen */
  function mark(chosen) {
    buttons.forEach((each, place) => {
      each.setAttribute("aria-pressed", String(place === chosen));
    });
    stopAt(buttons, Math.max(0, chosen));
  }

  return {
    /** @type {(data: Data, send: import("../component.js").Send) => void} */
    receive({ rows, chosen }, send) {
      const cells = rows.flat();
      buttons.forEach((each, place) => {
        const { cell, count, words, share, label } = cells[place];
        each.dataset.cell = cell;
        each.setAttribute("aria-label", label);
        [count, words, share].forEach((text, part) => {
          each.children[part].textContent = text;
        });
        each.onclick = () => {
          mark(place); // At once; the page follows.
          send("cell", cell);
        };
      });
      mark(cells.findIndex(({ cell }) => cell === chosen));
    },
  };
});
