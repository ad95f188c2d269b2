// Points to look at, to point at and to draw around.  Positions in data are in [0, 65535] on both axes, y up.
const FRAME = 0.94;          // of the square that the points fill
const STILL = 5;             // CSS pixels that a click may tremble
const CORNERS = 40;          // of a lasso, at most
const GRID = 10000;          // of corners, as the address holds them
const GLYPHS_FROM = 5;       // times enlarged: digits instead of dots
const FAINT = 0.13;
const HINTS = {
  lasso: "Draw around points to see their images, or choose one.",
  move: "Drag to move, choose a point to see its image; with Lasso, draw around some.",
  whole: "This is all of the map: + makes it larger, then drag to move. Choose a point to see its image.",
};

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Pixels that stamps are written into by hand: five times faster than drawImage where there is no graphics driver.
class Frame {
  constructor(side, [red, green, blue]) {
    this.side = side;
    this.image = new ImageData(side, side);
    new Uint32Array(this.image.data.buffer).fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  }

  // Adds a square picture, its middle at (x, y), at a strength in (0, 1].
  stamp(picture, x, y, strength) {
    const size = picture.width, side = this.side, into = this.image.data;
    const left = Math.round(x - size / 2), top = Math.round(y - size / 2);
    if (left + size <= 0 || top + size <= 0 || left >= side || top >= side) return;
    const cut = left < 0 || top < 0 || left + size > side || top + size > side;
    picture.inked ??= Array.from({ length: size * size }, (_, i) => i).filter((i) => picture.data[4 * i + 3]);
    for (const i of picture.inked) {
      const x_at = left + (i % size), y_at = top + Math.floor(i / size);
      if (cut && (x_at < 0 || y_at < 0 || x_at >= side || y_at >= side)) continue;
      const to = 4 * (y_at * side + x_at);
      const share = (strength * picture.data[4 * i + 3]) / 255;
      for (let channel = 0; channel < 3; channel++) {
        into[to + channel] += share * (picture.data[4 * i + channel] - into[to + channel]);
      }
    }
  }
}

