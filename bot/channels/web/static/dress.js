// The reader's own text size and colours.
export function dressLook() {
  const panel = document.getElementById("look");
  panel.hidden = false;
  for (const name of ["size", "colours"]) {
    const buttons = [...panel.querySelectorAll(`[data-${name}]`)];
    const show = () => {
      const current = document.documentElement.dataset[name] || buttons[0].dataset[name];
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset[name] === current));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        document.documentElement.dataset[name] = button.dataset[name];
        keep(name, button.dataset[name]);
        show();
      });
    }
    show();
  }
}

function keep(name, value) {
  try {
    const kept = JSON.parse(localStorage.getItem("yorisoi-look") || "{}");
    localStorage.setItem("yorisoi-look", JSON.stringify({ ...kept, [name]: value }));
  } catch (error) {
    // A browser that keeps nothing forgets the look with the page.
  }
}
