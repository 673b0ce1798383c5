// One SKU's own section, at #sku/<marketplace>%2F<sku>: figures, charts, and what they rest on.
const WEEK_SECONDS = 7 * 86400;
const seconds = (day) => day * 86400;

function figure(chart) {
  const element = h("figure", { class: "chart" },
    h("figcaption", {}, h("strong", {}, t(chart.heading)), chart.note ? [" ", h("span", { class: "muted" }, t(chart.note))] : null),
    h("div", { class: "plot" }));
  element.chart = chart;
  return element;
}

/** Past weeks with little or no stock, as shaded ranges. */
function censoredRanges(past) {
  const ranges = [];
  past.weeks.forEach((week, place) => {
    const share = past.availability[place];
    if (!past.correction[place] && (share === null || share >= 1)) return;
    const from = seconds(week) - WEEK_SECONDS / 2;
    const last = ranges[ranges.length - 1];
    if (last && Math.abs(last[1] - from) < 1) last[1] += WEEK_SECONDS;
    else ranges.push([from, from + WEEK_SECONDS]);
  });
  return ranges;
}

function demandChart({ past, forecast }) {
  const weeks = setup.items.weeks;
  const gap = weeks.map(() => null);
  const before = past.weeks.map(() => null);
  const demand = past.demand.map((value, place) => (value === past.units[place] ? null : value));
  return {
    name: "item-demand", heading: N_("Units a week: sold and expected"), kind: "date", unit: "units", stacked: false, xHeading: "Week",
    note: N_("Drag to look closer, double-click to return."),
    x: [...past.weeks, ...weeks].map(seconds),
    lines: [
      { label: N_("sold"), values: [...past.units, ...gap], look: "bar", colour: "muted" },
      { label: N_("demand, corrected"), values: [...demand, ...gap], look: "points", colour: "warn" },
      { label: N_("expected"), values: [...before, ...forecast[0]], look: "line", colour: "plan" },
      { label: N_("low (10 %)"), values: [...before, ...forecast[1]], look: "hidden", colour: "plan" },
      { label: N_("high (90 %)"), values: [...before, ...forecast[2]], look: "hidden", colour: "plan" },
    ],
    bands: [{ high: 4, low: 3, colour: "plan" }],
    shade: censoredRanges(past),
    shadeLabel: N_("out of stock, corrected or unknown"),
  };
}

function stockChart({ projection, evidence }) {
  const [mean, low, high, meanWith, lowWith, highWith] = projection;
  const arrivals = evidence.arrivals.filter((row) => row.destination === "FBA" && row.expected_on !== null);
  return {
    name: "item-stock", heading: N_("Stock at FBA: with and without this plan"), kind: "date", unit: "units", stacked: false,
    xHeading: "Week", note: N_("At the end of each week; dashed green lines are goods already under way."),
    x: setup.items.weeks.map(seconds),
    lines: [
      { label: N_("with this plan"), values: meanWith, look: "line", colour: "plan" },
      { label: N_("low (10 %)"), values: lowWith, look: "hidden", colour: "plan" },
      { label: N_("high (90 %)"), values: highWith, look: "hidden", colour: "plan" },
      { label: N_("without"), values: mean, look: "dash", colour: "muted" },
      { label: N_("without: low (10 %)"), values: low, look: "hidden", colour: "muted" },
      { label: N_("without: high (90 %)"), values: high, look: "hidden", colour: "muted" },
    ],
    bands: [{ high: 2, low: 1, colour: "plan" }, { high: 5, low: 4, colour: "muted", label: N_("80 % band without") }],
    marks: arrivals.map((row) => ({ x: seconds(row.expected_on), label: `+${format(row.units, "units")}` })),
  };
}

function decisionCards(figures) {
  const card = (label, kind, before, after) => h("div", { class: "card" }, h("dt", {}, t(label)), h("dd", {}, h("b", {},
    after === undefined ? format(before, kind)
      : [h("span", { class: "was" }, format(before, kind)), " → ", format(after, kind)])));
  return h("dl", { class: "cards" },
    card(N_("Expected profit"), "money", figures.profit_gain),
    card(N_("Ship to FBA now"), "units", figures.ship),
    card(N_("Buy now"), "units", figures.buy),
    card(N_("Cost of the purchase"), "money", figures.cash),
    card(N_("Weeks of cover"), "weeks", figures.cover_before, figures.cover_after),
    card(N_("Risk of running short"), "share", figures.stockout_before, figures.stockout_after),
    card(N_("Units of demand lost"), "units", figures.lost_before, figures.lost_after),
    card(N_("Cost of a week's delay"), "money", figures.urgency));
}

