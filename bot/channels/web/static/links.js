// Links in what the clinic says: to open, or to copy and pass on. Where there is no clipboard, copying is not offered.

// The two buttons of each link of a line.
export function doors(links, texts) {
  return links.map(({ url, host }) => {
    const row = document.createElement("div");
    row.className = "keys link";
    const open = named(document.createElement("a"), texts.open_link, host);
    open.href = url;
    open.target = "_blank";
    open.rel = "noopener noreferrer";
    const copy = named(document.createElement("button"), texts.copy_link, host);
    copy.type = "button";
    copy.dataset.copy = url;
    copy.hidden = !navigator.clipboard;
    row.append(open, copy);
    return row;
  });
}

// Heard for the whole page: lines come in after this.
export function dressCopying(texts) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    tell(button, texts.link_copied);
  });
}

function tell(button, words) {
  if (button.dataset.usual) return;
  button.dataset.usual = button.firstChild.data;
  button.firstChild.data = `${words} `;
  button.setAttribute("aria-live", "polite");
  setTimeout(() => {
    button.firstChild.data = button.dataset.usual;
    delete button.dataset.usual;
  }, 2000);
}

function named(item, words, host) {
  item.className = "key";
  const place = document.createElement("bdi");
  place.textContent = host;
  item.append(`${words} `, place);
  return item;
}
