// The tables of one SKU: lines of the plan, arrivals, money and its sources, corrections, what changed.
const col = (heading, name, kind, more = {}) => ({ heading: t(heading), kind, value: (row) => row[name], ...more });

function purchaseTable(rows) {
  return tableOf(t("Buy"), [
    col(N_("Supplier"), "supplier", "text"), col(N_("Mode"), "mode", "word"), col(N_("Destination"), "destination", "text"),
    col(N_("Units"), "quantity", "units"), col(N_("Cartons"), "cartons", "units"),
    col(N_("Supplier's invoice"), "amount", "money", { currency: (row) => row.currency }),
    col(N_("Cost with freight and duty"), "landed_cost", "money"), col(N_("Arrives in week"), "arrival_week", "units"),
    col(N_("Expected profit"), "expected_profit", "money"), col(N_("Last carton is worth"), "value_of_last", "money"),
    col(N_("Next carton would be worth"), "value_of_next", "money"), col(N_("Limit"), "limit", "text"), col(N_("Reason"), "reason", "text"),
  ], rows);
}

function shipmentTable(rows) {
  return tableOf(t("Ship"), [
    col(N_("From"), "source", "text"), col(N_("Destination"), "destination", "text"), col(N_("Mode"), "mode", "word"),
    col(N_("Units"), "quantity", "units"), col(N_("Cartons"), "cartons", "units"), col(N_("Cost"), "move_cost", "money"),
    col(N_("Arrives in week"), "arrival_week", "units"), col(N_("Expected profit"), "expected_profit", "money"),
    col(N_("Last carton is worth"), "value_of_last", "money"), col(N_("Next carton would be worth"), "value_of_next", "money"),
    col(N_("Limit"), "limit", "text"), col(N_("Reason"), "reason", "text"),
  ], rows);
}

function arrivalTable(rows) {
  return tableOf(t("Under way"), [
    col(N_("Reference"), "reference", "text"), col(N_("Kind"), "kind", "word"), col(N_("Destination"), "destination", "text"),
    col(N_("Units"), "units", "units"), col(N_("Expected on"), "expected_on", "date"),
  ], [...rows].sort((one, other) => (one.expected_on ?? Infinity) - (other.expected_on ?? Infinity)));
}

/** A figure's amount: money unless its unit says share. */
function figureAmount(row) {
  return row.unit === "share" ? `${format(row.amount * 100, "number")} %` : format(row.amount, "rate");
}

function moneyTable(rows, figures) {
  const stock = [[N_("Storage"), figures.storage_after], [N_("Aged-stock fees"), figures.aged_after], [N_("Low-inventory fee"), figures.low_inventory_after],
    [N_("Worth of acting on slow stock"), figures.action_worth]].filter(([, amount]) => amount);
  return [
    tableOf(t("Money per unit and where it comes from"), [
      col(N_("Figure"), "figure", "word"), { heading: t("Amount"), kind: "rate", value: (row) => row.amount, cell: figureAmount }, col(N_("Per"), "unit", "text"), col(N_("Table"), "table", "text"),
      col(N_("Valid from"), "valid_from", "date"), col(N_("to"), "valid_to", "date"), col(N_("Source"), "source", "text"),
      col(N_("Confidence"), "confidence", "word"),
    ], rows),
    tableOf(t("Stock costs over the horizon with this plan"), [
      { heading: t("Figure"), kind: "text", value: (row) => t(row[0]) }, { heading: t("Amount"), kind: "money", value: (row) => row[1] },
    ], stock),
  ];
}

function agedTable(rows) {
  return tableOf(t("Stock by age"), [
    col(N_("Days from"), "age_from_days", "units"), col(N_("to"), "age_to_days", "units"), col(N_("Units"), "units", "units"),
    col(N_("Surcharge a month"), "surcharge_per_month", "money"), col(N_("Action"), "action", "word"), col(N_("Worth"), "worth", "money"),
  ], rows);
}

function changeTable(rows) {
  return tableOf(t("What changed since the last plan"), [
    col(N_("Figure"), "field", "word"), col(N_("Last plan"), "last_plan", "number"), col(N_("This plan"), "this_plan", "number"),
    col(N_("Effect in units"), "effect_units", "units"), col(N_("Cause"), "cause", "text"),
  ], rows);
}

function overrideTable(rows) {
  return tableOf(t("Planner's overrides"), [
    col(N_("Kind"), "kind", "word"), col(N_("Value"), "value", "number"), col(N_("From"), "start_date", "date"), col(N_("to"), "end_date", "date"),
    col(N_("Reason"), "reason", "text"),
  ], rows);
}

function correctionTable(past) {
  const weeks = past.weeks.map((_, place) => place).filter((place) => past.correction[place]).reverse();
  return tableOf(t("Weeks whose sales do not show the demand"), [
    { heading: t("Week"), kind: "date", value: (place) => past.weeks[place] },
    { heading: t("Sold"), kind: "units", value: (place) => past.units[place] },
    { heading: t("Demand, corrected"), kind: "units", value: (place) => past.demand[place] },
    { heading: t("In stock"), kind: "share", value: (place) => past.availability[place] },
    { heading: t("Reason"), kind: "text", value: (place) => t(past.correction[place]) },
  ], weeks);
}

function componentTable(components) {
  if (!components) return null;
  const headings = [N_("Level"), N_("Season"), N_("Event"), N_("Promotion")];
  const weeks = setup.items.weeks.map((_, place) => place);
  return tableOf(t("What the forecast is made of"), [
    { heading: t("Week"), kind: "date", value: (place) => setup.items.weeks[place] },
    ...components.map((layer, index) => ({ heading: t(headings[index]), kind: "number", value: (place) => layer[place] })),
  ], weeks);
}

function folded(heading, content) {
  return content && h("details", {}, h("summary", {}, heading), content);
}

function itemTables({ figures, evidence, past, components }) {
  return [
    purchaseTable(evidence.purchases), shipmentTable(evidence.shipments), arrivalTable(evidence.arrivals),
    moneyTable(evidence.economics, figures), agedTable(evidence.aged), changeTable(evidence.changes), overrideTable(evidence.overrides),
    folded(t("Corrected weeks"), correctionTable(past)),
    folded(t("Parts of the forecast"), componentTable(components)),
  ];
}
