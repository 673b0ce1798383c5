-- What the engines read. The views of docs/architecture.md come in its order in the second half; the first half holds
-- their building blocks. All look no further than the variable `as_of` (SET VARIABLE as_of = DATE '2026-05-18'), so a
-- plan can be made as of any day.

-- ---------------------------------------------------------------- building blocks

-- The first day of a day's week; week_start: 1 Monday .. 7 Sunday.
CREATE OR REPLACE MACRO week_of(day, week_start) AS day - ((isodow(day) - week_start + 7) % 7)::INTEGER;

-- The last day that may be looked at.
CREATE OR REPLACE VIEW horizon AS SELECT coalesce(getvariable('as_of')::DATE, DATE '2099-12-31') AS upto;

-- Settings with their defaults, one row.
CREATE OR REPLACE VIEW preference AS
SELECT coalesce(any_value(value) FILTER (name = 'week_start'), '1')::INTEGER AS week_start,
       coalesce(any_value(value) FILTER (name = 'pool_by_asin'), 'false')::BOOLEAN AS pool_by_asin,
       nullif(any_value(value) FILTER (name = 'default_marketplace'), '') AS default_marketplace
FROM records.setting;

-- Identity of every listing in the reports of stock and fees, newest first said.
CREATE OR REPLACE VIEW listing AS
WITH said AS (
    SELECT marketplace, sku, asin, fnsku, snapshot_date AS said_on FROM records.fba_inventory
    UNION ALL SELECT marketplace, sku, asin, fnsku, snapshot_date FROM records.inventory_planning
    UNION ALL SELECT marketplace, sku, asin, fnsku, snapshot_date FROM records.fee_preview
    UNION ALL SELECT marketplace, sku, asin, fnsku, snapshot_date FROM records.restock
    UNION ALL SELECT marketplace, sku, asin, fnsku, snapshot_date FROM records.reserved_inventory
    UNION ALL SELECT marketplace, sku, arg_max(asin, day), arg_max(fnsku, day), max(day) FROM records.ledger_day
        GROUP BY ALL)
SELECT marketplace, sku, arg_max(asin, said_on) FILTER (asin IS NOT NULL) AS asin,
       arg_max(fnsku, said_on) FILTER (fnsku IS NOT NULL) AS fnsku
FROM said, horizon WHERE said_on <= upto AND sku IS NOT NULL GROUP BY marketplace, sku;

-- SKUs that were sold, by marketplace.
CREATE OR REPLACE VIEW sold_sku AS
SELECT marketplace, sku, any_value(asin) AS asin FROM (
    SELECT marketplace, sku, any_value(asin) AS asin FROM records.order_line, horizon
        WHERE purchase_day <= upto AND fulfillment IS DISTINCT FROM 'merchant' GROUP BY ALL
    UNION ALL SELECT DISTINCT marketplace, sku, asin FROM records.customer_shipment, horizon WHERE shipped_day <= upto
    UNION ALL SELECT DISTINCT marketplace, sku, NULL FROM records.fulfilled_shipment, horizon WHERE shipped_day <= upto
    UNION ALL SELECT DISTINCT marketplace, sku, NULL FROM records.mapped_sales, horizon WHERE day <= upto
    UNION ALL SELECT DISTINCT marketplace, sku, asin FROM records.business_report, horizon
        WHERE last_day <= upto AND sku IS NOT NULL)
GROUP BY marketplace, sku;

-- Marketplace of a SKU for which a template names none: the one it is sold in; of several, the default one, else the
-- first; of none, the default one, else the only one in the store.
CREATE OR REPLACE VIEW home_marketplace AS
WITH places AS (SELECT marketplace, sku FROM listing UNION SELECT marketplace, sku FROM sold_sku
                UNION SELECT marketplace, sku FROM records.catalogue_entry WHERE marketplace IS NOT NULL),
only_one AS (SELECT CASE WHEN count(DISTINCT marketplace) = 1 THEN min(marketplace) END AS marketplace FROM places),
named AS (
    SELECT sku FROM records.catalogue_entry WHERE marketplace IS NULL
    UNION SELECT sku FROM records.warehouse_stock WHERE marketplace IS NULL
    UNION SELECT sku FROM records.purchase_line WHERE marketplace IS NULL
    UNION SELECT sku FROM records.price_break WHERE marketplace IS NULL)
SELECT named.sku,
       coalesce(max(places.marketplace) FILTER (places.marketplace = default_marketplace), min(places.marketplace),
                any_value(default_marketplace), any_value(only_one.marketplace)) AS marketplace
FROM named LEFT JOIN places USING (sku), preference, only_one
GROUP BY named.sku;

-- Newest stock report of a SKU at FBA. Manage FBA Inventory lists every SKU, so nothing older than it counts; the other
-- reports leave SKUs out at random, so a SKU may come from an older one, up to 30 days.
CREATE OR REPLACE VIEW fba_stock_now AS
WITH said AS (
    SELECT marketplace, snapshot_date, sku, 1 AS trust, 'Manage FBA Inventory' AS source,
           sum(fulfillable) AS available, sum(fc_transfer) AS transfer, sum(reserved) AS reserved,
           sum(unsellable) AS unfulfillable, sum(researching) AS researching,
           sum(inbound_working) AS working, sum(inbound_shipped) AS shipped, sum(inbound_receiving) AS receiving,
           NULL::HUGEINT AS processing, NULL::HUGEINT AS customer
    FROM records.fba_inventory GROUP BY ALL
    UNION ALL
    SELECT marketplace, snapshot_date, sku, 2, 'FBA Inventory', sum(available), sum(fc_transfer), sum(total_reserved),
           sum(unfulfillable), NULL, sum(inbound_working), sum(inbound_shipped), sum(inbound_received),
           sum(reserved_fc_processing) + coalesce(sum(reserved_staging), 0), sum(reserved_customer_order)
    FROM records.inventory_planning GROUP BY ALL
    UNION ALL
    SELECT marketplace, snapshot_date, sku, 3, 'Restock', sum(available), sum(fc_transfer), NULL, sum(unfulfillable),
           NULL, sum(inbound_working), sum(inbound_shipped), sum(inbound_receiving), sum(fc_processing),
           sum(customer_order)
    FROM records.restock WHERE fulfilled_by IS NULL OR lower(fulfilled_by) NOT IN ('merchant', 'seller') GROUP BY ALL
    UNION ALL
    SELECT marketplace, last_day, sku, 4, source_name, arg_max(units, last_day), NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL
    FROM records.mapped_stock WHERE units IS NOT NULL GROUP BY ALL),
known AS (SELECT said.* FROM said, horizon WHERE snapshot_date <= upto AND sku IS NOT NULL),
newest AS (
    SELECT marketplace, coalesce(max(snapshot_date) FILTER (trust = 1), max(snapshot_date) - 30) AS oldest
    FROM known GROUP BY marketplace)
SELECT known.* FROM known JOIN newest USING (marketplace)
WHERE snapshot_date >= oldest
QUALIFY row_number() OVER (PARTITION BY marketplace, sku ORDER BY snapshot_date DESC, trust) = 1;

