// Data: packed blocks (base64, deflated JSON by column) unpacked when they are needed.
const unpacked = new Map();

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

async function unpack(id) {
  if (!document.getElementById(id) && document.readyState === "loading") {
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  }
  const element = document.getElementById(id);
  if (!element) throw new Error(t("This file is not complete: part {name} is missing.", { name: id }));
  if (typeof DecompressionStream === "undefined") {
    throw new Error(t("This browser is too old to read the SKUs; a browser of 2023 or later can."));
  }
  const stream = new Blob([bytesOf(element.textContent)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

/** The block's content; unpacked once. */
function block(id) {
  if (!unpacked.has(id)) unpacked.set(id, unpack(id));
  return unpacked.get(id);
}

/** A column as an array of values: numbers as they are, numbered texts as text. */
function column(packed, length) {
  if (packed === null || packed === undefined) return new Array(length).fill(null);
  if (Array.isArray(packed)) return packed;
  return packed.codes.map((code) => (code < 0 ? null : packed.texts[code]));
}

const PLAIN_COLUMNS = new Set(["item", "place"]);

/** All SKUs by column: {count, item: [...], sku: [...], …}. */
async function allItems() {
  if (!unpacked.has("columns")) {
    unpacked.set("columns", block("items").then((packed) => {
      const count = setup.items.count;
      const columns = { count };
      for (const [name, values] of Object.entries(packed)) {
        columns[name] = PLAIN_COLUMNS.has(name) ? values : column(values, count);
      }
      columns.position = new Map(columns.item.map((item, row) => [item, row]));
      return columns;
    }));
  }
  return unpacked.get("columns");
}

/** The rows of one SKU in a packed frame of its block, as objects. */
function rowsOf(frame, place) {
  const [from, to] = [frame.at[place], frame.at[place + 1]];
  const names = Object.keys(frame).filter((name) => name !== "at" && frame[name] !== null);
  const rows = [];
  for (let row = from; row < to; row += 1) {
    rows.push(Object.fromEntries(names.map((name) => {
      const values = frame[name];
      if (Array.isArray(values)) return [name, values[row]];
      return [name, values.codes[row] < 0 ? null : values.texts[values.codes[row]]];
    })));
  }
  return rows;
}

const tenths = (values) => values.map((value) => (value === null ? null : value / 10));

/** Everything about one SKU: figures, past weeks, forecast, projection, evidence. */
async function oneItem(row) {
  const items = await allItems();
  const figures = Object.fromEntries(Object.keys(items).filter((name) => Array.isArray(items[name]))
    .map((name) => [name, items[name][row]]));
  if (figures.place < 0) return { figures, detailed: false };
  const size = setup.items.blockSize;
  const part = await block(`block-${Math.floor(figures.place / size)}`);
  const place = figures.place % size;
  const past = part.history;
  const units = past.units[place];
  return {
    figures,
    detailed: true,
    past: {
      weeks: units.map((_, index) => setup.items.firstWeek + 7 * (past.start[place] + index)),
      units,
      demand: units.map((value, index) => {
        const beyond = past.beyond[place][index];
        return value === null || beyond === null ? null : value + beyond / 10;
      }),
      availability: past.availability[place].map((value) => (value === null ? null : value / 100)),
      correction: past.correction[place].map((code) => (code < 0 || code === null ? "" : setup.items.corrections[code])),
    },
    forecast: part.forecast.map((layer) => tenths(layer[place])),
    projection: part.projection.map((layer) => tenths(layer[place])),
    components: part.components && part.components.map((layer) => layer[place].map((v) => (v === null ? null : v / 100))),
    evidence: Object.fromEntries(Object.entries(part.evidence).map(([name, frame]) => [name, rowsOf(frame, place)])),
  };
}
