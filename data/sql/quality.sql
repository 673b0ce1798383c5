-- What `replenish check` asks the store. Each check returns one row per fault: marketplace, sku (NULL where the fault is not
-- one SKU's), detail (in the planner's words), money and its currency (NULL where there is none to name). `checked_item`
-- and its sisters are made first, so that the big views are read once.

-- name: look_back_from
-- Views look no further than this day.
SET VARIABLE as_of = $as_of::DATE;

-- name: look_at_everything
RESET VARIABLE as_of;

-- name: prepare_sales
CREATE OR REPLACE TEMP TABLE checked_sale AS SELECT * FROM weekly_sales WHERE week + 7 <= $as_of::DATE;

-- name: prepare_stock
CREATE OR REPLACE TEMP TABLE checked_stock AS SELECT * FROM stock;

-- name: prepare_items
-- The catalogue with what each SKU sold in the last 13 and 26 weeks and holds at FBA.
CREATE OR REPLACE TEMP TABLE checked_item AS
WITH sale AS (
    SELECT marketplace, sku,
           coalesce(sum(units) FILTER (week >= $as_of::DATE - 91), 0) AS units,
           coalesce(sum(merchant_units) FILTER (week >= $as_of::DATE - 91), 0) AS merchant_units,
           sum(revenue) FILTER (week >= $as_of::DATE - 91) AS revenue,
           arg_max(currency, week) FILTER (currency IS NOT NULL) AS revenue_currency,
           coalesce(sum(units + merchant_units) FILTER (week >= $as_of::DATE - 182), 0) AS units_half_year
    FROM checked_sale GROUP BY ALL),
held AS (
    SELECT marketplace, sku, sum(units) FILTER (status = 'available') AS available,
           sum(units) FILTER (status NOT LIKE 'inbound%') AS at_fba
    FROM checked_stock WHERE location = 'FBA' GROUP BY ALL)
SELECT catalogue.* EXCLUDE (origin), origin LIKE '%"template"%' AS in_template, coalesce(units, 0) AS units,
       coalesce(merchant_units, 0) AS merchant_units, revenue, revenue_currency, coalesce(units_half_year, 0) AS units_half_year,
       available, at_fba, held.sku IS NOT NULL AS in_stock_report
FROM catalogue LEFT JOIN sale USING (marketplace, sku) LEFT JOIN held USING (marketplace, sku);

-- name: clear
DROP TABLE IF EXISTS checked_item; DROP TABLE IF EXISTS checked_stock; DROP TABLE IF EXISTS checked_sale;

-- name: no_sales_history
-- One row when nothing was sold before the day looked at.
SELECT NULL AS marketplace, NULL AS sku,
       format('no week of sales before {}; the first sale in the store is of {}', strftime($as_of::DATE, '%Y-%m-%d'),
              coalesce((SELECT strftime(min(purchase_day), '%Y-%m-%d') FROM records.order_line), 'no day')) AS detail,
       NULL::DOUBLE AS money, NULL AS currency
WHERE NOT EXISTS (SELECT 1 FROM checked_sale);

-- name: no_unit_cost
SELECT marketplace, sku, format('sold {:.0f} units in 13 weeks', units) AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item WHERE units > 0 AND unit_cost IS NULL AND status <> 'discontinued';

-- name: no_supplier
SELECT marketplace, sku, format('sold {:.0f} units in 13 weeks', units) AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item WHERE units > 0 AND supplier IS NULL AND status <> 'discontinued';

-- name: unknown_supplier
-- Suppliers named in the catalogue that the suppliers list does not have; the nearest name is in the detail.
SELECT marketplace, sku, format('supplier "{}" is not in the list of suppliers{}', supplier,
           coalesce('; nearest: ' || (SELECT arg_min(known.supplier, levenshtein(lower(known.supplier), lower(checked_item.supplier)))
                                      FROM suppliers known), '')) AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item WHERE supplier IS NOT NULL AND supplier NOT IN (SELECT supplier FROM suppliers) AND status <> 'discontinued';

