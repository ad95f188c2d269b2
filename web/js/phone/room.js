// A class that this phone is in: what it asks for just now, followed until it ends.

import { element } from "../elements.js";
import { Drawing } from "./drawing.js";
import { Outbox } from "./outbox.js";
import { Questions } from "./questions.js";
import { Reader } from "./reader.js";
import { ask, Refusal } from "./server.js";
import { told } from "./settings.js";
import { hear } from "./voice.js";

/**
 * What the server says that the phone shows; see `web.classes.screen`.
 * @typedef {object} Screen
 * @property {number} revision
 * @property {string} name
 * @property {string} language
 * @property {string[]} languages
 * @property {boolean} paused
 * @property {boolean} kept whether the teacher has kept drawings
 * @property {{ name: string, address: string }[]} networks
 * @property {Round | null} round
 * @property {Own[]} own
 * @property {{ id: string, strokes: number[][][] }[]} toRead
 */
/**
 * @typedef {object} Round
 * @property {number} number
 * @property {string} kind
 * @property {string} state
 * @property {number} step
 * @property {number} steps
 * @property {string} asks "draw", "read", "vote", or nothing
 * @property {string} prompt
 * @property {boolean} silent
 * @property {number[]} digits to be drawn, by slot
 * @property {{ text: string, choices: string[], answer: number | null, image: boolean } | null} question
 * @property {number[][]} votes
 * @property {number[]} readBy how many classmates read one's drawing right, and how many read it; or nothing
 * @property {boolean} isReadable whether these are enough
 * @property {string} decides address of the network that is asked whether it was fooled; empty where it is not here
 */
/**
 * @typedef {object} Own an answer that the server has
 * @property {string} id
 * @property {number} step
 * @property {number} slot
 * @property {number} value
 * @property {number} take
 * @property {string | null} about
 * @property {number[][][]} strokes
 */
/**
 * @typedef {object} Tell what the page is told
 * @property {(words: string, isGood?: boolean) => void} say something went wrong, or no longer does; or went well
 * @property {(screen: Screen) => void} named who one is, and what the class speaks
 * @property {(refusal: Refusal, isLast: boolean) => void} ended one is in the class no longer; `isLast` where the
 *   screen that was shown was the last one
 */

const FIRST_AGAIN = 1_000; // ms until the class is looked for again
const LAST_AGAIN = 8_000;

export class Room {
  /**
   * @param {string} code
   * @param {Screen} screen
   * @param {HTMLElement} place where it is shown
   * @param {Tell} tell
   */
  constructor(code, screen, place, tell) {
    this.code = code;
    this.screen = screen;
    this.place = place;
    this.tell = tell;
    this.isOver = false;
    this.outbox = new Outbox(code, {
      taken: (message, answer) => this.#take(message, answer),
      refused: (message, refusal) => this.#refused(message, refusal),
      reached: (why) => {
        if (this.isOver) return;
        tell.say(why === null ? "" : why || told("offline"));
        if (why !== null) this.#draw(); // What is shown as on its way is stuck.
      },
    });
    const reader = new Reader(() => this.#draw());
    this.reader = reader;
    this.drawing = new Drawing(this.outbox, reader);
    this.questions = new Questions(this.outbox, code);
    this.still = element("p", "", { className: "big" });
    this.late = ""; // the task over which stands that something came too late
    this.wake = () => {};
    const look = () => {
      if (document.hidden) return;
      this.outbox.send();
      this.wake(); // A phone that slept, or was without a network, asks at once.
    };
    for (const [target, event] of /** @type {[EventTarget, string][]} */ ([
      [document, "visibilitychange"],
      [window, "online"],
      [window, "pageshow"],
    ])) {
      target.addEventListener(event, look);
    }
    this.#show(screen);
    this.outbox.send();
    this.#follow();
  }

  /** Change something of one's own, and show what the class is then. @param {string} method @param {string} path */
  async change(method, path) {
    try {
      const answer = await ask(method, `${this.code}/${path}`);
      this.tell.say("");
      if (answer.revision !== undefined) this.#show(answer);
      return true;
    } catch (error) {
      this.tell.say(error instanceof Refusal ? error.message : told("offline"));
      return false;
    }
  }

  /** Delete all that was sent. */
  async deleteAll() {
    this.#forget();
    if (!(await this.change("DELETE", "answers"))) return;
    this.questions.shown = "";
    await this.change("GET", "view");
    this.tell.say(`${told("deleted")} ${told("learned")}`, true);
  }

  /** Nothing is left on the phone of what waits, or was begun. */
  #forget() {
    this.outbox.clear();
    this.drawing.forget();
  }

  /** Leave the class; returns whether that was done. */
  async leave() {
    this.#forget();
    if (!(await this.change("DELETE", "me"))) return false;
    this.#stop();
    return true;
  }

