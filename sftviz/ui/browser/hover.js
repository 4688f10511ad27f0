// Shows the picture of the point under the pointer, for the Plotly chart in the container of the given key.
export default function ({ data, parentElement }) {
  const picture = parentElement.querySelector(".picture");
  const image = picture.querySelector("img");
  const container = document.querySelector(`.st-key-${data.container}`);
  if (!container) return undefined;

  const hide = () => { picture.hidden = true; };
  const show = (event) => {
    const index = event.points[0].customdata;
    if (index === undefined) return;
    image.src = data.address + index;
    picture.hidden = false;
    const { clientX, clientY } = event.event;
    picture.style.left = `${clientX - 136 > 0 ? clientX - 136 : clientX + 20}px`;
    picture.style.top = `${Math.max(4, Math.min(clientY - 60, innerHeight - 128))}px`;
  };
  // The chart's node is another one after each change of its data.
  const attach = () => {
    const chart = container.querySelector(".js-plotly-plot");
    if (!chart?.on || chart.dataset.showsPictures) return;
    chart.dataset.showsPictures = "yes";
    chart.on("plotly_hover", show);
    chart.on("plotly_unhover", hide);
  };
  const observer = new MutationObserver(attach);
  observer.observe(container, { childList: true, subtree: true });
  attach();
  return () => observer.disconnect();
}