-- name: no_price
SELECT marketplace, sku, format('sold {:.0f} units in 13 weeks', units) AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item WHERE units > 0 AND price IS NULL AND revenue IS NULL;

-- name: no_case_pack
SELECT marketplace, sku, 'no units per carton: planned unit by unit' AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item WHERE in_template AND case_pack IS NULL AND status = 'active' AND units > 0;

-- name: no_size
SELECT marketplace, sku, 'no packed size or weight' AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE units > 0 AND status <> 'discontinued' AND (length_cm IS NULL OR width_cm IS NULL OR height_cm IS NULL OR weight_kg IS NULL);

-- name: stock_without_listing
-- Units at FBA of a SKU that no template names and that nobody bought in half a year.
SELECT marketplace, sku, format('{} units at FBA{}', at_fba, coalesce(' (' || title || ')', '')) AS detail,
       at_fba * price AS money, price_currency AS currency
FROM checked_item WHERE at_fba > 0 AND NOT in_template AND units_half_year = 0;

-- name: absent_from_stock
-- SKUs that sell from FBA while the newest stock report does not name them.
SELECT marketplace, sku, format('sold {:.0f} units in 13 weeks, in no stock report', units) AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE units > 0 AND NOT in_stock_report AND status <> 'discontinued'
  AND marketplace IN (SELECT marketplace FROM checked_stock WHERE location = 'FBA');

-- name: stranded
-- Units that could be bought for eight weeks and sold before, but not any more, though a year ago they sold in those weeks.
WITH before AS (
    SELECT marketplace, sku, sum(units) AS units FROM checked_sale
    WHERE week >= $as_of::DATE - 365 AND week < $as_of::DATE - 56 GROUP BY ALL),
lately AS (
    SELECT marketplace, sku, sum(units) AS units, count(*) AS weeks FROM checked_sale
    WHERE week >= $as_of::DATE - 56 GROUP BY ALL),
last_year AS (
    SELECT marketplace, sku, sum(units) AS units FROM checked_sale
    WHERE week BETWEEN $as_of::DATE - 420 AND $as_of::DATE - 365 GROUP BY ALL)
SELECT checked_item.marketplace, checked_item.sku,
       format('{} units available, {:.0f} sold in the year before, none in eight weeks', available, before.units) AS detail,
       available * price AS money, price_currency AS currency
FROM checked_item JOIN before USING (marketplace, sku) JOIN lately USING (marketplace, sku)
LEFT JOIN last_year USING (marketplace, sku)
WHERE available > 0 AND status = 'active' AND lately.weeks >= 8 AND lately.units = 0 AND before.units >= 26
  AND coalesce(last_year.units, 8) >= 8;

-- name: missing_weeks
-- Weeks between a marketplace's first and last that no report covers, where the seller sells from FBA.
WITH week_sale AS (
    SELECT marketplace, week, sum(revenue) AS revenue, any_value(currency) AS currency FROM checked_sale
    WHERE marketplace IN (SELECT marketplace FROM checked_item WHERE units > 0) GROUP BY ALL),
gap AS (
    SELECT *, lag(week) OVER (PARTITION BY marketplace ORDER BY week) AS before FROM week_sale),
