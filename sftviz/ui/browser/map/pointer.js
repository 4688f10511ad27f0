// Hover, click, draw around, move and zoom.
function hover(state, event) {
  const [x, y] = [event.offsetX, event.offsetY], panel = panelAt(state, x, y);
  pointOut(state, panel < 0 ? -1 : exampleAt(state, panel, x, y), event);
}

// A ring on each panel, and the picture beside a place in the window; no more of either for -1.
function pointOut(state, found, place) {
  const tip = byName(state.root, "picture");
  if (found < 0) tip.hidden = true;
  else showTip(tip, state.data.address + found, state.words(found), place);
  if (found !== state.hovered) {
    state.hovered = found;
    drawOver(state);
  }
}

function zoomBy(state, factor, panel = 0, x = null, y = null) {
  const frame = state.frames[panel];
  x ??= frame.left + frame.width / 2;
  y ??= frame.top + frame.height / 2;
  const before = toPlane(state, frame, x, y);
  state.zoom = Math.max(1, Math.min(2000, state.zoom * factor));
  state.view = viewOf(state);
  const after = toPlane(state, frame, x, y);
  state.center = state.zoom === 1 ? null : state.view.center.map((each, axis) => each + before[axis] - after[axis]);
  drawSoon(state);
}

function showAll(state) {
  [state.zoom, state.center] = [1, null];
  drawSoon(state);
}

function press(state, event) {
  const [x, y] = [event.offsetX, event.offsetY], panel = panelAt(state, x, y);
  if (panel < 0 || event.button > 1) return;
  pause(state);
  state.over.setPointerCapture(event.pointerId);
  byName(state.root, "picture").hidden = true;
  const isMove = state.tool === "move" || event.shiftKey || event.button === 1;
  state.drag = { panel, x, y, isMove, hasMoved: false, center: state.view.center };
  state.path = isMove ? null : { panel, corners: [[x, y]] };
}

function drag(state, event) {
  const { drag: from, view, path } = state, [x, y] = [event.offsetX, event.offsetY];
  from.hasMoved ||= Math.hypot(x - from.x, y - from.y) > 4;
  if (!from.hasMoved) return;
  if (from.isMove) {
    state.center = [from.center[0] - (x - from.x) * view.unit, from.center[1] + (y - from.y) * view.unit];
    drawSoon(state);
  } else {
    const last = path.corners[path.corners.length - 1];
    if (Math.hypot(x - last[0], y - last[1]) >= 3) path.corners.push([x, y]);
    drawOver(state);
  }
}

function release(state) {
  const { drag: from, path } = state;
  state.drag = state.path = null;
  if (!from.hasMoved) {
    const found = exampleAt(state, from.panel, from.x, from.y);
    if (found >= 0) chooseOne(state, found);
  } else if (!from.isMove) {
    drawOver(state);
    const [, step] = momentOf(state, from.panel), frame = state.frames[from.panel];
    const corners = path.corners.map(([x, y]) => toPlane(state, frame, x, y));
    const found = examplesWithin(state, step, corners);
    if (found.length) choose(state, found, () => state.tell("drawn", { step, corners, indices: found }));
  }
}

function chooseOne(state, found) {
  choose(state, [found], () => state.tell("clicked", found));
}

function examplesWithin({ count, places, shown }, step, corners) {
  return [...Array(count).keys()].filter((index) => {
    const at = step * count + index;
    return shown[at] !== HIDDEN && isWithin(places[2 * at], places[2 * at + 1], corners);
  });
}

// The pointer is nowhere, and whatever it was about is dropped.
function leave(state) {
  byName(state.root, "picture").hidden = true;
  state.hovered = -1;
  state.drag = state.path = null;
}

// It stands out at once, and its pictures come when the page has found them.
function choose(state, found, tell) {
  state.chosen = new Set(found);
  refill(state);
  draw(state);
  tell();
}

function listen(state) {
  const { over, root } = state;
  // A second finger does nothing.
  const on = (kind, act) => over.addEventListener(kind, (event) => event.isPrimary && act(event));
  on("pointerdown", (event) => press(state, event));
  on("pointermove", (event) => (state.drag ? drag : hover)(state, event));
  on("pointerup", () => state.drag && release(state));
  for (const kind of ["pointercancel", "pointerleave"]) on(kind, () => { leave(state); drawOver(state); });
  over.addEventListener("dblclick", () => showAll(state));
  over.addEventListener("wheel", (event) => {
    const panel = panelAt(state, event.offsetX, event.offsetY);
    if (panel < 0) return;
    event.preventDefault();
    if (!state.drag) zoomBy(state, Math.exp(-event.deltaY / 400), panel, event.offsetX, event.offsetY);
  }, { passive: false });
  for (const tool of ["lasso", "move"]) byName(root, tool).onclick = () => pickTool(state, tool);
  byName(root, "in").onclick = () => zoomBy(state, 1.5);
  byName(root, "out").onclick = () => zoomBy(state, 1 / 1.5);
  byName(root, "all").onclick = () => showAll(state);
  byName(root, "save").onclick = () => save(state);
  listenToKeys(state);
  listenToSlider(state);
}

function pickTool(state, tool) {
  state.tool = tool;
  for (const each of ["lasso", "move"]) byName(state.root, each).setAttribute("aria-pressed", String(each === tool));
  state.over.style.cursor = tool === "move" ? "grab" : "crosshair";
}
