// A round in which one draws: the digit that is asked for, the pad, what the networks read, what was sent.

import { button, element } from "../elements.js";
import { Pad, paint, picture, points, strokesOf } from "./pad.js";
import { keep, kept, told } from "./settings.js";
import { hear } from "./voice.js";

/** @typedef {import("./room.js").Screen} Screen */
/** @typedef {import("./room.js").Round} Round */
/** @typedef {import("./pad.js").Stroke} Stroke */

const SMALL = 88; // pixels of a drawing among those that were sent
const MIDDLE = 224;
/** @type {Record<string, string>} what a screen reader says of a digit's drawing */
const LABELS = { missing: "is_missing", draft: "is_draft", waiting: "is_waiting", sent: "is_sent" };

export class Drawing {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./reader.js").Reader} reader
   */
  constructor(outbox, reader) {
    this.outbox = outbox;
    this.reader = reader;
    this.pad = new Pad(told("canvas"), (isDrawing) => this.#changed(isDrawing));
    this.title = element("h1");
    this.says = element("p", "", { className: "says" });
    this.status = element("p", "", { className: "hint" });
    this.status.setAttribute("role", "status");
    this.slots = element("ul", "", { className: "slots" });
    this.undo = element("button", told("undo"), { type: "button", onclick: () => this.pad.undo() });
    this.clear = element("button", told("clear"), { type: "button", onclick: () => this.pad.clear() });
    this.send = element("button", told("send"), { type: "button", className: "first", onclick: () => this.#send() });
    const row = element("div", "", { className: "row" });
    row.append(this.undo, this.clear, this.send);
    this.box = element("section", "", { className: "stack beside" });
    this.box.append(this.title, this.pad.element, this.says, row, this.slots, this.status);
    /** @type {Screen | null} */
    this.screen = null;
    /** @type {Round | null} */
    this.round = null;
    this.slot = 0;
    this.key = `drafts-${outbox.code}`; // under which the phone keeps what was drawn and not sent
    /** @type {Map<number, Stroke[]>} what was drawn and not sent, by slot */
    this.drafts = new Map();
    this.awaited = 0;
  }

  /**
   * @param {Screen} screen
   * @param {Round} round
   */
  shown(screen, round) {
    const isAnother = this.round?.number !== round.number;
    this.screen = screen;
    this.round = round;
    this.box.style.setProperty("--lines", String(round.silent ? 1 : this.reader.lines));
    if (isAnother) {
      const slot = this.#restore(round.number);
      this.slots.replaceChildren(
        ...(round.digits.length > 1 ? round.digits.map((digit, at) => this.#item(digit, at)) : []),
      );
      this.#go(slot ?? this.#next());
    } else if (!this.drafts.has(this.slot) && !this.pad.pen && !this.#isOnPad()) {
      this.pad.set(this.#strokes(this.slot)); // Deleted elsewhere, or refused.
    }
    this.#list();
    this.read();
    return this.box;
  }

  /**
   * What was drawn for a round that is over, and what the networks read in it.
   *
   * @param {Screen} screen
   * @param {Round} round
   */
  revealed(screen, round) {
    const box = element("div", "", { className: "drawn" });
    for (const own of screen.own.filter((each) => each.strokes.length)) {
      const canvas = picture(told("your_drawing", { digit: own.value }), "", MIDDLE);
      paint(canvas, strokesOf(own.strokes));
      const item = element("div");
      item.append(canvas, element("p", this.reader.read(strokesOf(own.strokes))));
      box.append(item);
      if (round.kind === "fool") box.append(this.#fooled(round, own));
    }
    return box;
  }

  /** Whether a drawing has fooled the network that the wall asks. @param {Round} round @param {import("./room.js").Own} own */
  #fooled(round, own) {
    const box = element("div");
    const read = this.reader.readings(strokesOf(own.strokes)).find((each) => each.address === round.decides);
    const [right, readers] = round.readBy;
    if (read && readers !== undefined) {
      const verdict = read.digit === own.value ? "not_fooled" : round.isReadable ? "fooled" : "not_readable";
      box.append(element("strong", told(verdict)));
    }
    const said = readers ? told("read_by", { right, readers, digit: own.value }) : told("read_by_none");
    if (readers !== undefined) box.append(element("p", said));
    if (read && this.reader.chosen.length > 1) box.append(element("p", told("which_counts", { network: read.name })));
    return box;
  }

  /** What was drawn is deleted. */
  forget() {
    this.drafts.clear();
    this.#keep();
    this.pad.set([]);
  }

  /** Have the networks read what is on the pad. */
  read() {
    if (!this.round) return;
    const words = this.round.silent ? told("silent") : this.reader.read(this.pad.strokes);
    if (this.says.textContent !== words) this.says.textContent = words;
    this.says.classList.toggle("hint", this.round.silent);
  }

  /** @param {boolean} isDrawing */
  #changed(isDrawing) {
    if (!this.awaited) {
      this.awaited = requestAnimationFrame(() => {
        this.awaited = 0;
        this.read();
      });
    }
    if (isDrawing && this.drafts.has(this.slot)) return;
    if (this.#isOnPad()) this.drafts.delete(this.slot);
    else this.drafts.set(this.slot, this.pad.strokes);
    if (!isDrawing) this.#keep();
    this.#list();
  }

  /** Have the phone keep what was drawn and not sent, also when the page is closed. */
  #keep() {
    const { round, slot, drafts } = this;
    const drawn = [...drafts].filter(([, strokes]) => strokes.length);
    keep(this.key, round && drawn.length ? { round: round.number, slot, drafts: drawn } : undefined);
  }

  /** What was kept for a round is there again. @param {number} round @returns {number | undefined} where one was */
  #restore(round) {
    this.drafts.clear();
    const there = kept(this.key);
    if (there?.round !== round || !Array.isArray(there.drafts)) return undefined;
    for (const [slot, strokes] of there.drafts) this.drafts.set(slot, strokes);
    return there.slot;
  }

  /** What was sent for a slot, whether it has arrived or not. @param {number} slot */
  #sent(slot) {
    if (!this.round || !this.screen) return undefined;
    const { number, step } = this.round;
    const waiting = this.outbox.of({ round: number, step, slot });
    if (waiting?.strokes) return { strokes: waiting.strokes, take: waiting.take, isWaiting: true };
    const own = this.screen.own.find((each) => each.step === step && each.slot === slot);
    return own && { strokes: own.strokes, take: own.take, isWaiting: false };
  }

  /** @param {number} slot */
  #strokes(slot) {
    return strokesOf(this.#sent(slot)?.strokes ?? []);
  }

  /** Whether what was sent is what is on the pad. */
  #isOnPad() {
    return JSON.stringify(this.pad.strokes) === JSON.stringify(this.#strokes(this.slot));
  }

  /** The first that was not sent yet, else the one that is shown. */
  #next() {
    const digits = this.round?.digits ?? [];
    const open = digits.findIndex((_, slot) => !this.#sent(slot));
    return open < 0 ? Math.min(this.slot, digits.length - 1) : open;
  }

  /** @param {number} slot */
  #go(slot) {
    const { kind, prompt, digits } = /** @type {Round} */ (this.round);
    const [before, after] = told(kind === "fool" ? "draw_fool" : "draw", { digit: "\0" }).split("\0");
    const count = told("progress", { number: slot + 1, total: digits.length });
    const asked = [before, element("b", digits[slot]), after];
    this.title.replaceChildren(
      ...(prompt ? [prompt] : asked),
      ...(prompt && digits.length > 1 ? [": ", element("b", digits[slot])] : []),
      ...(digits.length > 1 ? [" ", element("small", count)] : []),
    );
    hear(this.title.textContent);
    this.slot = slot;
    this.pad.set(this.drafts.get(slot) ?? this.#strokes(slot));
  }

  #send() {
    const { number, step } = /** @type {Round} */ (this.round);
    const strokes = points(this.pad.strokes);
    const take = (this.#sent(this.slot)?.take ?? 0) + 1;
    this.drafts.delete(this.slot);
    this.outbox.add({ round: number, step, slot: this.slot, strokes }, take);
    this.#go(this.#next());
  }

  #list() {
    const { round } = this;
    if (!round) return;
    const isBlank = !this.pad.strokes.length;
    const sent = this.#sent(this.slot);
    this.clear.disabled = isBlank;
    this.undo.disabled = isBlank && !this.pad.cleared.length;
    this.send.disabled = isBlank || (sent !== undefined && !this.drafts.has(this.slot));
    const words = this.#status(round, sent);
    if (this.status.textContent !== words) this.status.textContent = words;
    for (const [slot, item] of [...this.slots.children].entries()) this.#mark(slot, /** @type {HTMLElement} */ (item));
  }

  /**
   * What became of the drawing that is on the pad.
   *
   * @param {Round} round
   * @param {{ isWaiting: boolean } | undefined} sent
   */
  #status(round, sent) {
    const digit = round.digits[this.slot];
    if (this.drafts.has(this.slot)) {
      if (sent) return told("still_counts", { digit });
      return this.pad.strokes.length ? told("unsent") : "";
    }
    if (!sent) return "";
    if (sent.isWaiting) return told(this.outbox.isStuck ? "waits" : "sending");
    const isAll = round.digits.every((_, slot) => this.#sent(slot)?.isWaiting === false && !this.drafts.has(slot));
    return told(round.digits.length > 1 && isAll ? "sent_all" : "sent");
  }

  /** @param {number} digit @param {number} slot */
  #item(digit, slot) {
    const choice = button();
    choice.textContent = String(digit);
    choice.onclick = () => this.#go(slot);
    const item = element("li");
    item.append(choice);
    return item;
  }

  /** @param {number} slot @param {HTMLElement} item */
  #mark(slot, item) {
    const choice = /** @type {HTMLElement} */ (item.firstElementChild);
    const sent = this.#sent(slot);
    const draft = this.drafts.get(slot);
    const digit = /** @type {Round} */ (this.round).digits[slot];
    const state = draft?.length ? "draft" : !sent ? "missing" : sent.isWaiting ? "waiting" : "sent";
    choice.dataset.state = state;
    choice.setAttribute("aria-label", told(LABELS[state], { digit }));
    if (slot === this.slot) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
    const drawn = choice.querySelector("canvas");
    if (state === "missing") return drawn?.remove();
    const small = drawn ?? element("canvas", "", { width: SMALL, height: SMALL });
    const take = state === "draft" ? "" : String(sent?.take);
    if (take && small.dataset.take === take) return undefined;
    small.dataset.take = take;
    paint(small, take ? this.#strokes(slot) : (draft ?? []));
    if (!drawn) choice.append(small);
    return undefined;
  }
}
