// The page: language, colours, addresses (#section or #sku/…), keys and printing.
const root = document.documentElement;

function remember(name, value) {
  try {
    localStorage.setItem(`replenish-${name}`, value);
  } catch { /* a page opened from a file may have no storage: the choice then lasts as long as the page */ }
}

function remembered(name) {
  try {
    return localStorage.getItem(`replenish-${name}`);
  } catch {
    return null;
  }
}

function setTheme(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  redrawCharts();
}

async function setLanguage(next) {
  language = next;
  translatePage();
  await buildGrid();
  if (currentItem() !== null) await showItem(currentItem());
  redrawCharts();
}

/** The SKU the address names, or null. */
function currentItem() {
  if (!location.hash.startsWith("#sku/") || !document.getElementById("item-view")) return null;
  try {
    return decodeURIComponent(location.hash.slice(5));
  } catch {
    return location.hash.slice(5);
  }
}

let lastItem = null;

async function followAddress() {
  const item = currentItem();
  if (item !== null) {
    lastItem = item;
    await showItem(item);
    markSection();
    return;
  }
  hideItem();
  const target = document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView();
  if (lastItem !== null && location.hash === "#skus") {
    const link = document.querySelector(`#grid a[href="${CSS.escape(itemAddress(lastItem))}"]`);
    (link || document.getElementById("search"))?.focus({ preventScroll: Boolean(!link) });
    lastItem = null;
  }
  markSection();
}

/** Keys: / to search, Escape from a SKU back to the plan. */
function followKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
  if (event.key === "Escape" && currentItem() !== null) location.hash = "#skus";
  if (event.key === "/" && !typing && document.getElementById("search")) {
    event.preventDefault();
    if (currentItem() !== null) location.hash = "#skus";
    document.getElementById("plan-view").hidden = false;
    document.getElementById("search").focus();
  }
}

/** The section in sight is the current one of the navigation. */
function markSection() {
  const links = [...document.querySelectorAll("nav.sections a")];
  const tops = links.map((link) => document.getElementById(link.hash.slice(1))?.getBoundingClientRect().top ?? Infinity);
  let current = 0;
  if (currentItem() !== null) current = links.findIndex((link) => link.hash === "#skus");
  else tops.forEach((top, place) => { if (top < 160) current = place; });
  links.forEach((link, place) => {
    if (place === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

/** On paper: light colours, charts as wide as the page, more rows of the table. */
function preparePrint() {
  root.dataset.printed = root.dataset.theme ?? "";
  root.dataset.theme = "light";
  printWidth = 680;
  drawAllFigures();
  redrawCharts();
  printGrid(true);
}

function endPrint() {
  printWidth = 0;
  const theme = root.dataset.printed;
  delete root.dataset.printed;
  setTheme(theme || "auto");
  printGrid(false);
}

async function start() {
  const languages = document.getElementById("language");
  const themes = document.getElementById("theme");
  themes.value = remembered("theme") ?? "auto";
  if (themes.value !== "auto") setTheme(themes.value);
  languages.addEventListener("change", () => setLanguage(languages.value));
  themes.addEventListener("change", () => { remember("theme", themes.value); setTheme(themes.value); });
  document.getElementById("print").addEventListener("click", () => window.print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
  addEventListener("hashchange", followAddress);
  addEventListener("keydown", followKey);
  addEventListener("scroll", markSection, { passive: true });
  addEventListener("beforeprint", preparePrint);
  addEventListener("afterprint", endPrint);
  languages.value = language;
  watchFigures();
  watchScrollers();
  await buildGrid();
  await followAddress();
  root.dataset.ready = "true";
}

start();
