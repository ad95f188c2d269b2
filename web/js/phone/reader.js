// What the class's networks read: computed here, on every frame in which the pen has moved.

import { digitImage } from "../drawing/image.js";
import { within } from "../drawing/pen.js";
import { forward, unpacked } from "../network.js";
import { SIDE } from "./pad.js";
import { bytes } from "./server.js";
import { told } from "./settings.js";

const BRUSH = 22;
const SURE = 0.5; // probability from which a network is not called unsure; the page knows no training images

/** @typedef {{ name: string, address: string }} Offered */

export class Reader {
  /** @param {() => void} arrived called when another network is here */
  constructor(arrived) {
    this.arrived = arrived;
    /** @type {Map<string, import("../network.js").Network | null>} by their addresses; `null` while on their way */
    this.networks = new Map();
    /** @type {Offered[]} those that answer now */
    this.chosen = [];
  }

  /**
   * Have these networks answer, and fetch those that are not here yet.
   *
   * @param {Offered[]} chosen
   */
  choose(chosen) {
    this.chosen = chosen;
    for (const { address } of chosen) {
      if (this.networks.has(address)) continue;
      this.networks.set(address, null);
      bytes(address).then(
        (packed) => {
          this.networks.set(address, Object.values(unpacked(packed))[0]);
          this.arrived();
        },
        () => this.networks.delete(address), // The page does without; the next look at the class tries again.
      );
    }
  }

  /**
   * @param {import("./pad.js").Stroke[]} strokes
   * @returns {string} a line for each of the networks that are here; empty where nothing is drawn
   */
  read(strokes) {
    const read = this.readings(strokes);
    if (this.chosen.length < 2) return read.map(({ key, digit }) => told(key, { digit })).join("");
    const lines = read.map(({ name, key, digit }) => told(`${key}_of`, { network: name, digit }));
    return lines.length ? [told("networks_read"), ...lines].join("\n") : "";
  }

  /**
   * What each of the networks that are here reads, in their order; nothing where nothing is drawn.
   *
   * @param {import("./pad.js").Stroke[]} strokes
   */
  readings(strokes) {
    const drawn = strokes.flatMap((stroke) => within(stroke, SIDE, BRUSH));
    if (!drawn.length) return [];
    const image = digitImage(drawn);
    return this.chosen.flatMap(({ name, address }) => {
      const network = this.networks.get(address);
      if (!network) return [];
      const { probabilities } = forward(network, image);
      const digit = probabilities.indexOf(Math.max(...probabilities));
      return [{ name, address, digit, key: probabilities[digit] >= SURE ? "reads" : "unsure" }];
    });
  }

  /** How many lines `read` has at most. */
  get lines() {
    return this.chosen.length > 1 ? this.chosen.length + 1 : 1;
  }
}
