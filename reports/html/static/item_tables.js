// The tables of one SKU: lines of the plan, arrivals, money and its sources, corrections, what changed.
const col = (heading, name, kind, more = {}) => ({ heading: t(heading), kind, value: (row) => row[name], ...more });

function purchaseTable(rows) {
  return tableOf(t("Buy"), [
    col("Supplier", "supplier", "text"), col("Mode", "mode", "word"), col("Destination", "destination", "text"),
    col("Units", "quantity", "units"), col("Cartons", "cartons", "units"),
    col("Supplier's invoice", "amount", "money", { currency: (row) => row.currency }),
    col("Cost with freight and duty", "landed_cost", "money"), col("Arrives in week", "arrival_week", "units"),
    col("Expected profit", "expected_profit", "money"), col("Last carton is worth", "value_of_last", "money"),
    col("Next carton would be worth", "value_of_next", "money"), col("Limit", "limit", "text"), col("Reason", "reason", "text"),
  ], rows);
}

function shipmentTable(rows) {
  return tableOf(t("Ship"), [
    col("From", "source", "text"), col("Destination", "destination", "text"), col("Mode", "mode", "word"),
    col("Units", "quantity", "units"), col("Cartons", "cartons", "units"), col("Cost", "move_cost", "money"),
    col("Arrives in week", "arrival_week", "units"), col("Expected profit", "expected_profit", "money"),
    col("Last carton is worth", "value_of_last", "money"), col("Next carton would be worth", "value_of_next", "money"),
    col("Limit", "limit", "text"), col("Reason", "reason", "text"),
  ], rows);
}

function arrivalTable(rows) {
  return tableOf(t("Under way"), [
    col("Reference", "reference", "text"), col("Kind", "kind", "word"), col("Destination", "destination", "text"),
    col("Units", "units", "units"), col("Expected on", "expected_on", "date"),
  ], [...rows].sort((one, other) => (one.expected_on ?? Infinity) - (other.expected_on ?? Infinity)));
}

function moneyTable(rows, figures) {
  const stock = [[N_("Storage"), figures.storage_after], [N_("Aged-stock fees"), figures.aged_after], [N_("Low-inventory fee"), figures.low_inventory_after],
    [N_("Worth of acting on slow stock"), figures.action_worth]].filter(([, amount]) => amount);
  return [
    tableOf(t("Money per unit and where it comes from"), [
      col("Figure", "figure", "word"), col("Amount", "amount", "money"), col("Per", "unit", "text"), col("Table", "table", "text"),
      col("Valid from", "valid_from", "date"), col("to", "valid_to", "date"), col("Source", "source", "text"),
      col("Confidence", "confidence", "word"),
    ], rows),
    tableOf(t("Stock costs over the horizon with this plan"), [
      { heading: t("Figure"), kind: "text", value: (row) => t(row[0]) }, { heading: t("Amount"), kind: "money", value: (row) => row[1] },
    ], stock),
  ];
}

function agedTable(rows) {
  return tableOf(t("Stock by age"), [
    col("Days from", "age_from_days", "units"), col("to", "age_to_days", "units"), col("Units", "units", "units"),
    col("Surcharge a month", "surcharge_per_month", "money"), col("Action", "action", "word"), col("Worth", "worth", "money"),
  ], rows);
}

function changeTable(rows) {
  return tableOf(t("What changed since the last plan"), [
    col("Figure", "field", "word"), col("Last plan", "last_plan", "number"), col("This plan", "this_plan", "number"),
    col("Effect in units", "effect_units", "units"), col("Cause", "cause", "text"),
  ], rows);
}

function overrideTable(rows) {
  return tableOf(t("Planner's overrides"), [
    col("Kind", "kind", "word"), col("Value", "value", "number"), col("From", "start_date", "date"), col("to", "end_date", "date"),
    col("Reason", "reason", "text"),
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
