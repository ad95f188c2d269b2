// Answers while the pen moves: the page's own HTML of the answers, filled in anew on every
// frame in which the pen has moved.  What the server answers stays the authority: as soon
// as it knows every stroke that was drawn here, its HTML stands.

const ANSWER = "digitlab-answer"; // the server has answered: sent by the component with the answers
const FRAME = "digitlab-frame"; // a frame has been drawn; `detail` is the milliseconds of script it took
const GIVE_UP = 10_000; // ms after the last stroke: the server will not hear of it any more
const PRACTICE = 20; // times, some milliseconds
const DECIMATE = 0.4; // canvas pixels, as the canvas' brush does

export default function ({ parentElement, data }) {
  const live = (parentElement.live ??= begin());
  if (data && live.header !== headerOf(data)) {
    live.header = headerOf(data);
    live.networks = unpacked(data);
    (window.requestIdleCallback ?? setTimeout)(() => practise(Object.values(live.networks)));
  }
  return () => {
    live.end();
    delete parentElement.live;
  };
}

function begin() {
  const controller = new AbortController();
  const end = () => {
    clearTimeout(patience);
    controller.abort();
  };
  const live = { networks: {}, end };
  let box = null; // holds the answers, and as `box.answer` what came with them
  let known = { count: 0, revision: 0, strokes: [] }; // what the server has answered to
  let own = []; // finished strokes that it has not
  let pen = null; // the stroke in progress
  let awaited = 0; // the animation frame that was asked for
  let patience = 0; // the timer that gives up on the server
  const release = pressHolder(() => pen || own.length > 0, controller.signal);

  /** Take the server's answer: at once, or below what it does not know yet. */
  function receive(event) {
    if (event) event.preventDefault();
    box = event ? event.target : document.querySelector(".dl-live");
    const answer = box?.answer;
    if (!answer) return;
    const isTakenBack = answer.revision !== known.revision || answer.count < known.count;
    own = isTakenBack ? [] : own.slice(answer.count - known.count);
    known = answer;
    if (!follows(answer)) [own, pen] = [[], null];
    if (!pen?.canvas.isConnected) pen = null; // A canvas that leaves takes the end of its stroke along.
    if (!pen && !own.length) return settle();
    morph(box.firstElementChild, parsed(answer.html), ".dl-spoken");
    draw();
  }

  function settle() {
    clearTimeout(patience);
    own = [];
    release();
    if (!box?.answer) return;
    morph(box.firstElementChild, parsed(box.answer.html));
    box.dataset.from = "server";
  }

  function down(event) {
    const path = event.composedPath();
    const canvas = path[0];
    if (!box?.isConnected) receive();
    if (!follows(box?.answer) || !canvas.classList?.contains("upper-canvas")) return;
    if (!path.some((each) => each.classList?.contains(box.answer.board))) return;
    const touch = event.changedTouches?.[0];
    if (touch ? pen?.canvas.isConnected && pen.finger !== undefined : event.button !== 0) return;
    pen = { canvas, finger: touch?.identifier, points: [] };
    clearTimeout(patience);
    move(event);
  }

  // The canvas component draws what mouse and touch events say; pointer events have other
  // fractions of a pixel, and points it never sees.
  function move(event) {
    const touch = event.changedTouches?.[0];
    if (!pen || touch?.identifier !== pen.finger) return;
    const area = pen.canvas.getBoundingClientRect();
    if (!area.width || !area.height) return;
    const x = ((touch ?? event).clientX - area.left) * (pen.canvas.width / area.width);
    const y = ((touch ?? event).clientY - area.top) * (pen.canvas.height / area.height);
    const points = pen.points;
    if (points.length && points.at(-2) === x && points.at(-1) === y) return;
    if (event.shiftKey && points.length > 2) points.length -= 2; // A straight line, as the canvas draws one.
    points.push(x, y);
    soon();
  }

  function up(event) {
    const touch = event.changedTouches?.[0];
    if (!pen || (touch?.identifier !== pen.finger && !(touch && !event.touches.length))) return;
    own.push(decimated(pen.points));
    pen = null;
    patience = setTimeout(settle, GIVE_UP);
    if (!known.picture) soon(); // What is shown is right, and the canvas may not yet have laid the stroke down.
  }

  function soon() {
    awaited ||= requestAnimationFrame(() => {
      awaited = 0;
      if (!pen && !own.length) return;
      const started = performance.now();
      draw();
      box.dispatchEvent(new CustomEvent(FRAME, { bubbles: true, detail: performance.now() - started }));
    });
  }

  function draw() {
    const { networks, picture, brush } = known;
    const image = !picture ? drawn() : pen && changed(pen, picture, brush);
    box.dataset.from = "browser";
    if (!image) return;
    box.querySelectorAll(".dl-answer").forEach((card, index) => {
      const network = live.networks[networks[index]];
      if (network) fill(card, forward(network, image));
    });
  }

  function drawn() {
    const { side, brush, strokes } = known;
    const here = pen ? [...own, decimated(pen.points)] : own; // As if the pen were lifted now.
    const all = [...strokes, ...here.flatMap((stroke) => within(stroke, side, brush))];
    return all.length ? toMnist(reink(all), 84) : null;
  }

  const options = { capture: true, passive: true, signal: controller.signal };
  for (const [name, act] of Object.entries({
    mousedown: down, mousemove: move, mouseup: up, touchstart: down, touchmove: move, touchend: up, touchcancel: up,
  })) document.addEventListener(name, act, options);
  document.addEventListener(ANSWER, receive, { signal: controller.signal });
  receive();
  return live;
}