-- The SKU that speaks for a listing: itself, or with pooling the SKU of the ASIN that holds most stock.
CREATE OR REPLACE VIEW pooled_sku AS
WITH every AS (
    SELECT marketplace, sku, coalesce(listing.asin, sold_sku.asin) AS asin
    FROM listing FULL JOIN sold_sku USING (marketplace, sku))
SELECT every.marketplace, every.sku,
       first_value(every.sku) OVER (
           PARTITION BY every.marketplace, every.asin
           ORDER BY coalesce(fba_stock_now.available, 0) DESC, every.sku) AS pooled
FROM every LEFT JOIN fba_stock_now USING (marketplace, sku), preference
WHERE pool_by_asin AND every.asin IS NOT NULL;

-- ---- sales by week and source

-- Days for which a source speaks, by marketplace. A report's first and last row may lie days inside the period it was
-- asked for: quiet days at its edges count while they are no surprise (fewer than three sales expected in all).
CREATE OR REPLACE VIEW source_period AS
WITH file AS (
    SELECT CASE WHEN format LIKE 'all_orders%' THEN 'orders'
                WHEN format IN ('customer_shipments', 'fulfilled_shipments') THEN 'shipments'
                WHEN format LIKE 'ledger_summary%' THEN 'ledger'
                WHEN format = 'mapped_sales' THEN 'mapped' END AS source,
           file_coverage.*, loaded_at::DATE AS loaded_on
    FROM records.file_coverage JOIN records.load_file USING (file_id)
    WHERE file_coverage.first_day IS NOT NULL),
edge AS (
    SELECT *, CASE WHEN source IN ('orders', 'shipments')
              THEN least(6, floor(3.0 * (last_day - first_day + 1) / rows))::INTEGER ELSE 0 END AS quiet
    FROM file WHERE source IS NOT NULL)
SELECT source, marketplace, first_day - quiet AS first_day,
       greatest(last_day, least(last_day + quiet, loaded_on - 1)) AS last_day
FROM edge
UNION ALL
SELECT DISTINCT 'business', marketplace, first_day, last_day FROM records.business_report
WHERE last_day - first_day <= 6;

-- Weeks that a source covers whole.
CREATE OR REPLACE VIEW source_week AS
WITH days AS (
    SELECT DISTINCT source, marketplace, unnest(generate_series(period.first_day,
               least(period.last_day, upto), INTERVAL 1 DAY))::DATE AS day
    FROM source_period period, horizon WHERE period.first_day <= upto)
SELECT source, marketplace, week_of(day, week_start) AS week
FROM days, preference GROUP BY ALL HAVING count(*) = 7;

-- The source that is trusted for each week: order lines, shipments, business report, mapped sales.
CREATE OR REPLACE VIEW trusted_week AS
SELECT marketplace, week, arg_min(source, trust) AS source
FROM source_week JOIN (VALUES ('orders', 1), ('shipments', 2), ('business', 3), ('mapped', 4)) ranked (source, trust)
    USING (source)
GROUP BY ALL;

-- Units and money of each source, by week and currency. Cancelled lines are left out; pending ones count; a replacement
-- leaves stock but was not bought. priced_units: units of lines that say their price.
CREATE OR REPLACE VIEW source_sales AS
SELECT 'orders' AS source, marketplace, sku, week_of(purchase_day, week_start) AS week,
       currency,
       sum(quantity) FILTER (fulfillment IS DISTINCT FROM 'merchant') AS units,
       sum(quantity) FILTER (fulfillment = 'merchant') AS merchant_units,
       sum(item_price - coalesce(promotion_discount, 0)) FILTER (fulfillment IS DISTINCT FROM 'merchant' AND quantity > 0) AS money,
       sum(quantity) FILTER (fulfillment IS DISTINCT FROM 'merchant' AND item_price IS NOT NULL) AS priced_units,
       min(purchase_day) AS first_day
FROM records.order_line, preference, horizon
WHERE order_status IS DISTINCT FROM 'cancelled' AND item_status IS DISTINCT FROM 'cancelled'
    AND is_replacement IS DISTINCT FROM true AND purchase_day <= upto AND quantity > 0
GROUP BY ALL
UNION ALL BY NAME
SELECT 'shipments' AS source, marketplace, sku, week_of(coalesce(purchase_day, shipped_day), week_start) AS week,
       currency, sum(quantity) AS units, NULL AS merchant_units,
       sum(item_price - coalesce(promotion_discount, 0)) AS money,
       sum(quantity) FILTER (item_price IS NOT NULL) AS priced_units, min(coalesce(purchase_day, shipped_day)) AS first_day
FROM records.fulfilled_shipment, preference, horizon
WHERE shipped_day <= upto AND fulfillment IS DISTINCT FROM 'merchant' GROUP BY ALL
UNION ALL BY NAME
SELECT 'shipments' AS source, marketplace, sku, week_of(shipped_day, week_start) AS week,
       currency, sum(quantity) AS units, NULL AS merchant_units, sum(unit_price * quantity) AS money,
       sum(quantity) FILTER (unit_price IS NOT NULL) AS priced_units, min(shipped_day) AS first_day
FROM records.customer_shipment, preference, horizon
-- the same shipments in the richer report count once
WHERE shipped_day <= upto AND NOT EXISTS (
    SELECT 1 FROM records.file_coverage richer JOIN records.load_file USING (file_id)
    WHERE load_file.format = 'fulfilled_shipments' AND richer.marketplace = customer_shipment.marketplace
        AND customer_shipment.shipped_day BETWEEN richer.first_day AND richer.last_day)
GROUP BY ALL
UNION ALL BY NAME
SELECT 'business' AS source, report.marketplace, coalesce(report.sku, by_asin.sku) AS sku,
       week_of(first_day, week_start) AS week,
       coalesce(report.currency, marketplace.currency) AS currency, sum(units_ordered) AS units, NULL AS merchant_units,
       sum(ordered_product_sales) AS money,
       sum(units_ordered) FILTER (ordered_product_sales IS NOT NULL) AS priced_units, min(first_day) AS first_day
FROM (SELECT business_report.*,
             last_day - first_day + 1 AS days,
             week_of(first_day, week_start) = week_of(last_day, week_start) AS in_one_week,
             max(last_day - first_day) OVER (PARTITION BY marketplace, week_of(first_day, week_start)) AS longest
      FROM records.business_report, preference WHERE last_day - first_day <= 6) report
LEFT JOIN records.marketplace ON marketplace.code = report.marketplace
LEFT JOIN (SELECT marketplace, asin, min(sku) AS sku FROM listing GROUP BY ALL) by_asin
    ON by_asin.marketplace = report.marketplace AND by_asin.asin = report.asin
, preference, horizon
-- a whole week in one report wins over its single days
WHERE in_one_week AND last_day <= upto AND (longest < 6 OR days = 7)
GROUP BY ALL
UNION ALL BY NAME
SELECT 'mapped' AS source, marketplace, sku, week_of(middle, week_start) AS week,
       coalesce(mapped.currency, place.currency) AS currency,
       sum(units) AS units, sum(merchant_units) AS merchant_units, sum(coalesce(revenue, price * units)) AS money,
       sum(units) FILTER (coalesce(revenue, price) IS NOT NULL) AS priced_units, min(day) AS first_day
