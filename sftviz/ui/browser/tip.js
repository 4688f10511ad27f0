// A picture beside the pointer, with lines of text under it.
function showTip(tip, source, lines, { clientX, clientY }) {
  const image = tip.querySelector("img");
  if (image.getAttribute("src") !== source) image.src = source;
  tip.querySelector(".words").replaceChildren(...lines);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = clientX - width - 24;
  tip.style.left = `${left > 0 ? left : clientX + 24}px`;
  // Until the picture is there the tip is lower than it is going to be.
  tip.style.top = `${Math.max(4, Math.min(clientY - height / 2, innerHeight - Math.max(height, 190) - 4))}px`;
}
