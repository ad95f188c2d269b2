// What was drawn and chosen and the server has not taken yet: kept on the phone, sent again until it has.

import { ask, Refusal } from "./server.js";
import { keep, kept } from "./settings.js";

/**
 * One answer; see `mnist_core.classroom.messages.Message`.
 * @typedef {object} Message
 * @property {number} round
 * @property {number} step
 * @property {number} slot
 * @property {number} take
 * @property {string} sent
 * @property {number} [value]
 * @property {string | null} [about]
 * @property {number[][][]} [strokes]
 */
/** @typedef {{ round: number, step: number, slot: number }} Slot */

const AGAIN = [1_000, 2_000, 4_000, 8_000]; // ms between two tries

export class Outbox {
  /**
   * @param {string} code of the class
   * @param {object} tell
   * @param {(message: Message, answer: { id: string }) => void} tell.taken
   * @param {(message: Message, refusal: Refusal) => void} tell.refused
   * @param {(why: string | null) => void} tell.reached called with `null` once the server is, else with what it says
   */
  constructor(code, tell) {
    this.code = code;
    this.tell = tell;
    this.key = `class-${code}`;
    this.tries = 0;
    this.isSending = false;
    const waiting = kept(this.key);
    /** @type {Message[]} in the order in which they were made */
    this.waiting = Array.isArray(waiting) ? waiting : [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
  }

  /** @param {Omit<Message, "sent" | "take">} answer @param {number} take */
  add(answer, take) {
    const random = [...crypto.getRandomValues(new Uint8Array(12))];
    const sent = random.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.waiting = this.waiting.filter((each) => !isSame(each, answer));
    this.waiting.push({ ...answer, take, sent });
    this.#keep();
    this.send();
  }

  /** What waits for a question, if anything does. @param {Slot} question */
  of(question) {
    return this.waiting.find((each) => isSame(each, question));
  }

  /** Whether the server was not reached when it was tried last. */
  get isStuck() {
    return this.tries > 0;
  }

  /** Send what waits, one after the other; where the server is not reached, again after a while. */
  async send() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.again);
    while (this.waiting.length) {
      const message = this.waiting[0];
      try {
        const answer = await ask("POST", `${this.code}/answers`, message);
        this.tries = 0;
        this.tell.reached(null);
        this.#drop(message);
        this.tell.taken(message, answer);
      } catch (error) {
        if (error instanceof Refusal) {
          this.#drop(message);
          this.tell.refused(message, error);
        } else {
          this.again = setTimeout(() => this.send(), AGAIN[Math.min(this.tries++, AGAIN.length - 1)]);
          this.tell.reached(error instanceof Error ? error.message : "");
          break;
        }
      }
    }
    this.isSending = false;
  }

  /** Send nothing that waits any more: it was deleted, or the class is over. */
  clear() {
    clearTimeout(this.again);
    this.waiting = [];
    this.#keep();
  }

  /** @param {Message} message which is there no more where another has taken its place */
  #drop(message) {
    this.waiting = this.waiting.filter((each) => each.sent !== message.sent);
    this.#keep();
  }

  #keep() {
    keep(this.key, this.waiting.length ? this.waiting : undefined);
  }
}

/** @type {(one: Slot, other: Slot) => boolean} */
const isSame = (one, other) => one.round === other.round && one.step === other.step && one.slot === other.slot;
