// The joint map: panels of points that share one zoom, which a person hovers over, clicks, draws around and scrubs through.
// Zoom, hidden groups, the epoch and the tool survive every update; what is drawn around stands out at once.
const states = new WeakMap();

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
const byName = (root, name) => root.querySelector(`.${name}`);

function element(kind, className, text) {
  const found = document.createElement(kind);
  found.className = className;
  found.textContent = text;
  return found;
}

function wordsOf(data) {
  const labels = new Uint16Array(bytes(data.labels));
  const said = data.said.map((each) => ({
    title: each.title,
    predicted: new Uint16Array(bytes(each.predicted)),
    confidence: new Float32Array(bytes(each.confidence)),
  }));
  return (index) => [
    element("div", "truth", data.classes[labels[index]]),
    ...said.map(({ title, predicted, confidence }) => element(
      "div",
      predicted[index] === labels[index] ? "right" : "wrong",
      `${title}: ${data.classes[predicted[index]]} ${(100 * confidence[index]).toFixed(1)} %`,
    )),
  ];
}

function begin(root) {
  const [stage, canvas, over] = ["stage", "points", "over"].map((name) => byName(root, name));
  const state = { root, stage, canvas, over, tool: "lasso", hovered: -1, drag: null, path: null, pending: null, data: {} };
  state.points = openPoints(canvas);
  byName(root, "box").classList.toggle("unable", !state.points);
  const observer = new ResizeObserver(() => drawSoon(state));
  observer.observe(stage);
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => {
    state.points = openPoints(canvas);
    load(state);
    drawSoon(state);
  });
  state.end = () => {
    // Streamlit also ends an update that another one has overtaken: the map is still there, and goes on.
    if (root.isConnected) return;
    observer.disconnect();
    halt(state);
    // A browser keeps only some 16 of them, and takes them from maps that are shown.
    state.points?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    states.delete(root);
  };
  if (state.points) listen(state);
  return state;
}

// Another map, or another way to show it: seen whole, and from its first epoch.
function reset(state, data) {
  halt(state);
  leave(state);
  state.places = new Float32Array(bytes(data.places));
  state.count = state.places.length / 2 / data.steps.length;
  state.low = [Infinity, Infinity];
  state.high = [-Infinity, -Infinity];
  state.places.forEach((value, place) => {
    const axis = place % 2;
    state.low[axis] = Math.min(state.low[axis], value);
    state.high[axis] = Math.max(state.high[axis], value);
  });
  [state.zoom, state.center, state.hidden] = [1, null, new Set()];
  state.moment = [0, 0, 0];
  const slider = byName(state.root, "slider");
  [slider.max, slider.value] = [String(data.steps.length - 1), "0"];
}

// Hands all that is drawn to the graphics card.
function load(state) {
  const palette = state.data.colors.map(parts);
  fill(state.points, "places", state.places);
  fill(state.points, "colors", Uint8Array.from({ length: 3 * state.groups.length }, (_, place) =>
    palette[state.groups[Math.floor(place / 3)]][place % 3]));
  fill(state.points, "marks", new Uint8Array(bytes(state.data.marks)));
  refill(state);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = states.get(parentElement) ?? begin(parentElement), old = state.data;
  states.set(parentElement, state);
  state.tell = setTriggerValue;
  state.data = data;
  if (data.identity !== old.identity || data.places !== old.places) reset(state, data);
  if (data.legend !== old.legend) state.hidden = new Set();
  state.groups = new Uint16Array(bytes(data.groups));
  state.present = [...new Set(state.groups)].sort((a, b) => a - b);
  state.chosen = data.chosen === null ? null : new Set(new Int32Array(bytes(data.chosen)));
  state.arrows = new Int32Array(bytes(data.arrows));
  state.words = wordsOf(data);
  byName(parentElement, "title").textContent = data.title;
  byName(parentElement, "subtitle").textContent = data.subtitle;
  byName(parentElement, "through").hidden = !data.panels.some(({ step }) => step === null);
  byName(parentElement, "at").textContent = `epoch ${data.steps[state.moment[1]]}`;
  state.canvas.setAttribute("aria-label", `${data.title}. ${data.subtitle}`);
  pickTool(state, state.tool);
  drawLegend(state);
  if (state.points) {
    load(state);
    draw(state);
    state.canvas.placeOf = (index, panel) => toStage(state, state.frames[panel], placeOf(state, index, panel));
  }
  return state.end;
}
