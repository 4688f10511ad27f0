// A confusion matrix as a table of buttons: rows are true classes, columns predicted ones; a click sends "row,column".
function header(text, className) {
  const cell = document.createElement("th");
  cell.textContent = text;
  cell.title = text;
  if (className) cell.className = className;
  return cell;
}

function cellOf(data, row, column) {
  const count = data.counts[row][column];
  const total = data.totals[row];
  const share = total ? count / total : 0;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = String(count);
  button.disabled = count === 0;
  button.dataset.cell = `${data.labels[row]},${data.labels[column]}`;
  button.setAttribute("aria-pressed", String(data.picked === button.dataset.cell));
  const label = `${count} of ${total} ${data.classes[row]} predicted as ${data.classes[column]}`;
  button.setAttribute("aria-label", label);
  button.title = `${label} (${(100 * share).toFixed(1)} %)`;
  const tint = row === column ? "var(--st-primary-color)" : "var(--st-orange-color, #d55e00)";
  const strength = count ? 12 + 68 * share : 4;
  button.style.background = `color-mix(in srgb, ${tint} ${strength}%, transparent)`;
  const cell = document.createElement("td");
  cell.append(button);
  return cell;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table");
  table.setAttribute("aria-label", data.label);
  const head = document.createElement("thead");
  const names = document.createElement("tr");
  names.append(header("true ↓   predicted →", "axis"), ...data.classes.map((name) => header(name)));
  head.append(names);
  const body = document.createElement("tbody");
  data.classes.forEach((name, row) => {
    const line = document.createElement("tr");
    line.append(header(name), ...data.classes.map((_, column) => cellOf(data, row, column)));
    body.append(line);
  });
  const focused = parentElement.activeElement?.dataset?.cell;
  table.replaceChildren(head, body);
  if (focused) table.querySelector(`[data-cell="${focused}"]`)?.focus();
  table.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) setTriggerValue("picked", button.dataset.cell);
  };
}
