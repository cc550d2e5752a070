"use strict";
// The page is whole without this: it only opens what a link leads to, and everything that is to be printed.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  target.scrollIntoView({ block: target.matches(".body") ? "start" : "center" });
}
let opened = [];
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open]):not(.raw)")];
  for (const box of opened) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});
reveal();
