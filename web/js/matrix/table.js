// The table of the matrix: a row a true digit, a column a digit read, each cell a button, totals at its edges.

import { button, element } from "../elements.js";

/** @type {(value: number) => string} */
const number = (value) => value.toLocaleString("en-US");

/**
 * Build the table.
 *
 * @param {HTMLTableElement} table with a caption
 */
export function table(table) {
  /** @type {string[]} */
  let names = [];
  let { cells, sums } = build(table, names);
  return {
    /** The buttons, row by row. */
    cells: () => cells,

    /** How many classes there are. */
    classes: () => names.length,

    /**
     * Have a row and a column for each class; whether there are other cells now.
     * @param {string[]} classes their names
     */
    fit(classes) {
      if (String(classes) === String(names)) return false;
      names = classes;
      table.replaceChildren(table.createCaption());
      const [many, named] = [classes.length > 12, classes.some((name) => name.length > 1)];
      table.classList.toggle("many", many);
      table.classList.toggle("named", named);
      table.style.minWidth = many ? `${24 * classes.length + 120}px` : "";
      ({ cells, sums } = build(table, names));
      return true;
    },

    /**
     * Write a moment's numbers into it.
     * @type {(frame: import("./matrix.js").Frame, data: import("./matrix.js").Data) => void}
     */
    draw({ counts, texts, shades, words }, { palette, base, name }) {
      const all = [...names.keys()];
      const rows = all.map((true_) => sum(all.map((read) => counts[names.length * true_ + read])));
      cells.forEach((cell, at) => {
        const [true_, read] = [Math.floor(at / names.length), at % names.length];
        const [colour, ink] = palette[shades[at]] ?? ["", ""];
        const compared = base ? compare(counts[at] - base[at], name) : "";
        const share = rows[true_] ? ` (${((100 * counts[at]) / rows[true_]).toFixed(1)} %)` : "";
        const label = `${names[true_]} read as ${names[read]}: ${number(counts[at])} of ${number(rows[true_])}${share}${compared}`;
        cell.textContent = texts[at];
        cell.title = label;
        cell.setAttribute("aria-label", label);
        cell.style.background = colour;
        cell.style.color = ink;
      });
      for (const at of all) {
        sums.rows[at].textContent = number(rows[at]);
        sums.columns[at].textContent = number(sum(all.map((true_) => counts[names.length * true_ + at])));
      }
      sums.all.textContent = number(sum(rows));
      table.createCaption().textContent = `Confusion matrix: a row what images are, a column what they are read as. ${words}`;
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

/**
 * @param {HTMLTableElement} table
 * @param {string[]} names of the classes
 */
function build(table, names) {
  /** @type {(text: string | number, scope: string) => HTMLTableCellElement} */
  const heading = (text, scope) => element("th", text, { scope });
  /** @type {(row: HTMLTableRowElement) => HTMLTableCellElement} */
  const total = (row) => Object.assign(row.insertCell(), { className: "total" });
  const head = table.createTHead().insertRow();
  head.append(element("td"), ...names.map((name) => heading(name, "col")), heading("all", "col"));
  const body = table.createTBody();
  /** @type {HTMLButtonElement[]} */
  const cells = [];
  const rows = names.map((name, true_) => {
    const row = body.insertRow();
    row.append(heading(name, "row"));
    for (const read of names.keys()) {
      const cell = button();
      cell.dataset.cell = `${true_}-${read}`;
      row.insertCell().append(cell);
      cells.push(cell);
    }
    return total(row);
  });
  const foot = table.createTFoot().insertRow();
  foot.append(heading("all", "row"));
  return { cells, sums: { rows, columns: names.map(() => total(foot)), all: total(foot) } };
}
