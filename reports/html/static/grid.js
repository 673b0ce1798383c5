// The table of all SKUs: search, filters, sorting and pages over columns held in memory.
const PAGE_SIZES = [50, 100, 500];
const PRINTED_ROWS = 200;

const GRID_COLUMNS = [
  { key: "sku", heading: N_("SKU"), kind: "text", cell: itemCell },
  { key: "action", heading: N_("Action"), kind: "word", cell: (items, row) => actionTag(items.action[row]) },
  { key: "fba_on_hand", heading: N_("At FBA"), kind: "units" },
  { key: "fba_arriving", heading: N_("Arriving"), kind: "units" },
  { key: "weekly_demand", heading: N_("Demand a week"), kind: "units" },
  { key: "cover_before", heading: N_("Weeks of cover"), kind: "weeks", cell: pairCell("cover_before", "cover_after", "weeks") },
  { key: "stockout_before", heading: N_("Risk of running short"), kind: "share", cell: pairCell("stockout_before", "stockout_after", "share") },
  { key: "ship", heading: N_("Ship"), kind: "units" },
  { key: "buy", heading: N_("Buy"), kind: "units" },
  { key: "cash", heading: N_("Cost"), kind: "money" },
  { key: "profit_gain", heading: N_("Expected profit"), kind: "money" },
  { key: "urgency", heading: N_("Cost of a week's delay"), kind: "money" },
];
const GRID_FILTERS = [
  { key: "marketplace", label: N_("Marketplace") },
  { key: "action", label: N_("Action") },
  { key: "supplier", label: N_("Supplier") },
];

const grid = { items: null, text: [], search: "", filters: {}, sort: "urgency", descending: true, page: 0, size: PAGE_SIZES[0],
  rows: [], table: null };

function itemAddress(item) {
  return `#sku/${encodeURIComponent(item)}`;
}

function itemCell(items, row) {
  return [h("a", { class: "item", href: itemAddress(items.item[row]) }, h("bdi", {}, items.sku[row] ?? items.item[row])),
    h("span", { class: "place" }, items.marketplace[row] ?? ""),
    h("span", { class: "title", dir: "auto" }, items.title[row] ?? "")];
}

function pairCell(before, after, kind) {
  return (items, row) => [h("span", { class: "was" }, format(items[before][row], kind)), " → ",
    h("span", {}, format(items[after][row], kind))];
}

function actionTag(action) {
  return action ? h("span", { class: `tag ${String(action).replaceAll(" ", "-")}` }, t(action)) : MISSING;
}

/** One lower-case text per SKU with everything a reader may look for. */
function searchTexts(items) {
  const fields = ["item", "title", "asin", "fnsku", "brand", "category", "supplier", "reason"].map((name) => items[name]);
  return items.item.map((_, row) => fields.map((field) => field[row] ?? "").join("\n").toLowerCase());
}

/** Rows that hold every word of the search and pass the filters, in the order asked for. */
function matchingRows() {
  const words = grid.search.toLowerCase().split(/\s+/).filter(Boolean);
  const filters = Object.entries(grid.filters).filter(([, value]) => value !== "");
  const rows = [];
  for (let row = 0; row < grid.items.count; row += 1) {
    if (words.every((word) => grid.text[row].includes(word)) &&
        filters.every(([key, value]) => grid.items[key][row] === value)) rows.push(row);
  }
  return sortRows(rows);
}

function sortRows(rows) {
  const values = grid.items[grid.sort];
  const sign = grid.descending ? -1 : 1;
  const collator = formatter("collator", (tag) => new Intl.Collator(tag, { numeric: true }));
  return rows.sort((one, other) => {
    const [a, b] = [values[one], values[other]];
    if (a === null || b === null) return (a === null) - (b === null) || one - other; // missing last, either way
    const difference = typeof a === "number" ? a - b : collator.compare(a, b);
    return sign * difference || one - other;
  });
}

function refreshGrid() {
  grid.rows = matchingRows();
  grid.page = Math.min(grid.page, Math.max(0, Math.ceil(grid.rows.length / grid.size) - 1));
  showPage();
}

