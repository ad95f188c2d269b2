// What the modules make of drawings, for tests that compare it with what Python makes of them.

import { digitImage, straighten } from "../../../web/js/drawing/image.js";
import { forward, unpacked } from "../../../web/js/network.js";

/**
 * Images, images set upright, and for each network what it says of each image.
 *
 * @param {number[][][]} drawings strokes of each
 * @param {string} packed networks in base 64
 */
export function computed(drawings, packed) {
  const networks = unpacked(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)));
  const images = drawings.map(digitImage);
  const said = Object.entries(networks).map(([name, network]) => {
    const answers = images.map((image) => forward(network, image));
    const scores = answers.map(({ outputs }) => [...outputs]);
    return [name, { scores, probabilities: answers.map(({ probabilities }) => [...probabilities]) }];
  });
  return {
    images: images.map((image) => [...image]),
    upright: images.map((image) => [...straighten(image)]),
    said: Object.fromEntries(said),
  };
}
