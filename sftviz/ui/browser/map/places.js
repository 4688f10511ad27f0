// Where on the stage and in the plane panels and points are, and which point is where.
const LEFT = 24, TOP = 26, BOTTOM = 26, GAP = 18, TALLEST = 600; // of the panels' frames, in CSS pixels
const NEAR = 10, NARROW = 600;

// The panels' frames in CSS pixels of the stage; all have one size, and show the same part of the plane.
function framesOf({ stage, data }) {
  const count = data.panels.length, [columns, rows] = stage.clientWidth < NARROW ? [1, count] : [count, 1];
  const width = (stage.clientWidth - LEFT - 1 - (columns - 1) * GAP) / columns;
  const height = Math.max(240, Math.min(TALLEST, width, innerHeight * 0.75 / rows));
  const [across, down] = [columns > 1 ? width + GAP : 0, rows > 1 ? TOP + height + BOTTOM : 0];
  return data.panels.map((_, place) => ({ left: LEFT + place * across, top: TOP + place * down, width, height }));
}

function viewOf(state) {
  const { low, high, zoom, center } = state, [{ width, height }] = state.frames;
  // Where all lie on one place it has no size of its own.
  const unit = (1.08 * Math.max((high[0] - low[0]) / width, (high[1] - low[1]) / height) || 1 / width) / zoom;
  return { unit, center: center ?? [0, 1].map((axis) => (low[axis] + high[axis]) / 2) };
}

function toPlane({ view: { unit, center } }, frame, x, y) {
  return [center[0] + (x - frame.left - frame.width / 2) * unit, center[1] - (y - frame.top - frame.height / 2) * unit];
}

function toStage({ view: { unit, center } }, frame, [x, y]) {
  return [frame.left + frame.width / 2 + (x - center[0]) / unit, frame.top + frame.height / 2 - (y - center[1]) / unit];
}

// From which checkpoint to which a panel's points are on their way, and how far.
function momentOf(state, panel) {
  const { step } = state.data.panels[panel];
  return step === null ? state.moment : [step, step, 0];
}

function placeOf(state, index, panel) {
  const [start, end, share] = momentOf(state, panel), { places, count } = state;
  return [0, 1].map((axis) => {
    const from = places[2 * (start * count + index) + axis], to = places[2 * (end * count + index) + axis];
    return from + share * (to - from);
  });
}

function panelAt(state, x, y) {
  return state.frames.findIndex(({ left, top, width, height }) =>
    x >= left && x <= left + width && y >= top && y <= top + height);
}

// The shown example next to a place on the stage; -1 where none is near.
function exampleAt(state, panel, x, y) {
  const [, end] = momentOf(state, panel);
  let found = -1, nearest = NEAR * NEAR;
  for (let index = 0; index < state.count; index++) {
    if (state.shown[end * state.count + index] === HIDDEN) continue;
    const [px, py] = toStage(state, state.frames[panel], placeOf(state, index, panel));
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < nearest) [found, nearest] = [index, distance];
  }
  return found;
}

function isWithin(x, y, corners) {
  let found = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [xi, yi] = corners[i], [xj, yj] = corners[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) found = !found;
  }
  return found;
}