function showPage(size = grid.size) {
  const from = grid.page * size;
  const shown = grid.rows.slice(from, from + size);
  replaceChildren(grid.body, shown.map((row) => h("tr", {}, GRID_COLUMNS.map((column, place) => {
    const value = grid.items[column.key][row];
    const number = column.kind !== "text" && column.kind !== "word";
    const look = number ? `number${value === 0 && !column.cell ? " zero" : ""}` : null;
    return h(place ? "td" : "th", { scope: place ? null : "row", class: look },
      column.cell ? column.cell(grid.items, row) : format(value, column.kind));
  }))));
  const count = t("{found} of {all} SKUs", { found: [grid.rows.length, "units"], all: [grid.items.count, "units"] });
  const range = grid.rows.length ? ` · ${format(from + 1, "units")}–${format(from + shown.length, "units")}` : "";
  if (grid.status.textContent !== count + range) grid.status.textContent = count + range;
  grid.previous.disabled = grid.page === 0;
  grid.next.disabled = from + size >= grid.rows.length;
}

function sortBy(key, kind) {
  grid.descending = grid.sort === key ? !grid.descending : kind !== "text" && kind !== "word";
  grid.sort = key;
  grid.page = 0;
  markSort();
  refreshGrid();
}

function markSort() {
  for (const heading of grid.table.querySelectorAll("thead th")) {
    const sorted = heading.dataset.key === grid.sort;
    if (sorted) heading.setAttribute("aria-sort", grid.descending ? "descending" : "ascending");
    else heading.removeAttribute("aria-sort");
  }
}

function turnPage(step) {
  grid.page += step;
  showPage();
  grid.table.scrollIntoView({ block: "nearest" });
}

function filterSelect({ key, label }) {
  const values = [...new Set(grid.items[key].filter((value) => value !== null))].sort();
  const select = h("select", { onchange: () => { grid.filters[key] = select.value; grid.page = 0; refreshGrid(); } },
    h("option", { value: "" }, t("all")), values.map((value) => h("option", { value }, t(value))));
  select.value = grid.filters[key] ?? "";
  return h("label", {}, h("span", {}, t(label)), select);
}

function gridControls() {
  const search = h("input", { type: "search", id: "search", value: grid.search, autocomplete: "off", spellcheck: "false",
    "aria-describedby": "grid-status", placeholder: t("SKU, title, ASIN, supplier …"),
    oninput: () => { grid.search = search.value; grid.page = 0; refreshGrid(); } });
  const size = h("select", { onchange: () => { grid.size = Number(size.value); grid.page = 0; showPage(); } },
    PAGE_SIZES.map((rows) => h("option", { value: rows, selected: rows === grid.size }, format(rows, "units"))));
  grid.status = h("p", { id: "grid-status", class: "muted", role: "status" });
  grid.previous = h("button", { type: "button", onclick: () => turnPage(-1) }, t("Previous"));
  grid.next = h("button", { type: "button", onclick: () => turnPage(1) }, t("Next"));
  const filters = GRID_FILTERS.map(filterSelect);
  return [
    h("div", { class: "controls", role: "search" }, h("label", { class: "grow" }, h("span", {}, t("Search")), search), filters),
    h("div", { class: "controls below" }, grid.status,
      h("span", { class: "pager" }, h("label", { class: "inline" }, h("span", {}, t("Rows")), size), grid.previous, grid.next)),
  ];
}

/** Build the table anew (first time, or in another language). */
async function buildGrid() {
  const root = document.getElementById("grid");
  if (!root) return;
  try {
    grid.items = await allItems();
  } catch (error) {
    replaceChildren(root, h("p", { class: "notice warn" }, error.message));
    return;
  }
  if (!grid.text.length) grid.text = searchTexts(grid.items);
  const [controls, below] = gridControls();
  grid.body = h("tbody");
  grid.table = h("table", { class: "grid" },
    h("caption", { class: "hidden-text" }, t("All SKUs")),
    h("thead", {}, h("tr", {}, GRID_COLUMNS.map(({ key, heading, kind }) =>
      h("th", { scope: "col", "data-key": key, class: kind === "text" || kind === "word" ? null : "number" },
        h("button", { type: "button", onclick: () => sortBy(key, kind) }, t(heading), h("i", { "aria-hidden": "true" })))))),
    grid.body);
  replaceChildren(root, controls, below, h("div", { class: "scroll" }, grid.table));
  watchScrollers(root);
  markSort();
  refreshGrid();
}

/** On paper: the first rows of what was searched for, as many as a reader turns pages for. */
function printGrid(printing) {
  if (!grid.table) return;
  const page = grid.page;
  if (printing) grid.page = 0;
  showPage(printing ? PRINTED_ROWS : grid.size);
  grid.page = page;
}
