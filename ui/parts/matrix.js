// The matrix at each snapshot of a run.  The server sends all of them; the slider shows
// any of them at once, and tells the server where it came to rest.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const KEYS_REST = 350; // ms after the last arrow key: its cell is chosen
const SLIDER_REST = 150; // ms after the last move of the slider
const PLAY_EVERY = 700; // ms a snapshot
const PATIENCE = 4_000; // ms in which the server may still be answering to an earlier choice

export default function ({ parentElement, data, setTriggerValue }) {
  const view = (parentElement.matrixView ??= begin(parentElement));
  view.receive(data, setTriggerValue);
  return () => {
    view.end();
    delete parentElement.matrixView;
  };
}

const element = (name, text = "", more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
const number = (value) => value.toLocaleString("en-US");

function begin(root) {
  const $ = (selector) => root.querySelector(selector);
  const cells = build($("table"));
  const sums = { rows: root.querySelectorAll("[data-row]"), columns: root.querySelectorAll("[data-column]"), all: $("[data-all]") };
  const slider = $(".slider");
  const sent = { cell: null, step: null }; // [value, when]: what the server was told last
  let data = null;
  let send = null;
  let place = 0; // of the snapshot that is shown
  let cell = [0, 0];
  let resting = 0; // timer of the slider
  let pressing = 0; // timer of the arrow keys
  let playing = 0;

  /** Whether the server's word stands: not while it answers to an earlier choice than the last one. */
  function stands(kind, value, pending) {
    if (pending) return false;
    const last = sent[kind];
    if (last && String(last[0]) !== String(value) && performance.now() - last[1] < PATIENCE) return false;
    sent[kind] = null;
    return true;
  }

  function receive(next, trigger) {
    const before = data;
    [data, send] = [next, trigger];
    const frames = data.frames;
    const step = frames[data.place].step;
    const kept = before ? frames.findIndex((frame) => frame.step === before.frames[place].step) : -1;
    if (!before || kept < 0 || stands("step", step, resting || playing)) place = data.place;
    else place = kept;
    $(".travel").hidden = frames.length < 2;
    slider.max = frames.length - 1;
    buildMarks();
    buildTiles();
    draw();
    if (!before || stands("cell", data.chosen, pressing)) mark(...data.chosen);
  }

  function tell(kind, value) {
    sent[kind] = [value, performance.now()];
    send(kind, value);
  }

  // The cells.

  function choose(true_, read) {
    clearTimeout(pressing);
    pressing = 0;
    mark(true_, read); // At once; the page follows.
    tell("cell", [true_, read]);
  }

  function mark(true_, read) {
    const old = cells[cell[0]][cell[1]];
    old.setAttribute("aria-pressed", "false");
    old.tabIndex = -1;
    cell = [true_, read];
    cells[true_][read].setAttribute("aria-pressed", "true");
    cells[true_][read].tabIndex = 0;
  }

  cells.forEach((row, true_) => row.forEach((button, read) => {
    button.onclick = () => choose(true_, read);
    // One stop for the Tab key, arrows inside; where they rest, the cell is chosen.
    button.onkeydown = (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      const inside = (digit) => Math.min(9, Math.max(0, digit));
      const [down, across] = [inside(true_ + arrow[0]), inside(read + arrow[1])];
      cells[down][across].focus();
      clearTimeout(pressing);
      pressing = setTimeout(() => choose(down, across), KEYS_REST);
    };
  }));

  // The snapshots.

  function draw() {
    const frame = data.frames[place];
    const sum = (at) => [...Array(10).keys()].reduce((total, digit) => total + frame.counts[at(digit)], 0);
    for (let true_ = 0; true_ < 10; true_++) {
      const images = sum((digit) => 10 * true_ + digit);
      sums.rows[true_].textContent = number(images);
      for (let read = 0; read < 10; read++) {
        const at = 10 * true_ + read;
        const button = cells[true_][read];
        const [colour, ink] = data.palette[frame.shades[at]] ?? ["", ""];
        const label = words(true_, read, frame.counts[at], images, data.base?.[at]);
        button.textContent = frame.texts[at];
        button.title = label;
        button.setAttribute("aria-label", label);
        button.style.background = colour;
        button.style.color = ink;
      }
    }
    for (let read = 0; read < 10; read++) sums.columns[read].textContent = number(sum((digit) => 10 * digit + read));
    sums.all.textContent = number(frame.counts.reduce((a, b) => a + b, 0));
    $(".words").textContent = frame.words;
    $("caption").textContent = `Confusion matrix: a row a true digit, a column a digit read. ${frame.words}`;
    slider.value = place;
    slider.setAttribute("aria-valuetext", frame.words);
    $(".back").disabled = place === 0;
    $(".on").disabled = place === data.frames.length - 1;
    drawMarks();
    drawTiles();
  }

  function words(true_, read, count, images, base) {
    const share = images ? ` (${((100 * count) / images).toFixed(1)} %)` : "";
    let compared = "";
    if (base !== undefined) {
      const more = count - base;
      compared = more ? `, ${number(Math.abs(more))} ${more > 0 ? "more" : "fewer"} than ` : ", as many as ";
      compared += data.name;
    }
    return `${true_} read as ${read}: ${number(count)} of ${number(images)}${share}${compared}`;
  }

  function go(to) {
    place = Math.min(data.frames.length - 1, Math.max(0, to));
    draw();
    clearTimeout(resting);
    resting = playing ? 0 : setTimeout(rest, SLIDER_REST);
  }

  function rest() {
    resting = 0;
    tell("step", data.frames[place].step);
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    $(".play").textContent = "Play";
    $(".words").setAttribute("aria-live", "polite");
  }

  $(".play").onclick = () => {
    if (playing) {
      pause();
      return rest();
    }
    $(".play").textContent = "Pause";
    $(".words").setAttribute("aria-live", "off"); // Nobody can listen that fast.
    playing = setInterval(() => {
      if (place === data.frames.length - 1) pause(), rest();
      else go(place + 1);
    }, PLAY_EVERY);
    go(place === data.frames.length - 1 ? 0 : place);
  };
  const by = (steps) => () => (pause(), go(place + steps));
  $(".back").onclick = by(-1);
  $(".on").onclick = by(1);
  slider.oninput = () => (pause(), go(Number(slider.value)));

  // What became of one image.

  function buildMarks() {
    const image = data.image;
    $(".image").hidden = !image;
    if (!image) return;
    $(".fate").textContent = image.words;
    $(".marks").setAttribute("aria-label", image.label);
    $(".marks").replaceChildren(...image.read.map((digit, at) => {
      const right = digit === image.truth;
      const title = `${data.frames[at].words.split(":")[0]}: read as ${digit ?? "nothing"}, ${right ? "right" : "wrong"}`;
      return element("span", digit ?? "?", { className: right ? "right" : "", title, onclick: () => (pause(), go(at)) });
    }));
  }

  function drawMarks() {
    [...$(".marks").children].forEach((mark, at) => mark.classList.toggle("now", at === place));
  }

  // What the first layer weighs.

  function buildTiles() {
    const weights = data.weights;
    $(".weights").hidden = !weights;
    if (!weights) return;
    const key = element("span", " Ink on ");
    key.append(element("b", "blue", { className: "for" }), " pixels speaks for it, on ", element("b", "orange", { className: "against" }), " against it.");
    $("figcaption").replaceChildren(weights.title, key);
    $(".tiles").replaceChildren(...weights.names.map((name) => {
      const tile = element("div");
      const picture = element("i");
      picture.role = "img";
      picture.ariaLabel = `Weights of ${weights.unit} ${name}`;
      picture.style.backgroundSize = `${100 * weights.names.length}% ${100 * data.frames.length}%`;
      tile.append(picture, name);
      return tile;
    }));
  }

  function drawTiles() {
    if (!data.weights) return;
    const share = (at, count) => (count > 1 ? (100 * at) / (count - 1) : 0);
    const count = data.weights.names.length;
    [...$(".tiles").children].forEach((tile, unit) => {
      tile.firstChild.style.backgroundPosition = `${share(unit, count)}% ${share(place, data.frames.length)}%`;
    });
  }

  function end() {
    clearTimeout(resting);
    clearTimeout(pressing);
    clearInterval(playing);
  }

  return { receive, end };
}

/** The table's rows and their buttons, as cells[true][read]. */
function build(table) {
  const heading = (text, scope) => element("th", text, { scope });
  const head = table.createTHead().insertRow();
  head.append(element("td"), ...Array.from({ length: 10 }, (_, digit) => heading(digit, "col")), heading("all", "col"));
  const body = table.createTBody();
  const cells = Array.from({ length: 10 }, (_, true_) => {
    const row = body.insertRow();
    row.append(heading(true_, "row"));
    const buttons = Array.from({ length: 10 }, (_, read) => {
      const button = element("button", "", { type: "button", tabIndex: -1 });
      button.dataset.cell = `${true_}-${read}`;
      button.setAttribute("aria-pressed", "false");
      row.insertCell().append(button);
      return button;
    });
    total(row, "row", true_);
    return buttons;
  });
  const foot = table.createTFoot().insertRow();
  foot.append(heading("all", "row"));
  for (let read = 0; read < 10; read++) total(foot, "column", read);
  total(foot, "all", "");
  return cells;
}

function total(row, kind, digit) {
  const cell = row.insertCell();
  cell.className = "total";
  cell.dataset[kind] = digit;
}
