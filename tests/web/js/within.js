// The numbers within networks, for tests that compare them with NumPy's.

import { passedOn, sumOf, windowSum } from "../../../web/js/inside/terms.js";
import { forward, unpacked } from "../../../web/js/network.js";

/**
 * What every unit of each dense layer and every pixel of each map added up, and what each layer passes on.
 *
 * @param {number[]} image
 * @param {string} packed networks in base 64
 */
export function within(image, packed) {
  const networks = unpacked(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)));
  const found = Object.entries(networks).map(([name, network]) => {
    const answer = forward(network, Uint8Array.from(image));
    const layers = network.layers.map((layer, at) => {
      if (!layer.weights.length || layer.kind === "scaling") return null; // One number each: nothing is added up.
      const { shape } = answer.steps[at];
      const count = shape[shape.length - 1];
      const sums = Array.from({ length: answer.steps[at].sums.length }, (_, place) => {
        const [unit, pixel] = [place % count, Math.floor(place / count)];
        const isMap = layer.kind === "conv2d";
        const { products, bias, sum, value } = isMap
          ? windowSum(network, answer, at, unit, pixel)
          : sumOf(network, answer, at, place);
        return [products.reduce((total, each) => total + each, bias), sum, value];
      });
      return { sums, passed: at < network.layers.length - 1 ? passedOn(network, answer, at) : null };
    });
    return [name, layers.map((each) => each && { ...each, passed: each.passed && [...each.passed.parts] })];
  });
  return Object.fromEntries(found);
}
