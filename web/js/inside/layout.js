// Where the steps of a network lie: from left to right where there is room, from top to bottom where there is not.

/** @typedef {import("./stages.js").Stage} Stage */

/**
 * @typedef {object} Area
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * A step in its place: its maps or units row by row.
 * @typedef {object} Block
 * @property {Stage} stage
 * @property {Area} area
 * @property {number} columns
 * @property {number} across from one to the next, in CSS pixels
 * @property {number} down the same
 * @property {number} gap between two
 */

/**
 * @typedef {object} Layout
 * @property {boolean} tall whether it goes from top to bottom
 * @property {number} height
 * @property {Block[]} blocks
 */

const TALL_BELOW = 620; // CSS pixels: what is narrower goes from top to bottom
const RIM = 4; // for the frame around what was pressed
const HEAD = 20; // of a step: the line that names it
const [LEAST, MOST_BETWEEN] = [26, 150]; // between two steps
const BETWEEN = 10; // between two steps below each other
const FALL = 44; // above the outputs, for the lines to them
const [ROW, BAR] = [30, 62]; // heights of an output: in a list, and as a column
const UNDER = 38; // below the picture of an output: its sum and its bar
const LARGEST = 1.5; // times its usual size: where there is more room there is more air

/** @type {(stage: Stage) => number} of a picture beside others, where there is room */
function usualSide({ kind, side, count }) {
  if (kind === "image") return 104;
  if (kind === "outputs") return side ? 96 : 140;
  if (kind === "units") return count > 40 ? 33 : 44;
  return side >= 20 ? 56 : side >= 7 ? 38 : 28;
}

/** @type {(stage: Stage) => number} */
function usualColumns({ kind, side, shown }) {
  const count = shown.length;
  if (kind === "outputs") return side ? 5 : 1;
  if (kind === "units") return Math.ceil(Math.sqrt(count));
  return count <= 3 ? 1 : count <= 16 ? 2 : 4;
}

/**
 * @param {Stage[]} stages
 * @param {number} width CSS pixels
 * @returns {Layout}
 */
export function layout(stages, width) {
  const lie = width < TALL_BELOW ? fromTop(stages, width - 2 * RIM) : fromLeft(stages, width - 2 * RIM);
  for (const { area } of lie.blocks) area.left += RIM;
  return lie;
}

/** @type {(stages: Stage[], width: number) => Layout} */
function fromLeft(stages, width) {
  const usual = stages.map((stage) => usualColumns(stage) * usualSide(stage));
  const total = usual.reduce((sum, each) => sum + each, 0);
  const scale = Math.min(LARGEST, (width - LEAST * stages.length) / total);
  // Lines lead to the outputs: the last gap is as wide as two.
  const gaps = stages.length > 2 ? stages.length : 1;
  const room = Math.min(MOST_BETWEEN, (width - scale * total) / gaps);
  let left = Math.max(0, (width - scale * total - room * gaps) / 2);
  const blocks = stages.map((stage) => {
    const columns = usualColumns(stage);
    const across = scale * usualSide(stage);
    const list = stage.kind === "outputs" && !stage.side;
    const down = list ? ROW : across + (stage.kind === "outputs" ? UNDER : 0);
    const size = { width: columns * across, height: Math.ceil(stage.shown.length / columns) * down };
    const block = {
      stage,
      area: { left, top: HEAD, ...size },
      columns,
      across,
      down,
      gap: list ? 2 : stage.kind === "outputs" ? 12 : 4,
    };
    left += size.width + (stage === stages[stages.length - 2] && gaps > 1 ? 2 * room : room);
    return block;
  });
  const height = Math.max(...blocks.map(({ area }) => area.height));
  for (const { area } of blocks) area.top += (height - area.height) / 2;
  return { tall: false, height: height + HEAD + 4, blocks };
}

/** @type {(stages: Stage[], width: number) => Layout} */
function fromTop(stages, width) {
  let top = 0;
  const blocks = stages.map((stage, at) => {
    const [columns, across, down] = inRows(stage, width);
    if (stage.kind === "outputs" && !stage.side) top += FALL - BETWEEN - HEAD;
    const size = { width: columns * across, height: Math.ceil(stage.shown.length / columns) * down };
    const area = { left: (width - size.width) / 2, top: top + HEAD, ...size };
    top = area.top + size.height + (at < stages.length - 1 ? BETWEEN : 4);
    return {
      stage,
      area,
      columns,
      across,
      down,
      gap: stage.kind === "outputs" && stage.side ? 8 : across > 20 ? 3 : 1,
    };
  });
  return { tall: true, height: top, blocks };
}

/** @type {(stage: Stage, width: number) => [number, number, number]} columns, and from one to the next */
function inRows(stage, width) {
  const count = stage.shown.length;
  if (stage.kind === "image") return [1, 56, 56];
  if (stage.kind === "outputs") {
    const columns = stage.side ? 5 : 10;
    const across = Math.min(width / columns, 88);
    return [columns, across, stage.side ? across + UNDER : BAR];
  }
  const columns = stage.kind === "units" ? Math.min(count, 13) : Math.min(count, 8);
  const across = Math.min(width / columns, stage.kind === "units" ? 40 : usualSide(stage));
  return [columns, across, across];
}

/**
 * Where one of a step's maps or units is drawn.
 *
 * @param {Block} block
 * @param {number} place among those that are drawn
 * @returns {Area}
 */
export function tile({ area, columns, across, down, gap }, place) {
  return {
    left: area.left + (place % columns) * across + gap / 2,
    top: area.top + Math.floor(place / columns) * down + gap / 2,
    width: across - gap,
    height: down - gap,
  };
}
