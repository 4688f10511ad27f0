// Shows the picture of the point under the pointer and what was said of it, for the Plotly chart in the container of
// the given key, and rings the same example's point on the chart's other panel.
const endings = new WeakMap(); // of what an earlier draw of the component listens to
const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

function line(text, kind) {
  const found = document.createElement("div");
  found.className = kind;
  found.textContent = text;
  return found;
}

function wordsOf(data) {
  const labels = new Uint16Array(decoded(data.labels));
  const said = data.said.map((each) => ({
    title: each.title,
    predicted: new Uint16Array(decoded(each.predicted)),
    confidence: new Float32Array(decoded(each.confidence)),
  }));
  return (index) => said.length === 0 ? [] : [
    line(data.classes[labels[index]], "truth"),
    ...said.map(({ title, predicted, confidence }) => line(
      `${title}: ${data.classes[predicted[index]]} ${(100 * confidence[index]).toFixed(1)} %`,
      predicted[index] === labels[index] ? "right" : "wrong",
    )),
  ];
}

// Where on the page the example's point is on another panel than that of the trace.
function twinOf(chart, index, trace) {
  for (const other of chart._fullData) {
    if (!other.customdata || other.xaxis === trace.xaxis || other.visible !== true) continue;
    const at = Array.prototype.indexOf.call(other.customdata, index);
    if (at < 0) continue;
    const { xaxis, yaxis } = chart._fullLayout._plots[other.xaxis + other.yaxis];
    const frame = chart.getBoundingClientRect();
    const [x, y] = [xaxis.c2p(other.x[at]), yaxis.c2p(other.y[at])];
    if (x < 0 || y < 0 || x > xaxis._length || y > yaxis._length) return null;
    return [frame.left + xaxis._offset + x, frame.top + yaxis._offset + y];
  }
  return null;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const picture = parentElement.querySelector(".picture");
  const ring = parentElement.querySelector(".ring");
  const image = picture.querySelector("img");
  const words = picture.querySelector(".words");
  const container = document.querySelector(`.st-key-${data.container}`);
  if (!container) return undefined;
  const tell = wordsOf(data);

  const hide = () => { picture.hidden = true; ring.hidden = true; };
  const show = (event) => {
    const { customdata: index, fullData } = event.points[0];
    if (index === undefined) return;
    image.src = data.address + index;
    words.replaceChildren(...tell(index));
    picture.hidden = false;
    const { clientX, clientY } = event.event;
    const { width, height } = picture.getBoundingClientRect();
    const left = clientX - width - 24;
    picture.style.left = `${left > 0 ? left : clientX + 24}px`;
    picture.style.top = `${Math.max(4, Math.min(clientY - height / 2, innerHeight - Math.max(height, 190) - 4))}px`;
    const twin = twinOf(event.event.target.closest(".js-plotly-plot"), index, fullData);
    ring.hidden = !twin;
    if (twin) [ring.style.left, ring.style.top] = twin.map((place) => `${place}px`);
  };
  const click = ({ points }) => {
    // Streamlit has a click choose a point only while no lasso and no box can be drawn.
    if (points[0].customdata !== undefined) setTriggerValue("clicked", points[0].customdata);
  };
  const listeners = { plotly_hover: show, plotly_unhover: hide, plotly_click: click };

  // The chart's node is another one after each change of its data.
  let heard = null;
  const detach = () => {
    for (const [name, listener] of Object.entries(listeners)) heard?.removeListener?.(name, listener);
    heard = null;
  };
  const attach = () => {
    const chart = container.querySelector(".js-plotly-plot");
    if (!chart?.on || chart === heard) return;
    detach();
    heard = chart;
    for (const [name, listener] of Object.entries(listeners)) chart.on(name, listener);
  };
  endings.get(parentElement)?.();
  const observer = new MutationObserver(attach);
  observer.observe(container, { childList: true, subtree: true });
  attach();
  const end = () => { observer.disconnect(); detach(); hide(); };
  endings.set(parentElement, end);
  return end;
}
