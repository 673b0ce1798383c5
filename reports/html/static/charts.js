// Charts: a figure's specification (reports/html/charts.py) drawn by uPlot, with a legend and the same figures as a table.
const drawn = new Map(); // figure -> {chart, plot}
const PLOT_HEIGHT = 230;
let printWidth = 0; // set while printing

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "#888888";
}

function faded(name, share) {
  return `color-mix(in srgb, ${colour(name)} ${Math.round(share * 100)}%, transparent)`;
}

const labelOf = (line) => (line.translate === false ? line.label : t(line.label));

/** The place `x` in words: a week, a label, or a number. */
function placeText(chart, index) {
  if (chart.kind === "date") return format(chart.x[index] / 86400, chart.byMonth ? "month" : "date");
  return chart.kind === "label" ? t(chart.x[index]) : format(chart.x[index], chart.xUnit || "number");
}

/** Bars on top of each other, above and below zero apart; other looks keep their values. */
function stackedValues(lines) {
  const up = [];
  const down = [];
  return lines.map((line) => line.values.map((value, place) => {
    if (value === null || line.look !== "bar") return value;
    const sums = value < 0 ? down : up;
    sums[place] = (sums[place] || 0) + value;
    return sums[place];
  }));
}

function seriesOf(line, chart) {
  const base = { label: labelOf(line), stroke: colour(line.colour), width: 2, points: { show: line.look === "points", size: 7 } };
  if (line.look === "dash") return { ...base, dash: [5, 4] };
  if (line.look === "points") return { ...base, paths: () => null, points: { ...base.points, fill: colour(line.colour) } };
  if (line.look === "hidden") return { ...base, stroke: "transparent", width: 0 };
  if (line.look === "bar") {
    const fill = chart.stacked ? colour(line.colour) : faded(line.colour, 0.55);
    return { ...base, width: 0, stroke: fill, fill, paths: uPlot.paths.bars({ size: [0.75, 36] }) };
  }
  return { ...base, points: { show: line.values.filter((value) => value !== null).length < 3, size: 7 } };
}

function axisNumber(value, unit) {
  if (unit === "share") return numberFormat({ style: "percent", maximumFractionDigits: 1 }).format(value);
  if (Math.abs(value) < 10000) return numberFormat({ maximumFractionDigits: 2 }).format(value);
  return numberFormat({ notation: "compact", maximumFractionDigits: 1 }).format(value);
}

function axisPlaces(chart) {
  const months = 27 * 86400;
  return (plot, splits, axis, space, step) => splits.map((value) => {
    if (chart.kind === "label") return value in chart.x ? t(chart.x[value]) : "";
    if (chart.kind === "number") return format(value, chart.xUnit || "number");
    const style = chart.byMonth || step >= months ? { month: "short", year: "2-digit" } : { month: "short", day: "numeric" };
    return dateFormat(style).format(new Date(value * 1000));
  });
}

/** Scale of the values: from zero or below, with air above. */
function valueRange(plot, least, largest) {
  const low = Math.min(0, least ?? 0);
  const high = Math.max(0, largest ?? 0);
  const air = (high - low || 1) * 0.06;
  return [low < 0 ? low - air : 0, high + air];
}

function optionsOf(chart, width, lines) {
  const half = chart.kind === "label" ? 0.5 : chart.lines.some((line) => line.look === "bar") && chart.x.length > 1
    ? (chart.x[1] - chart.x[0]) / 2 : 0;
  const axis = { stroke: colour("quiet"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  return {
    width,
    height: PLOT_HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: { x: { time: chart.kind === "date", range: (plot, from, to) => [from - half, to + half] }, y: { range: valueRange } },
    axes: [
      { ...axis, grid: { show: false }, values: axisPlaces(chart), size: 30, ...(chart.kind === "label" ? { incrs: [1, 2, 5, 10] } : {}),
        ...(chart.byMonth ? { splits: () => chart.x } : {}) },
      { ...axis, grid: { stroke: colour("line"), width: 1 }, values: (plot, splits) => splits.map((v) => axisNumber(v, chart.unit)),
        size: (plot, values) => Math.max(40, 14 + 7 * Math.max(0, ...(values || []).map((text) => text.length))) },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, chart))],
    bands: chart.bands.map((band) => ({ series: [band.high + 1, band.low + 1], fill: faded(band.colour, 0.2) })),
    hooks: { drawClear: [(plot) => drawShade(plot, chart)], draw: [(plot) => drawMarks(plot, chart)],
      setCursor: [(plot) => showTip(plot, chart)] },
  };
}

