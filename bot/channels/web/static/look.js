// Runs before the first paint: the reader's text size and colours, kept on this device only.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  try {
    var kept = JSON.parse(localStorage.getItem("yorisoi-look") || "{}");
    if (kept.size) root.dataset.size = kept.size;
    if (kept.colours) root.dataset.colours = kept.colours;
  } catch (error) {
    // A browser that keeps nothing shows the usual look.
  }
})();
