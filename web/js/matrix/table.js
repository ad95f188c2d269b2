// The table of the matrix: a row a true digit, a column a digit read, each cell a button, totals at its edges.

import { button, element } from "../elements.js";

const DIGITS = [...Array(10).keys()];

/** @type {(value: number) => string} */
const number = (value) => value.toLocaleString("en-US");

/**
 * Build the table.
 *
 * @param {HTMLTableElement} table with a caption
 */
export function table(table) {
  const { cells, sums } = build(table);
  return {
    /** The buttons, row by row. */
    cells,

    /**
     * Write a moment's numbers into it.
     * @type {(frame: import("./matrix.js").Frame, data: import("./matrix.js").Data) => void}
     */
    draw({ counts, texts, shades, words }, { palette, base, name }) {
      const rows = DIGITS.map((true_) => sum(DIGITS.map((read) => counts[10 * true_ + read])));
      cells.forEach((cell, at) => {
        const [true_, read] = [Math.floor(at / 10), at % 10];
        const [colour, ink] = palette[shades[at]] ?? ["", ""];
        const compared = base ? compare(counts[at] - base[at], name) : "";
        const share = rows[true_] ? ` (${((100 * counts[at]) / rows[true_]).toFixed(1)} %)` : "";
        const label = `${true_} read as ${read}: ${number(counts[at])} of ${number(rows[true_])}${share}${compared}`;
        cell.textContent = texts[at];
        cell.title = label;
        cell.setAttribute("aria-label", label);
        cell.style.background = colour;
        cell.style.color = ink;
      });
      for (const digit of DIGITS) {
        sums.rows[digit].textContent = number(rows[digit]);
        sums.columns[digit].textContent = number(sum(DIGITS.map((true_) => counts[10 * true_ + digit])));
      }
      sums.all.textContent = number(sum(rows));
      table.createCaption().textContent = `Confusion matrix: a row a true digit, a column a digit read. ${words}`;
    },
  };
}

/** @type {(numbers: number[]) => number} */
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/** @type {(more: number, name: string) => string} */
function compare(more, name) {
  if (!more) return `, as many as ${name}`;
  return `, ${number(Math.abs(more))} ${more > 0 ? "more" : "fewer"} than ${name}`;
}

/** @param {HTMLTableElement} table */
function build(table) {
  /** @type {(text: string | number, scope: string) => HTMLTableCellElement} */
  const heading = (text, scope) => element("th", text, { scope });
  /** @type {(row: HTMLTableRowElement) => HTMLTableCellElement} */
  const total = (row) => Object.assign(row.insertCell(), { className: "total" });
  const head = table.createTHead().insertRow();
  head.append(element("td"), ...DIGITS.map((digit) => heading(digit, "col")), heading("all", "col"));
  const body = table.createTBody();
  /** @type {HTMLButtonElement[]} */
  const cells = [];
  const rows = DIGITS.map((true_) => {
    const row = body.insertRow();
    row.append(heading(true_, "row"));
    for (const read of DIGITS) {
      const cell = button();
      cell.dataset.cell = `${true_}-${read}`;
      row.insertCell().append(cell);
      cells.push(cell);
    }
    return total(row);
  });
  const foot = table.createTFoot().insertRow();
  foot.append(heading("all", "row"));
  return { cells, sums: { rows, columns: DIGITS.map(() => total(foot)), all: total(foot) } };
}
