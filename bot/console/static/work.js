// The worklist: single keys, and a list that is fetched anew when the server says that something changed.
// Without this script everything works by Tab and Enter, and a reload shows what is new.
const OFF = "yorisoi-keys-off";
const list = () => document.getElementById("work");
const rows = () => [...document.querySelectorAll("[data-row]")];
const said = document.createElement("p");
said.className = "sr-only";
said.setAttribute("role", "status");
document.body.append(said);

// Live

let source;
let waits = false;
let told = list()?.dataset.news;

function isBusy() {
  return Boolean(document.querySelector("details.snooze[open]"));
}

function refresh() {
  if (!list()) return;
  waits = isBusy();
  if (!waits) htmx.trigger(list(), "work-changed");
}

function listen() {
  source?.close();
  source = new EventSource(`/console/work/events?shown=${list()?.dataset.pulse ?? ""}`);
  source.addEventListener("changed", refresh);
  source.addEventListener("over", () => location.reload());
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

// A form that is being filled in is not taken away: the news waits until it is closed.
document.addEventListener(
  "toggle",
  (event) => {
    if (waits && event.target.matches?.("details.snooze") && !isBusy()) refresh();
  },
  true,
);

// Where the focus was, in the list that comes next

let place = -1;

document.addEventListener("htmx:beforeSwap", () => {
  place = rows().findIndex((row) => row.contains(document.activeElement));
});

document.addEventListener("htmx:afterSettle", () => {
  const news = list()?.dataset.news;
  const notice = document.querySelector("#main > .notice")?.textContent;
  if (notice) said.textContent = notice;
  else if (news && news !== told) said.textContent = news;
  told = news;
  showSwitch();
  if (place >= 0 && document.activeElement === document.body) rows()[Math.min(place, rows().length - 1)]?.focus();
  place = -1;
});

// Keys

function isOn() {
  return localStorage.getItem(OFF) === null;
}

function current() {
  return rows().findIndex((row) => row.contains(document.activeElement));
}

function move(step) {
  const all = rows();
  const at = current();
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next]?.focus();
}

function help() {
  const keys = document.getElementById("keys");
  keys.open = !keys.open;
  keys.querySelector("summary").focus();
}

function snooze(row) {
  const box = row?.querySelector("details.snooze");
  if (!box) return;
  box.open = true;
  box.querySelector("select").focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => current() >= 0 && move(1),
  ArrowUp: () => current() >= 0 && move(-1),
  t: (row) => row?.querySelector("[data-take]")?.click(),
  s: snooze,
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") closeSnooze(event.target);
    return;
  }
  const row = rows()[current()];
  if (event.key === "Enter" && event.target === row) row.querySelector("[data-open]")?.click();
  if (event.key === "Escape") closeSnooze(event.target);
  const act = KEYS[event.key];
  if (!act || !isOn()) return;
  if (event.key.startsWith("Arrow") && event.target !== row) return;
  event.preventDefault();
  act(row);
});

function closeSnooze(target) {
  const box = target.closest?.("details.snooze[open]");
  if (!box) return;
  box.open = false;
  box.querySelector("summary").focus();
}

function showSwitch() {
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.closest("label").hidden = false;
  box.checked = isOn();
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

showSwitch();
listen();
