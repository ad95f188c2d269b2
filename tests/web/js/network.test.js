import assert from "node:assert/strict";
import test from "node:test";
import { forward, headerOf, shares, unpacked } from "../../../web/js/network.js";

const IMAGE = new Uint8Array(784).fill(0);
IMAGE[0] = 255;

/** @type {(header: object[], weights: number[]) => Uint8Array} */
function packed(header, weights) {
  const words = new TextEncoder().encode(JSON.stringify(header));
  const length = words.length + ((4 - (words.length % 4)) % 4);
  const bytes = new Uint8Array(4 + length + 4 * weights.length).fill(32);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(words, 4);
  bytes.set(new Uint8Array(Float32Array.from(weights).buffer), 4 + length);
  return bytes;
}

const DENSE = { kind: "dense", activation: "sigmoid", shapes: [[784, 2], [2]] };
const KERNEL = Array.from({ length: 784 * 2 }, (_, at) => (at < 2 ? [0, 3][at] : 0));
const NETWORK = { name: "two", straighten: false, temperature: 1, layers: [{ kind: "flatten", shapes: [] }, DENSE] };

test("networks are unpacked by their names, wherever they lie in memory", () => {
  const bytes = packed([NETWORK, { ...NETWORK, name: "other" }], [...KERNEL, 0.5, -0.5, ...KERNEL, 1, 1]);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  for (const each of [bytes, shifted.subarray(3)]) {
    const networks = unpacked(each);
    assert.deepEqual(Object.keys(networks), ["two", "other"]);
    assert.deepEqual([...networks.two.layers[1].weights[1]], [0.5, -0.5]);
    assert.deepEqual([...networks.other.layers[1].weights[1]], [1, 1]);
    assert.deepEqual(JSON.parse(headerOf(each))[0].name, "two");
  }
});

test("probabilities are of the sums before the last activation, divided by the temperature", () => {
  const { two } = unpacked(packed([NETWORK], [...KERNEL, 0, 0]));
  const { outputs, probabilities } = forward(two, IMAGE);
  assert.ok(Math.abs(outputs[0] - 0.5) < 1e-6 && Math.abs(outputs[1] - 1 / (1 + Math.exp(-3))) < 1e-6);
  assert.ok(Math.abs(probabilities[1] - 1 / (1 + Math.exp(-3))) < 1e-6);
  const cool = forward({ ...two, temperature: 0.5 }, IMAGE).probabilities;
  assert.ok(Math.abs(cool[1] - 1 / (1 + Math.exp(-6))) < 1e-6);
});

test("shares are parts of one, and equal where there is nothing to share", () => {
  assert.deepEqual([...shares(Float32Array.of(1, 3))], [0.25, 0.75]);
  assert.deepEqual([...shares(Float32Array.of(0, 0))], [0.5, 0.5]);
});
