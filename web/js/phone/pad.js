// Where one draws: a square that takes finger, pen and mouse, and keeps their path.

import { contextOf, element } from "../elements.js";

export const SIDE = 320; // canvas pixels, whatever the screen's are
const [PEN, INK, GROUND] = [22, "white", "black"];
const LEAST = 1; // canvas pixels between two points: a pen that rests would send hundreds
const PALM = 2_000; // ms after a pen in which a touch is the hand that holds it

/** @typedef {import("../drawing/pen.js").Stroke} Stroke */

export class Pad {
  /**
   * @param {string} label for those who do not see it
   * @param {(isDrawing: boolean) => void} changed called with every movement of the pen, and after it
   */
  constructor(label, changed) {
    this.element = picture(label, "pad", SIDE * Math.min(2, devicePixelRatio || 1));
    this.changed = changed;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Stroke[]} what `clear` took away, until something else is on the pad */
    this.cleared = [];
    /** @type {{ id: number, kind: string, stroke: Stroke } | null} */
    this.pen = null;
    this.lastPen = Number.NEGATIVE_INFINITY; // ms, as events count them
    this.element.addEventListener("pointerdown", (event) => this.#down(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.element.addEventListener(end, (event) => this.#up(/** @type {PointerEvent} */ (event)));
    }
    // Safari scrolls and magnifies under a finger in spite of touch-action where nobody prevents it.
    for (const move of ["touchstart", "touchmove"]) {
      this.element.addEventListener(move, (event) => event.preventDefault(), { passive: false });
    }
    paint(this.element, this.strokes);
  }

  /** @param {Stroke[]} strokes */
  set(strokes) {
    this.cleared = [];
    this.#put(strokes);
  }

  /** Take the last stroke away, or bring back what was cleared. */
  undo() {
    if (this.strokes.length) this.#put(this.strokes.slice(0, -1));
    else this.set(this.cleared);
  }

  clear() {
    this.cleared = this.strokes;
    this.#put([]);
  }

  /** @param {Stroke[]} strokes */
  #put(strokes) {
    this.pen = null;
    this.strokes = strokes.map((stroke) => [...stroke]);
    paint(this.element, this.strokes);
    this.changed(false);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    event.preventDefault();
    const kind = event.pointerType;
    if (kind === "touch" && event.timeStamp - this.lastPen < PALM) return;
    if (this.pen && kind === "pen" && this.pen.kind === "touch")
      this.strokes.pop(); // The palm was there first.
    else if (this.pen) return;
    this.element.setPointerCapture(event.pointerId);
    this.pen = { id: event.pointerId, kind, stroke: [] };
    this.strokes.push(this.pen.stroke);
    this.#extend(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.pen?.id !== event.pointerId) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) this.#extend(each);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerType === "pen") this.lastPen = event.timeStamp;
    if (this.pen?.id !== event.pointerId) return;
    this.pen = null;
    this.changed(false);
  }

  /** @param {PointerEvent} event */
  #extend(event) {
    const stroke = /** @type {{ stroke: Stroke }} */ (this.pen).stroke;
    const area = this.element.getBoundingClientRect();
    const at = (/** @type {number} */ place, /** @type {number} */ start, /** @type {number} */ size) =>
      Math.round(10 * Math.min(SIDE, Math.max(0, ((place - start) * SIDE) / size))) / 10;
    const [x, y] = [at(event.clientX, area.left, area.width), at(event.clientY, area.top, area.height)];
    const [dx, dy] = [x - stroke[stroke.length - 2], y - stroke[stroke.length - 1]];
    if (stroke.length && dx * dx + dy * dy < LEAST * LEAST) return;
    stroke.push(x, y);
    paint(this.element, this.strokes);
    this.changed(true);
  }
}

/**
 * A canvas for those who see it, with a label for those who do not.
 *
 * @param {string} label
 * @param {string} className
 * @param {number} side pixels
 */
export function picture(label, className, side) {
  const canvas = element("canvas", "", { className, width: side, height: side });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}

/**
 * Draw strokes, white on black, as large as the canvas is.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke[]} strokes
 */
export function paint(canvas, strokes) {
  const context = contextOf(canvas);
  context.setTransform(canvas.width / SIDE, 0, 0, canvas.width / SIDE, 0, 0);
  context.fillStyle = GROUND;
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = INK;
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0], stroke[1]);
    for (let at = 2; at < stroke.length - 2; at += 2) {
      const [x, y] = [stroke[at], stroke[at + 1]];
      context.quadraticCurveTo(x, y, (x + stroke[at + 2]) / 2, (y + stroke[at + 3]) / 2);
    }
    context.lineTo(stroke[stroke.length - 2] + 0.01, stroke[stroke.length - 1]); // Or a dot would have no length.
    context.stroke();
  }
}

/** @type {(strokes: Stroke[]) => number[][][]} as the server has a path: points of each stroke */
export const points = (strokes) =>
  strokes.map((stroke) => Array.from({ length: stroke.length / 2 }, (_, at) => [stroke[2 * at], stroke[2 * at + 1]]));

/** @type {(path: number[][][]) => Stroke[]} */
export const strokesOf = (path) => path.map((stroke) => stroke.flat());
