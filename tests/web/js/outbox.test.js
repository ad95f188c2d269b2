import assert from "node:assert/strict";
import test from "node:test";

/** @type {Map<string, string>} */
const memory = new Map();
const settings = { language: "en", code: "", base: "", words: { reads: "The network reads {digit}" } };
Object.assign(globalThis, {
  document: { getElementById: () => ({ textContent: JSON.stringify(settings) }) },
  location: { origin: "http://phone.test" },
  localStorage: {
    getItem: (/** @type {string} */ name) => memory.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => memory.set(name, value),
    removeItem: (/** @type {string} */ name) => memory.delete(name),
  },
});
const { Outbox } = await import("../../../web/js/phone/outbox.js");
const { told } = await import("../../../web/js/phone/settings.js");

/** A server that answers as it is told, and remembers what came. */
class Server {
  constructor() {
    /** @type {any[]} */
    this.got = [];
    /** @type {((message: any) => [number, object] | null)} `null` where it is not reached */
    this.answer = (message) => [200, { id: `id ${message.slot}` }];
    globalThis.fetch = async (address, options) => {
      const message = JSON.parse(String(options?.body));
      this.got.push(message);
      assert.equal(String(address), "http://phone.test/join/ABCDEF/answers?lang=en");
      const answer = this.answer(message);
      if (answer === null) throw new TypeError("Failed to fetch");
      return new Response(JSON.stringify(answer[1]), { status: answer[0] });
    };
  }
}

/** An outbox, and what it tells. */
function opened() {
  const heard = {
    taken: /** @type {any[]} */ ([]),
    refused: /** @type {string[]} */ ([]),
    reached: /** @type {any[]} */ ([]),
  };
  const outbox = new Outbox("ABCDEF", {
    taken: (message) => heard.taken.push(message.slot),
    refused: (_, refusal) => heard.refused.push(refusal.reason),
    reached: (why) => heard.reached.push(why),
  });
  return { outbox, heard };
}

const drawing = (slot = 0) => ({ round: 1, step: 0, slot, strokes: [[[1, 2]]] });
const rest = () => new Promise((resolve) => setImmediate(resolve));
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await rest();
};

test.beforeEach((context) => {
  memory.clear();
  /** @type {any} */ (context).mock.timers.enable({ apis: ["setTimeout"] });
});

test("what is sent is taken and kept no longer", async () => {
  const server = new Server();
  const { outbox, heard } = opened();
  outbox.add(drawing(), 1);
  outbox.add(drawing(1), 1);
  assert.equal(memory.size, 1);
  await settle();
  assert.deepEqual([heard.taken, outbox.waiting, memory.size], [[0, 1], [], 0]);
  assert.match(server.got[0].sent, /^[0-9a-f]{24}$/);
  assert.notEqual(server.got[0].sent, server.got[1].sent);
});

test("what the server does not take is sent again after a while, the same", async (context) => {
  const server = new Server();
  server.answer = () => null;
  const { outbox, heard } = opened();
  outbox.add(drawing(), 1);
  await settle();
  assert.deepEqual([heard.reached, heard.taken, outbox.waiting.length, outbox.isStuck], [[""], [], 1, true]);
  server.answer = () => [503, { reason: "away", message: "The server has a moment's trouble." }];
  context.mock.timers.tick(1_000);
  await settle();
  assert.equal(heard.reached.at(-1), "The server has a moment's trouble.");
  server.answer = () => [200, { id: "1" }];
  context.mock.timers.tick(2_000);
  await settle();
  assert.deepEqual([heard.taken, heard.reached.at(-1), outbox.isStuck], [[0], null, false]);
  assert.equal(new Set(server.got.map((each) => each.sent)).size, 1);
});

test("another drawing for the same place takes the place of one that waits", async () => {
  const server = new Server();
  server.answer = () => null;
  const { outbox } = opened();
  outbox.add(drawing(), 1);
  outbox.add({ ...drawing(), strokes: [[[9, 9]]] }, 2);
  await settle();
  assert.deepEqual([outbox.waiting.length, outbox.waiting[0].take], [1, 2]);
  assert.equal(outbox.of({ round: 1, step: 0, slot: 0 })?.take, 2);
  assert.equal(outbox.of({ round: 1, step: 1, slot: 0 }), undefined);
});

test("what waits is there after the page was loaded anew, and is sent", async () => {
  const server = new Server();
  server.answer = () => null;
  opened().outbox.add(drawing(3), 1);
  await settle();
  server.answer = () => [200, { id: "1" }];
  const { outbox, heard } = opened();
  assert.equal(outbox.waiting.length, 1);
  await outbox.send();
  assert.deepEqual([heard.taken, server.got.at(-1).slot], [[3], 3]);
});

test("what is refused is told and not sent again", async () => {
  const server = new Server();
  server.answer = () => [409, { reason: "closed", message: "Too late." }];
  const { outbox, heard } = opened();
  outbox.add(drawing(), 1);
  await settle();
  assert.deepEqual([heard.refused, outbox.waiting, server.got.length], [["closed"], [], 1]);
});

test("too much at once is a matter of waiting", async () => {
  const server = new Server();
  server.answer = () => [429, { reason: "fast", message: "Wait a moment." }];
  const { outbox, heard } = opened();
  outbox.add(drawing(), 1);
  await settle();
  assert.deepEqual([heard.refused, outbox.waiting.length], [[], 1]);
});

test("what is deleted is not sent any more", async (context) => {
  const server = new Server();
  server.answer = () => null;
  const { outbox } = opened();
  outbox.add(drawing(), 1);
  await settle();
  outbox.clear();
  context.mock.timers.tick(60_000);
  await settle();
  assert.deepEqual([server.got.length, memory.size], [1, 0]);
});

test("a browser that keeps nothing, or something else, does without", () => {
  memory.set("digitlab-class-ABCDEF", "{ broken");
  assert.deepEqual(opened().outbox.waiting, []);
  memory.set("digitlab-class-ABCDEF", '{"a": 1}');
  assert.deepEqual(opened().outbox.waiting, []);
});

test("a sentence has its values filled in", () => {
  assert.equal(told("reads", { digit: 7 }), "The network reads 7");
});
