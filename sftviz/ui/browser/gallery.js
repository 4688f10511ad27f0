// Pictures with captions; a click, Enter or Space on one sends its key, or selects it.
const shown = new WeakMap();
const selections = new WeakMap();
const marks = { right: "✓", wrong: "✗", lost: "−", gained: "+" };

function tileOf(item, isClickable) {
  const tile = document.createElement(isClickable ? "button" : "div");
  tile.className = `tile ${item.tone}${isClickable ? "" : " still"}`;
  tile.dataset.key = item.key;
  tile.setAttribute("aria-label", item.label);
  tile.title = item.label;
  if (isClickable) tile.type = "button";
  const frame = document.createElement("div");
  frame.className = "frame";
  const image = document.createElement("img");
  image.src = item.source;
  image.alt = "";
  image.loading = "lazy";
  image.onerror = () => {
    frame.className = "frame gone";
    frame.textContent = "file is gone";
  };
  frame.append(image);
  const words = document.createElement("div");
  words.className = "words";
  const caption = document.createElement("div");
  if (item.tone) {
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = marks[item.tone];
    caption.append(mark);
  }
  caption.append(item.caption);
  words.append(caption);
  for (const text of item.notes) {
    const note = document.createElement("div");
    note.className = "note";
    note.textContent = text;
    words.append(note);
  }
  tile.append(frame, words);
  return tile;
}

function toggle(gallery, tile) {
  const selected = selections.get(gallery) ?? new Set();
  selections.set(gallery, selected);
  if (!selected.delete(tile.dataset.key)) selected.add(tile.dataset.key);
  return [...selected];
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const gallery = parentElement.querySelector(".gallery");
  gallery.setAttribute("aria-label", data.label);
  gallery.style.gridTemplateColumns = `repeat(auto-fill, minmax(${data.width}px, 1fr))`;
  const version = JSON.stringify(data.items);
  if (shown.get(gallery) !== version) {
    shown.set(gallery, version);
    gallery.replaceChildren(...data.items.map((item) => tileOf(item, data.isClickable)));
  }
  const mark = () => {
    const selected = selections.get(gallery);
    for (const tile of gallery.children) {
      if (data.isSelectable) tile.setAttribute("aria-pressed", String(selected?.has(tile.dataset.key) ?? false));
      else tile.setAttribute("aria-current", String(tile.dataset.key === data.picked));
    }
  };
  mark();
  gallery.onclick = (event) => {
    const tile = event.target.closest("button.tile");
    if (!tile) return;
    if (!data.isSelectable) return setTriggerValue("picked", tile.dataset.key);
    setStateValue("selected", toggle(gallery, tile));
    mark();
  };
}