/** Whether the browser can go on from what this is the answer to. */
const follows = (answer) => Boolean(answer?.strokes || answer?.picture);

/** The picture that was put on the canvas, with what lies on it and the stroke in progress, as the canvas will draw it. */
function changed({ canvas, points }, { cell, margin }, brush) {
  const side = 28 * cell;
  const context = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  context.translate(-margin, -margin);
  context.drawImage(canvas.parentElement.querySelector(".lower-canvas"), 0, 0);
  context.strokeStyle = canvas.getContext("2d").strokeStyle; // The pen's: ink, or the ground's where it rubs out.
  context.lineWidth = brush;
  context.lineCap = context.lineJoin = "round";
  const kept = decimated(points);
  context.moveTo(kept[0], kept[1]);
  for (let at = 2; at < kept.length; at += 2) {
    const [x, y] = [kept[at - 2], kept[at - 1]];
    context.quadraticCurveTo(x, y, (x + kept[at]) / 2, (y + kept[at + 1]) / 2);
  }
  context.lineTo(kept.at(-2) + brush / 1000, kept.at(-1)); // Or a dot would have no length.
  context.stroke();
  return means(context.getImageData(0, 0, side, side).data, cell);
}

/** Do the arithmetic a few times before it counts: browsers compile what is used often. */
function practise(networks) {
  for (let turn = 0; turn < PRACTICE; turn++) {
    const image = toMnist(reink([[0, 0, 200, turn], [100, 100, 0, 300]]), 84);
    for (const network of networks) forward(network, image);
  }
}

/** The points of a finished stroke that the canvas keeps: not those much closer than a pixel, never the last but one. */
export function decimated(points) {
  const last = points.length - 2;
  if (last < 4) return points;
  const kept = [points[0], points[1]];
  for (let at = 2; at < last - 2; at += 2) {
    const [right, down] = [points[at] - kept.at(-2), points[at + 1] - kept.at(-1)];
    if (right * right + down * down >= DECIMATE ** 2) kept.push(points[at], points[at + 1]);
  }
  kept.push(points[last], points[last + 1]);
  return kept;
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** Make an element like another with as few changes as there are: focus stays, nothing flickers. */
function morph(old, now, except) {
  if (except && now.matches(except)) return;
  for (const { name } of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const children = [...now.childNodes];
  children.forEach((child, index) => {
    const there = old.childNodes[index];
    if (!there) old.append(child);
    else if (there.nodeName !== child.nodeName) there.replaceWith(child);
    else if (child.nodeType === Node.ELEMENT_NODE) morph(there, child, except);
    else if (there.data !== child.data) there.data = child.data;
  });
  while (old.childNodes.length > children.length) old.lastChild.remove();
}

/** Write what a network says of an unfinished drawing into a card that `ui.parts.answers` made. */
function fill(card, { outputs, probabilities }) {
  const order = [...probabilities.keys()].sort((one, other) => probabilities[other] - probabilities[one] || one - other);
  const said = card.querySelector(".dl-said");
  // Whether an answer is sure, only the server can tell, which has the training images: nothing is said that it could
  // take back.
  if (!said.querySelector(".dl-guess")) {
    said.classList.remove("dl-unsure");
    said.innerHTML =
      '<span class="dl-digit"></span><span class="dl-sure dl-guess"><strong>Best guess</strong><br><small></small></span>';
  }
  write(said.querySelector(".dl-digit"), String(order[0]));
  write(said.querySelector("small"), `then ${order[1]}`);
  const table = card.querySelector(".dl-bars");
  const parts = table.classList.contains("dl-by-shares") ? shares(outputs) : probabilities;
  const shown = table.classList.contains("dl-by-outputs") ? outputs : parts;
  const best = shown.indexOf(Math.max(...shown));
  [...table.tBodies[0].rows].forEach((row, digit) => {
    const [, bar, share, output] = row.cells;
    if (row.classList.contains("dl-best") !== (digit === best)) row.classList.toggle("dl-best");
    bar.firstElementChild.style.setProperty("--length", `${(100 * shown[digit]).toFixed(1)}%`);
    write(share, percent(parts[digit]));
    write(output, outputs[digit].toFixed(4));
  });
}

/** As `network.shares`. */
function shares(outputs) {
  const total = outputs.reduce((sum, output) => sum + output, 0);
  return outputs.map((output) => (total > 0 ? output / total : 1 / outputs.length));
}

function write(element, text) {
  const there = element.firstChild;
  if (!there) element.textContent = text;
  else if (there.data !== text) there.data = text;
}

const percent = (fraction) => `${(100 * fraction).toFixed(1)}\u00a0%`; // as `ui.words.run_words.percent`
