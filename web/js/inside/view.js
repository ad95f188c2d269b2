// The inside of a network on a page: its picture, what was pressed in it, and the same in words.

import { button, element } from "../elements.js";
import { forward } from "../network.js";
import { roveFocus, stopAt } from "../roving_focus.js";
import { tile } from "./layout.js";
import { coloursOf } from "./paint.js";
import { Panel } from "./panel.js";
import { Picture } from "./picture.js";
import { shapeOf } from "./stages.js";
import { nameOf, strongestWords, titleOf, valueWords } from "./words.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("./picture.js").Chosen} Chosen */

/**
 * @typedef {object} Inside
 * @property {(network: Network) => void} use takes a network, which may be one that has learned further
 * @property {(image: Uint8Array | null, answer?: Answer) => void} show (28, 28) pixels, 0 to 255, or none, and what the
 *   network says of them where that is known
 * @property {(known: import("./liking.js").Known | undefined) => void} know takes what is known of the network's units;
 *   shown with the next image
 * @property {() => void} end stops what would go on without it
 */

const PHONE = 640; // CSS pixels: on what is narrower what is drawn on stands above all this
const AT_REST = 250; // ms after the last image: then the words follow

/**
 * Draw a network's inside into an element, which may be empty.
 *
 * @param {Element | ShadowRoot} root
 * @param {Network} network
 * @param {{ reach?: boolean }} [options] whether it is brought into sight, once it is there
 * @returns {Inside}
 */
export function mount(root, network, { reach = false } = {}) {
  const canvas = element("canvas", "", { ariaHidden: "true" });
  const places = element("div", "", { className: "places" });
  const overview = element("div", "", { className: "overview" });
  overview.append(canvas, places);
  const all = element("input", "", { type: "checkbox" });
  const allLines = element("label", "", { className: "all" });
  allLines.append(all, " All lines, not only the strongest");
  const panel = new Panel(() => choose(null));
  const words = element("ul", "", { className: "words" });
  const said = element("details", "", { className: "said" });
  said.append(element("summary", "In words"), words);
  const box = element("div", "", { className: "inside" });
  box.append(overview, allLines, panel.element, said);
  root.append(box);

  const picture = new Picture(canvas);
  let used = network;
  /** @type {Uint8Array} */
  let image = new Uint8Array(784);
  let answer = forward(network, image);
  /** @type {Chosen | null} */
  let chosen = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;

  function draw() {
    picture.draw(answer, { chosen, all: all.checked });
    if (chosen) panel.show(used, answer, stages(), chosen);
    clearTimeout(resting);
    resting = setTimeout(rest, AT_REST);
  }

  const stages = () => /** @type {import("./stages.js").Stage[]} */ (picture.stages);

  /** What is read aloud follows once the pen rests. */
  function rest() {
    const { text } = coloursOf(canvas);
    if (coloursOf(canvas, true).text !== text) draw(); // The page went from light to dark, or back.
    words.replaceChildren(...strongestWords(used, answer, stages()).map((each) => element("li", each)));
    for (const each of places.querySelectorAll("button")) {
      const stage = stages()[Number(each.dataset.stage)];
      const unit = Number(each.dataset.unit);
      each.ariaLabel = `${nameOf(stage, unit)}${valueWords(stage, unit, answer)}`;
    }
  }

  /** Buttons over the picture: a mouse, a finger, a keyboard and a reader's voice find all of it. */
  function place() {
    picture.place(overview.clientWidth);
    const groups = picture.layout.blocks.flatMap((block, at) => {
      const { stage } = block;
      if (stage.kind === "image") return [];
      const group = element("div", "", { role: "group", ariaLabel: titleOf(stage) });
      stage.shown.forEach((unit, index) => {
        const { left, top, width, height } = tile(block, index);
        const each = Object.assign(button(), { ariaLabel: nameOf(stage, unit), title: nameOf(stage, unit) });
        Object.assign(each.dataset, { stage: at, unit });
        Object.assign(each.style, px({ left, top, width, height }));
        each.onclick = () => choose(isChosen(at, unit) ? null : { stage: at, unit });
        group.append(each);
      });
      const buttons = /** @type {HTMLElement[]} */ ([...group.children]);
      stopAt(buttons, Math.max(0, chosen?.stage === at ? stage.shown.indexOf(chosen.unit) : 0));
      roveFocus(
        group,
        () => buttons,
        () => ({ columns: block.columns }),
      );
      return [group];
    });
    places.replaceChildren(...groups);
    mark();
    draw();
  }

  const isChosen = (/** @type {number} */ stage, /** @type {number} */ unit) =>
    chosen?.stage === stage && chosen.unit === unit;

  function mark() {
    for (const each of places.querySelectorAll("button")) {
      each.ariaPressed = String(isChosen(Number(each.dataset.stage), Number(each.dataset.unit)));
    }
  }

  /** @type {(place: Chosen | null) => HTMLElement | null} */
  const buttonOf = (place) =>
    place && places.querySelector(`button[data-stage="${place.stage}"][data-unit="${place.unit}"]`);

  /** @param {Chosen | null} now */
  function choose(now) {
    const back = panel.element.matches(":focus-within") ? buttonOf(chosen) : null;
    chosen = now;
    panel.element.hidden = !now;
    mark();
    draw();
    if (now) intoView(panel.element);
    else back?.focus();
  }

  function take() {
    const before = shapeOf(picture.stages ?? []);
    picture.use(used);
    if (before !== shapeOf(stages())) {
      chosen = null;
      panel.element.hidden = true;
    }
    allLines.hidden = stages().length < 3;
  }

  all.onchange = draw;
  const observer = new ResizeObserver(() => {
    if (!overview.clientWidth || overview.clientWidth === picture.width) return;
    const begins = !picture.width;
    place();
    if (begins && reach) intoView(overview);
  });
  take();
  observer.observe(overview);

  return {
    use(other) {
      used = other;
      take();
      answer = forward(used, image);
      place();
    },
    show(other, known) {
      image = other ?? new Uint8Array(784);
      answer = known ?? forward(used, image);
      draw();
    },
    know(known) {
      panel.known = known;
    },
    end() {
      clearTimeout(resting);
      observer.disconnect();
    },
  };
}

/** @param {HTMLElement} element */
function intoView(element) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  element.scrollIntoView({ block: innerWidth <= PHONE ? "start" : "nearest", behavior });
}

/** @type {(sizes: Record<string, number>) => Record<string, string>} */
const px = (sizes) => Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, `${size}px`]));
