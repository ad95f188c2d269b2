import assert from "node:assert/strict";
import test from "node:test";
import { nextPlace } from "../../../web/js/roving_focus.js";

const TABLE = { columns: 10 };
const WORDS = { columns: 4, flows: true };

/** @type {(from: number, keys: string[], count: number, layout: import("../../../web/js/roving_focus.js").Layout) => number} */
const walk = (from, keys, count, layout) =>
  keys.reduce((at, key) => /** @type {number} */ (nextPlace(key, at, count, layout)), from);

test("arrows go from cell to cell of a table, and stop at its edges", () => {
  assert.equal(walk(0, ["ArrowRight", "ArrowDown", "ArrowDown"], 100, TABLE), 21);
  assert.equal(walk(0, ["ArrowLeft", "ArrowUp"], 100, TABLE), 0);
  assert.equal(walk(9, ["ArrowRight"], 100, TABLE), 9);
  assert.equal(walk(95, ["ArrowDown"], 100, TABLE), 95);
});

test("where rows flow, arrows go on in the next one", () => {
  assert.equal(walk(3, ["ArrowRight"], 10, WORDS), 4);
  assert.equal(walk(4, ["ArrowLeft"], 10, WORDS), 3);
  assert.equal(walk(1, ["ArrowDown"], 10, WORDS), 5);
  assert.equal(walk(8, ["ArrowDown", "ArrowRight"], 10, WORDS), 9);
  assert.equal(walk(2, ["ArrowUp"], 10, WORDS), 0);
  assert.equal(walk(5, ["End"], 10, WORDS), 9);
  assert.equal(walk(5, ["Home"], 10, WORDS), 0);
});

test("in a single column there is nowhere beside", () => {
  assert.equal(walk(3, ["ArrowLeft"], 10, { columns: 1 }), 3);
  assert.equal(walk(3, ["ArrowDown", "ArrowDown"], 10, { columns: 1 }), 5);
  assert.equal(walk(0, ["ArrowUp"], 10, { columns: 1 }), 0);
});

test("other keys lead nowhere, and are left to the page", () => {
  for (const key of ["Enter", "a", "Tab", "toString"]) assert.equal(nextPlace(key, 0, 10, TABLE), undefined);
  assert.equal(nextPlace("Home", 5, 10, TABLE), undefined);
});
