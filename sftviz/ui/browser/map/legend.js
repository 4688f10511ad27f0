// Which points are plain, faint or hidden, and the legend that says what colours mean and hides groups.
function refill(state) {
  const { groups, chosen, count, hidden } = state;
  state.shown = Uint8Array.from(groups, (group, place) =>
    hidden.has(group) ? HIDDEN : !chosen || chosen.has(place % count) ? PLAIN : FAINT);
  fill(state.points, "states", state.shown);
}

function drawLegend(state) {
  const { data, root, hidden } = state, legend = byName(root, "legend");
  legend.replaceChildren();
  if (data.isScale) {
    const scale = element("span", "scale", "");
    scale.style.background = `linear-gradient(to right, ${data.colors.join(", ")})`;
    legend.append(data.legend, element("span", "", "0 %"), scale, element("span", "", "100 %"));
  } else if (data.names.length) {
    legend.append(data.legend, ...state.present.map((group) => legendEntry(state, group)));
  }
}

function legendEntry(state, group) {
  const button = element("button", "", state.data.names[group]), key = element("span", "key", "");
  key.style.background = state.data.colors[group];
  button.prepend(key);
  button.type = "button";
  button.title = "Show or hide";
  button.setAttribute("aria-pressed", String(!state.hidden.has(group)));
  button.onclick = () => {
    if (!state.hidden.delete(group)) state.hidden.add(group);
    button.setAttribute("aria-pressed", String(!state.hidden.has(group)));
    refill(state);
    draw(state);
  };
  return button;
}