FROM (SELECT *, day + ((last_day - day) // 2)::INTEGER AS middle FROM records.mapped_sales) mapped
LEFT JOIN records.marketplace place ON place.code = mapped.marketplace, preference, horizon
WHERE last_day <= upto
GROUP BY ALL;

-- First day a SKU was received at FBA, as far as reports tell.
CREATE OR REPLACE VIEW first_receipt AS
SELECT marketplace, sku, min(day) AS day FROM (
    SELECT marketplace, sku, min(day) AS day FROM records.ledger_day
        WHERE receipts > 0 OR starting_balance > 0 OR ending_balance > 0 GROUP BY ALL
    UNION ALL SELECT marketplace, sku, min(received_day) FROM records.received_inventory GROUP BY ALL)
GROUP BY ALL;

-- Customer returns by week.
CREATE OR REPLACE VIEW returned AS
SELECT coalesce(customer_return.marketplace, ordered.marketplace) AS marketplace, customer_return.sku,
       week_of(returned_day, week_start) AS week,
       sum(customer_return.quantity) FILTER (upper(disposition) = 'SELLABLE') AS sellable,
       sum(customer_return.quantity) FILTER (upper(disposition) IS DISTINCT FROM 'SELLABLE') AS unsellable
FROM records.customer_return
LEFT JOIN (SELECT order_id, any_value(marketplace) AS marketplace FROM records.order_line
           WHERE order_id IN (SELECT order_id FROM records.customer_return) GROUP BY order_id) ordered
    USING (order_id), preference, horizon
WHERE returned_day <= upto
GROUP BY ALL;

-- ---- stock by day

-- Sellable balance of a day in the ledger, with the share of the day that had stock: half for its start, half for its end.
CREATE OR REPLACE VIEW ledger_balance AS
SELECT marketplace, coalesce(pooled, sku) AS sku, day, sum(ending_balance) AS units,
       0.5 * (sum(coalesce(starting_balance, ending_balance)) > 0)::INTEGER + 0.5 * (sum(ending_balance) > 0)::INTEGER AS in_stock
FROM records.ledger_day LEFT JOIN pooled_sku USING (marketplace, sku), horizon
WHERE upper(disposition) = 'SELLABLE' AND day <= upto
GROUP BY ALL;

-- Sellable units in snapshots, best report of the day.
CREATE OR REPLACE VIEW snapshot_balance AS
SELECT marketplace, sku, day, arg_min(units, trust) AS units FROM (
    SELECT marketplace, coalesce(pooled, sku) AS sku, snapshot_date AS day, 1 AS trust,
           sum(fulfillable) + coalesce(sum(fc_transfer), 0) AS units
    FROM records.fba_inventory LEFT JOIN pooled_sku USING (marketplace, sku) GROUP BY ALL
    UNION ALL
    SELECT marketplace, coalesce(pooled, sku), snapshot_date, 2, sum(available) + coalesce(sum(fc_transfer), 0)
    FROM records.inventory_planning LEFT JOIN pooled_sku USING (marketplace, sku) GROUP BY ALL
    UNION ALL
    SELECT marketplace, coalesce(pooled, sku), last_day, 3, sum(units)
    FROM records.mapped_stock LEFT JOIN pooled_sku USING (marketplace, sku) WHERE units IS NOT NULL GROUP BY ALL), horizon
WHERE day <= upto AND units IS NOT NULL
GROUP BY ALL;

-- ---- fees: FNSKU and ASIN to SKU

CREATE OR REPLACE VIEW fnsku_owner AS
SELECT marketplace, fnsku, min(sku) AS sku FROM listing WHERE fnsku IS NOT NULL GROUP BY ALL;
CREATE OR REPLACE VIEW asin_owner AS
SELECT marketplace, asin, min(sku) AS sku FROM listing WHERE asin IS NOT NULL GROUP BY ALL;

-- Our name of an FBA storage type, as reports spell it; NULL where it is none.
CREATE OR REPLACE MACRO storage_type_name(said) AS CASE regexp_replace(lower(said), '[\s_-]+', '_', 'g')
    WHEN 'standard_size' THEN 'standard' WHEN 'standard' THEN 'standard' WHEN 'oversize' THEN 'oversize' WHEN 'over_size' THEN 'oversize'
    WHEN 'large_bulky' THEN 'oversize' WHEN 'extra_large' THEN 'extra_large' WHEN 'apparel' THEN 'apparel' WHEN 'footwear' THEN 'footwear'
    WHEN 'aerosol' THEN 'aerosol' WHEN 'flammable' THEN 'flammable' END;

-- ---------------------------------------------------------------- views of docs/architecture.md

-- One row per (marketplace, sku) that any report or template names. Template values win over report values; `origin`
-- (JSON) says where each value came from.
CREATE OR REPLACE VIEW catalogue AS
WITH entry AS (  -- a template row without marketplace holds where the SKU is sold
    SELECT sku, marketplace, * EXCLUDE (sku, marketplace, file_id, line), 1 AS rank FROM records.catalogue_entry
        WHERE marketplace IS NOT NULL
    UNION ALL BY NAME
    SELECT general.sku, places.marketplace, general.* EXCLUDE (sku, marketplace, file_id, line), 2 AS rank
    FROM records.catalogue_entry general
    JOIN (SELECT marketplace, sku FROM listing UNION SELECT marketplace, sku FROM sold_sku
          UNION SELECT marketplace, sku FROM home_marketplace
          UNION SELECT marketplace, sku FROM records.catalogue_entry WHERE marketplace IS NOT NULL) places USING (sku)
    WHERE general.marketplace IS NULL AND places.marketplace IS NOT NULL),
template AS (
    SELECT marketplace, sku,
        first(asin ORDER BY rank) FILTER (asin IS NOT NULL) AS asin, first(fnsku ORDER BY rank) FILTER (fnsku IS NOT NULL) AS fnsku,
        first(parent_asin ORDER BY rank) FILTER (parent_asin IS NOT NULL) AS parent_asin,
        first(title ORDER BY rank) FILTER (title IS NOT NULL) AS title, first(brand ORDER BY rank) FILTER (brand IS NOT NULL) AS brand,
        first(category ORDER BY rank) FILTER (category IS NOT NULL) AS category,
        first(product_class ORDER BY rank) FILTER (product_class IS NOT NULL) AS product_class,
        first(storage_type ORDER BY rank) FILTER (storage_type IS NOT NULL) AS storage_type,
        first(length_cm ORDER BY rank) FILTER (length_cm IS NOT NULL) AS length_cm,
        first(width_cm ORDER BY rank) FILTER (width_cm IS NOT NULL) AS width_cm,
        first(height_cm ORDER BY rank) FILTER (height_cm IS NOT NULL) AS height_cm,
        first(weight_kg ORDER BY rank) FILTER (weight_kg IS NOT NULL) AS weight_kg,
        first(supplier ORDER BY rank) FILTER (supplier IS NOT NULL) AS supplier,
        first(supplier_item_number ORDER BY rank) FILTER (supplier_item_number IS NOT NULL) AS supplier_item_number,
        first({'cost': unit_cost, 'currency': cost_currency} ORDER BY rank) FILTER (unit_cost IS NOT NULL) AS cost,
        first(moq ORDER BY rank) FILTER (moq IS NOT NULL) AS moq,
        first(moq_group ORDER BY rank) FILTER (moq_group IS NOT NULL) AS moq_group,
        first(moq_group_minimum ORDER BY rank) FILTER (moq_group_minimum IS NOT NULL) AS moq_group_minimum,
        first(case_pack ORDER BY rank) FILTER (case_pack IS NOT NULL) AS case_pack,
        first(carton_length_cm ORDER BY rank) FILTER (carton_length_cm IS NOT NULL) AS carton_length_cm,
        first(carton_width_cm ORDER BY rank) FILTER (carton_width_cm IS NOT NULL) AS carton_width_cm,
        first(carton_height_cm ORDER BY rank) FILTER (carton_height_cm IS NOT NULL) AS carton_height_cm,
        first(carton_weight_kg ORDER BY rank) FILTER (carton_weight_kg IS NOT NULL) AS carton_weight_kg,
        first({'price': price, 'currency': price_currency} ORDER BY rank) FILTER (price IS NOT NULL) AS price,
        first(launch_date ORDER BY rank) FILTER (launch_date IS NOT NULL) AS launch_date,
        first(status ORDER BY rank) FILTER (status IS NOT NULL) AS status,
        first(predecessor_sku ORDER BY rank) FILTER (predecessor_sku IS NOT NULL) AS predecessor_sku,
        first(image ORDER BY rank) FILTER (image IS NOT NULL) AS image,
        first(prep_owner ORDER BY rank) FILTER (prep_owner IS NOT NULL) AS prep_owner,
        first(label_owner ORDER BY rank) FILTER (label_owner IS NOT NULL) AS label_owner
    FROM entry GROUP BY marketplace, sku),
stock_report AS (
    SELECT marketplace, sku, arg_max(title, snapshot_date) FILTER (title IS NOT NULL) AS title,
           arg_max({'price': price, 'currency': currency}, (snapshot_date, -trust)) FILTER (price IS NOT NULL) AS price,
           arg_max(storage_type, snapshot_date) FILTER (storage_type IS NOT NULL) AS storage_type,
           arg_max(product_group, snapshot_date) FILTER (product_group IS NOT NULL) AS product_group,
           arg_max(supplier, snapshot_date) FILTER (supplier IS NOT NULL) AS supplier,
           arg_max(brand, snapshot_date) FILTER (brand IS NOT NULL) AS brand
    FROM (
        SELECT marketplace, sku, snapshot_date, 2 AS trust, title, price, NULL::VARCHAR AS currency, NULL::VARCHAR AS storage_type,
               NULL::VARCHAR AS product_group, NULL::VARCHAR AS supplier, NULL::VARCHAR AS brand FROM records.fba_inventory
        UNION ALL SELECT marketplace, sku, snapshot_date, 1, title, coalesce(sales_price, price), currency, storage_type, product_group, supplier, NULL
            FROM records.inventory_planning
        UNION ALL SELECT marketplace, sku, snapshot_date, 3, title, price, currency, NULL, NULL, supplier, NULL FROM records.restock
        UNION ALL SELECT marketplace, sku, snapshot_date, 4, title, coalesce(sales_price, price), currency, NULL, product_group, NULL, brand
            FROM records.fee_preview), horizon
    WHERE snapshot_date <= upto GROUP BY marketplace, sku),
measured AS (  -- packed sizes as Amazon measured them
    SELECT marketplace, sku, arg_max(longest_side * centimetres, snapshot_date) AS length_cm,
           arg_max(median_side * centimetres, snapshot_date) AS width_cm, arg_max(shortest_side * centimetres, snapshot_date) AS height_cm,
           arg_max(weight * kilograms, snapshot_date) AS weight_kg
    FROM (
        SELECT marketplace, sku, snapshot_date, longest_side, median_side, shortest_side, dimension_unit, weight, weight_unit FROM records.fee_preview
        UNION ALL
        SELECT storage_fee.marketplace, fnsku_owner.sku, month, longest_side, median_side, shortest_side, dimension_unit, weight, weight_unit
        FROM records.storage_fee JOIN fnsku_owner USING (marketplace, fnsku)) sized
    JOIN (VALUES ('inches', 2.54), ('inch', 2.54), ('in', 2.54), ('centimeters', 1.0), ('centimetres', 1.0), ('cm', 1.0)) size (unit, centimetres)
        ON lower(dimension_unit) = size.unit
    LEFT JOIN (VALUES ('pounds', 0.45359237), ('pound', 0.45359237), ('lb', 0.45359237), ('lbs', 0.45359237), ('ounces', 0.028349523),
        ('oz', 0.028349523), ('kilograms', 1.0), ('kg', 1.0), ('grams', 0.001), ('g', 0.001)) mass (unit, kilograms)
        ON lower(weight_unit) = mass.unit, horizon
    WHERE snapshot_date <= upto GROUP BY marketplace, sku),
every AS (
    SELECT marketplace, sku FROM listing UNION SELECT marketplace, sku FROM sold_sku UNION SELECT marketplace, sku FROM template)
SELECT every.marketplace, every.sku,
    coalesce(template.asin, listing.asin, sold_sku.asin) AS asin, coalesce(template.fnsku, listing.fnsku) AS fnsku,
    template.parent_asin, coalesce(template.title, stock_report.title) AS title, coalesce(template.brand, stock_report.brand) AS brand,
    coalesce(template.category, stock_report.product_group) AS category, template.product_class,
    coalesce(template.storage_type, storage_type_name(stock_report.storage_type)) AS storage_type,
    coalesce(template.length_cm, measured.length_cm) AS length_cm, coalesce(template.width_cm, measured.width_cm) AS width_cm,
    coalesce(template.height_cm, measured.height_cm) AS height_cm, coalesce(template.weight_kg, measured.weight_kg) AS weight_kg,
    coalesce(template.supplier, stock_report.supplier) AS supplier, template.supplier_item_number,
    template.cost.cost AS unit_cost, coalesce(template.cost.currency, CASE WHEN template.cost.cost IS NOT NULL THEN supplier.currency END) AS cost_currency,
    template.moq, template.moq_group, template.moq_group_minimum, template.case_pack, template.carton_length_cm, template.carton_width_cm, template.carton_height_cm, template.carton_weight_kg,
    coalesce(template.price.price, stock_report.price.price) AS price,
    CASE WHEN template.price.price IS NOT NULL THEN coalesce(template.price.currency, marketplace.currency)
         WHEN stock_report.price.price IS NOT NULL THEN coalesce(stock_report.price.currency, marketplace.currency) END AS price_currency,
    template.launch_date, coalesce(template.status, 'active') AS status, template.predecessor_sku, template.image,
    template.prep_owner, template.label_owner,
    to_json({'asin': CASE WHEN template.asin IS NOT NULL THEN 'template' WHEN listing.asin IS NOT NULL OR sold_sku.asin IS NOT NULL THEN 'report' END,
        'title': CASE WHEN template.title IS NOT NULL THEN 'template' WHEN stock_report.title IS NOT NULL THEN 'report' END,
        'brand': CASE WHEN template.brand IS NOT NULL THEN 'template' WHEN stock_report.brand IS NOT NULL THEN 'report' END,
        'category': CASE WHEN template.category IS NOT NULL THEN 'template' WHEN stock_report.product_group IS NOT NULL THEN 'report' END,
        'size': CASE WHEN template.length_cm IS NOT NULL THEN 'template' WHEN measured.length_cm IS NOT NULL THEN 'report' END,
        'weight': CASE WHEN template.weight_kg IS NOT NULL THEN 'template' WHEN measured.weight_kg IS NOT NULL THEN 'report' END,
        'storage_type': CASE WHEN template.storage_type IS NOT NULL THEN 'template' WHEN stock_report.storage_type IS NOT NULL THEN 'report' END,
        'supplier': CASE WHEN template.supplier IS NOT NULL THEN 'template' WHEN stock_report.supplier IS NOT NULL THEN 'report' END,
        'unit_cost': CASE WHEN template.cost.cost IS NOT NULL THEN 'template' END,
        'price': CASE WHEN template.price.price IS NOT NULL THEN 'template' WHEN stock_report.price.price IS NOT NULL THEN 'report' END
    })::VARCHAR AS origin
FROM every
LEFT JOIN template USING (marketplace, sku) LEFT JOIN listing USING (marketplace, sku) LEFT JOIN sold_sku USING (marketplace, sku)
LEFT JOIN stock_report USING (marketplace, sku) LEFT JOIN measured USING (marketplace, sku)
LEFT JOIN records.marketplace ON marketplace.code = every.marketplace
LEFT JOIN records.supplier ON supplier.supplier = coalesce(template.supplier, stock_report.supplier)
ORDER BY ALL;

-- Sales by week. A week that the trusted source covers counts from the SKU's first sale or receipt on, with zero where
-- nothing was sold. Returns are their own columns, never negative sales.
CREATE OR REPLACE VIEW weekly_sales AS
WITH sale AS (
    SELECT marketplace, coalesce(pooled, sku) AS sku, week, source, currency, sum(units) AS units, sum(merchant_units) AS merchant_units,
           sum(money) AS money, sum(priced_units) AS priced_units, min(first_day) AS first_day
    FROM source_sales JOIN trusted_week USING (marketplace, week, source) LEFT JOIN pooled_sku USING (marketplace, sku)
    WHERE sku IS NOT NULL GROUP BY ALL),
week_sale AS (
    SELECT marketplace, sku, week, sum(units) AS units, sum(merchant_units) AS merchant_units,
           arg_max(currency, priced_units) AS currency, arg_max(money / nullif(priced_units, 0), priced_units) AS price
    FROM sale GROUP BY ALL),
span AS (
    SELECT marketplace, sku, min(day) AS first_day FROM (
        SELECT marketplace, sku, min(first_day) AS day FROM sale GROUP BY ALL
        UNION ALL
        SELECT marketplace, coalesce(pooled, sku), min(day) FROM first_receipt LEFT JOIN pooled_sku USING (marketplace, sku) GROUP BY ALL)
    GROUP BY ALL),
back AS (
    SELECT marketplace, coalesce(pooled, sku) AS sku, week, sum(sellable) AS sellable, sum(unsellable) AS unsellable
    FROM returned LEFT JOIN pooled_sku USING (marketplace, sku) GROUP BY ALL)
SELECT span.marketplace, span.sku, trusted_week.week, coalesce(units, 0)::DOUBLE AS units,
       coalesce(merchant_units, 0)::DOUBLE AS merchant_units, units * price AS revenue, week_sale.currency, price,
       coalesce(sellable, 0)::BIGINT AS returned_sellable, coalesce(unsellable, 0)::BIGINT AS returned_unsellable, trusted_week.source
FROM span
JOIN trusted_week ON trusted_week.marketplace = span.marketplace AND trusted_week.week + 6 >= span.first_day
LEFT JOIN week_sale ON week_sale.marketplace = span.marketplace AND week_sale.sku = span.sku AND week_sale.week = trusted_week.week
LEFT JOIN back ON back.marketplace = span.marketplace AND back.sku = span.sku AND back.week = trusted_week.week
ORDER BY span.marketplace, span.sku, trusted_week.week;

-- Share of a week's days with sellable stock. In the ledger a SKU without a row on a covered day has no balance; other
-- reports say nothing about SKUs they leave out.
CREATE OR REPLACE VIEW weekly_availability AS
WITH covered AS (
    SELECT marketplace, week_of(day, week_start) AS week, day FROM (
        SELECT DISTINCT marketplace, unnest(generate_series(period.first_day, least(period.last_day, upto), INTERVAL 1 DAY))::DATE AS day
        FROM source_period period, horizon WHERE source = 'ledger' AND period.first_day <= upto), preference),
covered_week AS (SELECT marketplace, week, min(day) AS first_day, max(day) AS last_day, count(*) AS days FROM covered GROUP BY ALL),
first_seen AS (SELECT marketplace, sku, min(day) AS day FROM ledger_balance WHERE in_stock > 0 GROUP BY ALL),
stocked AS (
    SELECT marketplace, sku, week_of(day, week_start) AS week, sum(in_stock) AS days
    FROM ledger_balance, preference GROUP BY ALL),
said AS (
    SELECT first_seen.marketplace, first_seen.sku, covered_week.week, 1 AS trust, 'ledger' AS source,
           least(1.0, coalesce(stocked.days, 0)
               / greatest(covered_week.days - greatest(0, first_seen.day - covered_week.first_day), 1)) AS availability
    FROM first_seen
    JOIN covered_week ON covered_week.marketplace = first_seen.marketplace AND covered_week.last_day >= first_seen.day
    LEFT JOIN stocked ON stocked.marketplace = first_seen.marketplace AND stocked.sku = first_seen.sku AND stocked.week = covered_week.week
    UNION ALL
    SELECT marketplace, coalesce(pooled, sku), week_of(middle, week_start), 2, 'mapped',
           avg(availability)
    FROM (SELECT *, day + ((last_day - day) // 2)::INTEGER AS middle FROM records.mapped_stock) LEFT JOIN pooled_sku USING (marketplace, sku), preference, horizon
    WHERE last_day <= upto AND availability IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT marketplace, sku, week_of(day, week_start), 3, 'snapshot', avg((units > 0)::INTEGER)
    FROM snapshot_balance, preference GROUP BY ALL)
SELECT marketplace, sku, week, arg_min(availability, trust)::DOUBLE AS availability, arg_min(source, trust) AS source
FROM said GROUP BY ALL ORDER BY ALL;

-- Sellable units at FBA on days that a ledger or snapshot names.
CREATE OR REPLACE VIEW daily_stock AS
SELECT marketplace, sku, day, arg_min(units, trust)::BIGINT AS units FROM (
    SELECT marketplace, sku, day, 1 AS trust, units FROM ledger_balance
    UNION ALL SELECT marketplace, sku, day, 2, units FROM snapshot_balance)
GROUP BY ALL ORDER BY ALL;

-- Stock by place and state. Reserved units are divided by the reserved inventory report of about the same day (within
-- three days); without one they count as being processed.
CREATE OR REPLACE VIEW stock AS
WITH split AS (
    SELECT marketplace, sku, snapshot_date, sum(fc_transfers) AS transfer,
           coalesce(sum(fc_processing), 0) + coalesce(sum(staging), 0) AS processing, sum(customer_orders) AS customer
    FROM records.reserved_inventory GROUP BY ALL),
at_fba AS (
    SELECT now.marketplace, now.sku, now.snapshot_date AS as_of, now.source, now.available, now.unfulfillable, now.researching,
           now.working, now.shipped, now.receiving, now.reserved,
           now.transfer AS own_transfer, coalesce(now.transfer, split.transfer, 0) AS transfer,
           coalesce(now.customer, split.customer) AS customer, coalesce(now.processing, split.processing) AS processing
    FROM fba_stock_now now ASOF LEFT JOIN split
        ON now.marketplace = split.marketplace AND now.sku = split.sku AND now.snapshot_date + 3 >= split.snapshot_date
    WHERE split.snapshot_date IS NULL OR split.snapshot_date >= now.snapshot_date - 3),
-- a split that is too old is no split
unsplit AS (
    SELECT now.marketplace, now.sku, now.snapshot_date AS as_of, now.source, now.available, now.unfulfillable, now.researching,
           now.working, now.shipped, now.receiving, now.reserved, now.transfer AS own_transfer, coalesce(now.transfer, 0) AS transfer,
           now.customer, now.processing
    FROM fba_stock_now now ANTI JOIN at_fba USING (marketplace, sku)),
fba AS (
    SELECT *, coalesce(customer, 0) AS to_customers,
           -- what the total says beyond the parts that are known
           greatest(coalesce(processing, 0),
               coalesce(reserved, 0) - coalesce(customer, 0) - CASE WHEN own_transfer IS NULL THEN transfer ELSE 0 END) AS in_processing
    FROM (FROM at_fba UNION ALL BY NAME FROM unsplit)),
warehouse_now AS (
    SELECT coalesce(warehouse_stock.marketplace, home_marketplace.marketplace) AS marketplace, warehouse_stock.sku,
           CASE WHEN warehouse.kind = 'AWD' THEN 'AWD' ELSE warehouse_stock.warehouse END AS location,
           units, coalesce(reserved, 0) AS reserved, unfulfillable, snapshot_date AS as_of
    FROM records.warehouse_stock LEFT JOIN home_marketplace USING (sku)
    LEFT JOIN records.warehouse ON warehouse.warehouse = warehouse_stock.warehouse, horizon
    WHERE snapshot_date <= upto
    QUALIFY snapshot_date = max(snapshot_date) OVER (PARTITION BY warehouse_stock.warehouse)),
told AS (
    SELECT marketplace, sku, 'FBA' AS location, unnest([
        {'status': 'available', 'units': available}, {'status': 'reserved_transfer', 'units': transfer},
        {'status': 'reserved_processing', 'units': in_processing}, {'status': 'reserved_customer', 'units': to_customers},
        {'status': 'inbound_working', 'units': working}, {'status': 'inbound_shipped', 'units': shipped},
        {'status': 'inbound_receiving', 'units': receiving}, {'status': 'unfulfillable', 'units': unfulfillable},
        {'status': 'researching', 'units': researching}]) AS part, as_of, source
    FROM fba
    UNION ALL
    SELECT marketplace, sku, location, unnest([
        {'status': 'available', 'units': units - reserved}, {'status': 'reserved_customer', 'units': reserved},
        {'status': 'unfulfillable', 'units': unfulfillable}]), as_of, 'warehouse stock'
    FROM warehouse_now WHERE marketplace IS NOT NULL)
SELECT marketplace, coalesce(pooled, sku) AS sku, location, part.status AS status, sum(part.units)::BIGINT AS units,
       max(as_of) AS as_of, any_value(source) AS source
FROM told LEFT JOIN pooled_sku USING (marketplace, sku)
WHERE part.units IS NOT NULL AND (part.units <> 0 OR part.status = 'available')
GROUP BY ALL ORDER BY ALL;

-- Units at FBA by age, in bands that do not overlap: the finer of two overlapping sets where the report fills it.
CREATE OR REPLACE VIEW stock_age AS
WITH newest AS (
    SELECT inventory_planning.*, age_0_30 IS NOT NULL AND age_31_60 IS NOT NULL AND age_61_90 IS NOT NULL AS is_fine,
           age_366_455 IS NOT NULL OR age_456_plus IS NOT NULL AS is_split
    FROM records.inventory_planning, horizon WHERE snapshot_date <= upto
    QUALIFY snapshot_date = max(snapshot_date) OVER (PARTITION BY marketplace, sku)),
band AS (
    SELECT marketplace, sku, coalesce(age_snapshot_date, snapshot_date) AS as_of, unnest([
        {'lo': 0, 'hi': 30, 'units': CASE WHEN is_fine THEN age_0_30 END}, {'lo': 31, 'hi': 60, 'units': CASE WHEN is_fine THEN age_31_60 END},
        {'lo': 61, 'hi': 90, 'units': CASE WHEN is_fine THEN age_61_90 END}, {'lo': 0, 'hi': 90, 'units': CASE WHEN NOT is_fine THEN age_0_90 END},
        {'lo': 91, 'hi': 180, 'units': age_91_180}, {'lo': 181, 'hi': 270, 'units': age_181_270}, {'lo': 271, 'hi': 365, 'units': age_271_365},
        {'lo': 366, 'hi': 455, 'units': CASE WHEN is_split THEN age_366_455 END}, {'lo': 456, 'hi': NULL, 'units': CASE WHEN is_split THEN age_456_plus END},
        {'lo': 366, 'hi': NULL, 'units': CASE WHEN NOT is_split THEN age_365_plus END}]) AS band
    FROM newest)
SELECT marketplace, sku, band.lo AS age_from_days, band.hi AS age_to_days, sum(band.units)::BIGINT AS units, max(as_of) AS as_of
FROM band WHERE band.units IS NOT NULL GROUP BY ALL ORDER BY ALL;

CREATE OR REPLACE VIEW warehouses AS
SELECT * EXCLUDE (file_id, line) FROM records.warehouse ORDER BY ALL;

-- Purchase order lines that are under way: of the planner's list and of orders made here (the list wins).
CREATE OR REPLACE VIEW open_orders AS
WITH arrived AS (  -- units of an order in the planner's past receipts
    SELECT order_number, coalesce(purchase_line.marketplace, home_marketplace.marketplace) AS marketplace, sku, sum(received) AS units
    FROM records.purchase_line LEFT JOIN home_marketplace USING (sku), horizon WHERE received_on <= upto GROUP BY ALL),
booked AS (  -- parts booked on the order itself
    SELECT order_number, order_line, sum(units) AS units FROM records.purchase_order_receipt, horizon WHERE received_on <= upto GROUP BY ALL),
own AS (  -- receipts fill the lines of a SKU in their order
    SELECT line.order_number, line.order_line::VARCHAR AS line, marketplace, sku, supplier, mode, destination, quantity,
           greatest(coalesce(booked.units, 0),
                    least(quantity, coalesce(arrived.units, 0) - (sum(quantity) OVER earlier - quantity)))::INTEGER AS received,
           created_at::DATE AS ordered_on, ship_by, expected_on, unit_price, currency,
           CASE WHEN status IN ('closed', 'partly_received') AND received_on > upto THEN 'sent' ELSE status END AS status
    FROM records.purchase_order_line line JOIN records.purchase_order USING (order_number)
    LEFT JOIN booked USING (order_number, order_line) LEFT JOIN arrived USING (order_number, marketplace, sku), horizon
    WHERE line.order_number NOT IN (SELECT order_number FROM records.purchase_line WHERE received_on IS NULL)
        AND created_at::DATE <= upto
    WINDOW earlier AS (PARTITION BY line.order_number, marketplace, sku ORDER BY order_line)),
listed AS (
    SELECT order_number, coalesce(order_line, line::VARCHAR) AS line, coalesce(purchase_line.marketplace, home_marketplace.marketplace) AS marketplace,
           sku, supplier, mode, destination, quantity, coalesce(received, 0) AS received, ordered_on, ship_by, expected_on, unit_price, currency,
           coalesce(status, 'sent') AS status
    FROM records.purchase_line LEFT JOIN home_marketplace USING (sku), horizon
    WHERE (ordered_on IS NULL OR ordered_on <= upto) AND received_on IS NULL)  -- rows with a receipt are history
SELECT * FROM (FROM listed UNION ALL BY NAME FROM own)
WHERE status NOT IN ('draft', 'received', 'closed', 'cancelled') AND quantity > received
ORDER BY ALL;

-- Shipments into FBA or AWD that are not closed, by SKU.
CREATE OR REPLACE VIEW open_shipments AS
SELECT item.shipment, coalesce(ship.marketplace, item.marketplace) AS marketplace, item.sku, ship.destination, ship.source, ship.mode,
       sum(item.quantity)::BIGINT AS quantity, sum(coalesce(item.received, 0))::BIGINT AS received, ship.status, ship.shipped_on, ship.expected_on
FROM records.inbound_item item
LEFT JOIN (SELECT * FROM records.inbound_shipment QUALIFY row_number() OVER (PARTITION BY shipment ORDER BY file_id DESC, line DESC) = 1) ship
    ON ship.shipment = item.shipment, horizon
WHERE lower(coalesce(ship.status, CASE WHEN item.received IS NULL THEN 'closed' ELSE 'working' END)) NOT IN ('closed', 'cancelled', 'deleted', 'abandoned', 'error')
    AND coalesce(ship.shipped_on, ship.created_on, upto) <= upto
GROUP BY ALL HAVING sum(item.quantity) > sum(coalesce(item.received, 0))
ORDER BY ALL;

-- What arrived, when, and how long it took: purchase orders that were received, receipts of shipments.
CREATE OR REPLACE VIEW inbound_history AS
WITH receipt AS (
    SELECT marketplace, shipment, sku, received_day AS received_on, sum(quantity) AS received FROM records.received_inventory
    WHERE shipment IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT marketplace, reference, sku, day, sum(quantity) FROM records.ledger_event
    WHERE lower(event_type) = 'receipts' AND reference IS NOT NULL GROUP BY ALL),
merged AS (SELECT marketplace, shipment, sku, received_on, max(received) AS received FROM receipt GROUP BY ALL),
ship AS (SELECT * FROM records.inbound_shipment QUALIFY row_number() OVER (PARTITION BY shipment ORDER BY file_id DESC, line DESC) = 1),
item AS (SELECT shipment, sku, sum(quantity) AS quantity, sum(received) AS received FROM records.inbound_item GROUP BY ALL),
arrived AS (
    SELECT merged.shipment AS reference, merged.marketplace, merged.sku, merged.received_on, 'shipment' AS kind, NULL AS supplier, ship.source,
           coalesce(ship.destination, 'FBA') AS destination, ship.mode, ship.created_on AS ordered_on, ship.shipped_on,
           coalesce(item.quantity, merged.received) AS quantity, merged.received
    FROM merged LEFT JOIN ship USING (shipment) LEFT JOIN item ON item.shipment = merged.shipment AND item.sku = merged.sku
    UNION ALL BY NAME
    SELECT ship.shipment AS reference, ship.marketplace, item.sku, checked_in_on AS received_on, 'shipment' AS kind, NULL AS supplier, ship.source,
           coalesce(ship.destination, 'FBA') AS destination, ship.mode, ship.created_on AS ordered_on, ship.shipped_on, item.quantity, item.received
    FROM ship JOIN item USING (shipment)
    WHERE checked_in_on IS NOT NULL AND item.received > 0 AND shipment NOT IN (SELECT shipment FROM merged)
    UNION ALL BY NAME
    SELECT order_number AS reference, coalesce(purchase_line.marketplace, home_marketplace.marketplace) AS marketplace, sku, received_on,
           'purchase' AS kind, supplier, NULL AS source, destination, mode, min(ordered_on) AS ordered_on, min(shipped_on) AS shipped_on,
           sum(quantity) AS quantity, sum(received) AS received
    FROM records.purchase_line LEFT JOIN home_marketplace USING (sku)
    WHERE received_on IS NOT NULL AND received > 0 GROUP BY ALL
    UNION ALL BY NAME  -- parts of orders made here, unless the planner's list tells of their arrival
    SELECT order_number AS reference, marketplace, sku, part.received_on, 'purchase' AS kind, supplier, NULL AS source, destination, mode,
           min(created_at)::DATE AS ordered_on, min(shipped_on) AS shipped_on, sum(units) AS quantity, sum(units) AS received
    FROM records.purchase_order_receipt part JOIN records.purchase_order_line USING (order_number, order_line)
    JOIN records.purchase_order USING (order_number)
    WHERE units > 0
        AND order_number NOT IN (SELECT order_number FROM records.purchase_line WHERE received_on IS NOT NULL) GROUP BY ALL)
SELECT reference, marketplace, sku, received_on, kind, supplier, source, destination, mode, ordered_on, shipped_on, quantity::BIGINT AS quantity,
       received::BIGINT AS received
FROM arrived, horizon WHERE received_on <= upto ORDER BY ALL;

CREATE OR REPLACE VIEW suppliers AS
SELECT * EXCLUDE (file_id, line) FROM records.supplier ORDER BY ALL;

CREATE OR REPLACE VIEW supplier_legs AS
SELECT * EXCLUDE (file_id, line) FROM records.supplier_leg ORDER BY ALL;

CREATE OR REPLACE VIEW supplier_closures AS
SELECT * EXCLUDE (file_id, line) FROM records.supplier_closure ORDER BY ALL;

CREATE OR REPLACE VIEW price_breaks AS
SELECT supplier, coalesce(price_break.marketplace, places.marketplace) AS marketplace, price_break.sku, minimum_quantity, unit_cost, currency
FROM records.price_break
LEFT JOIN (SELECT marketplace, sku FROM catalogue) places ON price_break.marketplace IS NULL AND places.sku = price_break.sku
-- a price for one marketplace wins over one for all
QUALIFY row_number() OVER (PARTITION BY supplier, coalesce(price_break.marketplace, places.marketplace), price_break.sku, minimum_quantity
    ORDER BY price_break.marketplace NULLS LAST) = 1
ORDER BY ALL;

CREATE OR REPLACE VIEW promotions AS
SELECT * EXCLUDE (file_id, line) FROM records.promotion ORDER BY ALL;

-- Changes of the planner that are in force.
CREATE OR REPLACE VIEW overrides AS
SELECT id, marketplace, sku, group_column, group_value, start_date, end_date, kind, value, reason, made_on, made_by
FROM records.override, horizon
WHERE made_on < upto + INTERVAL 1 DAY AND (withdrawn_on IS NULL OR withdrawn_on >= upto + INTERVAL 1 DAY)
ORDER BY id;

-- Fees that the seller's own reports state.
CREATE OR REPLACE VIEW fee_evidence AS
WITH preview AS (
    SELECT marketplace, sku, snapshot_date AS valid_on, currency, unnest([
        {'fee': 'fulfilment', 'amount': coalesce(fulfillment_fee, CASE WHEN pick_pack_fee IS NOT NULL AND weight_handling_fee IS NOT NULL
            THEN pick_pack_fee + weight_handling_fee END)},
        {'fee': 'referral', 'amount': referral_fee}, {'fee': 'closing', 'amount': closing_fee}]) AS said
    FROM records.fee_preview),
stored AS (
    SELECT storage_fee.marketplace, coalesce(fnsku_owner.sku, asin_owner.sku) AS sku, month AS valid_on, storage_fee.currency,
           -- the surcharge apart from the rest: it is not due on units of the last 30 days
           sum(coalesce(base_fee, storage_fee - coalesce(utilization_surcharge, 0))) / nullif(sum(total_volume), 0) AS amount,
           max(utilization_surcharge_rate) AS surcharge, max(utilization_ratio) AS weeks,
           CASE WHEN lower(volume_unit) LIKE '%met%' THEN 'cubic metre-month' ELSE 'cubic foot-month' END AS per
    FROM records.storage_fee LEFT JOIN fnsku_owner USING (marketplace, fnsku)
    LEFT JOIN asin_owner ON asin_owner.marketplace = storage_fee.marketplace AND asin_owner.asin = storage_fee.asin
    GROUP BY ALL),
placed AS (
    SELECT placement_fee.marketplace, coalesce(placement_fee.sku, fnsku_owner.sku, asin_owner.sku) AS sku, charged_on AS valid_on,
           coalesce(placement_fee.currency, marketplace.currency) AS currency,
           coalesce(sum(placement_fee) / nullif(sum(quantity), 0), avg(rate)) AS amount
    FROM records.placement_fee LEFT JOIN fnsku_owner USING (marketplace, fnsku)
    LEFT JOIN asin_owner ON asin_owner.marketplace = placement_fee.marketplace AND asin_owner.asin = placement_fee.asin
    LEFT JOIN records.marketplace ON marketplace.code = placement_fee.marketplace
    GROUP BY ALL),
aged AS (  -- by the age at which the tier begins; "365+" is the tier of 366 days
    SELECT marketplace, sku, charged_on, currency, quantity, amount, unit_volume * rate AS by_volume,
           coalesce(try_cast(regexp_extract(age_tier, '\d+') AS INTEGER), 366) AS age
    FROM records.aged_surcharge
    UNION ALL SELECT marketplace, sku, charged_on, currency, quantity_6_months, amount_6_months, NULL, 181
    FROM records.aged_surcharge WHERE quantity_6_months > 0),
ageing AS (
    SELECT marketplace, sku, charged_on, currency, CASE age WHEN 365 THEN 366 ELSE age END AS age,
           coalesce(sum(amount) FILTER (quantity > 0) / nullif(sum(quantity) FILTER (amount IS NOT NULL), 0), max(by_volume)) AS amount
    FROM aged GROUP BY ALL),
over AS (  -- per volume stored: an account over its limit pays for what is above it
    SELECT storage_overage.marketplace, catalogue.sku, charged_on, coalesce(storage_overage.currency, marketplace.currency) AS currency,
           sum(amount) / nullif(sum(used_volume), 0) AS amount,
           CASE WHEN lower(volume_unit) LIKE '%met%' THEN 'cubic metre-month' ELSE 'cubic foot-month' END AS per
    FROM records.storage_overage
    JOIN catalogue ON catalogue.marketplace = storage_overage.marketplace
        AND coalesce(catalogue.storage_type, 'standard') = storage_type_name(storage_overage.storage_type)
    LEFT JOIN records.marketplace ON marketplace.code = storage_overage.marketplace
    GROUP BY ALL),
low_inventory AS (
    SELECT inventory_planning.marketplace, sku, snapshot_date, coalesce(inventory_planning.currency, marketplace.currency) AS currency,
           max(low_inventory_fee_exempt::INTEGER)::DOUBLE AS exempt, max(low_inventory_fee_applied::INTEGER)::DOUBLE AS applied
    FROM records.inventory_planning LEFT JOIN records.marketplace ON marketplace.code = inventory_planning.marketplace
    GROUP BY ALL),
told AS (
    SELECT marketplace, sku, said.fee AS fee, valid_on, said.amount AS amount, currency, 'unit' AS per, 'Fee preview' AS report FROM preview
    UNION ALL SELECT marketplace, sku, 'storage', valid_on, amount, currency, per, 'Monthly storage fees' FROM stored
    UNION ALL SELECT marketplace, sku, 'storage_utilisation', valid_on, surcharge, currency, per, 'Monthly storage fees' FROM stored
    UNION ALL SELECT marketplace, sku, 'storage_utilisation_weeks', valid_on, weeks, currency, 'weeks', 'Monthly storage fees' FROM stored
    UNION ALL SELECT marketplace, sku, 'storage_overage', charged_on, amount, currency, per, 'Storage overage fees' FROM over
    UNION ALL SELECT marketplace, sku, 'aged_surcharge_' || age, charged_on, amount, currency, 'unit', 'Aged inventory surcharge' FROM ageing
    UNION ALL SELECT marketplace, sku, 'low_inventory_exempt', snapshot_date, exempt, currency, 'flag', 'FBA Inventory' FROM low_inventory
    UNION ALL SELECT marketplace, sku, 'low_inventory_applied', snapshot_date, applied, currency, 'flag', 'FBA Inventory' FROM low_inventory
    UNION ALL SELECT marketplace, sku, 'inbound_placement', valid_on, amount, currency, 'unit', 'Inbound placement fees' FROM placed)
SELECT marketplace, sku, fee, valid_on, amount, currency, per, report FROM told, horizon
WHERE amount IS NOT NULL AND sku IS NOT NULL AND valid_on <= upto
QUALIFY row_number() OVER (PARTITION BY marketplace, sku, fee, valid_on ORDER BY amount DESC) = 1
ORDER BY ALL;

CREATE OR REPLACE VIEW capacity AS
SELECT * EXCLUDE (file_id, line) FROM records.capacity_limit ORDER BY ALL;

-- What was loaded, by report and marketplace.
CREATE OR REPLACE VIEW report_coverage AS
SELECT load_file.format AS report, marketplace, min(file_coverage.first_day) AS first_day, max(file_coverage.last_day) AS last_day,
       count(DISTINCT file_id) AS files, sum(file_coverage.rows)::BIGINT AS rows, sum(load_file.set_aside)::BIGINT AS set_aside, max(loaded_at) AS loaded_at
FROM records.load_file LEFT JOIN records.file_coverage USING (file_id), horizon
WHERE file_coverage.first_day IS NULL OR file_coverage.first_day <= upto
GROUP BY ALL ORDER BY ALL;

-- Rows and cells that could not be read.
CREATE OR REPLACE VIEW set_aside AS
SELECT load_file.path AS file, line, load_file.format AS report, "column", value, reason, what_to_do, row_kept
FROM records.set_aside JOIN records.load_file USING (file_id) ORDER BY file_id, line, "column";
