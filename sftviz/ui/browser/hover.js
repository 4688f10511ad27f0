// Shows the picture of the point under the pointer, for the Plotly chart in the container of the given key.
const endings = new WeakMap(); // of what an earlier draw of the component listens to

export default function ({ data, parentElement }) {
  const tip = parentElement.querySelector(".picture");
  const container = document.querySelector(`.st-key-${data.container}`);
  if (!container) return undefined;

  const hide = () => { tip.hidden = true; };
  const show = ({ points, event }) => {
    const { customdata: index } = points[0];
    if (index !== undefined) showTip(tip, data.address + index, [], event);
  };
  const listeners = { plotly_hover: show, plotly_unhover: hide };

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
