// Lines that grow in place: the zoom, the hidden lines and the pointer survive every update.
const states = new WeakMap();
const LEFT = 52, RIGHT = 10, TOP = 8, BOTTOM = 36;

function floats(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

function niceStep(span, count) {
  const rough = span / count, power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

function ticks(low, high, count, isWhole) {
  let step = niceStep(high - low || 1, count);
  if (isWhole) step = Math.max(1, step);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) found.push(value);
  return found;
}

function decimals(step, scale) { return Math.max(0, Math.min(4, -Math.floor(Math.log10(step * scale) + 1e-9))); }

function visible(state) { return state.series.filter((line) => !state.hidden.has(line.name)); }

function extent(state) {
  const last = Math.max(1, ...state.series.map((line) => (line.x.length ? line.x[line.x.length - 1] : 0)));
  return [0, Math.max(last, state.data.xMax)];
}

function range(state) {
  const [left, right] = state.zoom ?? extent(state);
  let low = Infinity, high = -Infinity;
  for (const line of visible(state)) {
    for (let i = 0; i < line.x.length; i++) {
      if (line.x[i] < left || line.x[i] > right) continue;
      low = Math.min(low, line.y[i]);
      high = Math.max(high, line.y[i]);
    }
  }
  if (state.data.target !== null) { low = Math.min(low, state.data.target); high = Math.max(high, state.data.target); }
  if (low > high) [low, high] = [0, 1];
  const margin = (high - low) * 0.08 || 0.05;
  low = Math.max(state.data.yMin, low - margin);
  high = Math.min(state.data.yMax ?? Infinity, high + margin);
  return { left, right, low, high };
}

function draw(state) {
  const { canvas, data } = state;
  const bounds = canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
  if (!bounds.width) return;
  canvas.width = bounds.width * ratio;
  canvas.height = bounds.height * ratio;
  const pen = canvas.getContext("2d"), style = getComputedStyle(canvas);
  const text = style.getPropertyValue("--st-text-color"), rule = style.getPropertyValue("--st-border-color");
  const { left, right, low, high } = (state.range = range(state));
  const width = bounds.width - LEFT - RIGHT, height = bounds.height - TOP - BOTTOM;
  const px = (x) => LEFT + ((x - left) / (right - left)) * width;
  const py = (y) => TOP + ((high - y) / (high - low)) * height;
  state.toX = (pixel) => left + ((pixel - LEFT) / width) * (right - left);
  state.px = px;
  pen.scale(ratio, ratio);
  pen.font = `12px ${style.getPropertyValue("--st-font")}`;
  pen.lineWidth = 1;
  pen.strokeStyle = rule;
  pen.fillStyle = text;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const step = niceStep(high - low, 5), scale = data.isPercent ? 100 : 1;
  for (const value of ticks(low, high, 5, false)) {
    pen.beginPath(); pen.moveTo(LEFT, py(value)); pen.lineTo(LEFT + width, py(value)); pen.stroke();
    pen.fillText((value * scale).toFixed(decimals(step, scale)) + (data.isPercent ? " %" : ""), LEFT - 6, py(value));
  }
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const value of ticks(left, right, 10, right - left > 2)) {
    pen.fillText(String(+value.toFixed(2)), px(value), TOP + height + 5);
  }
  pen.fillText("epoch (0 = before fine-tuning)", LEFT + width / 2, TOP + height + 20);
  pen.save();
  pen.beginPath(); pen.rect(LEFT, TOP - 4, width + RIGHT, height + 8); pen.clip();
  if (data.target !== null) {
    pen.setLineDash([6, 5]); pen.strokeStyle = text; pen.globalAlpha = 0.6;
    pen.beginPath(); pen.moveTo(LEFT, py(data.target)); pen.lineTo(LEFT + width, py(data.target)); pen.stroke();
    pen.setLineDash([]); pen.globalAlpha = 1;
  }
  for (const line of visible(state)) drawLine(pen, line, px, py);
  pen.restore();
  if (state.drag) {
    pen.fillStyle = text; pen.globalAlpha = 0.12;
    pen.fillRect(Math.min(...state.drag), TOP, Math.abs(state.drag[1] - state.drag[0]), height);
    pen.globalAlpha = 1;
  }
  canvas.dataset.zoom = JSON.stringify(state.zoom);
  canvas.dataset.points = String(state.series.reduce((sum, line) => sum + line.x.length, 0));
}

function drawLine(pen, line, px, py) {
  pen.strokeStyle = pen.fillStyle = line.color;
  pen.lineWidth = line.isFaint ? 1 : 2;
  pen.globalAlpha = line.isFaint ? 0.45 : 1;
  pen.setLineDash(line.isDotted ? [2, 3] : []);
  pen.beginPath();
  for (let i = 0; i < line.x.length; i++) pen[i ? "lineTo" : "moveTo"](px(line.x[i]), py(line.y[i]));
  pen.stroke();
  pen.setLineDash([]);
  if (line.hasMarkers) {
    for (let i = 0; i < line.x.length; i++) {
      pen.beginPath(); pen.arc(px(line.x[i]), py(line.y[i]), 3.2, 0, 7); pen.fill();
    }
  }
  pen.globalAlpha = 1;
}

