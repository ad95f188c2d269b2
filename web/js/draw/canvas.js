// What the canvas component makes of a stroke in progress, once the pen is lifted.

import { means } from "../drawing/image.js";
import { contextOf } from "../elements.js";

const DECIMATE = 0.4; // canvas pixels, as the canvas' brush does
const SIZE = 28;

/**
 * The points of a finished stroke that the canvas keeps: not those much closer than a pixel, never the last but one.
 *
 * @param {number[]} points x, y, x, y, ...
 * @returns {number[]}
 */
export function decimated(points) {
  const last = points.length - 2;
  if (last < 4) return points;
  const kept = [points[0], points[1]];
  for (let at = 2; at < last - 2; at += 2) {
    const [right, down] = [points[at] - kept[kept.length - 2], points[at + 1] - kept[kept.length - 1]];
    if (right * right + down * down >= DECIMATE ** 2) kept.push(points[at], points[at + 1]);
  }
  kept.push(points[last], points[last + 1]);
  return kept;
}

/**
 * (28, 28) pixels of a picture that was put on the canvas, with what lies on it and the stroke in progress.
 *
 * @param {HTMLCanvasElement} canvas the one that takes the pen
 * @param {number[]} points of the stroke in progress: x, y, x, y, ...
 * @param {{ cell: number, margin: number }} picture how large its pixels are on the canvas, and where they begin
 * @param {number} brush width of the pen in canvas pixels
 */
export function painted(canvas, points, { cell, margin }, brush) {
  const side = SIZE * cell;
  const context = contextOf(new OffscreenCanvas(side, side), { willReadFrequently: true });
  context.translate(-margin, -margin);
  context.drawImage(/** @type {HTMLCanvasElement} */ (canvas.parentElement?.querySelector(".lower-canvas")), 0, 0);
  context.strokeStyle = contextOf(canvas).strokeStyle; // The pen's: ink, or the ground's where it rubs out.
  context.lineWidth = brush;
  context.lineCap = context.lineJoin = "round";
  const kept = decimated(points);
  context.moveTo(kept[0], kept[1]);
  for (let at = 2; at < kept.length; at += 2) {
    const [x, y] = [kept[at - 2], kept[at - 1]];
    context.quadraticCurveTo(x, y, (x + kept[at]) / 2, (y + kept[at + 1]) / 2);
  }
  context.lineTo(kept[kept.length - 2] + brush / 1000, kept[kept.length - 1]); // Or a dot would have no length.
  context.stroke();
  return means(context.getImageData(0, 0, side, side).data, cell);
}
