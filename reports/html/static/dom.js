// Elements: built with text nodes only, so that no text of the plan is ever read as HTML.

/** An element. `attributes` are set as attributes, `on…` as listeners; children are elements, texts or missing. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

function replaceChildren(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
}

/** Text whose direction follows its own first letter. */
function plain(text, tag = "bdi") {
  return h(tag, tag === "bdi" ? {} : { dir: "auto" }, format(text));
}

function announce(text) {
  document.getElementById("announce").textContent = text;
}

/** A scrolling box can be scrolled from the keyboard only when it can take focus. */
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.tabIndex = 0;
      target.setAttribute("role", "region");
      target.setAttribute("aria-label", target.querySelector("caption")?.textContent || t("Table"));
    } else {
      target.removeAttribute("tabindex");
      target.removeAttribute("role");
      target.removeAttribute("aria-label");
    }
  }
});

function watchScrollers(root = document) {
  for (const box of root.querySelectorAll(".scroll")) scrollers.observe(box);
}

/**
 * A table. `columns`: {heading, kind, value(row), cell(row)?, currency(row)?}; the first column heads its row.
 * Nothing when there are no rows.
 */
function tableOf(caption, columns, rows) {
  if (!rows.length) return null;
  const isNumber = (column) => !["text", "word", "date", "month", "time", "flag"].includes(column.kind);
  const content = (column, row) => {
    if (column.cell) return column.cell(row);
    if (column.kind === "text") return plain(column.value(row));
    return format(column.value(row), column.kind, column.currency ? column.currency(row) : undefined);
  };
  const table = h("table", {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, columns.map((column) =>
      h("th", { scope: "col", class: isNumber(column) ? "number" : null }, column.heading)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column, place) =>
      h(place ? "td" : "th", { scope: place ? null : "row", class: isNumber(column) ? "number" : "words" },
        content(column, row)))))));
  const box = h("div", { class: "scroll" }, table);
  scrollers.observe(box);
  return box;
}