function showTip(state, event) {
  const x = state.toX(event.offsetX);
  const lines = [];
  let at = null;
  for (const line of visible(state)) {
    let nearest = -1;
    for (let i = 0; i < line.x.length; i++) {
      if (nearest < 0 || Math.abs(line.x[i] - x) < Math.abs(line.x[nearest] - x)) nearest = i;
    }
    if (nearest < 0 || Math.abs(line.x[nearest] - x) > 1) continue;
    at = at ?? line.x[nearest];
    const value = line.y[nearest];
    lines.push([line, state.data.isPercent ? `${(100 * value).toFixed(1)} %` : value.toPrecision(3)]);
  }
  state.tip.hidden = !lines.length;
  if (!lines.length) return;
  const title = document.createElement("div");
  title.textContent = `epoch ${+x.toFixed(2)}`;
  state.tip.replaceChildren(title, ...lines.map(([line, value]) => {
    const row = document.createElement("div");
    row.textContent = `${line.name}: ${value}`;
    row.style.color = line.color;
    return row;
  }));
  const isRight = event.offsetX > state.canvas.clientWidth * 0.6;
  state.tip.style.left = isRight ? "" : `${event.offsetX + 14}px`;
  state.tip.style.right = isRight ? `${state.canvas.clientWidth - event.offsetX + 14}px` : "";
  state.tip.style.top = `${state.canvas.offsetTop + 12}px`;
}

function zoomTo(state, left, right) {
  const [first, last] = extent(state);
  left = Math.max(first, left);
  right = Math.min(last, right);
  state.zoom = right - left >= (last - first) * 0.995 || right - left < 1e-3 ? null : [left, right];
  draw(state);
}

function listen(state) {
  const { canvas } = state;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, right } = state.range, x = state.toX(event.offsetX), factor = event.deltaY < 0 ? 0.8 : 1.25;
    zoomTo(state, x - (x - left) * factor, x + (right - x) * factor);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.drag = [event.offsetX, event.offsetX];
  });
  canvas.addEventListener("pointermove", (event) => {
    if (state.drag) { state.drag[1] = event.offsetX; draw(state); } else showTip(state, event);
  });
  canvas.addEventListener("pointerup", () => {
    const [from, to] = [...state.drag].sort((a, b) => a - b);
    state.drag = null;
    if (to - from > 6) zoomTo(state, state.toX(from), state.toX(to)); else draw(state);
  });
  canvas.addEventListener("pointerleave", () => { state.tip.hidden = true; });
  canvas.addEventListener("dblclick", () => { state.zoom = null; draw(state); });
  new ResizeObserver(() => draw(state)).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(state));
}

function drawLegend(state, legend) {
  legend.replaceChildren(...state.series.map((line) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(!state.hidden.has(line.name)));
    const key = document.createElement("span");
    key.className = line.isDotted ? "key dotted" : "key";
    key.style.borderColor = line.color;
    button.append(key, line.name);
    button.onclick = () => {
      if (!state.hidden.delete(line.name)) state.hidden.add(line.name);
      drawLegend(state, legend);
      draw(state);
    };
    return button;
  }));
}

// The lines with their names above them, on the page's background: what is seen, as a file.
function save(state) {
  const { canvas } = state, scale = canvas.width / canvas.clientWidth, top = 28 * scale;
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height + top;
  const pen = picture.getContext("2d"), style = getComputedStyle(canvas);
  pen.fillStyle = style.getPropertyValue("--st-background-color") || "white";
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, 0, top);
  pen.font = `${12 * scale}px sans-serif`;
  let left = 52 * scale;
  for (const line of state.series.filter((each) => !state.hidden.has(each.name))) {
    pen.fillStyle = line.color;
    pen.fillText(line.name, left, 18 * scale);
    left += pen.measureText(line.name).width + 18 * scale;
  }
  const link = document.createElement("a");
  link.download = `${state.data.fileName}.png`;
  link.href = picture.toDataURL("image/png");
  link.click();
}

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector("canvas");
  let state = states.get(canvas);
  const isNew = !state;
  if (isNew) {
    state = { canvas, tip: parentElement.querySelector(".tip"), hidden: new Set(), zoom: null, drag: null };
    states.set(canvas, state);
  }
  state.data = data;
  state.series = data.series.map((line) => ({ ...line, x: floats(line.x), y: floats(line.y) }));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.label);
  drawLegend(state, parentElement.querySelector(".legend"));
  draw(state);
  parentElement.querySelector(".save").onclick = () => save(state);
  if (isNew) listen(state);
}
