// One image as the numbers it is made of, and its rows laid end to end: pointing at a pixel in one shows it in the other.

import { component } from "../component.js";
import { contextOf, element, the } from "../elements.js";
import { nextPlace } from "../roving_focus.js";

/**
 * What `ui.parts.pixels.pixels` sends.
 * @typedef {object} Data
 * @property {number[]} values row by row, 0 to 255
 * @property {number} side pixels in a row
 * @property {string} label what the image is
 * @property {number} start the place that a reader begins at
 */

export default component((root) => {
  const [row, words] = [the(root, ".row"), the(root, ".words")];
  const [grid, strip] = [".grid", ".strip"].map((each) => /** @type {HTMLCanvasElement} */ (the(root, each)));
  /** @type {number[]} */
  let values = [];
  let side = 0;
  /** @type {number | undefined} */
  let current;

  /** @type {(property: string) => string} a colour of the page */
  const colour = (property) => getComputedStyle(grid).getPropertyValue(property).trim() || "gray";

  function draw() {
    if (current === undefined) return;
    const [y, x] = [Math.floor(current / side), current % side];
    drawGrid(y, x);
    drawStrip(y, current);
    [...row.querySelectorAll("li")].forEach((item, place) => {
      const value = values[y * side + place];
      item.textContent = String(value);
      item.style.background = grey(value);
      item.style.color = value > 127 ? "black" : "white";
      item.setAttribute("aria-current", String(place === x));
      item.onclick = () => go(y * side + place);
    });
    const bold = (/** @type {number} */ number) => element("b", number);
    words.replaceChildren(
      ...["Row ", bold(y + 1), ", column ", bold(x + 1), ": the value is ", bold(values[current])],
      ...[". It is number ", bold(y), " x ", bold(side), " + ", bold(x + 1), " = ", bold(current + 1)],
      ...[" of ", bold(values.length), "."],
    );
  }

  /** @type {(y: number, x: number) => void} */
  function drawGrid(y, x) {
    const { pen, width, scale } = sharp(grid);
    const cell = width / side;
    values.forEach((value, index) => {
      const [top, left] = [Math.floor(index / side), index % side];
      pen.fillStyle = grey(value);
      pen.fillRect(Math.floor(left * cell), Math.floor(top * cell), Math.ceil(cell), Math.ceil(cell));
    });
    pen.strokeStyle = colour("--digitlab-orange");
    pen.lineWidth = scale;
    pen.strokeRect(scale / 2, y * cell, width - scale, cell);
    pen.lineWidth = 3 * scale;
    pen.strokeRect(x * cell, y * cell, cell, cell);
  }

  /** @type {(y: number, current: number) => void} */
  function drawStrip(y, current) {
    const { pen, width, height, scale } = sharp(strip);
    const step = width / values.length;
    const [top, bottom] = [14 * scale, height - 14 * scale];
    values.forEach((value, index) => {
      pen.fillStyle = grey(value);
      const [left, right] = [Math.floor(index * step), Math.floor((index + 1) * step)];
      pen.fillRect(left, top, Math.max(1, right - left), bottom - top);
    });
    pen.fillStyle = colour("--st-text-color");
    pen.globalAlpha = 0.7;
    for (let index = 0; index <= values.length; index += side) {
      pen.fillRect(index * step - scale / 2, bottom, scale, 8 * scale);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = pen.fillStyle = colour("--digitlab-orange");
    pen.lineWidth = 2 * scale;
    pen.strokeRect(y * side * step, top - scale, side * step, bottom - top + 2 * scale);
    const at = (current + 0.5) * step;
    pen.fillRect(at - scale, top, 2 * scale, bottom - top);
    pen.beginPath();
    pen.moveTo(at, top);
    pen.lineTo(at - 7 * scale, top - 12 * scale);
    pen.lineTo(at + 7 * scale, top - 12 * scale);
    pen.fill();
  }

  /** @param {number} index */
  function go(index) {
    current = Math.min(values.length - 1, Math.max(0, index));
    draw();
  }

  grid.onpointermove = grid.onpointerdown = (event) => {
    const box = grid.getBoundingClientRect();
    /** @type {(from: number, length: number) => number} */
    const place = (from, length) => Math.min(side - 1, Math.max(0, Math.floor((from / length) * side)));
    go(place(event.clientY - box.top, box.height) * side + place(event.clientX - box.left, box.width));
  };
  strip.onpointermove = strip.onpointerdown = (event) => {
    const box = strip.getBoundingClientRect();
    go(Math.floor(((event.clientX - box.left) / box.width) * values.length));
  };
  grid.onkeydown = (event) => {
    const next = nextPlace(event.key, current ?? 0, values.length, { columns: side, flows: true });
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };
  const observer = new ResizeObserver(draw);
  observer.observe(grid);
  observer.observe(strip);

  return {
    /** @param {Data} data */
    receive(data) {
      ({ values, side } = data);
      current ??= data.start;
      grid.setAttribute("aria-label", data.label);
      while (row.children.length < side) row.append(element("li"));
      draw();
    },
    end: () => observer.disconnect(),
  };
});

/** @type {(value: number) => string} */
const grey = (value) => `rgb(${value},${value},${value})`;

/**
 * A canvas as sharp as the screen, blank.
 * @param {HTMLCanvasElement} canvas
 */
function sharp(canvas) {
  const scale = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  Object.assign(canvas, { width, height });
  return { pen: contextOf(canvas), width, height, scale };
}
