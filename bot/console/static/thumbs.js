// A file of which there is no picture shows what it is instead of a broken one.
const plain = (picture) => {
  const thumb = picture.closest("[data-thumb]");
  thumb.classList.add("thumb-file");
  const name = document.createElement("span");
  name.className = "sr-only";
  name.textContent = picture.alt;
  thumb.replaceChildren(thumb.dataset.thumb, name);
};
for (const picture of document.querySelectorAll("[data-thumb] img")) {
  if (picture.complete && !picture.naturalWidth) plain(picture);
  picture.addEventListener("error", () => plain(picture));
}
