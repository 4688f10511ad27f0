// A confusion matrix as a table of buttons: rows are true classes, columns predicted ones. Arrow keys move between the
// cells; a click, Enter or Space sends "row,column".
const DENSE = 8;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function header(text, className) {
  const cell = document.createElement("th");
  cell.textContent = text;
  cell.title = text;
  cell.scope = className ? "" : "col";
  if (className) cell.className = className;
  return cell;
}

function signed(number) {
  return `${number > 0 ? "+" : number < 0 ? "−" : ""}${Math.abs(number)}`;
}

function textOf(data, value, share) {
  const number = data.isShare ? Math.round(100 * share) : value;
  return data.isChange ? signed(number) : String(number);
}

function labelOf(data, row, column, share) {
  const value = data.values[row][column];
  const pair = `${data.classes[row]} predicted as ${data.classes[column]}`;
  const percent = `${(100 * Math.abs(share)).toFixed(1)} %`;
  if (!data.isChange) return `${value} of ${data.totals[row]} ${pair} (${percent})`;
  return `${signed(value)} ${pair}, of ${data.totals[row]} (${value < 0 ? "−" : ""}${percent})`;
}

function tintOf(data, isDiagonal, value, share, most) {
  if (!value) return data.isChange ? "transparent" : "color-mix(in srgb, var(--st-text-color) 4%, transparent)";
  if (data.isChange) {
    const color = value > 0 ? "#d6604d" : "#4393c3";
    return `color-mix(in srgb, ${color} ${10 + (60 * Math.abs(share)) / most}%, transparent)`;
  }
  const color = isDiagonal ? "var(--st-primary-color)" : "var(--st-orange-color, #d55e00)";
  return `color-mix(in srgb, ${color} ${12 + 53 * share}%, transparent)`;
}

function cellOf(data, row, column, most) {
  const value = data.values[row][column];
  const share = data.totals[row] ? value / data.totals[row] : 0;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = textOf(data, value, share);
  button.tabIndex = -1;
  button.dataset.cell = `${data.labels[row]},${data.labels[column]}`;
  if (!data.isFilled[row][column]) button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-pressed", String(data.picked === button.dataset.cell));
  const label = labelOf(data, row, column, share);
  button.setAttribute("aria-label", label);
  button.title = label;
  button.style.background = tintOf(data, row === column, value, share, most);
  const cell = document.createElement("td");
  cell.append(button);
  return cell;
}

function fill(table, data) {
  const shares = data.values.flatMap((line, row) => line.map((value) => Math.abs(value) / (data.totals[row] || 1)));
  const most = Math.max(...shares) || 1;
  const head = document.createElement("thead");
  const names = document.createElement("tr");
  names.append(header("true ↓   predicted →", "axis"), ...data.classes.map((name) => header(name)));
  head.append(names);
  const body = document.createElement("tbody");
  data.classes.forEach((name, row) => {
    const line = document.createElement("tr");
    const title = header(name);
    title.scope = "row";
    line.append(title, ...data.classes.map((_, column) => cellOf(data, row, column, most)));
    body.append(line);
  });
  table.className = data.classes.length > DENSE ? "dense" : "";
  table.replaceChildren(head, body);
}

// Of all cells one is in the tab order: the one that was reached last.
function reach(table, button) {
  for (const each of table.querySelectorAll('button[tabindex="0"]')) each.tabIndex = -1;
  button.tabIndex = 0;
}

function step(table, button, event) {
  const rows = [...table.tBodies[0].rows];
  const cell = button.parentElement;
  const row = rows.indexOf(cell.parentElement);
  const last = rows.length;
  let [down, right] = STEPS[event.key] ?? [0, 0];
  if (event.key === "Home") right = 1 - cell.cellIndex;
  else if (event.key === "End") right = last - cell.cellIndex;
  else if (!down && !right) return;
  event.preventDefault();
  const target = rows[row + down]?.cells[cell.cellIndex + right]?.querySelector("button");
  if (!target) return;
  reach(table, target);
  target.focus();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table");
  table.setAttribute("aria-label", data.label);
  const reached = table.querySelector('button[tabindex="0"]')?.dataset.cell;
  const hadFocus = Boolean(parentElement.activeElement?.dataset?.cell);
  fill(table, data);
  const start =
    table.querySelector(`[data-cell="${reached ?? data.picked}"]`) ??
    table.querySelector('button:not([aria-disabled="true"])') ??
    table.querySelector("button");
  if (start) reach(table, start);
  if (hadFocus) start?.focus();
  table.onkeydown = (event) => {
    const button = event.target.closest("button");
    if (button) step(table, button, event);
  };
  table.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button || button.getAttribute("aria-disabled")) return;
    reach(table, button);
    setTriggerValue("picked", button.dataset.cell);
  };
}
