// Points to look at, to point at and to draw around.

import { component } from "../component.js";
import { contextOf, the } from "../elements.js";
import { listen } from "./gestures.js";
import { Points } from "./points.js";
import { Frame, Stamps } from "./stamps.js";
import { View } from "./view.js";

/** @typedef {[number, number]} Pair */

const CORNERS = 40; // of a lasso, at most
const GRID = 10000; // of corners, as the address holds them
const GLYPHS_FROM = 5; // times enlarged: digits instead of dots
const FAINT = 0.13;
const REACH = 12; // CSS pixels around a pointer that rests
const HINTS = {
  lasso: "Draw around points to see their images, or choose one.",
  move: "Drag to move, choose a point to see its image; with Lasso, draw around some.",
  whole: "This is all of the map: + makes it larger, then drag to move. Choose a point to see its image.",
};

export default component((root) => {
  const [box, tip, hint, tools] = [".box", ".tip", ".hint", ".tools"].map((each) => the(root, each));
  const [base, top] = [".points", ".marks"].map((each) => /** @type {HTMLCanvasElement} */ (the(root, each)));
  const clear = /** @type {HTMLButtonElement} */ (the(root, "[data-clear]"));
  const view = new View();
  const stamps = new Stamps();
  /** @type {Points | null} */
  let points = null;
  /** @type {"lasso" | "move"} */
  let mode = "lasso";
  /** @type {Pair[]} the lasso in progress */
  let path = [];
  /** @type {number | undefined} the point under the pointer */
  let under;
  let ink = "";
  let paper = "";
  let awaited = 0;
  /** @type {import("../component.js").Send} */
  let send = () => {};

  function draw() {
    view.side = box.clientWidth;
    if (!view.side || !points) return;
    const began = performance.now();
    const density = devicePixelRatio || 1;
    const side = Math.round(view.side * density);
    for (const canvas of [base, top]) if (canvas.width !== side) canvas.width = canvas.height = side;
    const style = getComputedStyle(box);
    ink = style.getPropertyValue("--st-text-color").trim() || style.color;
    paper = style.getPropertyValue("--st-background-color").trim() || "white";
    const pen = contextOf(base, { willReadFrequently: true });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = paper;
    pen.fillRect(0, 0, side, side);
    const ground = pen.getImageData(0, 0, 1, 1).data;
    const frame = new Frame(side, ground);
    const { data } = points;
    const theme = ground[0] + ground[1] + ground[2] < 384 ? "dark" : "light";
    const glyphs = view.zoom >= GLYPHS_FROM;
    const radius = Math.round(4 * (view.side < 420 ? 1.7 : 2.3) * Math.min(1.6, Math.sqrt(view.zoom))) / 4;
    const colours = data.colour === "right" ? data.right_wrong : data.digits[theme];
    stamps.look = { density, glyphs, radius, paper, colours };
    stampAll(frame, points.faint, false, FAINT);
    stampAll(frame, points.right, false, 1);
    stampAll(frame, points.wrong, true, 1);
    pen.putImageData(frame.image, 0, 0);
    pen.setTransform(density, 0, 0, density, 0, 0);
    if (!glyphs && data.colour !== "right") drawNames(pen, points.middles);
    drawMarks();
    the(root, ".scatter").dataset.drawn = (performance.now() - began).toFixed(1);
  }

  /** @type {(frame: Frame, places: number[], isWrong: boolean, strength: number) => void} */
  function stampAll(frame, places, isWrong, strength) {
    if (!points) return;
    const density = devicePixelRatio || 1;
    const digits = points.data.colour === "read" ? points.read : points.truth;
    for (const i of places) {
      const [x, y] = view.toPixels(points.x[i], points.y[i]);
      frame.add(stamps.of(points.kind(i), isWrong, digits[i]), x * density, y * density, strength);
    }
  }

  /**
   * The digit of a colour, in the middle of its points: for eyes that cannot tell ten colours apart.
   * @type {(pen: CanvasRenderingContext2D, middles: (Pair | null)[]) => void}
   */
  function drawNames(pen, middles) {
    pen.font = "700 22px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    middles.forEach((middle, digit) => {
      if (!middle || digit > 9) return;
      const at = view.toPixels(...middle);
      pen.lineWidth = 5;
      pen.strokeStyle = paper;
      pen.strokeText(String(digit), ...at);
      pen.fillStyle = ink;
      pen.fillText(String(digit), ...at);
    });
  }

  /** The lasso, the point that was chosen, the one under the pointer. */
  function drawMarks() {
    if (!points) return;
    const pen = contextOf(top);
    const density = devicePixelRatio || 1;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, view.side, view.side);
    pen.strokeStyle = ink;
    const corners = path.length ? path : points.data.lasso;
    if (corners) {
      pen.beginPath();
      for (const corner of corners) pen.lineTo(...view.toPixels(...corner));
      if (!path.length) pen.closePath();
      pen.setLineDash([5, 4]);
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.setLineDash([]);
    }
    ring(pen, points.data.at, 3);
    ring(pen, under, 1.5);
  }

  /** @type {(pen: CanvasRenderingContext2D, i: number | null | undefined, width: number) => void} */
  function ring(pen, i, width) {
    if (!points || i === null || i === undefined || i >= points.count) return;
    pen.beginPath();
    pen.arc(...view.toPixels(points.x[i], points.y[i]), 8, 0, 7);
    pen.lineWidth = width;
    pen.stroke();
  }

  function seen() {
    setTouch();
    if (awaited) return;
    awaited = requestAnimationFrame(() => {
      awaited = 0;
      draw();
    });
  }

  /** @param {"lasso" | "move"} to */
  function setMode(to) {
    mode = to;
    for (const button of tools.querySelectorAll("button")) {
      if (button.dataset.mode) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    setTouch();
  }

  /** A finger scrolls the page over a map that is not enlarged, unless it draws. */
  function setTouch() {
    const isWhole = view.isWhole;
    top.style.touchAction = mode === "lasso" || !isWhole ? "none" : "pan-y";
    top.style.cursor = mode === "lasso" ? "crosshair" : isWhole ? "pointer" : "grab";
    const words = HINTS[mode === "move" && isWhole ? "whole" : mode];
    if (hint.textContent !== words) hint.textContent = words;
  }

  /** @param {Pair | null} place in CSS pixels */
  function point(place) {
    under = place ? points?.nearest(view, ...place, REACH) : undefined;
    tip.hidden = under === undefined;
    if (points && place && under !== undefined) {
      const [x, y] = place;
      tip.textContent = points.words(under);
      tip.style.left = `${Math.min(x + 12, view.side - 180)}px`;
      tip.style.top = `${y > view.side - 50 ? y - 38 : y + 14}px`;
    }
    drawMarks();
  }

  /** @param {Pair[]} drawn corners of a lasso */
  function close(drawn) {
    if (!points) return;
    const step = Math.max(1, drawn.length / CORNERS);
    const kept = Array.from({ length: Math.min(CORNERS, drawn.length) }, (_, i) => drawn[Math.floor(i * step)]);
    const corners = kept.map((corner) => corner.map((value) => Math.round(value * GRID)));
    const lasso = corners.map(([x, y]) => /** @type {Pair} */ ([x / GRID, y / GRID]));
    points.sort({ ...points.data, lasso, at: null }); // At once; the page follows.
    draw();
    send("chosen", { lasso: corners.flat() });
  }

  listen(top, {
    view,
    mode: () => mode,
    point,
    draw(corners) {
      path = corners;
      drawMarks();
    },
    close,
    choose(place, reach) {
      const nearest = points?.nearest(view, ...place, reach);
      send("chosen", nearest === undefined ? {} : { place: nearest });
    },
    clear: () => send("chosen", {}),
    seen,
  });
  tools.onclick = ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.mode) setMode(button.dataset.mode === "move" ? "move" : "lasso");
    if (button?.dataset.zoom) {
      view.enlarge(Number(button.dataset.zoom));
      seen();
    }
    if (button?.dataset.clear) send("chosen", {});
  };
  setMode(matchMedia("(pointer: coarse)").matches ? "move" : "lasso");
  const observer = new ResizeObserver(draw);
  observer.observe(box);
  Object.assign(the(root, ".scatter"), { scatter: { view, points: () => points, draw } }); // For who looks in from outside.

  return {
    /** @type {(data: import("./points.js").Data, send: import("../component.js").Send) => void} */
    receive(data, trigger) {
      send = trigger;
      top.setAttribute("aria-label", data.alt);
      clear.disabled = !data.lasso && data.at === null;
      if (points?.data.points === data.points) {
        points.sort(data);
      } else {
        points = new Points(data);
        view.reset();
        setTouch();
      }
      draw();
    },
    end: () => observer.disconnect(),
  };
});