usual AS (SELECT marketplace, median(revenue) AS revenue, any_value(currency) AS currency FROM week_sale GROUP BY ALL)
SELECT gap.marketplace, NULL AS sku,
       CASE WHEN week - before = 14 THEN format('the week of {} is in no sales report', strftime(before + 7, '%Y-%m-%d'))
            ELSE format('{} weeks from {} to {} are in no sales report', (week - before) // 7 - 1, strftime(before + 7, '%Y-%m-%d'),
                        strftime(week - 1, '%Y-%m-%d')) END AS detail,
       usual.revenue * ((week - before) // 7 - 1) AS money, usual.currency
FROM gap JOIN usual USING (marketplace) WHERE week - before > 7;

-- name: jump
-- Weekly sales of the last four weeks against the 13 before, where that change is not last year's too. Weeks with known
-- empty shelves are left out.
WITH known AS (
    SELECT sale.marketplace, sale.sku, sale.week, sale.units FROM checked_sale sale
    LEFT JOIN weekly_availability USING (marketplace, sku, week) WHERE coalesce(availability, 1) > 0.5),
rate AS (
    SELECT marketplace, sku,
           avg(units) FILTER (week >= $as_of::DATE - 28) AS now, avg(units) FILTER (week BETWEEN $as_of::DATE - 119 AND $as_of::DATE - 29) AS before,
           avg(units) FILTER (week BETWEEN $as_of::DATE - 392 AND $as_of::DATE - 365) AS then_now,
           avg(units) FILTER (week BETWEEN $as_of::DATE - 483 AND $as_of::DATE - 393) AS then_before,
           count(*) FILTER (week >= $as_of::DATE - 28) AS weeks, count(*) FILTER (week BETWEEN $as_of::DATE - 119 AND $as_of::DATE - 29) AS weeks_before
    FROM known GROUP BY ALL),
ratio AS (
    SELECT *, (now + 0.5) / (before + 0.5) AS change, coalesce((then_now + 0.5) / (then_before + 0.5), 1) AS usual FROM rate
    WHERE weeks >= 3 AND weeks_before >= 8 AND greatest(now, before) >= 5)
SELECT ratio.marketplace, ratio.sku, format('{:.1f} units a week in the last four weeks, {:.1f} in the 13 before', now, before) AS detail,
       abs(now - before) * 13 * price AS money, price_currency AS currency
FROM ratio JOIN checked_item USING (marketplace, sku)
WHERE (change > $factor AND change > 2 * usual) OR (change < 1 / $factor AND change < usual / 2);

-- name: negative_stock
-- Balances below zero: stock of today, and days of the last quarter.
SELECT marketplace, sku, format('{} units {} at {} on {}', units, status, location, strftime(as_of, '%Y-%m-%d')) AS detail,
       NULL::DOUBLE AS money, NULL AS currency
FROM checked_stock WHERE units < 0
UNION ALL
SELECT marketplace, sku, format('{} units at FBA on {} ({} such days)', min(units), strftime(arg_min(day, units), '%Y-%m-%d'), count(*)), NULL, NULL
FROM daily_stock WHERE units < 0 AND day >= $as_of::DATE - 91 GROUP BY ALL;

-- name: old_report
-- Reports whose last day is more than so many days back; the slow ones (fees, ledger of receipts) may be 35 days older.
WITH watched (report, title, slack) AS (VALUES
    ('all_orders', 'All Orders', 0), ('customer_shipments', 'Customer Shipment Sales', 0), ('fulfilled_shipments', 'Amazon Fulfilled Shipments', 0),
    ('business_report', 'Business Report', 0), ('fba_inventory', 'Manage FBA Inventory', 0), ('inventory_planning', 'FBA Inventory', 0),
    ('restock', 'Restock Inventory', 0), ('reserved_inventory', 'Reserved Inventory', 0), ('ledger_summary', 'Inventory Ledger', 0),
    ('warehouse_stock', 'Warehouse stock', 0), ('fee_preview', 'Fee Preview', 35), ('storage_fees', 'Monthly Storage Fees', 65),
    ('customer_returns', 'FBA Customer Returns', 35))
SELECT marketplace, NULL AS sku, format('{}: last day {}, {} days old', title, strftime(last_day, '%Y-%m-%d'), $as_of::DATE - last_day) AS detail,
       NULL::DOUBLE AS money, NULL AS currency
FROM report_coverage JOIN watched USING (report)
WHERE last_day < $as_of::DATE - $days - slack AND marketplace IN (SELECT marketplace FROM checked_item WHERE units > 0);

-- name: no_stock_report
-- Marketplaces that sell from FBA without any stock report.
SELECT marketplace, sku, 'no FBA stock report was loaded for this marketplace' AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE units > 0 AND marketplace NOT IN (SELECT DISTINCT marketplace FROM checked_stock WHERE location = 'FBA');

-- name: currency_gap
-- Costs, prices and sales whose currency is not named, or for which the settings have no rate.
SELECT marketplace, sku,
       CASE WHEN unit_cost IS NOT NULL AND cost_currency IS NULL THEN 'unit cost without currency'
            WHEN unit_cost IS NOT NULL AND NOT list_contains($known, cost_currency) THEN format('unit cost in {}: no exchange rate', cost_currency)
            WHEN price IS NOT NULL AND price_currency IS NULL THEN 'price without currency'
            ELSE format('price in {}: no exchange rate', price_currency) END AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE status <> 'discontinued' AND units > 0
  AND ((unit_cost IS NOT NULL AND (cost_currency IS NULL OR NOT list_contains($known, cost_currency)))
    OR (price IS NOT NULL AND (price_currency IS NULL OR NOT list_contains($known, price_currency))));

-- name: duplicate_listing
-- Several SKUs of one ASIN that sell or hold stock; one row per SKU.
WITH offered AS (SELECT * FROM checked_item WHERE asin IS NOT NULL AND status <> 'discontinued' AND (units > 0 OR at_fba > 0))
SELECT offered.marketplace, offered.sku, format('ASIN {} is also sold as {}', offered.asin, string_agg(other.sku, ', ' ORDER BY other.sku)) AS detail,
       any_value(offered.revenue) AS money, any_value(offered.revenue_currency) AS currency
FROM offered JOIN offered other ON other.marketplace = offered.marketplace AND other.asin = offered.asin AND other.sku <> offered.sku
GROUP BY offered.marketplace, offered.sku, offered.asin;

-- name: same_but_for_case
-- SKUs of one marketplace that differ only in capital letters; one row per SKU.
SELECT item.marketplace, item.sku, format('also written {}', string_agg(other.sku, ', ' ORDER BY other.sku)) AS detail,
       any_value(item.revenue) AS money, any_value(item.revenue_currency) AS currency
FROM checked_item item JOIN checked_item other
    ON other.marketplace = item.marketplace AND lower(other.sku) = lower(item.sku) AND other.sku <> item.sku
GROUP BY item.marketplace, item.sku;

-- name: lead_time_contradicted
-- Stated lead time (production, transit, receiving) of a supplier, mode and destination against the median of its arrivals
-- in the last 18 months; every SKU of the supplier in that marketplace that arrived this way is a row.
WITH took AS (
    SELECT supplier, mode, destination, marketplace, median(received_on - ordered_on) AS days, count(*) AS arrivals
    FROM inbound_history
    WHERE kind = 'purchase' AND ordered_on IS NOT NULL AND received_on >= $as_of::DATE - 548 AND supplier IS NOT NULL GROUP BY ALL),
stated AS (
    SELECT leg.supplier, mode, destination, leg.marketplace,
           production_days + transit_days + coalesce(receiving_days, 0) AS days
    FROM supplier_legs leg JOIN suppliers USING (supplier)),
off AS (
    SELECT took.supplier, took.mode, took.destination, took.marketplace, took.days AS took_days, arrivals, stated.days AS stated_days
    FROM took JOIN stated ON stated.supplier = took.supplier AND stated.mode = took.mode AND stated.destination = took.destination
        AND coalesce(stated.marketplace, took.marketplace) = took.marketplace
    WHERE arrivals >= 5 AND abs(took.days - stated.days) > greatest($days, $share * stated.days))
SELECT off.marketplace, sku, format('{} by {} to {}: stated {:.0f} days, {} arrivals took {:.0f} (median)', off.supplier, off.mode, off.destination,
           stated_days, arrivals, took_days) AS detail, revenue AS money, revenue_currency AS currency
FROM off JOIN checked_item ON checked_item.supplier = off.supplier AND checked_item.marketplace = off.marketplace
WHERE sku IN (SELECT sku FROM inbound_history past WHERE past.supplier = off.supplier AND past.mode = off.mode
              AND past.destination = off.destination AND past.marketplace = off.marketplace)
QUALIFY row_number() OVER (PARTITION BY off.marketplace, sku ORDER BY arrivals DESC, off.mode) = 1;

-- name: moq_not_whole_cases
SELECT marketplace, sku, format('MOQ {} with {} units per carton: {} will be ordered', moq, case_pack, (moq + case_pack - 1) // case_pack * case_pack) AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item WHERE moq > 0 AND case_pack > 1 AND moq % case_pack <> 0 AND status = 'active';

-- name: moq_group_minimum
-- MOQ groups whose rows state no minimum, or different ones (the largest holds); one row per SKU.
WITH grouped AS (
    SELECT supplier, trim(moq_group) AS name, max(coalesce(moq_group_minimum, 0)) AS largest,
           count(DISTINCT nullif(moq_group_minimum, 0)) AS stated
    FROM catalogue WHERE trim(moq_group) <> '' GROUP BY ALL)
SELECT marketplace, sku, CASE WHEN stated = 0 THEN format('MOQ group {} states no minimum', name)
           ELSE format('MOQ group {} states {} minimums: {} holds', name, stated, largest) END AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item JOIN catalogue USING (marketplace, sku) JOIN grouped ON grouped.supplier = catalogue.supplier AND name = trim(catalogue.moq_group)
WHERE stated <> 1 AND checked_item.status = 'active';

-- name: zero_lead_time
-- Suppliers with no production time who are said to deliver from stock; one row per SKU that sells.
SELECT marketplace, sku, format('{}: {}', supplier, CASE WHEN suppliers.production_days IS NULL THEN 'no production days stated'
           ELSE 'production takes 0 days' END) AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item JOIN suppliers USING (supplier)
WHERE coalesce(suppliers.production_days, 0) = 0 AND status = 'active' AND units > 0;

-- name: no_leg
-- SKUs whose supplier has no way stated to their marketplace.
SELECT marketplace, sku, format('{} has no leg for {}', supplier, marketplace) AS detail, revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE status = 'active' AND units > 0 AND supplier IN (SELECT supplier FROM suppliers)
  AND NOT EXISTS (SELECT 1 FROM supplier_legs leg WHERE leg.supplier = checked_item.supplier
                  AND coalesce(leg.marketplace, checked_item.marketplace) = checked_item.marketplace);

-- name: no_fee_table
-- SKUs that sell in a marketplace without a fee table, and whose own fee is in no report either.
SELECT marketplace, sku, format('no fee table for {}, and no fee preview of this SKU', marketplace) AS detail,
       revenue AS money, revenue_currency AS currency
FROM checked_item
WHERE units + merchant_units > 0 AND NOT list_contains($with_fees, marketplace)
  AND NOT EXISTS (SELECT 1 FROM fee_evidence fee WHERE fee.marketplace = checked_item.marketplace AND fee.sku = checked_item.sku
                  AND fee.fee = 'fulfilment');

-- name: set_aside_rows
-- Rows (not single cells) that could not be read, by file.
SELECT NULL AS marketplace, NULL AS sku,
       format('{}: {} rows, first line {}: {} {}', parse_filename(file), count(DISTINCT line), min(line), coalesce(arg_min("column", line), 'row'),
              arg_min(reason, line)) AS detail, NULL::DOUBLE AS money, NULL AS currency
FROM set_aside WHERE NOT row_kept GROUP BY file;
