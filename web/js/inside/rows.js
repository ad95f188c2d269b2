// A table whose rows are written anew on every frame: of what stays the same nothing is touched.

import { element } from "../elements.js";

/**
 * @param {HTMLTableElement} table
 * @param {string[][]} rows the texts of their cells, the first one a heading
 */
export function write(table, rows) {
  const body = table.tBodies[0] ?? table.createTBody();
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((cells, at) => {
    const row = body.rows[at] ?? body.insertRow();
    cells.forEach((text, place) => {
      if (!row.cells[place]) row.append(element(place ? "td" : "th", "", place ? {} : { scope: "row" }));
      if (row.cells[place].textContent !== text) row.cells[place].textContent = text;
    });
    while (row.cells.length > cells.length) row.deleteCell(-1);
  });
}