/** The decision in the reader's language, from the figures; the engine's own sentence follows it. */
function decisionText(figures) {
  return t("Until a purchase at the next review could arrive, {demand} units are expected to be asked for. FBA holds {onHand}, {arriving} are on their way to it, {upstream} lie or arrive upstream. {lost} units are lost whatever is decided now.", {
    demand: [figures.demand_to_review, "units"], onHand: [figures.fba_on_hand, "units"], arriving: [figures.fba_arriving, "units"],
    upstream: [(figures.upstream_on_hand ?? 0) + (figures.upstream_arriving ?? 0), "units"], lost: [figures.unavoidable_loss, "units"] });
}

function itemHead(figures) {
  const facts = [["ASIN", figures.asin], ["FNSKU", figures.fnsku], [t("Marketplace"), figures.marketplace], [t("Brand"), figures.brand],
    [t("Category"), figures.category], [t("Supplier"), figures.supplier], [t("Status"), figures.status && t(figures.status)]];
  return [
    h("h2", { id: "item-heading", tabindex: "-1" }, h("bdi", {}, figures.sku ?? figures.item)),
    h("p", { class: "item-title", dir: "auto" }, figures.title ?? ""),
    h("p", { class: "facts muted" }, facts.filter(([, value]) => value).map(([name, value]) =>
      h("span", {}, `${name} `, h("bdi", {}, value)))),
    h("p", { class: "decision" }, actionTag(figures.action), " ", decisionText(figures)),
    figures.reason ? h("p", { class: "reason", dir: "auto" }, figures.reason) : null,
  ];
}

function itemMoves(row) {
  const place = grid.rows.indexOf(row);
  const move = (step, label) => {
    const other = place < 0 ? undefined : grid.rows[place + step];
    return other === undefined ? h("button", { type: "button", disabled: true }, t(label))
      : h("a", { class: "button", href: itemAddress(grid.items.item[other]) }, t(label));
  };
  return h("nav", { class: "moves", "aria-label": t("Between SKUs") },
    h("a", { class: "button", href: "#skus", id: "item-back" }, `← ${t("Back to the plan")}`),
    move(-1, N_("Previous SKU")), move(1, N_("Next SKU")));
}

function itemBody(one) {
  if (!one.detailed) return [h("p", { class: "notice" }, t("This file holds charts and evidence of the most urgent SKUs only; `replenish explain` shows this one's."))];
  const charts = [figure(demandChart(one)), figure(stockChart(one))];
  return [decisionCards(one.figures), charts, itemTables(one)];
}

/** Show one SKU in place of the plan; `item` is its key. */
async function showItem(item) {
  const view = document.getElementById("item-view");
  try {
    const items = await allItems();
    const row = items.position.get(item);
    if (row === undefined) throw new Error(t("This plan has no SKU {item}.", { item }));
    const one = await oneItem(row);
    if (currentItem() !== item) return;
    replaceChildren(view, itemMoves(row), itemHead(one.figures), itemBody(one));
  } catch (error) {
    replaceChildren(view, h("a", { class: "button", href: "#skus" }, `← ${t("Back to the plan")}`),
      h("h2", { id: "item-heading", tabindex: "-1" }, item), h("p", { class: "notice warn" }, error.message));
  }
  document.getElementById("plan-view").hidden = true;
  view.hidden = false;
  redrawCharts();
  for (const element of view.querySelectorAll("figure")) drawChart(element, element.chart);
  window.scrollTo(0, 0);
  document.getElementById("item-heading").focus({ preventScroll: true });
}

function hideItem() {
  const view = document.getElementById("item-view");
  if (!view || view.hidden) return;
  view.hidden = true;
  view.replaceChildren();
  document.getElementById("plan-view").hidden = false;
  redrawCharts();
}