function drawShade(plot, chart) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = faded("warn", 0.28);
  for (const [from, to] of chart.shade || []) {
    const left = Math.max(plot.valToPos(from, "x", true), bbox.left);
    const right = Math.min(plot.valToPos(to, "x", true), bbox.left + bbox.width);
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/** Dated marks: a dashed line with its text on top; and the line "now". */
function drawMarks(plot, chart) {
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio || 1;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.lineWidth = ratio;
  let free = 0;
  for (const mark of chart.marks || []) {
    const x = plot.valToPos(mark.x, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(mark.colour || "good");
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(mark.label).width;
    const left = Math.min(x + 4 * ratio, bbox.left + bbox.width - wide);
    if (left > free) {
      ctx.fillText(mark.label, left, bbox.top + 11 * ratio);
      free = left + wide + 6 * ratio;
    }
  }
  ctx.restore();
}

function showTip(plot, chart) {
  let tip = plot.over.querySelector(".tip");
  if (!tip) plot.over.append(tip = h("div", { class: "tip", "aria-hidden": "true" }));
  const index = plot.cursor.idx;
  tip.hidden = index === null || index === undefined || plot.cursor.left < 0;
  if (tip.hidden) return;
  replaceChildren(tip, h("strong", {}, placeText(chart, index)),
    chart.lines.filter((line) => line.values[index] !== null && line.values[index] !== undefined).map((line) =>
      h("span", {}, swatch(line), labelOf(line), " ", h("b", {}, format(line.values[index], chart.unit)))));
  const right = plot.cursor.left < plot.over.clientWidth / 2;
  tip.style.left = right ? `${plot.cursor.left + 14}px` : "auto";
  tip.style.right = right ? "auto" : `${plot.over.clientWidth - plot.cursor.left + 14}px`;
}

function swatch(line) {
  const mark = h("i", { class: `swatch ${line.look}`, "aria-hidden": "true" });
  mark.style.setProperty("--swatch", `var(--${line.colour})`);
  return mark;
}

function legendOf(chart) {
  const usual = N_("80 % band");
  const bands = chart.bands.map((band) => {
    const name = t(band.label || usual);
    return { label: band.of ? `${name} · ${band.of}` : name, translate: false, look: "band", colour: band.colour };
  });
  const shade = chart.shade && chart.shade.length ? [{ label: chart.shadeLabel, look: "band", colour: "warn" }] : [];
  return h("ul", { class: "legend" }, [...chart.lines.filter((line) => line.look !== "hidden"), ...bands, ...shade].map((line) =>
    h("li", {}, swatch(line), labelOf(line))));
}

/** The same figures as a table, written when it is opened. */
function figuresOf(chart) {
  const columns = () => [
    { heading: t(chart.xHeading), kind: "text", value: (index) => placeText(chart, index) },
    ...chart.lines.map((line) => ({ heading: labelOf(line), kind: chart.unit, value: (index) => line.values[index] })),
  ];
  const details = h("details", { class: "figures", ontoggle: () => {
    if (details.open && details.children.length === 1) {
      details.append(tableOf(t(chart.heading), columns(), chart.x.map((_, index) => index)) || t("nothing to show"));
    }
  } }, h("summary", {}, t("Figures as a table")));
  return details;
}

/** Draw `chart` into `figure` (which has an element .plot); again when size, colours or language change. */
function drawChart(figure, chart) {
  eraseChart(figure);
  const box = figure.querySelector(".plot");
  const values = chart.stacked ? stackedValues(chart.lines) : chart.lines.map((line) => line.values);
  const order = chart.lines.map((_, place) => place);
  if (chart.stacked) order.reverse();
  const places = chart.kind === "label" ? chart.x.map((_, index) => index) : chart.x;
  const lines = order.map((place) => chart.lines[place]);
  const width = printWidth || Math.max(box.clientWidth, 240);
  const plot = new uPlot(optionsOf(chart, width, lines), [places, ...order.map((place) => values[place])], box);
  plot.root.setAttribute("role", "img");
  plot.root.setAttribute("aria-label", `${t(chart.heading)}. ${t("The figures follow as a table.")}`);
  box.before(legendOf(chart));
  figure.append(figuresOf(chart));
  drawn.set(figure, { chart, plot });
  chartSizes.observe(box);
  return plot;
}

function eraseChart(figure) {
  const earlier = drawn.get(figure);
  if (!earlier) return;
  earlier.plot.destroy();
  chartSizes.unobserve(figure.querySelector(".plot"));
  for (const part of figure.querySelectorAll(":scope > .legend, :scope > .figures")) part.remove();
  drawn.delete(figure);
}

const chartSizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const held = drawn.get(target.closest("figure"));
    if (held && !printWidth && target.clientWidth > 0 && target.clientWidth !== held.plot.width) {
      held.plot.setSize({ width: target.clientWidth, height: PLOT_HEIGHT });
    }
  }
});

function redrawCharts() {
  for (const [figure, { chart }] of [...drawn]) {
    if (figure.isConnected) drawChart(figure, chart);
    else eraseChart(figure);
  }
}

/** Figures of the page are drawn when they come near the window. */
const nearFigures = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) drawFigure(target);
}, { rootMargin: "300px" });

function drawFigure(figure) {
  nearFigures.unobserve(figure);
  const chart = setup.charts.find((candidate) => candidate.name === figure.dataset.chart);
  if (chart && !drawn.has(figure)) drawChart(figure, chart);
}

function watchFigures() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) nearFigures.observe(figure);
}

function drawAllFigures() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) if (figure.offsetParent !== null) drawFigure(figure);
}
