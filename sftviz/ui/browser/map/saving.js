// What is seen, as a file.
const ABOVE = 56, ROW = 20; // the title above the map and a row of the legend below it, in CSS pixels

function save(state) {
  const { canvas, over, data } = state, ratio = devicePixelRatio || 1, { text, page, font } = styleOf(state);
  const picture = document.createElement("canvas"), pen = picture.getContext("2d");
  const [width, height] = [canvas.width / ratio, canvas.height / ratio];
  pen.font = `12px ${font}`;
  const entries = arranged(pen, savedEntries(state), width - LEFT), rows = 1 + Math.max(...entries.map(({ row }) => row));
  [picture.width, picture.height] = [canvas.width, (ABOVE + height + ROW * rows + 8) * ratio];
  pen.fillStyle = page;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.scale(ratio, ratio);
  for (const each of [canvas, over]) pen.drawImage(each, 0, ABOVE, width, height);
  pen.fillStyle = text;
  pen.font = `bold 16px ${font}`;
  pen.fillText(data.title, LEFT, 22, width - LEFT);
  pen.font = `12px ${font}`;
  pen.fillText(data.subtitle, LEFT, 42, width - LEFT);
  pen.translate(LEFT, ABOVE + height + 16);
  for (const entry of entries) saveEntry(pen, entry, text, width - LEFT);
  const link = document.createElement("a");
  link.download = `${data.fileName}.png`;
  link.href = picture.toDataURL("image/png");
  link.click();
}

// What the legend says of what is not hidden.
function savedEntries({ data, present, hidden }) {
  if (data.isScale) return [{ name: `${data.legend}: 0 %` }, { name: "100 %", colors: data.colors }];
  const shown = data.names.length ? present.filter((group) => !hidden.has(group)) : [];
  const names = shown.map((group) => ({ name: data.names[group], colors: Array(10).fill(data.colors[group]) }));
  return [{ name: data.names.length ? `${data.legend}:` : "" }, ...names];
}

// One after the other, in as many rows as they need.
function arranged(pen, entries, width) {
  let x = 0, row = 0;
  return entries.map(({ name, colors = [] }) => {
    const wide = keyWidth(colors) + pen.measureText(name).width;
    if (x && x + wide > width) [x, row] = [0, row + 1];
    const entry = { name, colors, x, row };
    x += wide + 16;
    return entry;
  });
}

const keyWidth = (colors) => (colors.length ? colors.length + 6 : 0);

function saveEntry(pen, { name, colors, x, row }, text, width) {
  colors.forEach((color, place) => { pen.fillStyle = color; pen.fillRect(x + place, ROW * row - 9, 1.5, 10); });
  pen.fillStyle = text;
  pen.fillText(name, x + keyWidth(colors), ROW * row, width - x - keyWidth(colors));
}
