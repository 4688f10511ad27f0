// Sends a whole folder in one streamed request; the files are never read into the page's memory.
async function filesIn(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [[path + entry.name, file]];
  }
  const reader = entry.createReader(), found = [];
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return found;
    for (const child of part) found.push(...(await filesIn(child, `${path}${entry.name}/`)));
  }
}

function send(files, { data, status, bar, setTriggerValue }) {
  if (!files.length) { status.textContent = "This folder is empty."; return; }
  const head = new TextEncoder().encode(JSON.stringify(files.map(([path, file]) => [path, file.size])));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, head.length);
  const request = new XMLHttpRequest();
  request.open("POST", data.url);
  request.upload.onprogress = (event) => {
    const percent = Math.round((100 * event.loaded) / event.total);
    bar.parentElement.hidden = false;
    bar.style.width = `${percent}%`;
    status.textContent = `Uploading ${files.length.toLocaleString()} files: ${percent} %`;
  };
  request.onload = () => {
    const answer = request.responseText;
    status.textContent = request.status === 200 ? "Uploaded. Reading the pictures…" : answer || `Upload failed (${request.status}).`;
    if (request.status === 200) setTriggerValue("done", (files.find(([path]) => path.includes("/")) || files[0])[0].split("/")[0]);
  };
  request.onerror = () => { status.textContent = "The upload broke off; nothing was kept. Try again."; };
  request.send(new Blob([length.buffer, head, ...files.map(([, file]) => file)]));
}

export default function ({ data, parentElement, setTriggerValue }) {
  const drop = parentElement.querySelector(".drop"), input = parentElement.querySelector("input");
  const tools = {
    data, setTriggerValue, status: parentElement.querySelector(".status"), bar: parentElement.querySelector(".bar div"),
  };
  drop.querySelector("small").textContent = data.hint;
  input.onchange = () => send([...input.files].map((file) => [file.webkitRelativePath || file.name, file]), tools);
  drop.ondragover = (event) => { event.preventDefault(); drop.classList.add("over"); };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    tools.status.textContent = "Looking through the folder…";
    const files = [];
    for (const entry of entries) files.push(...(await filesIn(entry, "")));
    send(files, tools);
  };
}
