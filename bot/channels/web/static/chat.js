// The chat page: taps, typed words and files go out through Queue, messages come in through Stream.
import { Queue, newId } from "./queue.js";
import { Stream } from "./stream.js";
import { View } from "./view.js";
import { dressLook } from "./dress.js";
import { dressCopying } from "./links.js";

const SAME_TAP = 2000;
const ANY_TAP = 700;

const setting = JSON.parse(document.getElementById("setting").textContent);
const view = new View(setting.texts);
const queue = new Queue(setting.scope, {
  state: (entry, state, detail) => view.state(entry, state, detail),
  stored: (entry, line) => view.stored(entry, line),
  refused: (entry, words) => {
    view.refused(entry, words);
    giveBack(entry);
  },
  offline: (is) => view.offline(is),
});
const never = { what: "", at: -SAME_TAP };
let lastTap = never;
let lastAlarm = never;
let lastTyped = never;

function isAgain(last, what) {
  return what === last.what && performance.now() - last.at < SAME_TAP;
}

function isTremble(data) {
  if (isAgain(lastTap, data) || performance.now() - lastTap.at < ANY_TAP) return true;
  lastTap = { what: data, at: performance.now() };
  return false;
}

function say(entry) {
  view.mine(entry);
  queue.put(entry);
}

// Never taken for a tremble after another tap: only a second call for help in a row is not sent again.
function alarmed(form, button) {
  view.alarm(true);
  if (isAgain(lastAlarm, button.value)) return;
  lastAlarm = { what: button.value, at: performance.now() };
  chosen(form, button);
}

function tapped(form, button) {
  if (isTremble(button.value)) return;
  view.press(form, button);
  chosen(form, button);
}

function chosen(form, button) {
  const label = form.dataset.label || button.querySelector(".label")?.textContent || button.textContent;
  say({ id: newId(), kind: "choice", data: button.value, label: label.trim(), at: Date.now() });
}

function typed(form) {
  const box = form.elements.namedItem("text");
  const text = box.value.trim();
  if (!text || isAgain(lastTyped, text)) return;
  lastTyped = { what: text, at: performance.now() };
  box.value = "";
  view.grow(box);
  say({ id: newId(), kind: "text", text, at: Date.now() });
}

// What was too long is not to be typed again: it can be shortened, or copied.
function giveBack(entry) {
  if (entry.kind !== "text" || box.value) return;
  box.value = entry.text;
  view.grow(box);
}

function papers(input) {
  for (const file of input.files) {
    const entry = { id: newId(), kind: "file", file, label: file.name, at: Date.now() };
    view.mine(entry);
    if (file.size > setting.maxFile) view.refused(entry, setting.texts.file_too_large);
    else queue.put(entry);
  }
  input.value = "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/chat/messages") return;
  event.preventDefault();
  // Not form.id: that is the field called "id".
  if (form.getAttribute("id") === "words") typed(form);
  else if (!event.submitter) return;
  else if ("emergency" in form.dataset) alarmed(form, event.submitter);
  else tapped(form, event.submitter);
});

const files = document.querySelector("#papers input[type=file]");
files.multiple = true;
files.addEventListener("change", () => papers(files));
const box = document.getElementById("text");
box.addEventListener("input", () => view.grow(box));
document.getElementById("alarm-close").addEventListener("click", () => view.alarm(false));

const stream = new Stream({
  news: ({ language, lines }) => {
    if (language && language !== setting.language) {
      location.reload();
      return;
    }
    view.take(lines);
    tellSeen();
  },
  lost: () => location.reload(),
});

async function tellSeen() {
  if (document.hidden) return;
  const ids = view.unseen();
  if (!ids.length) return;
  try {
    const answer = await fetch("/chat/receipts", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ ids }),
    });
    if (answer.ok) view.seen(ids);
  } catch (error) {
    // Told again with the next message, or when the page is next looked at.
  }
}

document.addEventListener("visibilitychange", () => {
  // Who does not look counts as away: then an e-mail may tell of news.
  if (document.hidden) stream.close();
  else {
    stream.open();
    queue.flush();
    tellSeen();
  }
});
window.addEventListener("online", () => queue.flush());

document.documentElement.classList.add("ready");
dressLook();
dressCopying(setting.texts);
view.begin();
for (const entry of queue.waiting()) view.mine(entry);
queue.flush();
// Chosen before this script was ready.
if (files.files.length) papers(files);
tellSeen();
if (!document.hidden) stream.open();
