// Sends files piece by piece. The server says from where on a file is wanted, so that a cut line, or a
// page that was closed, costs one piece.
import { packed } from "./folder.js";

const PIECE = 4 * 1024 * 1024;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 20000;
const REFUSED = { 413: "too_large", 429: "too_many" };

const root = document.getElementById("upload");
const list = document.getElementById("sent");
const words = root.dataset;
let turn = Promise.resolve();

class Line {
  constructor(name) {
    this.item = document.createElement("li");
    this.state = document.createElement("span");
    this.bar = document.createElement("progress");
    const title = document.createElement("b");
    title.textContent = name;
    title.dir = "auto";
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", name);
    this.state.className = "state";
    this.item.append(title, this.bar, this.state);
    list.append(this.item);
  }

  say(word, share) {
    this.item.dataset.state = word;
    this.state.textContent = words[word];
    if (share !== undefined) this.bar.value = share;
  }
}

for (const name of ["files", "folder"]) {
  const input = document.getElementById(name);
  const take = () => {
    const chosen = [...input.files];
    input.value = "";
    if (name === "files") chosen.forEach((file) => inTurn(file.name, () => file));
    else if (chosen.length) {
      const folder = chosen[0].webkitRelativePath.split("/")[0] || "folder";
      inTurn(`${folder}.zip`, (line) => {
        line.say("packing");
        return packed(chosen, `${folder}.zip`);
      });
    }
  };
  input.addEventListener("change", take);
  if (input.files.length) take(); // chosen before this script was there
}

function inTurn(name, make) {
  const line = new Line(name);
  turn = turn.then(async () => {
    try {
      await send(await make(line), line);
    } catch {
      line.say("failed");
    }
  });
}

async function send(file, line) {
  if (file.size > Number(words.most)) return line.say("too_large");
  const said = { name: file.name, size: file.size, modified: file.lastModified, mime: file.type };
  const offer = await asked(line, "POST", "/files", JSON.stringify(said));
  if (offer.status !== 200) return line.say(REFUSED[offer.status] ?? "failed");
  const { id } = offer.body;
  let { offset } = offer.body;
  for (;;) {
    while (offset < file.size) {
      line.say("sending", offset / file.size);
      const piece = file.slice(offset, offset + PIECE);
      const answer = await asked(line, "PUT", `/files/${id}?size=${file.size}&offset=${offset}`, piece);
      if (answer.status !== 200 && answer.status !== 409) return line.say("failed");
      offset = answer.body.offset;
    }
    const end = await asked(line, "POST", `/files/${id}/done`, JSON.stringify(said));
    if (end.status === 202) return line.say("sent", 1);
    if (end.status !== 409) return line.say("failed");
    offset = end.body.offset;
  }
}

// Asks until there is an answer: a line that is cut is waited for. After a piece that may have come in,
// the next answer says where the file goes on.
async function asked(line, method, path, body) {
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      const answer = await fetch(words.action + path, { method, body, credentials: "same-origin" });
      if (answer.status < 500) {
        return { status: answer.status, body: await answer.json().catch(() => ({})) };
      }
    } catch {
      // no line: said below
    }
    line.say("waiting");
    await new Promise((goOn) => {
      const timer = setTimeout(goOn, wait);
      addEventListener("online", () => { clearTimeout(timer); goOn(); }, { once: true });
    });
  }
}
