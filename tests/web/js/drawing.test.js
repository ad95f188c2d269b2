import assert from "node:assert/strict";
import test from "node:test";
import { decimated } from "../../../web/js/draw/canvas.js";
import { digitImage, means, straighten, toMnist } from "../../../web/js/drawing/image.js";
import { CANVAS, reink, within } from "../../../web/js/drawing/pen.js";
import { clip, rint } from "../../../web/js/drawing/rounding.js";

const SEVEN = [60, 80, 300, 80, 160, 340];
const sum = (/** @type {Uint8Array} */ image) => image.reduce((total, pixel) => total + pixel, 0);

test("halves are rounded to the even number, as NumPy does", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(rint).map(Math.abs), [0, 2, 2, 0, 2, 2, 3]);
  assert.deepEqual([clip(-1, 0, 5), clip(9, 0, 5), clip(3, 0, 5)], [0, 5, 3]);
});

test("a blank canvas gives a blank image", () => {
  assert.equal(sum(toMnist(new Uint8Array(CANVAS * CANVAS), CANVAS)), 0);
});

test("a digit fills MNIST's box wherever and however large it was drawn", () => {
  const image = digitImage([SEVEN]);
  assert.equal(image.length, 784);
  assert.equal(Math.max(...image), 255);
  const rows = [...Array(28).keys()].filter((row) => sum(image.slice(28 * row, 28 * (row + 1))));
  assert.ok(rows.length >= 19 && rows.length <= 20, `${rows.length} rows have ink`);
  assert.deepEqual(digitImage([SEVEN.map((value) => 0.5 * value + 8)]), image);
});

test("a stray dot is left out, one that is all there is stays", () => {
  assert.deepEqual(digitImage([SEVEN, [5, 5]]), digitImage([SEVEN]));
  assert.ok(sum(digitImage([[5, 5]])) > 0);
});

test("of a stroke the parts on the canvas are kept, and what hardly moves is a dot", () => {
  assert.deepEqual(within([10, 10, 500, 10, 20, 20, 40, 20], 400, 22), [
    [10, 10],
    [20, 20, 40, 20],
  ]);
  assert.deepEqual(within([10, 10, 11, 10], 400, 22), [[10.5, 10]]);
});

test("points much closer than a pixel are left out, the first and the last two never", () => {
  assert.deepEqual(decimated([0, 0, 0.1, 0, 1, 0, 1.1, 0, 1.2, 0]), [0, 0, 1, 0, 1.2, 0]);
  assert.deepEqual(decimated([0, 0, 0.1, 0]), [0, 0, 0.1, 0]);
});

test("ink is darkest along the pen's path", () => {
  const ink = reink([[0, 0, 100, 0]]);
  assert.equal(ink[42 * CANVAS + 42], 255);
  assert.equal(ink[10 * CANVAS + 42], 0);
});

test("a leaning stroke is set upright, an upright one stays", () => {
  const columns = (/** @type {Uint8Array} */ image) =>
    new Set([...image.keys()].filter((at) => image[at] > 100).map((at) => at % 28)).size;
  const leaning = digitImage([[100, 0, 0, 300]]);
  assert.ok(columns(straighten(leaning)) <= columns(leaning) - 3);
  const upright = digitImage([[50, 0, 50, 300]]);
  assert.deepEqual(straighten(upright), upright);
});

test("a picture's pixels are the means of what they cover", () => {
  const cell = 2;
  const pixels = new Uint8ClampedArray(4 * (28 * cell) ** 2);
  for (const at of [0, 1]) pixels[4 * at] = 200; // Half of the first pixel.
  assert.equal(means(pixels, cell)[0], 100);
  assert.equal(means(pixels, cell)[1], 0);
});
