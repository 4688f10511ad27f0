// By the keyboard: arrow keys go from point to point of the last panel, Enter chooses the one that is reached.
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function steer(state, event) {
  const panel = state.frames.length - 1;
  if (event.key === "Enter" && state.hovered >= 0) chooseOne(state, state.hovered);
  if (!WAYS[event.key]) return;
  event.preventDefault();
  const found = nextAlong(state, panel, WAYS[event.key]);
  if (found < 0) return;
  const [x, y] = toStage(state, state.frames[panel], placeOf(state, found, panel));
  const { left, top } = state.over.getBoundingClientRect();
  pointOut(state, found, { clientX: left + x, clientY: top + y });
}

// Rather straight ahead than near; from the middle where no point is reached yet.
function nextAlong(state, panel, [right, down]) {
  const frame = state.frames[panel], [, step] = momentOf(state, panel), isFirst = state.hovered < 0;
  const placed = (index) => toStage(state, frame, placeOf(state, index, panel));
  const [x, y] = isFirst ? [frame.left + frame.width / 2, frame.top + frame.height / 2] : placed(state.hovered);
  let found = -1, least = Infinity;
  for (let index = 0; index < state.count; index++) {
    const [px, py] = placed(index), [dx, dy] = [px - x, py - y], ahead = dx * right + dy * down;
    if (state.shown[step * state.count + index] === HIDDEN || panelAt(state, px, py) !== panel) continue;
    const cost = isFirst ? Math.hypot(dx, dy) : ahead > 0 ? ahead + 2 * Math.abs(dx * down + dy * right) : Infinity;
    if (cost < least) [found, least] = [index, cost];
  }
  return found;
}

function listenToKeys(state) {
  state.over.addEventListener("keydown", (event) => steer(state, event));
  state.over.addEventListener("blur", () => { leave(state); drawOver(state); });
}
