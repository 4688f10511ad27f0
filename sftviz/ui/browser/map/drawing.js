// The points by the graphics card, and over them frames, names, arrows, the ring and what is being drawn around.
function styleOf({ stage }) {
  const style = getComputedStyle(stage), value = (name) => style.getPropertyValue(name).trim();
  const [text, rule, font] = ["--st-text-color", "--st-border-color", "--st-font"].map(value);
  return { text, rule, font, page: value("--st-background-color") || "white" };
}

const known = new Map(); // a browser reads colours slowly

function parts(color) {
  if (!known.has(color)) known.set(color, read(color));
  return known.get(color);
}

function read(color) {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function draw(state) {
  const { stage, canvas, over, data, points } = state, ratio = devicePixelRatio || 1;
  if (!stage.clientWidth || !points) return;
  state.frames = framesOf(state);
  state.view = viewOf(state);
  const last = state.frames[state.frames.length - 1], [width, whole] = [stage.clientWidth, last.top + last.height + BOTTOM];
  stage.style.height = `${whole}px`;
  for (const each of [canvas, over]) {
    const size = [Math.round(width * ratio), Math.round(whole * ratio)];
    if (each.width !== size[0] || each.height !== size[1]) [each.width, each.height] = size;
  }
  const edge = parts(styleOf(state).page).map((part) => part / 255), { unit, center } = state.view;
  wipe(points);
  state.frames.forEach((frame, panel) => {
    const scale = [2 / (unit * frame.width), 2 / (unit * frame.height)];
    const box = [frame.left, whole - frame.top - frame.height, frame.width, frame.height];
    drawPoints(points, state.count, momentOf(state, panel), box.map((each) => Math.round(each * ratio)), {
      scale, shift: scale.map((each, axis) => -each * center[axis]), size: data.size * ratio, edge, line: ratio,
    });
  });
  drawOver(state);
  canvas.dataset.zoom = state.zoom.toFixed(3);
  canvas.dataset.chosen = String(state.chosen?.size ?? 0);
  canvas.dataset.epoch = data.steps[state.moment[1]];
}

function drawOver(state) {
  const { over, frames } = state, style = styleOf(state), ratio = devicePixelRatio || 1, pen = over.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, over.width, over.height);
  pen.font = `13px ${style.font}`;
  pen.textAlign = "center";
  frames.forEach((frame, panel) => {
    drawFrame(state, pen, frame, panel, style);
    pen.save();
    pen.beginPath();
    pen.rect(frame.left, frame.top, frame.width, frame.height);
    pen.clip();
    drawArrows(state, pen, frame);
    if (state.hovered >= 0) drawRing(pen, toStage(state, frame, placeOf(state, state.hovered, panel)), style.text);
    if (state.path?.panel === panel) drawPath(pen, state.path.corners, style.text);
    pen.restore();
  });
}

// A panel's frame, its title, and the names of its axes.
function drawFrame({ data, moment }, pen, { left, top, width, height }, panel, { text, rule }) {
  const { title, step } = data.panels[panel], middle = left + width / 2;
  pen.strokeStyle = rule;
  pen.fillStyle = text;
  pen.lineWidth = 1;
  pen.strokeRect(left, top, width, height);
  pen.fillText(step === null ? `${title} ${data.steps[moment[1]]}` : title, middle, top - 9, width);
  pen.save();
  pen.globalAlpha = 0.75;
  pen.fillText(data.axes[0], middle, top + height + 18, width);
  pen.translate(LEFT - 10, top + height / 2);
  pen.rotate(-Math.PI / 2);
  if (left === LEFT) pen.fillText(data.axes[1], 0, 0, height);
  pen.restore();
}

function drawRing(pen, [x, y], color) {
  pen.strokeStyle = color;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, 9, 0, 7);
  pen.stroke();
}

function drawPath(pen, corners, color) {
  pen.strokeStyle = pen.fillStyle = color;
  pen.lineWidth = 1.5;
  pen.beginPath();
  corners.forEach((corner, place) => pen[place ? "lineTo" : "moveTo"](...corner));
  pen.closePath();
  pen.setLineDash([5, 4]);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 0.08;
  pen.fill();
  pen.globalAlpha = 1;
}

// From the first checkpoint to the last.
function drawArrows(state, pen, frame) {
  pen.strokeStyle = pen.fillStyle = "rgba(128, 128, 128, 0.9)";
  pen.lineWidth = 1.3;
  const last = state.data.steps.length - 1;
  for (const index of state.arrows) {
    const [from, to] = [0, last].map((step) =>
      toStage(state, frame, [0, 1].map((axis) => state.places[2 * (step * state.count + index) + axis])));
    const [across, down] = [to[0] - from[0], to[1] - from[1]];
    const angle = Math.atan2(down, across), head = Math.min(9, 0.6 * Math.hypot(across, down));
    const side = (turn) => [to[0] - head * Math.cos(angle + turn), to[1] - head * Math.sin(angle + turn)];
    pen.beginPath(); pen.moveTo(...from); pen.lineTo(...to); pen.stroke();
    pen.beginPath(); pen.moveTo(...to); pen.lineTo(...side(0.4)); pen.lineTo(...side(-0.4)); pen.fill();
  }
}

function drawSoon(state) {
  state.pending ??= requestAnimationFrame(() => { state.pending = null; draw(state); });
}
