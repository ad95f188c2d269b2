// Answers while the pen moves: the page's own HTML of the answers, filled in anew on every
// frame in which the pen has moved.  What the server answers stays the authority: as soon
// as it knows every stroke that was drawn here, its HTML stands.

import { component } from "../component.js";
import { digitImage } from "../drawing/image.js";
import { within } from "../drawing/pen.js";
import { forward, headerOf, unpacked } from "../network.js";
import { see } from "../seen.js";
import { ANSWER } from "./answers.js";
import { decimated, painted } from "./canvas.js";
import { fill, makeLike } from "./cards.js";
import { holdPresses } from "./press.js";

/**
 * @typedef {import("./answers.js").Said} Said
 * @typedef {import("./answers.js").Box} Box
 * @typedef {import("../network.js").Network} Network
 * @typedef {{ canvas: HTMLCanvasElement, finger?: number, points: number[] }} Pen a stroke in progress
 */

const FRAME = "digitlab-frame"; // a frame has been drawn; `detail` is the milliseconds of script it took
const GIVE_UP = 10_000; // ms after the last stroke: the server will not hear of it any more
const PRACTICE = 20; // times, some milliseconds

export default component(() => {
  const controller = new AbortController();
  /** @type {Record<string, Network>} */
  let networks = {};
  let header = "";
  /** @type {Box | null} */
  let box = null;
  /** @type {Said} what the server has answered to */
  let known = {
    html: "",
    networks: [],
    count: 0,
    revision: 0,
    strokes: [],
    picture: null,
    image: null,
    board: "",
    side: 0,
    brush: 1,
  };
  /** @type {number[][]} finished strokes that it has not */
  let own = [];
  /** @type {Pen | null} */
  let pen = null;
  let awaited = 0; // the animation frame that was asked for
  /** @type {ReturnType<typeof setTimeout> | undefined} what gives up on the server */
  let patience;
  const release = holdPresses(() => pen !== null || own.length > 0, controller.signal);

  /**
   * Take the server's answer: at once, or below what it does not know yet.
   * @param {Event} [event]
   */
  function answered(event) {
    event?.preventDefault();
    box = event ? /** @type {Box} */ (event.target) : document.querySelector(".dl-live");
    const answer = box?.answer;
    if (!answer) return;
    const isTakenBack = answer.revision !== known.revision || answer.count < known.count;
    own = isTakenBack ? [] : own.slice(answer.count - known.count);
    known = answer;
    if (!follows(answer)) [own, pen] = [[], null];
    if (!pen?.canvas.isConnected) pen = null; // A canvas that leaves takes the end of its stroke along.
    if (!pen && !own.length) return settle();
    show(answer.html, ".dl-spoken");
    draw();
  }

  function settle() {
    clearTimeout(patience);
    own = [];
    release();
    if (!box?.answer) return;
    show(box.answer.html);
    box.dataset.from = "server";
    const { image } = box.answer;
    see({ image: image ? Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0)) : null, answers: {} });
  }

  /** @type {(html: string, except?: string) => void} */
  function show(html, except) {
    if (box?.firstElementChild) makeLike(box.firstElementChild, html, except);
  }

  /** @param {MouseEvent | TouchEvent} event */
  function down(event) {
    const path = event.composedPath();
    const canvas = path[0];
    if (!box?.isConnected) answered();
    const answer = box?.answer;
    if (!follows(answer) || !(canvas instanceof HTMLCanvasElement) || !canvas.matches(".upper-canvas")) return;
    if (!path.some((each) => each instanceof Element && each.classList.contains(answer.board))) return;
    const touch = touchOf(event);
    const isOtherFinger = touch && pen?.canvas.isConnected && pen.finger !== undefined;
    const isOtherButton = "button" in event && event.button !== 0;
    if (isOtherFinger || isOtherButton) return;
    pen = { canvas, finger: touch?.identifier, points: [] };
    clearTimeout(patience);
    move(event);
  }

  /**
   * The canvas component draws what mouse and touch events say; pointer events have other
   * fractions of a pixel, and points it never sees.
   * @param {MouseEvent | TouchEvent} event
   */
  function move(event) {
    const touch = touchOf(event);
    if (!pen || touch?.identifier !== pen.finger) return;
    const area = pen.canvas.getBoundingClientRect();
    if (!area.width || !area.height) return;
    const { clientX, clientY } = touch ?? /** @type {MouseEvent} */ (event);
    const x = (clientX - area.left) * (pen.canvas.width / area.width);
    const y = (clientY - area.top) * (pen.canvas.height / area.height);
    const points = pen.points;
    if (points.length && points[points.length - 2] === x && points[points.length - 1] === y) return;
    if (event.shiftKey && points.length > 2) points.length -= 2; // A straight line, as the canvas draws one.
    points.push(x, y);
    soon();
  }

  /** @param {MouseEvent | TouchEvent} event */
  function up(event) {
    const touch = touchOf(event);
    const isLastFinger = "touches" in event && !event.touches.length;
    if (!pen || (touch?.identifier !== pen.finger && !isLastFinger)) return;
    own.push(decimated(pen.points));
    pen = null;
    patience = setTimeout(settle, GIVE_UP);
    if (!known.picture) soon(); // What is shown is right, and the canvas may not yet have laid the stroke down.
  }

  function soon() {
    if (awaited) return;
    awaited = requestAnimationFrame(() => {
      awaited = 0;
      if (!pen && !own.length) return;
      const started = performance.now();
      draw();
      box?.dispatchEvent(new CustomEvent(FRAME, { bubbles: true, detail: performance.now() - started }));
    });
  }

  function draw() {
    if (!box) return;
    const { picture, brush } = known;
    const image = picture ? pen && painted(pen.canvas, pen.points, picture, brush) : drawn();
    box.dataset.from = "browser";
    if (!image) return;
    /** @type {Record<string, import("../network.js").Answer>} */
    const answers = {};
    box.querySelectorAll(".dl-answer").forEach((card, index) => {
      const name = known.networks[index];
      if (!networks[name]) return;
      answers[name] = forward(networks[name], image);
      fill(card, answers[name]);
    });
    see({ image, answers });
  }

  function drawn() {
    const { side, brush, strokes } = known;
    const here = pen ? [...own, decimated(pen.points)] : own; // As if the pen were lifted now.
    const all = [...(strokes ?? []), ...here.flatMap((stroke) => within(stroke, side, brush))];
    return all.length ? digitImage(all) : null;
  }

  const options = { capture: true, passive: true, signal: controller.signal };
  for (const name of /** @type {const} */ (["mousedown", "touchstart"])) document.addEventListener(name, down, options);
  for (const name of /** @type {const} */ (["mousemove", "touchmove"])) document.addEventListener(name, move, options);
  for (const name of /** @type {const} */ (["mouseup", "touchend", "touchcancel"])) {
    document.addEventListener(name, up, options);
  }
  document.addEventListener(ANSWER, answered, { signal: controller.signal });
  answered();

  return {
    receive(/** @type {Uint8Array | null} */ packed) {
      if (!packed || header === headerOf(packed)) return;
      header = headerOf(packed);
      networks = unpacked(packed);
      see({ networks });
      (window.requestIdleCallback ?? setTimeout)(() => practise(Object.values(networks)));
    },
    end() {
      clearTimeout(patience);
      controller.abort();
    },
  };
});

/**
 * Whether the browser can go on from what this is the answer to.
 *
 * @param {Said | undefined} answer
 * @returns {answer is Said}
 */
function follows(answer) {
  return Boolean(answer?.strokes || answer?.picture);
}

/** @type {(event: MouseEvent | TouchEvent) => Touch | undefined} */
const touchOf = (event) => ("changedTouches" in event ? event.changedTouches[0] : undefined);

/**
 * Do the arithmetic a few times before it counts: browsers compile what is used often.
 * @param {Network[]} networks
 */
function practise(networks) {
  for (let turn = 0; turn < PRACTICE; turn++) {
    const image = digitImage([
      [0, 0, 200, turn],
      [100, 100, 0, 300],
    ]);
    for (const network of networks) forward(network, image);
  }
}
