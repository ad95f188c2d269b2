// A network as a picture: the image, what each layer makes of it, the ten outputs, and what passes from one to the next.

import { probable } from "../numerals.js";
import { layout, tile } from "./layout.js";
import { BRIGHT, coloursOf, put, reach, Sheet, sharp, spread } from "./paint.js";
import { stagesOf } from "./stages.js";
import { largest, passedOn, strongest } from "./terms.js";
import { titleOf } from "./words.js";

/** @typedef {import("../network.js").Answer} Answer */
/** @typedef {import("../network.js").Network} Network */
/** @typedef {import("./layout.js").Area} Area */
/** @typedef {import("./layout.js").Block} Block */
/** @typedef {import("./paint.js").Colours} Colours */

/**
 * A map, a unit or an output that was pressed.
 * @typedef {object} Chosen
 * @property {number} stage its place among the steps
 * @property {number} unit
 */

const STRONGEST = 12; // lines of each colour that are drawn, unless all are asked for
const [FAINT, FAINT_WEIGHTS] = [0.3, 0.15]; // of what does not light up
const LIT = 1.4; // times what weights are like: what adds so much has the full colour
const [THIN, THICK] = [0.4, 4]; // CSS pixels
const HEADING = "600 12px ";

export class Picture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.width = 0;
    /** @type {import("./layout.js").Layout} */
    this.layout = { tall: false, height: 0, blocks: [] };
    /** @type {Sheet[]} a sheet for each step */
    this.sheets = [];
  }

  /**
   * Take a network, which may be one that has learned further.
   * @param {Network} network
   */
  use(network) {
    this.network = network;
    this.stages = stagesOf(network);
    this.colours = coloursOf(this.canvas);
    this.sheets = this.stages.map(({ side, count }) => new Sheet(side || 1, count));
    this.stages.forEach(({ kind, side, layer }, at) => {
      if (kind === "units" && side) this.paintWeights(this.sheets[at], layer);
    });
    this.place(this.width);
  }

  /** @param {number} width CSS pixels that there are */
  place(width) {
    this.width = width;
    if (!this.stages || !width) return;
    this.layout = layout(this.stages, width);
    this.canvas.style.height = `${this.layout.height}px`;
  }

  /**
   * @param {Answer} answer
   * @param {{ chosen: Chosen | null, all: boolean }} options what was pressed, and whether all lines are drawn
   */
  draw(answer, { chosen, all }) {
    if (!this.network || !this.width) return;
    this.colours = coloursOf(this.canvas);
    const pen = sharp(this.canvas, this.width, this.layout.height);
    pen.font = `12px ${this.colours.font}`;
    const blocks = this.layout.blocks;
    blocks.forEach((block, at) => {
      this.drawHeading(pen, block);
      if (block.stage.kind === "outputs") this.drawOutputs(pen, block, this.sheets[at], answer);
      else if (block.stage.kind === "units") this.drawUnits(pen, block, this.sheets[at], answer);
      else this.drawMaps(pen, block, this.sheets[at], answer);
    });
    this.drawLines(pen, answer, chosen, all);
    const block = chosen && blocks[chosen.stage];
    if (block) this.outline(pen, tile(block, block.stage.shown.indexOf(chosen.unit)));
  }

  /** @type {(sheet: Sheet, layer: number) => void} */
  paintWeights(sheet, layer) {
    const [kernel, bias] = /** @type {Network} */ (this.network).layers[layer].weights;
    const { neutral, positive, negative } = /** @type {Colours} */ (this.colours);
    const units = bias.length;
    for (let unit = 0; unit < units; unit++) {
      const weights = Float32Array.from({ length: kernel.length / units }, (_, at) => kernel[at * units + unit]);
      const most = BRIGHT * spread(weights);
      weights.forEach((weight, pixel) => {
        put(sheet.image.data, sheet.at(unit, pixel), weight / most, neutral, positive, negative);
      });
    }
    sheet.update();
  }

  /** @type {(pen: CanvasRenderingContext2D, block: Block) => void} */
  drawHeading(pen, { stage, area }) {
    const { text } = /** @type {Colours} */ (this.colours);
    pen.fillStyle = text;
    pen.globalAlpha = 0.75;
    pen.font = pen.font.replace(/^.*?12px /, HEADING);
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    const words = titleOf(stage);
    const half = pen.measureText(words).width / 2;
    const middle = Math.min(Math.max(area.left + area.width / 2, half), this.width - half);
    if (!(this.layout.tall && stage.kind === "outputs" && !stage.side)) pen.fillText(words, middle, area.top - 6);
    pen.globalAlpha = 1;
  }

  /** @type {(pen: CanvasRenderingContext2D, block: Block, sheet: Sheet, answer: Answer) => void} */
  drawMaps(pen, block, sheet, answer) {
    const { ink, neutral, negative } = /** @type {Colours} */ (this.colours);
    const { stage } = block;
    const values = stage.layer < 0 ? answer.seen : answer.steps[stage.layer].values;
    const most = stage.layer < 0 ? 1 : reach(values);
    for (let at = 0; at < values.length; at++) {
      const to = sheet.at(at % stage.count, Math.floor(at / stage.count));
      put(sheet.image.data, to, values[at] / most, neutral, ink, negative);
    }
    sheet.update();
    stage.shown.forEach((map, place) => {
      sheet.draw(pen, map, tile(block, place));
    });
  }

  /** @type {(pen: CanvasRenderingContext2D, block: Block, sheet: Sheet, answer: Answer) => void} */
  drawUnits(pen, block, sheet, answer) {
    const { ink, neutral, negative } = /** @type {Colours} */ (this.colours);
    const { values } = answer.steps[block.stage.layer];
    const most = reach(values);
    pen.lineWidth = 1.5;
    block.stage.shown.forEach((unit, place) => {
      const area = tile(block, place);
      const share = values[unit] / most;
      const light = Math.abs(share);
      pen.fillStyle = css(neutral);
      pen.fillRect(area.left, area.top, area.width, area.width);
      pen.globalAlpha = FAINT + (1 - FAINT) * light;
      if (block.stage.side) sheet.draw(pen, unit, area);
      pen.globalAlpha = light;
      pen.strokeStyle = pen.fillStyle = css(share < 0 ? negative : ink);
      if (block.stage.side) pen.strokeRect(area.left + 0.75, area.top + 0.75, area.width - 1.5, area.width - 1.5);
      else pen.fillRect(area.left, area.top, area.width, area.width);
      pen.globalAlpha = 1;
    });
  }

  /** @type {(pen: CanvasRenderingContext2D, block: Block, sheet: Sheet, answer: Answer) => void} */
  drawOutputs(pen, block, sheet, answer) {
    const { text, lines, grey } = /** @type {Colours} */ (this.colours);
    const { stage } = block;
    const { probabilities } = answer;
    const best = largest(probabilities);
    if (stage.side) this.paintParts(sheet, stage.layer, answer);
    const family = pen.font.replace(/^.*?12px /, "");
    stage.shown.forEach((digit, place) => {
      const area = tile(block, place);
      const part = probabilities[digit];
      const bar = barOf(area, { pictured: stage.side > 0, tall: this.layout.tall });
      if (stage.side) sheet.draw(pen, digit, area);
      pen.fillStyle = grey;
      pen.globalAlpha = 0.25;
      pen.fillRect(bar.left, bar.top, bar.width, bar.height);
      pen.globalAlpha = 1;
      pen.fillStyle = digit === best ? lines : grey;
      if (bar.up) pen.fillRect(bar.left, bar.top + bar.height * (1 - part), bar.width, bar.height * part);
      else pen.fillRect(bar.left, bar.top, Math.max(1, bar.width * part), bar.height);
      pen.fillStyle = text;
      pen.textAlign = bar.up ? "center" : "left";
      pen.textBaseline = "middle";
      pen.font = `${digit === best ? 700 : 400} 16px ${family}`;
      pen.fillText(String(digit), bar.digit[0], bar.digit[1]);
      if (!bar.share) return;
      pen.textAlign = "right";
      pen.font = `${digit === best ? 700 : 400} 12px ${family}`;
      pen.fillText(probable(part), bar.share[0], bar.share[1]);
    });
    pen.font = `12px ${family}`;
  }

  /**
   * What each pixel of the image adds to the sum of each digit, over what it would weigh.
   * @type {(sheet: Sheet, layer: number, answer: Answer) => void}
   */
  paintParts(sheet, layer, answer) {
    const [kernel, bias] = /** @type {Network} */ (this.network).layers[layer].weights;
    const { neutral, positive, negative } = /** @type {Colours} */ (this.colours);
    const digits = bias.length;
    const most = LIT * spread(kernel);
    for (let at = 0; at < kernel.length; at++) {
      const pixel = Math.floor(at / digits);
      const share = (kernel[at] / most) * (FAINT_WEIGHTS + (1 - FAINT_WEIGHTS) * answer.seen[pixel]);
      put(sheet.image.data, sheet.at(at % digits, pixel), share, neutral, positive, negative);
    }
    sheet.update();
  }

  /** @type {(pen: CanvasRenderingContext2D, answer: Answer, chosen: Chosen | null, all: boolean) => void} */
  drawLines(pen, answer, chosen, all) {
    const { lines, against } = /** @type {Colours} */ (this.colours);
    const [from, to] = this.layout.blocks.slice(-2);
    const passed = from?.stage.layer >= 0 && passedOn(/** @type {Network} */ (this.network), answer, from.stage.layer);
    if (!passed) return;
    const parts = kept(passed.parts, passed.outputs, this.layout.blocks, chosen);
    const most = reach(parts);
    const places = new Map(from.stage.shown.map((unit, place) => [unit, place]));
    const count = all ? parts.length : STRONGEST;
    const [above, below] = [parts.map((part) => Math.max(part, 0)), parts.map((part) => Math.min(part, 0))];
    const order = [...strongest(above, count), ...strongest(below, count)];
    for (const at of order.sort((one, other) => Math.abs(parts[one]) - Math.abs(parts[other]))) {
      const [unit, output] = [Math.floor(at / passed.outputs), at % passed.outputs];
      const place = places.get(unit);
      if (place === undefined) continue;
      const share = Math.abs(parts[at]) / most;
      pen.strokeStyle = parts[at] > 0 ? lines : against;
      pen.globalAlpha = 0.25 + 0.65 * share;
      pen.lineWidth = THIN + (THICK - THIN) * share;
      this.drawLine(pen, tile(from, place), tile(to, output));
    }
    pen.globalAlpha = 1;
  }

  /** @type {(pen: CanvasRenderingContext2D, from: Area, to: Area) => void} */
  drawLine(pen, from, to) {
    const [x, y] = [from.left + from.width / 2, from.top + from.height / 2];
    pen.beginPath();
    pen.moveTo(x, y);
    if (this.layout.tall) {
      const [right, down] = [to.left + to.width / 2, to.top - 2];
      pen.bezierCurveTo(x, (y + down) / 2, right, (y + down) / 2, right, down);
    } else {
      const [right, down] = [to.left - 4, to.top + to.height / 2];
      pen.bezierCurveTo((x + right) / 2, y, (x + right) / 2, down, right, down);
    }
    pen.stroke();
  }

  /** @type {(pen: CanvasRenderingContext2D, area: Area) => void} */
  outline(pen, { left, top, width, height }) {
    pen.strokeStyle = /** @type {Colours} */ (this.colours).text;
    pen.lineWidth = 2;
    pen.strokeRect(left - 2, top - 2, width + 4, height + 4);
  }
}

