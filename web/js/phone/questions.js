// What is asked without a pen: to read classmates' drawings, and to vote.

import { contextOf, element } from "../elements.js";
import { paint, picture, strokesOf } from "./pad.js";
import { bytes } from "./server.js";
import { told } from "./settings.js";
import { hear } from "./voice.js";

/** @typedef {import("./room.js").Screen} Screen */
/** @typedef {import("./room.js").Round} Round */

const [NO_DIGIT, SIDE] = [-1, 28];
const STILL = 320; // pixels of a picture
const PAUSE = 400; // ms in which a second tap is one too many
const AGAIN = 2_000; // ms until a test image that is not there yet is asked for again

/** @type {(button: HTMLElement) => boolean} whether a tap on it would be one too many */
const isResting = (button) => button.getAttribute("aria-disabled") === "true";

export class Questions {
  /** @param {import("./outbox.js").Outbox} outbox @param {string} code of the class */
  constructor(outbox, code) {
    this.outbox = outbox;
    this.code = code;
    this.shown = ""; // what `box` was made for
    this.box = element("section", "", { className: "stack beside" });
    this.status = element("p", "", { className: "hint" });
    this.status.setAttribute("role", "status");
    this.slot = 0;
  }

  /**
   * Classmates' drawings, one after the other.
   *
   * @param {Screen} screen
   * @param {Round} round
   */
  reading(screen, round) {
    const drawings = screen.toRead;
    if (!this.#isShown([round.number, round.step, drawings.map((each) => each.id)])) {
      const open = drawings.findIndex((each, at) => !this.#answer(screen, round, at, each.id));
      this.slot = open < 0 ? drawings.length : open;
      this.#ask(screen, round);
    }
    return this.box;
  }

  /**
   * A question with choices: to vote, or with what came of it.
   *
   * @param {Screen} screen
   * @param {Round} round
   */
  vote(screen, round) {
    const question = /** @type {NonNullable<Round["question"]>} */ (round.question);
    const isOpen = round.asks === "vote";
    const own = this.#answer(screen, round, 0) ?? this.#answer(screen, { ...round, step: round.step - 1 }, 0);
    if (!this.#isShown([round.number, round.step, isOpen, question, round.votes])) {
      const areDigits = question.choices.every((text) => /^\d$/.test(text));
      const choices = element("div", "", { className: areDigits ? "choices digits" : "choices" });
      const marked = (/** @type {number | undefined} */ chosen) => {
        for (const [value, each] of [...choices.children].entries()) {
          each.setAttribute("aria-pressed", String(value === chosen));
        }
      };
      question.choices.forEach((text, value) => {
        const choice = this.#choice(text, () => {
          marked(value);
          this.#say(screen, round, 0, value, null);
          this.#tell(screen, round);
        });
        const [first, second] = round.votes.map((each) => each[value]);
        const isRight = question.answer === value;
        const counted = second === undefined ? told("votes", { first }) : told("votes_twice", { first, second });
        const words = round.votes.length ? [counted] : [];
        if (isRight) words.push(told("right"));
        if (!isOpen && own?.value === value) words.push(told("yours"));
        if (words.length) choice.append(element("small", words.join(" · ")));
        choice.classList.toggle("right", isRight);
        choice.disabled = !isOpen;
        choices.append(choice);
      });
      marked(own?.value);
      const which = isOpen && round.steps > 1 ? [element("p", told(round.step ? "vote_again" : "vote_first"))] : [];
      const image = question.image ? [this.#testImage()] : [];
      this.box.replaceChildren(element("h1", question.text), ...image, ...which, choices, this.status);
      hear(question.text);
    }
    this.#tell(screen, round);
    return this.box;
  }