  /** Ask again and again what the class asks for; the server answers when that changes. */
  async #follow() {
    let again = FIRST_AGAIN;
    let isLast = true; // whether the screen that is shown was the last until now
    while (!this.isOver) {
      const controller = new AbortController();
      this.wake = () => controller.abort();
      try {
        const screen = await ask(
          "GET",
          `${this.code}/view?since=${this.screen.revision}`,
          undefined,
          controller.signal,
        );
        if (this.isOver) return;
        const isNew = screen.revision !== this.screen.revision;
        this.#show(screen);
        if ((isNew || again > FIRST_AGAIN) && !this.late) this.tell.say("");
        again = FIRST_AGAIN;
        isLast = true;
        this.outbox.send();
        if (!isNew) await this.#pause(FIRST_AGAIN); // A server that is about to end answers at once, ever again.
      } catch (error) {
        if (this.isOver) return;
        if (error instanceof Refusal) {
          this.#stop();
          this.#forget();
          this.tell.ended(error, isLast);
          return;
        }
        isLast = false;
        if (controller.signal.aborted) continue;
        this.tell.say((error instanceof Error && error.message) || told("offline"));
        await this.#pause(again);
        again = Math.min(LAST_AGAIN, 2 * again);
      }
    }
  }

  /** @param {number} milliseconds or until something wakes the phone */
  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.wake = () => resolve(undefined);
      setTimeout(resolve, milliseconds);
    });
  }

  #stop() {
    this.isOver = true;
    this.wake();
  }

  /** @param {Screen} screen */
  #show(screen) {
    this.screen = screen;
    if (this.late !== taskOf(screen)) this.#letGo();
    this.tell.named(screen);
    this.reader.choose(screen.networks);
    this.#draw();
  }

  #draw() {
    if (this.isOver) return;
    const { screen } = this;
    const { round } = screen;
    if (screen.paused) return this.#wait(told(round?.asks === "draw" ? "paused_drawing" : "paused"));
    if (!round) return this.#wait(`${told("name", { name: screen.name })} ${told("wait")}`);
    if (round.asks === "draw") return this.#place(this.drawing.shown(screen, round));
    if (round.asks === "read") return this.#place(this.questions.reading(screen, round));
    if (round.asks === "vote" || (round.state === "revealed" && round.question)) {
      return this.#place(this.questions.vote(screen, round));
    }
    if (round.state === "discussed") return this.#wait(told("discuss"));
    if (round.state === "revealed") return this.#wait(told("revealed"), this.drawing.revealed(screen, round));
    return this.#wait(told("closed"));
  }

  /** @param {string} words @param {HTMLElement[]} elements */
  #wait(words, ...elements) {
    this.still.textContent = words;
    hear(words);
    this.#place(this.still, ...elements);
  }

  /** @param {HTMLElement[]} elements that stay where they are in place already: a pen may be on one */
  #place(...elements) {
    const there = [...this.place.children];
    if (elements.length === there.length && elements.every((each, at) => each === there[at])) return;
    this.place.replaceChildren(...elements);
    hear((elements[0].querySelector("h1") ?? elements[0]).textContent);
  }

  /** @param {import("./outbox.js").Message} message @param {{ id: string }} answer */
  #take(message, answer) {
    const { screen } = this;
    if (message.round !== screen.round?.number) return;
    const { step, slot, take, value = screen.round.digits[slot] ?? 0, about = null, strokes = [] } = message;
    screen.own = screen.own.filter((each) => each.step !== step || each.slot !== slot);
    screen.own.push({ id: answer.id, step, slot, take, value, about, strokes });
    this.#draw();
  }

  /** @param {import("./outbox.js").Message} message @param {Refusal} refusal */
  async #refused(message, refusal) {
    this.questions.shown = ""; // What it shows as chosen is not.
    await this.change("GET", "view");
    if (this.isOver) return;
    const { own, round } = this.screen;
    this.late = taskOf(this.screen);
    if (message.round !== round?.number) {
      this.tell.say(told("late_before"));
      this.place.addEventListener("pointerdown", () => this.#letGo(), { once: true });
      return;
    }
    const isThere = own.some((each) => isSame(each, message));
    const earlier = isThere ? told(message.strokes ? "earlier_drawing" : "earlier_choice") : "";
    this.tell.say(`${refusal.message} ${earlier}`.trim());
  }

  /** That something came too late is said no longer. */
  #letGo() {
    if (this.late) this.tell.say("");
    this.late = "";
  }
}

/** @type {(screen: Screen) => string} what a class is asked */
const taskOf = ({ round }) => `${round?.number} ${round?.step}`;

/** @type {(one: { step: number, slot: number }, other: { step: number, slot: number }) => boolean} */
const isSame = (one, other) => one.step === other.step && one.slot === other.slot;