/** @type {(colour: import("./paint.js").Colour) => string} */
const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/**
 * What passes to the outputs, or that of the pressed unit, or to the pressed output, alone.
 * @type {(parts: Float32Array, outputs: number, blocks: Block[], chosen: Chosen | null) => Float32Array}
 */
function kept(parts, outputs, blocks, chosen) {
  const last = blocks.length - 1;
  if (chosen?.stage === last) return parts.map((part, at) => (at % outputs === chosen.unit ? part : 0));
  if (chosen?.stage === last - 1) return parts.map((part, at) => (Math.floor(at / outputs) === chosen.unit ? part : 0));
  return parts;
}

/**
 * Where an output's bar, its digit and its probability are.
 * @type {(area: Area, how: { pictured: boolean, tall: boolean }) => Area & { up: boolean, digit: [number, number],
 *   share: [number, number] | null }}
 */
function barOf({ left, top, width, height }, { pictured, tall }) {
  if (pictured) {
    const line = top + width + 12;
    const bar = { left, top: line + 10, width, height: 5, up: false };
    return { ...bar, digit: [left, line], share: [left + width, line] };
  }
  if (tall) {
    const bar = { left: left + 2, top, width: width - 4, height: height - 22, up: true };
    return { ...bar, digit: [left + width / 2, top + height - 9], share: null };
  }
  const middle = top + height / 2;
  const bar = { left: left + 16, top: middle - 7, width: width - 76, height: 14, up: false };
  return { ...bar, digit: [left, middle], share: [left + width, middle] };
}
