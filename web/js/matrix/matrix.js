// The matrix at each snapshot of a run.  The server sends all of them; the slider shows
// any of them at once, and tells the server where it came to rest.

import { component } from "../component.js";
import { the } from "../elements.js";
import { roveFocus, stopAt } from "../roving_focus.js";
import { fate } from "./fate.js";
import { table } from "./table.js";
import { weights } from "./weights.js";

/**
 * The matrix at one moment; lists have a number for each cell, row by row.
 * @typedef {object} Frame
 * @property {number | null} step training steps
 * @property {string} words the moment in words
 * @property {number[]} counts
 * @property {string[]} texts what the cells show
 * @property {number[]} shades places in the palette, -1 for none
 */

/**
 * What `ui.parts.matrix.confusion_matrix` sends.
 * @typedef {object} Data
 * @property {string[]} classes names of what images are of
 * @property {Frame[]} frames by rising step
 * @property {number} place which of them is shown
 * @property {[number, number]} chosen the cell that is outlined, true and read
 * @property {[string, string][]} palette colours, and those of text on them
 * @property {number[] | null} base counts that are compared with
 * @property {string} name of what those belong to
 * @property {import("./weights.js").Weights | null} weights
 * @property {import("./fate.js").Image | null} image
 */

/** @typedef {ReturnType<typeof setTimeout>} Timer */

const KEYS_REST = 350; // ms after the last arrow key: its cell is chosen
const SLIDER_REST = 150; // ms after the last move of the slider
const PLAY_EVERY = 700; // ms a snapshot
const PATIENCE = 4_000; // ms in which the server may still be answering to an earlier choice

export default component((root) => {
  const numbers = table(the(root, "table"));
  const marks = fate(the(root, ".image"), (at) => {
    pause();
    go(at);
  });
  const pictures = weights(the(root, ".weights"));
  const slider = /** @type {HTMLInputElement} */ (the(root, ".slider"));
  const [words, play] = [the(root, ".words"), the(root, ".play")];
  const [back, on] = [".back", ".on"].map((each) => /** @type {HTMLButtonElement} */ (the(root, each)));
  /** @type {{ cell?: [unknown, number], step?: [unknown, number] }} what the server was told last, and when */
  const sent = {};
  /** @type {Data | null} */
  let data = null;
  /** @type {import("../component.js").Send} */
  let send = () => {};
  let place = 0; // of the snapshot that is shown
  /** @type {{ slider?: Timer, keys?: Timer, play?: Timer }} */
  const timers = {};

  /**
   * Whether the server's word stands: not while it answers to an earlier choice than the last one.
   * @type {(kind: "cell" | "step", value: unknown, pending: Timer | undefined) => boolean}
   */
  function stands(kind, value, pending) {
    if (pending) return false;
    const last = sent[kind];
    if (last && String(last[0]) !== String(value) && performance.now() - last[1] < PATIENCE) return false;
    delete sent[kind];
    return true;
  }

  /** @type {(next: Data, trigger: import("../component.js").Send) => void} */
  function receive(next, trigger) {
    const before = data?.frames[place].step;
    const isFirst = data === null;
    [data, send] = [next, trigger];
    if (numbers.fit(next.classes)) listen();
    const frames = next.frames;
    const kept = isFirst ? -1 : frames.findIndex((frame) => frame.step === before);
    if (kept < 0 || stands("step", frames[next.place].step, timers.slider ?? timers.play)) place = next.place;
    else place = kept;
    the(root, ".travel").hidden = frames.length < 2;
    slider.max = String(frames.length - 1);
    marks.build(next);
    pictures.build(next);
    draw();
    if (isFirst || stands("cell", next.chosen, timers.keys)) mark(...next.chosen);
  }

  /** @type {(kind: "cell" | "step", value: unknown) => void} */
  function tell(kind, value) {
    sent[kind] = [value, performance.now()];
    send(kind, value);
  }

  /** @param {"slider" | "keys" | "play"} which */
  function stop(which) {
    clearTimeout(timers[which]);
    delete timers[which];
  }

  // The cells.

  /** @type {(true_: number, read: number) => void} */
  function choose(true_, read) {
    stop("keys");
    mark(true_, read); // At once; the page follows.
    tell("cell", [true_, read]);
  }

  /** @type {(true_: number, read: number) => void} */
  function mark(true_, read) {
    const chosen = numbers.classes() * true_ + read;
    numbers.cells().forEach((cell, at) => {
      cell.setAttribute("aria-pressed", String(at === chosen));
    });
    stopAt(numbers.cells(), chosen);
  }

  /** @param {number} at */
  const chooseAt = (at) => choose(Math.floor(at / numbers.classes()), at % numbers.classes());

  function listen() {
    numbers.cells().forEach((cell, at) => {
      cell.onclick = () => chooseAt(at);
    });
  }
  // Where the arrows rest, the cell is chosen.
  roveFocus(
    the(root, "table"),
    numbers.cells,
    () => ({ columns: numbers.classes() }),
    (at) => {
      stop("keys");
      timers.keys = setTimeout(() => chooseAt(at), KEYS_REST);
    },
  );

  // The snapshots.

  function draw() {
    if (!data) return;
    const frame = data.frames[place];
    numbers.draw(frame, data);
    words.textContent = frame.words;
    slider.value = String(place);
    slider.setAttribute("aria-valuetext", frame.words);
    back.disabled = place === 0;
    on.disabled = place === data.frames.length - 1;
    marks.draw(place);
    pictures.draw(place);
  }

  const last = () => (data?.frames.length ?? 1) - 1;

  /** @param {number} to */
  function go(to) {
    place = Math.min(last(), Math.max(0, to));
    draw();
    stop("slider");
    if (!timers.play) timers.slider = setTimeout(rest, SLIDER_REST);
  }

  function rest() {
    stop("slider");
    tell("step", data?.frames[place].step);
  }

  function pause() {
    stop("play");
    play.textContent = "Play";
    words.setAttribute("aria-live", "polite");
  }

  play.onclick = () => {
    if (timers.play) {
      pause();
      return rest();
    }
    play.textContent = "Pause";
    words.setAttribute("aria-live", "off"); // Nobody can listen that fast.
    timers.play = setInterval(() => {
      if (place < last()) return go(place + 1);
      pause();
      rest();
    }, PLAY_EVERY);
    go(place === last() ? 0 : place);
  };
  /** @type {(to: () => number) => () => void} */
  const by = (to) => () => {
    pause();
    go(to());
  };
  back.onclick = by(() => place - 1);
  on.onclick = by(() => place + 1);
  slider.oninput = by(() => Number(slider.value));

  return {
    receive,
    end() {
      stop("slider");
      stop("keys");
      stop("play");
    },
  };
});
