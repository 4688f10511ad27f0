// What is seen, as a file.
function save(state) {
  const { canvas, over, data } = state, ratio = devicePixelRatio || 1, { text, page } = styleOf(state);
  const names = !data.names.length ? [] : state.present.map((group) => [data.names[group], data.colors[group]]);
  const picture = document.createElement("canvas"), pen = picture.getContext("2d");
  const above = 56 * ratio, below = (names.length || data.isScale ? 30 + 20 * Math.floor(names.length / 6) : 8) * ratio;
  [picture.width, picture.height] = [canvas.width, canvas.height + above + below];
  pen.fillStyle = page;
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(canvas, 0, above);
  pen.drawImage(over, 0, above);
  pen.scale(ratio, ratio);
  pen.fillStyle = text;
  pen.font = "bold 16px sans-serif";
  pen.fillText(data.title, LEFT, 22);
  pen.font = "12px sans-serif";
  pen.fillText(data.subtitle, LEFT, 42);
  saveLegend(state, pen, names, (canvas.height + above) / ratio + 16, text);
  const link = document.createElement("a");
  link.download = `${data.fileName}.png`;
  link.href = picture.toDataURL("image/png");
  link.click();
}

function saveLegend({ data, stage }, pen, names, top, text) {
  if (data.isScale) {
    data.colors.forEach((color, place) => { pen.fillStyle = color; pen.fillRect(LEFT + 150 + place / 2, top - 9, 1, 10); });
    pen.fillStyle = text;
    pen.fillText(`${data.legend}: 0 %`, LEFT, top);
    pen.fillText("100 %", LEFT + 290, top);
  }
  const wide = (stage.clientWidth - LEFT) / 6;
  names.forEach(([name, color], place) => {
    const [x, y] = [LEFT + (place % 6) * wide, top + 20 * Math.floor(place / 6)];
    pen.fillStyle = color;
    pen.beginPath(); pen.arc(x + 5, y - 4, 5, 0, 7); pen.fill();
    pen.fillStyle = text;
    pen.fillText(name, x + 15, y, wide - 22);
  });
}
