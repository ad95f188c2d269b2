import assert from "node:assert/strict";
import test from "node:test";
import { layout, tile } from "../../../web/js/inside/layout.js";
import { stagesOf } from "../../../web/js/inside/stages.js";
import { mapOf, passedOn, strongest, sumOf, windowSum } from "../../../web/js/inside/terms.js";
import { formula, likingWords, oddWords, strongestWords } from "../../../web/js/inside/words.js";
import { forward } from "../../../web/js/network.js";
import { see, watch } from "../../../web/js/seen.js";

/** @typedef {import("../../../web/js/network.js").Layer} Layer */

let seed = 1;
/** @type {(count: number) => Float32Array} the same numbers at each run, between -0.5 and 0.5 */
const numbers = (count) =>
  Float32Array.from({ length: count }, () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  });
/** @type {(inputs: number, units: number, activation: string) => Layer} */
const dense = (inputs, units, activation) => ({
  kind: "dense",
  activation,
  weights: [numbers(inputs * units), numbers(units)],
});
/** @type {(channels: number, filters: number) => Layer} */
const filters = (channels, count) => ({
  kind: "conv2d",
  activation: "relu",
  kernel_size: 5,
  weights: [numbers(25 * channels * count), numbers(count)],
});
/** @type {Layer} */
const FLATTEN = { kind: "flatten", weights: [] };
/** @type {Layer} */
const POOLING = { kind: "max_pooling2d", size: 2, weights: [] };
/** @type {(...layers: Layer[]) => import("../../../web/js/network.js").Network} */
const network = (...layers) => ({ straighten: false, temperature: 1, layers });

const LINEAR = network(FLATTEN, dense(784, 10, "sigmoid"));
const HIDDEN = network(FLATTEN, dense(784, 100, "relu"), dense(100, 10, "sigmoid"));
const CONVOLUTIONAL = network(filters(1, 8), POOLING, filters(8, 16), POOLING, FLATTEN, dense(256, 10, "sigmoid"));
const DEEP = network(FLATTEN, dense(784, 30, "tanh"), dense(30, 20, "relu"), dense(20, 10, "softmax"));
const WIDE = network(FLATTEN, dense(784, 2048, "relu"), dense(2048, 10, "sigmoid"));
const ALL = { LINEAR, HIDDEN, CONVOLUTIONAL, DEEP, WIDE };
const IMAGE = Uint8Array.from({ length: 784 }, (_, at) => ((at * 37) % 11 < 4 ? (at * 53) % 256 : 0));

/** @type {(one: number, other: number) => void} */
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-3 * Math.max(1, Math.abs(other)), `${one} ${other}`);
/** @type {(values: Float32Array) => number} */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

test("the steps are the image, what the layers make of it, and the outputs", () => {
  const kinds = Object.values(ALL).map((each) => stagesOf(each).map(({ kind, count }) => `${kind} ${count}`));
  assert.deepEqual(kinds, [
    ["image 1", "outputs 10"],
    ["image 1", "units 100", "outputs 10"],
    ["image 1", "maps 8", "pooled 8", "maps 16", "pooled 16", "outputs 10"],
    ["image 1", "units 30", "units 20", "outputs 10"],
    ["image 1", "units 2048", "outputs 10"],
  ]);
});

test("of very many units those are drawn that the outputs weigh most", () => {
  const units = stagesOf(WIDE)[1];
  const [kernel] = WIDE.layers[2].weights;
  /** @type {(unit: number) => number} */
  const weight = (unit) => total(kernel.subarray(10 * unit, 10 * unit + 10).map((each) => each * each));
  const others = [...Array(2048).keys()].filter((unit) => !units.shown.includes(unit));
  assert.equal(units.shown.length, 144);
  assert.ok(Math.min(...units.shown.map(weight)) >= Math.max(...others.map(weight)));
});

for (const [name, each] of Object.entries(ALL)) {
  for (const width of [290, 358, 450, 700, 768, 1400]) {
    test(`nothing of ${name} lies over anything else or beside the page of ${width} pixels`, () => {
      const { blocks, height, tall } = layout(stagesOf(each), width);
      assert.equal(tall, width < 620);
      const areas = blocks.map((block) => block.stage.shown.map((_, place) => tile(block, place)));
      for (const area of areas.flat()) {
        assert.ok(area.left >= 0 && area.left + area.width <= width + 0.01, `${area.left} ${area.width}`);
        assert.ok(area.top >= 0 && area.top + area.height <= height + 0.01);
        assert.ok(area.width > 3 && area.height > 3);
      }
      blocks.slice(1).forEach((block, at) => {
        const [before, now] = [blocks[at].area, block.area];
        if (tall) assert.ok(now.top >= before.top + before.height);
        else assert.ok(now.left >= before.left + before.width);
      });
      for (const [at, one] of areas.flat().entries()) {
        for (const other of areas.flat().slice(at + 1)) {
          const apart =
            one.left + one.width <= other.left + 0.01 ||
            other.left + other.width <= one.left + 0.01 ||
            one.top + one.height <= other.top + 0.01 ||
            other.top + other.height <= one.top + 0.01;
          assert.ok(apart);
        }
      }
    });
  }
}

