// The pen's path as `mnist_core.drawing.pen` draws it anew, with the same steps in the same order.

import { clip, rint } from "./rounding.js";

/** @typedef {number[]} Stroke x, y, x, y, ... */

export const CANVAS = 84; // pixels of its side
const [DIGIT, PEN, SPACING, STRAY] = [60, 7, 1, 0.08]; // as in `mnist_core.drawing.pen`
const [TINY, FAR] = [1e-9, 1e9];
const DOT = 0.25; // as in `ui.draw.sketch`

/** @type {(paths: Stroke[]) => number[]} left, top, right, bottom */
function bounds(paths) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 2) {
      left = Math.min(left, path[at]);
      top = Math.min(top, path[at + 1]);
      right = Math.max(right, path[at]);
      bottom = Math.max(bottom, path[at + 1]);
    }
  }
  return [left, top, right, bottom];
}

/** @type {(stroke: Stroke) => number} */
function extent(stroke) {
  const [left, top, right, bottom] = bounds([stroke]);
  return Math.max(right - left, bottom - top);
}

/**
 * The parts of a stroke that lie on a canvas, as `ui.draw.sketch.Sketch.strokes` keeps them.
 *
 * @param {Stroke} stroke
 * @param {number} side of the canvas, in pixels
 * @param {number} brush width of the pen
 * @returns {Stroke[]}
 */
export function within(stroke, side, brush) {
  const inside = (/** @type {number} */ value) => value >= -brush / 2 && value <= side + brush / 2;
  /** @type {Stroke[]} */
  const parts = [];
  /** @type {Stroke} */
  let part = [];
  for (let at = 0; at <= stroke.length; at += 2) {
    if (at < stroke.length && inside(stroke[at]) && inside(stroke[at + 1])) {
      part.push(stroke[at], stroke[at + 1]);
    } else if (part.length) {
      parts.push(part);
      part = [];
    }
  }
  return parts.map((each) => {
    const [left, top, right, bottom] = bounds([each]);
    const isDot = Math.max(right - left, bottom - top) < DOT * brush;
    return isDot ? [(left + right) / 2, (top + bottom) / 2] : each;
  });
}

/**
 * The pen's path drawn anew: (84, 84) uint8 ink, row by row.
 *
 * @param {Stroke[]} strokes
 */
export function reink(strokes) {
  const extents = strokes.map((stroke) => extent(stroke));
  const longest = Math.max(...extents);
  const meant = strokes.filter((_, index) => extents[index] >= STRAY * longest);
  const nearest = new Float32Array(CANVAS * CANVAS).fill(FAR);
  const [left, top, right, bottom] = bounds(meant);
  const scale = (DIGIT - PEN) / Math.max(right - left, bottom - top, TINY);
  const radius = (PEN / CANVAS) * (CANVAS / 2);
  for (const stroke of meant) {
    const xs = new Float64Array(stroke.length / 2);
    const ys = new Float64Array(stroke.length / 2);
    for (let at = 0; at < xs.length; at++) {
      xs[at] = (stroke[2 * at] - (left + right) / 2) * scale + CANVAS / 2;
      ys[at] = (stroke[2 * at + 1] - (top + bottom) / 2) * scale + CANVAS / 2;
    }
    stampAlong(xs, ys, radius, nearest);
  }
  const edge = Math.fround(radius + 0.5);
  const ink = new Uint8Array(CANVAS * CANVAS);
  for (let at = 0; at < ink.length; at++) {
    if (nearest[at] === FAR) continue;
    ink[at] = rint(Math.fround(clip(Math.fround(edge - Math.fround(Math.sqrt(nearest[at]))), 0, 1) * 255));
  }
  return ink;
}

/** @type {(xs: Float64Array, ys: Float64Array, radius: number, nearest: Float32Array) => void} */
function stampAlong(xs, ys, radius, nearest) {
  const last = xs.length - 1;
  const travelled = new Float64Array(xs.length);
  for (let at = 1; at <= last; at++) {
    const [right, down] = [xs[at] - xs[at - 1], ys[at] - ys[at - 1]];
    travelled[at] = travelled[at - 1] + Math.sqrt(right * right + down * down);
  }
  for (let at = 0, step = 0; ; step++) {
    const along = step * SPACING;
    if (along >= travelled[last]) break;
    while (travelled[at + 1] <= along) at++;
    const length = travelled[at + 1] - travelled[at];
    const rest = along - travelled[at];
    const x = ((xs[at + 1] - xs[at]) / length) * rest + xs[at];
    const y = ((ys[at + 1] - ys[at]) / length) * rest + ys[at];
    stamp(x, y, radius, nearest);
  }
  stamp(xs[last], ys[last], radius, nearest);
}

/**
 * Squared distances from a point to the pixels around it, where they are the smallest so far.
 * @type {(x: number, y: number, radius: number, nearest: Float32Array) => void}
 */
function stamp(x, y, radius, nearest) {
  x = (x / CANVAS) * CANVAS;
  y = (y / CANVAS) * CANVAS;
  const reach = Math.ceil(radius + 0.5);
  const column = clip(Math.floor(x), 0, CANVAS - 1);
  const row = clip(Math.floor(y), 0, CANVAS - 1);
  const across = Math.fround(column + 0.5 - x);
  const down = Math.fround(row + 0.5 - y);
  for (let i = Math.max(-reach, -row); i <= Math.min(reach, CANVAS - 1 - row); i++) {
    const fromRow = Math.fround(down + i);
    const square = Math.fround(fromRow * fromRow);
    const line = (row + i) * CANVAS + column;
    for (let j = Math.max(-reach, -column); j <= Math.min(reach, CANVAS - 1 - column); j++) {
      const fromColumn = Math.fround(across + j);
      const distance = Math.fround(square + Math.fround(fromColumn * fromColumn));
      if (distance < nearest[line + j]) nearest[line + j] = distance;
    }
  }
}
