// The chat stays at its newest message, and a ready answer goes into the box. Without this script both take
// a hand: one scrolls, and types.
const NEAR = 60;

function log() {
  return document.getElementById("talk-log");
}

function toTheEnd() {
  log().scrollTop = log().scrollHeight;
}

let wasAtTheEnd = true;
document.addEventListener("htmx:beforeSwap", () => {
  wasAtTheEnd = log().scrollHeight - log().scrollTop - log().clientHeight < NEAR;
  document.documentElement.dataset.scrolled = log().scrollTop;
});
document.addEventListener("htmx:afterSwap", () => {
  if (wasAtTheEnd) toTheEnd();
  else log().scrollTop = Number(document.documentElement.dataset.scrolled);
});
toTheEnd();

const text = document.getElementById("talk-text");
for (const button of document.querySelectorAll("[data-reply]")) {
  button.addEventListener("click", () => {
    text.value = text.value.trim() ? `${text.value.trim()}\n${button.dataset.reply}` : button.dataset.reply;
    text.focus();
    button.closest("details").open = false;
  });
}