test("the products and the bias of a unit are its sum", () => {
  for (const [each, layer, units] of /** @type {const} */ ([
    [LINEAR, 1, 10],
    [HIDDEN, 1, 100],
    [HIDDEN, 2, 10],
    [DEEP, 2, 20],
    [CONVOLUTIONAL, 5, 10],
  ])) {
    const answer = forward(each, IMAGE);
    for (let unit = 0; unit < units; unit++) {
      const { products, bias, sum, value } = sumOf(each, answer, layer, unit);
      near(total(products) + bias, sum);
      assert.equal(value, answer.steps[layer].values[unit]);
    }
  }
});

test("the products under a window and the bias are the sum of a pixel", () => {
  const answer = forward(CONVOLUTIONAL, IMAGE);
  for (const [layer, pixel] of [
    [0, 0],
    [0, 300],
    [0, 575],
    [2, 0],
    [2, 63],
  ]) {
    for (const filter of [0, 3, 7]) {
      const { products, bias, sum, value } = windowSum(CONVOLUTIONAL, answer, layer, filter, pixel);
      near(total(products) + bias, sum);
      near(value, mapOf(answer, layer, filter)[pixel]);
    }
  }
});

test("what all units pass on and the biases are the next sums", () => {
  for (const [each, layer] of /** @type {const} */ ([
    [HIDDEN, 1],
    [DEEP, 1],
    [DEEP, 2],
    [CONVOLUTIONAL, 2],
    [CONVOLUTIONAL, 3],
  ])) {
    const answer = forward(each, IMAGE);
    const passed = passedOn(each, answer, layer);
    assert.ok(passed);
    const [, bias] = each.layers[passed.to].weights;
    for (let output = 0; output < passed.outputs; output++) {
      const parts = passed.parts.filter((_, at) => at % passed.outputs === output);
      near(total(parts) + bias[output], answer.steps[passed.to].sums[output]);
    }
  }
  assert.equal(passedOn(CONVOLUTIONAL, forward(CONVOLUTIONAL, IMAGE), 0), null);
});

test("the strongest come first, and what is 0 not at all", () => {
  assert.deepEqual(strongest(Float32Array.of(1, -3, 0, 2, 0), 3), [1, 3, 0]);
  assert.deepEqual(strongest(Float32Array.of(1, -3, 0, 2, 0), 2), [1, 3]);
  assert.deepEqual(strongest(Float32Array.of(0, 0), 3), []);
});

test("a sum is said so that it can be checked by hand", () => {
  const sum = {
    inputs: Float32Array.of(0.5, 1, 0),
    weights: Float32Array.of(2, -0.25, 9),
    products: Float32Array.of(1, -0.25, 0),
    bias: -0.5,
    sum: 0.25,
    value: 0.25,
  };
  assert.equal(formula(sum, [0, 1], "relu"), "0.50 × 2.00 + 1.00 × (−0.25) + … − 0.50 = 0.25. ReLU: 0.25");
  assert.equal(formula({ ...sum, bias: 0.5, sum: 1.25 }, [0], "linear"), "0.50 × 2.00 + … + 0.50 = 1.25");
});

test("five sentences say what the strongest did, in every network", () => {
  for (const each of Object.values(ALL)) {
    const said = strongestWords(each, forward(each, IMAGE), stagesOf(each));
    assert.equal(said.length, 5);
    for (const words of said) assert.ok(!/undefined|NaN/.test(words), words);
  }
  assert.match(
    strongestWords(HIDDEN, forward(HIDDEN, IMAGE), stagesOf(HIDDEN))[0],
    /^Unit \d+ gave .*spoke for \d with/,
  );
});

test("nothing is said to have spoken where nothing was drawn and no bias lights up", () => {
  const silent = { ...HIDDEN, layers: HIDDEN.layers.map((each) => ({ ...each })) };
  silent.layers[1].weights = [silent.layers[1].weights[0], new Float32Array(100).fill(-1)];
  assert.deepEqual(strongestWords(silent, forward(silent, new Uint8Array(784)), stagesOf(silent)), []);
});

test("a dead unit and one that doubles another say so, and the others nothing", () => {
  /** @type {import("../../../web/js/inside/liking.js").KnownLayer} */
  const layer = { layer: 1, dead: [2], doubled: [[3, 0, 0.9712]], best: [], levels: [] };
  assert.equal(oddWords(layer, 2, 2000), "It is dead: none of 2,000 test images makes it speak.");
  assert.match(oddWords(layer, 3, 2000), /^It doubles unit 1: .* 0\.97\)\.$/);
  assert.equal(oddWords(layer, 0, 2000), "");
});

test("an image has its place among the test images", () => {
  assert.match(likingWords(2, 0.934, 500), /more than 93 of 100 of the 500 test images/);
  assert.match(likingWords(2, 1, 500), /^None of 500 test images/);
  assert.equal(likingWords(0, 0, 500), "What it sees now leaves it silent.");
});

test("who watches is told of what is there, of each change, and of nothing more at the end", () => {
  /** @type {import("../../../web/js/seen.js").Seen[]} */
  const told = [];
  const known = { name: "a", count: 1, layers: [], images: new Uint8Array() };
  const end = watch((seen) => told.push(seen));
  see({ networks: { LINEAR } });
  see({ known: { a: known } });
  see({ known: { b: { ...known, name: "b" } } });
  end();
  see({ image: IMAGE });
  assert.equal(told.length, 4);
  assert.equal(told[3].networks.LINEAR, LINEAR);
  assert.deepEqual(Object.keys(told[3].known), ["a", "b"]);
});