  /** Say what became of the choice. @param {Screen} screen @param {Round} round */
  #tell(screen, round) {
    const isWaiting = this.outbox.of({ round: round.number, step: round.step, slot: 0 });
    const chosen = isWaiting ? (this.outbox.isStuck ? "vote_waits" : "sending") : "voted";
    const words = round.asks === "vote" && this.#answer(screen, round, 0) ? told(chosen) : "";
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  /** @param {Screen} screen @param {Round} round */
  #ask(screen, round) {
    const drawings = screen.toRead;
    const drawing = drawings[this.slot];
    const back = element("button", told("back"), { type: "button", disabled: !this.slot });
    back.onclick = () => {
      if (isResting(back)) return;
      this.slot--;
      this.#ask(screen, round);
    };
    if (!drawing) {
      const words = told(drawings.length ? "read_all" : "read_none");
      this.box.replaceChildren(element("p", words, { className: "big" }));
      back.textContent = told("back_last");
      if (drawings.length) this.box.append(back);
      hear(words);
      return;
    }
    const still = picture(told("picture"), "still", STILL);
    paint(still, strokesOf(drawing.strokes));
    const say = (/** @type {number} */ value) => {
      this.#say(screen, round, this.slot, value, drawing.id);
      const place = [...this.box.querySelectorAll("*")].indexOf(/** @type {Element} */ (document.activeElement));
      this.slot++;
      this.#ask(screen, round);
      /** @type {HTMLElement | undefined} */ ([...this.box.querySelectorAll("*")][place])?.focus(); // Whoever goes by keyboard stays on the digit.
    };
    const choices = element("div", "", { className: "choices digits" });
    for (let digit = 0; digit < 10; digit++) choices.append(this.#choice(String(digit), () => say(digit)));
    const row = element("div", "", { className: "row" });
    row.append(
      this.#choice(told("no_digit"), () => say(NO_DIGIT)),
      back,
    );
    const said = this.#answer(screen, round, this.slot, drawing.id)?.value;
    for (const [value, each] of [...choices.children].entries())
      each.setAttribute("aria-pressed", String(value === said));
    row.firstElementChild?.setAttribute("aria-pressed", String(said === NO_DIGIT));
    const buttons = [...choices.children, ...row.children];
    for (const each of buttons) each.setAttribute("aria-disabled", "true");
    setTimeout(() => {
      for (const each of buttons) each.removeAttribute("aria-disabled");
    }, PAUSE);
    const title = element("h1", `${told("read")} `);
    title.append(element("small", told("progress", { number: this.slot + 1, total: drawings.length })));
    this.box.replaceChildren(title, still, choices, row);
    hear(title.textContent);
  }

  /** Whether the box shows this already; else it does from now on. @param {unknown} what */
  #isShown(what) {
    const shown = JSON.stringify(what);
    const isShown = this.shown === shown;
    this.shown = shown;
    return isShown;
  }

  /**
   * @param {Screen} screen
   * @param {Round} round
   * @param {number} slot
   * @param {number} value
   * @param {string | null} about
   */
  #say(screen, round, slot, value, about) {
    const take = (this.#answer(screen, round, slot, about)?.take ?? 0) + 1;
    const { number, step } = round;
    screen.own = screen.own.filter((each) => each.step !== step || each.slot !== slot);
    screen.own.push({ id: "", step, slot, value, take, about, strokes: [] });
    this.outbox.add({ round: number, step, slot, value, ...(about ? { about } : {}) }, take);
  }

  /**
   * What this phone has answered, whether it has arrived or not.
   *
   * @param {Screen} screen
   * @param {Pick<Round, "number" | "step">} round
   * @param {number} slot
   * @param {string | null} [about]
   */
  #answer(screen, round, slot, about = null) {
    const waiting = this.outbox.of({ round: round.number, step: round.step, slot });
    if (waiting?.value !== undefined) return { value: waiting.value, take: waiting.take };
    return screen.own.find((each) => each.step === round.step && each.slot === slot && each.about === about);
  }

  /** @param {string} text @param {() => void} choose */
  #choice(text, choose) {
    const choice = element("button", text, { type: "button" });
    choice.onclick = () => {
      if (!isResting(choice)) choose();
    };
    return choice;
  }

  #testImage() {
    const image = picture(told("mystery"), "still pixels", SIDE);
    const fetchImage = () =>
      bytes(`${this.code}/image`).then(
        (pixels) => {
          const data = new ImageData(SIDE, SIDE);
          pixels.forEach((pixel, at) => {
            data.data.set([pixel, pixel, pixel, 255], 4 * at);
          });
          contextOf(image).putImageData(data, 0, 0);
        },
        () => setTimeout(() => image.isConnected && fetchImage(), AGAIN), // The server may still be fetching it.
      );
    fetchImage();
    return image;
  }
}
