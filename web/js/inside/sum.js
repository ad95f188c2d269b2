// A sum in full: as a line to be checked by hand, its largest products one by one, and the curve of the activation.

import { element } from "../elements.js";
import { activationOf } from "../network.js";
import { numeral, signed } from "../numerals.js";
import { coloursOf, sharp } from "./paint.js";
import { strongest, total } from "./terms.js";
import { activationTitle, formula } from "./words.js";

/** @typedef {import("./terms.js").Sum} Sum */

const NAMED = 5; // products that are named one by one
const [WIDTH, HEIGHT, EDGE] = [150, 96, 10]; // of the curve, CSS pixels
const LEAST = 4; // sums that the curve always shows, on either side of 0
const STEPS = 60;

export class SumView {
  constructor() {
    this.formula = element("p", "", { className: "formula" });
    this.table = element("table", "", { className: "terms" });
    this.curve = element("canvas", "", { className: "curve", role: "img" });
  }

  /**
   * @param {Sum} sum
   * @param {string} activation
   * @param {(at: number) => string} nameOf what an input is called
   */
  show(sum, activation, nameOf) {
    const places = strongest(sum.products, NAMED);
    const others = sum.products.filter((product, at) => product && !places.includes(at));
    this.formula.textContent = formula(sum, places.slice(0, 2), activation);
    write(this.table, [
      ...places.map((at) => [
        nameOf(at),
        `${numeral(sum.inputs[at], 3)} × ${numeral(sum.weights[at], 3)}`,
        signed(sum.products[at], 3),
      ]),
      [others.length === 1 ? "1 other" : `${others.length} others`, "", signed(total(others), 3)],
      ["Bias", "", signed(sum.bias, 3)],
      ["Sum", "", numeral(sum.sum, 3)],
      ...(activation === "linear" ? [] : [[activationTitle(activation), "", numeral(sum.value, 3)]]),
    ]);
    this.draw(activation, sum);
  }

  /**
   * The curve, with the point where the unit is now.
   * @type {(name: string, sum: Sum) => void}
   */
  draw(name, { sum, value }) {
    const activation = activationOf(name);
    this.curve.hidden = !activation;
    if (!activation) return; // One of all units together has no curve.
    this.curve.ariaLabel = `${activationTitle(name)} makes ${numeral(value)} of ${numeral(sum)}`;
    const reach = Math.max(LEAST, 1.15 * Math.abs(sum));
    const [low, high] = [Math.min(0, activation(-reach)), Math.max(1, activation(reach))];
    const pen = sharp(this.curve, WIDTH, HEIGHT);
    const { text, lines, grey } = coloursOf(this.curve);
    const across = (/** @type {number} */ at) => EDGE + ((at + reach) / (2 * reach)) * (WIDTH - 2 * EDGE);
    const down = (/** @type {number} */ at) => HEIGHT - EDGE - ((at - low) / (high - low)) * (HEIGHT - 2 * EDGE);
    pen.strokeStyle = grey;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(across(-reach), down(0));
    pen.lineTo(across(reach), down(0));
    pen.moveTo(across(0), down(low));
    pen.lineTo(across(0), down(high));
    pen.stroke();
    pen.strokeStyle = text;
    pen.lineWidth = 2;
    pen.beginPath();
    for (let step = 0; step <= STEPS; step++) {
      const at = reach * ((2 * step) / STEPS - 1);
      pen.lineTo(across(at), down(activation(at)));
    }
    pen.stroke();
    pen.fillStyle = lines;
    pen.beginPath();
    pen.arc(across(sum), down(value), 5, 0, 2 * Math.PI);
    pen.fill();
  }
}

/**
 * Write a table anew, of which nothing is touched that stays the same.
 *
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