class Scatter {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".box");
    this.base = root.querySelector("canvas.points");
    this.top = root.querySelector("canvas.marks");
    this.tip = root.querySelector(".tip");
    this.view = { zoom: 1, x: 0, y: 0 };  // what is in the middle, in [-1, 1]
    this.fingers = new Map();
    this.path = [];
    this.listen();
    this.setMode(matchMedia("(pointer: coarse)").matches ? "move" : "lasso");
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.box);
  }

  update(data, choose) {
    this.choose = choose;
    if (data.points !== this.sent) {
      this.sent = data.points;
      const places = new Uint16Array(bytes(data.points).buffer);
      this.x = Float32Array.from({ length: places.length / 2 }, (_, i) => places[2 * i] / 32767.5 - 1);
      this.y = Float32Array.from({ length: places.length / 2 }, (_, i) => places[2 * i + 1] / 32767.5 - 1);
      this.view = { zoom: 1, x: 0, y: 0 };
      this.setTouch();
    }
    this.data = data;
    this.truth = bytes(data.truth);
    this.read = bytes(data.read);
    this.sort();
    this.draw();
  }

  // Which points count, those read right first, so that errors lie on top.
  sort() {
    const { only_wrong, true_digit, read_digit, lasso } = this.data;
    const faint = [], right = [], wrong = [];
    this.active = new Uint8Array(this.x.length);
    for (let i = 0; i < this.x.length; i++) {
      const misread = this.truth[i] !== this.read[i];
      const shown = (!only_wrong || misread) && (true_digit < 0 || this.truth[i] === true_digit)
        && (read_digit < 0 || this.read[i] === read_digit);
      this.active[i] = shown;
      const chosen = shown && (!lasso || inside(this.x[i], this.y[i], lasso));
      (chosen ? (misread ? wrong : right) : faint).push(i);
    }
    this.order = { faint, right, wrong };
    const groups = Array.from({ length: 11 }, () => []);
    for (const i of [...right, ...wrong]) groups[this.kind(i)].push(i);
    const median = (values, places) => Float32Array.from(places, (i) => values[i]).sort()[places.length >> 1];
    const enough = Math.max(3, (right.length + wrong.length) / 50);
    this.middles = groups.map((group) => group.length >= enough && [median(this.x, group), median(this.y, group)]);
  }

  kind(i) {
    const by = this.data.colour;
    return by === "right" ? Number(this.truth[i] !== this.read[i]) : by === "read" ? this.read[i] : this.truth[i];
  }

  colours() {
    return this.data.colour === "right" ? this.data.right_wrong : this.data.digits[this.dark ? "dark" : "light"];
  }

  toPixels(x, y) {
    const half = this.side / 2;
    const scale = half * FRAME * this.view.zoom;
    return [half + (x - this.view.x) * scale, half - (y - this.view.y) * scale];
  }

  toData(px, py) {
    const half = this.side / 2;
    const scale = half * FRAME * this.view.zoom;
    return [(px - half) / scale + this.view.x, (half - py) / scale + this.view.y];
  }

  draw() {
    this.side = this.box.clientWidth;
    if (!this.side || !this.order) return;
    const began = performance.now();
    const density = devicePixelRatio || 1;
    for (const canvas of [this.base, this.top]) {
      const pixels = Math.round(this.side * density);
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    }
    const style = getComputedStyle(this.root);
    this.ink = style.getPropertyValue("--st-text-color").trim() || style.color;
    this.paper = style.getPropertyValue("--st-background-color").trim() || "#fff";
    const pen = this.base.getContext("2d", { willReadFrequently: true });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = this.paper;
    pen.fillRect(0, 0, this.base.width, this.base.height);
    const glyphs = this.view.zoom >= GLYPHS_FROM;
    const paper = pen.getImageData(0, 0, 1, 1).data;
    this.dark = paper[0] + paper[1] + paper[2] < 384;
    const frame = new Frame(this.base.width, paper);
    const stamps = this.stamps(density, glyphs);
    const stamp = (places, wrong, strength) => {
      for (const i of places) {
        const [x, y] = this.toPixels(this.x[i], this.y[i]);
        const digit = this.data.colour === "read" ? this.read[i] : this.truth[i];
        frame.stamp(stamps(this.kind(i), wrong, digit), x * density, y * density, strength);
      }
    };
    stamp(this.order.faint, false, FAINT);
    stamp(this.order.right, false, 1);
    stamp(this.order.wrong, true, 1);
    pen.putImageData(frame.image, 0, 0);
    pen.setTransform(density, 0, 0, density, 0, 0);
    if (!glyphs && this.data.colour !== "right") this.names(pen);
    this.mark();
    this.root.dataset.drawn = (performance.now() - began).toFixed(1);
  }

  // Pictures of a point, drawn once and then stamped.
  stamps(density, glyphs) {
    const radius = Math.round(4 * (this.side < 420 ? 1.7 : 2.3) * Math.min(1.6, Math.sqrt(this.view.zoom))) / 4;
    const look = [density, glyphs, radius, this.paper, this.data.colour].join();
    if (look !== this.look) [this.look, this.made] = [look, []];
    const made = this.made;
    return (kind, wrong, digit) => {
      const name = 20 * kind + 2 * (glyphs ? digit : 0) + Number(wrong);
      if (made[name]) return made[name];
      const side = Math.ceil((glyphs ? 18 : 4 * radius + 4) * density);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.scale(density, density);
      const middle = side / density / 2;
      const colour = this.colours()[kind];
      pen.fillStyle = pen.strokeStyle = colour;
      if (glyphs) {
        pen.font = "600 12px sans-serif";
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.fillText(digit > 9 ? "?" : digit, middle, middle + 0.5);
        pen.lineWidth = 1.5;
        if (wrong) pen.strokeRect(middle - 7, middle - 7, 14, 14);
      } else if (wrong) {
        const arm = radius * 1.7;
        for (const [width, ink] of [[3.6, this.paper], [1.9, colour]]) {
          pen.lineWidth = width;
          pen.strokeStyle = ink;
          pen.beginPath();
          pen.moveTo(middle - arm, middle - arm);
          pen.lineTo(middle + arm, middle + arm);
          pen.moveTo(middle + arm, middle - arm);
          pen.lineTo(middle - arm, middle + arm);
          pen.stroke();
        }
      } else {
        pen.beginPath();
        pen.arc(middle, middle, radius, 0, 7);
        pen.fill();
      }
      const picture = pen.getImageData(0, 0, side, side);
      return (made[name] = picture);
    };
  }

  // The digit of a colour, in the middle of its points: for eyes that cannot tell ten colours apart.
  names(pen) {
    pen.font = "700 22px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    this.middles.forEach((middle, digit) => {
      if (!middle || digit > 9) return;
      const at = this.toPixels(...middle);
      pen.lineWidth = 5;
      pen.strokeStyle = this.paper;
      pen.strokeText(digit, ...at);
      pen.fillStyle = this.ink;
      pen.fillText(digit, ...at);
    });
  }

  // The lasso, the point that was chosen, the one under the pointer.
  mark() {
    const pen = this.top.getContext("2d");
    const density = devicePixelRatio || 1;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, this.side, this.side);
    const corners = this.path.length ? this.path : this.data.lasso;
    if (corners) {
      pen.beginPath();
      corners.forEach(([x, y]) => pen.lineTo(...this.toPixels(x, y)));
      if (!this.path.length) pen.closePath();
      pen.setLineDash([5, 4]);
      pen.lineWidth = 1.5;
      pen.strokeStyle = this.ink;
      pen.stroke();
      pen.setLineDash([]);
    }
    for (const [i, width] of [[this.data.at, 3], [this.under, 1.5]]) {
      if (i === undefined || i === null || i >= this.x.length) continue;
      pen.beginPath();
      pen.arc(...this.toPixels(this.x[i], this.y[i]), 8, 0, 7);
      pen.lineWidth = width;
      pen.strokeStyle = this.ink;
      pen.stroke();
    }
  }

  nearest(px, py, reach) {
    let best, least = reach * reach;
    for (let i = 0; i < this.x.length; i++) {
      if (!this.active[i]) continue;
      const [x, y] = this.toPixels(this.x[i], this.y[i]);
      const distance = (x - px) ** 2 + (y - py) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  point(px, py) {
    this.under = this.nearest(px, py, 12);
    const i = this.under;
    this.tip.hidden = i === undefined;
    if (i !== undefined) {
      const wrong = this.truth[i] !== this.read[i];
      this.tip.textContent = `image ${i.toLocaleString("en")}: ${this.truth[i] === 8 ? "an" : "a"} ${this.truth[i]}, `
        + (!wrong ? "read right" : this.read[i] > 9 ? "no answer" : `read as ${this.read[i]}`);
      this.tip.style.left = `${Math.min(px + 12, this.side - 180)}px`;
      this.tip.style.top = `${py > this.side - 50 ? py - 38 : py + 14}px`;
    }
    this.mark();
  }

  zoom(factor, px = this.side / 2, py = this.side / 2) {
    const [x, y] = this.toData(px, py);
    this.view.zoom = Math.min(60, Math.max(1, this.view.zoom * factor));
    const [nx, ny] = this.toData(px, py);
    this.move(x - nx, y - ny);
  }

  move(dx, dy) {
    const room = 1 - 1 / this.view.zoom;
    this.view.x = Math.min(room, Math.max(-room, this.view.x + dx));
    this.view.y = Math.min(room, Math.max(-room, this.view.y + dy));
    this.setTouch();
    this.soon();
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => { this.frame = undefined; this.draw(); });
  }

  setMode(mode) {
    this.mode = mode;
    for (const button of this.root.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    this.setTouch();
  }

  // A finger scrolls the page over a map that is not enlarged, unless it draws.
  setTouch() {
    const whole = this.view.zoom === 1;
    this.top.style.touchAction = this.mode === "lasso" || !whole ? "none" : "pan-y";
    this.top.style.cursor = this.mode === "lasso" ? "crosshair" : whole ? "pointer" : "grab";
    const hint = this.root.querySelector(".hint"), words = HINTS[this.mode === "move" && whole ? "whole" : this.mode];
    if (hint.textContent !== words) hint.textContent = words;
  }

  at(event) {
    const box = this.top.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  listen() {
    const top = this.top;
    top.onpointerdown = (event) => {
      if (event.button) return;
      top.setPointerCapture(event.pointerId);
      this.fingers.set(event.pointerId, this.at(event));
      this.began = this.fingers.size === 1 ? this.at(event) : undefined;
      this.path = this.mode === "lasso" && this.began ? [this.toData(...this.began)] : [];
      this.tip.hidden = true;
    };
    top.onpointermove = (event) => {
      const now = this.at(event);
      const before = this.fingers.get(event.pointerId);
      if (!before) return this.point(...now);
      if (this.fingers.size === 2) {
        const [a, b] = [...this.fingers.entries()].map(([id, at]) => (id === event.pointerId ? now : at));
        const [c, d] = [...this.fingers.values()];
        const span = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]) || 1;
        const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        this.zoom(span(a, b) / span(c, d), ...middle);
      } else if (this.path.length) {
        this.path.push(this.toData(...now));
        this.mark();
      } else if (this.began && (this.moved ||= Math.hypot(now[0] - this.began[0], now[1] - this.began[1]) > STILL)) {
        const [x, y] = this.toData(...before);
        const [nx, ny] = this.toData(...now);
        this.move(x - nx, y - ny);
      }
      this.fingers.set(event.pointerId, now);
    };
    top.onpointerup = (event) => {
      const now = this.at(event), path = this.path, began = this.began;
      const clicked = began && !this.moved && Math.hypot(now[0] - began[0], now[1] - began[1]) <= STILL
        && path.every((corner) => { const [x, y] = this.toPixels(...corner);
          return Math.hypot(x - began[0], y - began[1]) <= STILL; });
      this.lift(event);
      if (clicked) {
        const place = this.nearest(...now, event.pointerType === "mouse" ? 12 : 24);
        this.choose("chosen", place === undefined ? {} : { place });
      } else if (path.length > 2) {
        const step = Math.max(1, path.length / CORNERS);
        const kept = Array.from({ length: Math.min(CORNERS, path.length) }, (_, i) => path[Math.floor(i * step)]);
        const corners = kept.map((corner) => corner.map((value) => Math.round(value * GRID)));
        this.data = { ...this.data, lasso: corners.map(([x, y]) => [x / GRID, y / GRID]), at: null };
        this.sort();  // At once; the page follows.
        this.draw();
        this.choose("chosen", { lasso: corners.flat() });
      }
      this.mark();
    };
    top.onpointercancel = (event) => { this.lift(event); this.mark(); };
    top.onpointerleave = () => { this.under = undefined; this.tip.hidden = true; this.mark(); };
    top.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;  // The wheel alone scrolls the page.
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), ...this.at(event));
    }, { passive: false });
    top.onkeydown = (event) => {
      const step = 0.2 / this.view.zoom;
      const act = {
        ArrowLeft: () => this.move(-step, 0), ArrowRight: () => this.move(step, 0),
        ArrowUp: () => this.move(0, step), ArrowDown: () => this.move(0, -step),
        "+": () => this.zoom(1.5), "-": () => this.zoom(1 / 1.5), 0: () => this.zoom(0),
        Escape: () => this.choose("chosen", {}),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    this.root.querySelector(".tools").onclick = (event) => {
      const { mode, zoom, clear } = event.target.closest("button")?.dataset ?? {};
      if (mode) this.setMode(mode);
      if (zoom) this.zoom(Number(zoom));
      if (clear) this.choose("chosen", {});
    };
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
    this.path = [];
    this.began = undefined;
    this.moved = false;
  }
}

// By the even-odd rule, as the server decides it.
function inside(x, y, corners) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [x1, y1] = corners[i], [x2, y2] = corners[j];
    if ((y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".scatter");
  root.scatter ??= new Scatter(root);
  root.querySelector("canvas.marks").setAttribute("aria-label", data.alt);
  root.querySelector("[data-clear]").disabled = !data.lasso && data.at === null;
  root.scatter.update(data, setTriggerValue);
  return () => { if (!root.isConnected) root.scatter.observer.disconnect(); };
}
