import assert from "node:assert/strict";
import test from "node:test";
import { isInside, Points } from "../../../web/js/scatter/points.js";
import { View } from "../../../web/js/scatter/view.js";

/** @param {ArrayBufferView<ArrayBuffer>} numbers */
const text = (numbers) => Buffer.from(numbers.buffer).toString("base64");

/** @typedef {import("../../../web/js/scatter/points.js").Data} Data */

/** Four points in the corners of the square: a 3 read right, an 8 read as 3, a 3 read as 8, a 1 nobody read. */
const CORNERS = /** @type {Data} */ ({
  points: text(Uint16Array.of(0, 0, 65535, 0, 0, 65535, 65535, 65535)),
  truth: text(Uint8Array.of(3, 8, 3, 1)),
  read: text(Uint8Array.of(3, 3, 8, 10)),
  colour: "truth",
  digits: { light: [], dark: [] },
  right_wrong: ["", ""],
  only_wrong: false,
  true_digit: -1,
  read_digit: -1,
  lasso: null,
  at: null,
  alt: "",
});

function viewOf(side = 100) {
  const view = new View();
  view.side = side;
  return view;
}

test("points are sorted by what was read, those that are not asked for are faint", () => {
  const points = new Points(CORNERS);
  assert.deepEqual([points.faint, points.right, points.wrong], [[], [0], [1, 2, 3]]);
  points.sort({ ...CORNERS, only_wrong: true });
  assert.deepEqual([points.faint, points.right, points.wrong], [[0], [], [1, 2, 3]]);
  points.sort({ ...CORNERS, true_digit: 3, read_digit: 8 });
  assert.deepEqual([points.faint, points.wrong], [[0, 1, 3], [2]]);
});

test("what lies outside a lasso is faint, and can still be pointed at", () => {
  const west = /** @type {[number, number][]} */ ([
    [-2, -2],
    [0, -2],
    [0, 2],
    [-2, 2],
  ]);
  const points = new Points({ ...CORNERS, lasso: west });
  assert.deepEqual([points.faint, points.right, points.wrong], [[1, 3], [0], [2]]);
  assert.equal(points.nearest(viewOf(), 97, 3, 12), 3);
});

test("the nearest shown point is found within reach", () => {
  const points = new Points(CORNERS);
  assert.equal(points.nearest(viewOf(), 3, 97, 12), 0);
  assert.equal(points.nearest(viewOf(), 50, 50, 12), undefined);
  points.sort({ ...CORNERS, only_wrong: true });
  assert.equal(points.nearest(viewOf(), 3, 97, 12), undefined);
});

test("words say what a point is", () => {
  const points = new Points(CORNERS);
  assert.equal(points.words(0), "image 0: a 3, read right");
  assert.equal(points.words(1), "image 1: an 8, read as 3");
  assert.equal(points.words(3), "image 3: a 1, no answer");
});

test("a point is inside by the even-odd rule", () => {
  const star = /** @type {[number, number][]} */ ([
    [0, 3],
    [2, -3],
    [-3, 1],
    [3, 1],
    [-2, -3],
  ]);
  assert.equal(isInside(0, 0, star), false); // The middle of a star lies inside twice.
  assert.equal(isInside(0, 2, star), true);
  assert.equal(isInside(0, 4, star), false);
});

test("a place stays where it is while the map is enlarged around it", () => {
  const view = viewOf(200);
  const before = view.toData(150, 60);
  view.enlarge(3, 150, 60);
  const [x, y] = view.toPixels(...before);
  assert.ok(Math.abs(x - 150) < 1e-9 && Math.abs(y - 60) < 1e-9);
  const [dx, dy] = view.toData(...view.toPixels(0.3, -0.4));
  assert.ok(Math.abs(dx - 0.3) < 1e-9 && Math.abs(dy + 0.4) < 1e-9);
});

test("the map is never smaller than its square, nor moved out of it", () => {
  const view = viewOf();
  view.move(1, 1);
  assert.deepEqual([view.x, view.y, view.isWhole], [0, 0, true]);
  view.enlarge(2);
  view.move(5, -5);
  assert.deepEqual([view.x, view.y], [0.5, -0.5]);
  view.enlarge(0);
  assert.deepEqual([view.zoom, Math.abs(view.x), Math.abs(view.y)], [1, 0, 0]);
  view.enlarge(1000);
  assert.equal(view.zoom, 60);
});
