// What a page is judged by beside axe-core: where Tab leads, what has the focus is seen, nothing is too wide.
// Runs in the page before its own scripts.
(() => {
  const met = new Set();
  const unseen = new Set();
  const rest = new Map();
  const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, details > summary, [tabindex]";
  const STOPS = { date: 5, time: 4, "datetime-local": 8, month: 4 };

  const boxes = (item) => [item, item.closest("label")].filter(Boolean);
  const shadows = (item) => boxes(item).map((box) => getComputedStyle(box).boxShadow).join();
  const outlined = (item) => boxes(item).map(getComputedStyle)
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const named = (item) => `<${item.tagName.toLowerCase()}${item.name ? ` name=${item.name}` : ""}> `
    + (item.getAttribute("aria-label") || item.innerText || item.value || "").trim().slice(0, 40);
  const same = (one, other) => one === other
    || (one.type === "radio" && other.type === "radio" && one.name === other.name && one.form === other.form);
  const wanted = () => [...document.querySelectorAll(INTERACTIVE)].filter((item) => item.tabIndex >= 0
    && !item.disabled && !item.closest("[inert]") && item.checkVisibility({ visibilityProperty: true }));

  const hides = (item) => ["hidden", "clip"].includes(getComputedStyle(item).overflowX);
  const isMeant = (item) => getComputedStyle(item).textOverflow === "ellipsis" || item.matches(".sr-only, .unseen-by-eye");
  const words = (item) => [...item.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  const end = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect().right;
  };
  const cut = (item) => {
    let box = item;
    while (box && !hides(box)) {
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX)) return false;
      box = box.parentElement;
    }
    return box && !isMeant(box) && words(item).some((node) => end(node) > box.getBoundingClientRect().right + 1);
  };

  document.addEventListener("focusin", ({ target }) => {
    met.add(target);
    if (!outlined(target) && shadows(target) === rest.get(target)) unseen.add(target);
  }, true);
  document.addEventListener("securitypolicyviolation", (event) => console.error(event.violatedDirective));

  window.judge = {
    wide: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    cut: () => [...document.querySelectorAll("main *, header *")]
      .filter((item) => item.checkVisibility({ visibilityProperty: true }) && cut(item)).map(named),
    unfold: () => {
      for (const each of document.querySelectorAll("details")) each.open = true;
    },
    begin: () => {
      window.judge.unfold();
      // From the top, wherever the page has put the focus.
      const top = document.createElement("span");
      top.tabIndex = -1;
      document.body.prepend(top);
      top.focus();
      top.remove();
      met.clear();
      unseen.clear();
      const items = wanted();
      for (const item of items) rest.set(item, shadows(item));
      return items.reduce((sum, item) => sum + (STOPS[item.type] || 1), 3);
    },
    end: () => [
      ...wanted().filter((item) => ![...met].some((one) => same(one, item)))
        .map((item) => `Tab does not reach ${named(item)}`),
      ...[...unseen].filter((item) => item.isConnected).map((item) => `the focus is not seen on ${named(item)}`),
      ...wanted().filter((item) => item.tabIndex > 0).map((item) => `out of turn: ${named(item)}`),
    ],
    first: () => [...met][0]?.getAttribute("href") || "",
  };
})();
