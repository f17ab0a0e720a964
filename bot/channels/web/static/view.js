// What is to be seen. Every word is set as text, never as markup.
import { doors } from "./links.js";

const GAP = 16;
const NEAR = 160;

export class View {
  #texts;
  #log = document.getElementById("log");
  #top = document.querySelector(".top");
  #awaiting = 0;
  #places = new Map();

  constructor(texts) {
    this.#texts = texts;
    document.getElementById("jump").addEventListener("click", () => this.#toNewest());
  }

  begin() {
    for (const time of this.#log.querySelectorAll("time")) showTime(time);
    this.#toNewest("instant");
  }

  // Lines of the server: those that are here already stay as they are.
  take(lines) {
    const near = this.#isNearEnd();
    const fresh = lines.map((line) => this.#add(line)).filter(Boolean);
    if (!fresh.length) return;
    document.getElementById("waiting").hidden = true;
    this.#arrange();
    const first = fresh.find((line) => line.dataset.from === "clinic");
    if (!first) return;
    if (near || performance.now() < this.#awaiting) this.#to(first);
    else document.getElementById("jump").hidden = false;
  }

  // The reader's own words, before the server has them.
  mine(entry) {
    const item = this.#line({
      id: `mine-${entry.id}`,
      seq: "~",
      from: "me",
      at: new Date(entry.at).toISOString(),
      text: entry.kind === "text" ? entry.text : entry.label,
      choices: [],
      keys: [],
      links: [],
    });
    this.#log.append(item);
    this.#awaiting = performance.now() + 15000;
    document.getElementById("waiting").hidden = true;
    if (entry.kind !== "choice") this.#to(item);
  }

  state(entry, name, percent) {
    const item = document.getElementById(`m-mine-${entry.id}`);
    if (!item) return;
    item.classList.toggle("unsent", name === "not_sent");
    const words = this.#texts[name] || "";
    item.querySelector(".state").textContent = percent === undefined ? words : `${words} ${percent} %`;
  }

  stored(entry, line) {
    const item = document.getElementById(`m-mine-${entry.id}`);
    this.state(entry, "sent");
    if (!item) return;
    if (document.getElementById(`m-${line}`)) {
      item.remove();
      return;
    }
    item.id = `m-${line}`;
    // The news of a tap may be faster than the receipt for it.
    if (!this.#places.has(line)) return;
    item.dataset.seq = this.#places.get(line);
    this.#place(item);
  }

  refused(entry, words) {
    const item = document.getElementById(`m-mine-${entry.id}`);
    if (!item) return;
    item.classList.add("refused");
    item.querySelector(".state").textContent = words;
    item.querySelector(".state").setAttribute("role", "alert");
  }

  // A tap shows at once, and rests for a moment: a trembling finger taps more than once.
  press(form, button) {
    if ("many" in form.dataset && button.classList.contains("choice")) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      button.classList.toggle("picked", on);
    } else {
      for (const other of form.querySelectorAll("button")) other.classList.remove("tapped");
      button.classList.add("tapped");
    }
    form.classList.add("resting");
    setTimeout(() => form.classList.remove("resting"), 2000);
  }

  offline(is) {
    document.getElementById("offline").hidden = !is;
  }

  alarm(is) {
    document.getElementById("alarm").hidden = !is;
  }

  unseen() {
    return [...this.#log.querySelectorAll("[data-unseen]")].map((item) => item.id.slice(2));
  }

  seen(ids) {
    for (const id of ids) document.getElementById(`m-${id}`)?.removeAttribute("data-unseen");
  }

  grow(box) {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 4, 320)}px`;
  }

  #add(line) {
    const here = document.getElementById(`m-${line.id}`);
    if (here) {
      here.dataset.seq = line.seq;
      this.#place(here);
      return null;
    }
    if (!line.text && !line.file && !line.choices.length && !line.keys.length) {
      this.#places.set(line.id, line.seq);
      return null;
    }
    const item = this.#line(line);
    this.#place(item);
    return item;
  }

  #place(item) {
    const next = [...this.#log.children].find((other) => other !== item && other.dataset.seq > item.dataset.seq);
    if (item.nextElementSibling !== (next || null) || !item.parentNode) this.#log.insertBefore(item, next || null);
  }

  #line(line) {
    const item = element("li", `line ${line.from}`);
    item.id = `m-${line.id}`;
    item.dataset.seq = line.seq;
    item.dataset.from = line.from;
    if (line.seen === false) item.dataset.unseen = "";
    const bubble = element("div", "bubble");
    bubble.append(element("span", "who", line.from === "me" ? this.#texts.you : this.#texts.clinic));
    bubble.append(words("p", "words", line.text || (line.file ? this.#texts.file_sent : "")));
    if (line.hint) bubble.append(words("p", "hint", line.hint));
    bubble.append(...doors(line.links, this.#texts));
    const meta = element("p", "meta");
    const time = element("time");
    time.dateTime = line.at;
    showTime(time);
    meta.append(time, element("span", "state"));
    item.append(bubble, meta);
    if (line.choices.length || line.keys.length) item.append(this.#asks(line));
    return item;
  }

  #asks(line) {
    const asks = element("details", "asks");
    const form = element("form");
    form.method = "post";
    form.setAttribute("action", "/chat/messages");
    if (line.many) form.dataset.many = "";
    if (line.choices.length) form.append(group(line.pad ? "choices pad" : "choices", "choice", line.choices, line.many));
    if (line.keys.length) form.append(group("keys", "key", line.keys, false));
    asks.append(element("summary", "", this.#texts.closed_buttons), form);
    return asks;
  }

  // Open stand the newest question and all that was asked since the reader's last word.
  #arrange() {
    this.#dropRepeats();
    const lines = [...this.#log.children];
    const spoke = lastOf(lines, (line) => line.dataset.from === "me");
    const asking = lines.filter((line) => line.querySelector(".asks"));
    for (const line of asking) {
      const asks = line.querySelector(".asks");
      const open = line === asking[asking.length - 1] || lines.indexOf(line) > spoke;
      if (open !== asks.open) asks.open = open;
    }
  }

  #dropRepeats() {
    const newest = new Map();
    for (const form of this.#log.querySelectorAll("form[data-many]")) {
      const question = [...form.querySelectorAll(".choice")].map((button) => button.value).join("\n");
      newest.get(question)?.closest(".line").remove();
      newest.set(question, form);
    }
  }

  #isNearEnd() {
    return document.getElementById("end").getBoundingClientRect().top < window.innerHeight + NEAR;
  }

  #toNewest(how) {
    document.getElementById("jump").hidden = true;
    const lines = [...this.#log.children];
    const spoke = lastOf(lines, (line) => line.dataset.from === "me");
    const target = lines[Math.min(spoke + 1, lines.length - 1)];
    if (target) this.#to(target, how);
  }

  #to(item, how = behavior()) {
    document.getElementById("jump").hidden = true;
    const top = item.getBoundingClientRect().top + window.scrollY - this.#top.offsetHeight - GAP;
    window.scrollTo({ top: Math.max(0, top), behavior: how });
  }
}

function group(name, kind, buttons, many) {
  const box = element("div", name);
  for (const { data, label, detail, picked, wide } of buttons) {
    const button = element("button", picked ? `${kind} picked` : kind);
    if (wide && name.endsWith(" pad")) button.classList.add("wide");
    button.name = "data";
    button.value = data;
    if (many) button.setAttribute("aria-pressed", String(picked));
    button.append(words("span", "label", label));
    if (detail) button.append(words("span", "detail", detail));
    box.append(button);
  }
  return box;
}

function words(tag, name, text) {
  const item = element(tag, name, text);
  item.dir = "auto";
  return item;
}

function element(tag, name = "", text = "") {
  const item = document.createElement(tag);
  if (name) item.className = name;
  if (text) item.textContent = text;
  return item;
}

function showTime(time) {
  const at = new Date(time.dateTime);
  const today = at.toDateString() === new Date().toDateString();
  const form = today
    ? { hour: "2-digit", minute: "2-digit" }
    : { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  time.textContent = at.toLocaleString(document.documentElement.lang, form);
}

function lastOf(items, fits) {
  let index = items.length - 1;
  while (index >= 0 && !fits(items[index])) index -= 1;
  return index;
}

function behavior() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
