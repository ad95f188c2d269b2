import assert from "node:assert/strict";
import test from "node:test";
import { component } from "../../../web/js/component.js";

/** @param {boolean} isConnected */
const rootThat = (isConnected) => /** @type {HTMLElement} */ ({ isConnected });

function counted() {
  const seen = { begun: 0, ended: 0, received: /** @type {unknown[]} */ ([]) };
  const call = component(() => {
    seen.begun++;
    return { receive: (data) => seen.received.push(data), end: () => seen.ended++ };
  });
  return { seen, call };
}

test("a view is begun once and told all that comes", () => {
  const { seen, call } = counted();
  const parentElement = rootThat(true);
  call({ parentElement, data: 1, setTriggerValue: () => {} });
  call({ parentElement, data: 2, setTriggerValue: () => {} });
  assert.deepEqual([seen.begun, seen.received], [1, [1, 2]]);
  call({ parentElement: rootThat(true), data: 3, setTriggerValue: () => {} });
  assert.equal(seen.begun, 2);
});

test("what ends only because newer data overtook it leaves the view as it is", () => {
  const { seen, call } = counted();
  const parentElement = rootThat(true);
  const end = call({ parentElement, data: 1, setTriggerValue: () => {} });
  end();
  call({ parentElement, data: 2, setTriggerValue: () => {} });
  assert.deepEqual([seen.begun, seen.ended], [1, 0]);
});

test("a view whose place has left the page ends, and is begun anew where it comes back", () => {
  const { seen, call } = counted();
  const parentElement = rootThat(false);
  const end = call({ parentElement, data: 1, setTriggerValue: () => {} });
  end();
  assert.equal(seen.ended, 1);
  call({ parentElement, data: 2, setTriggerValue: () => {} });
  assert.equal(seen.begun, 2);
});
