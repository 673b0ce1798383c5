-- The store of one workspace. Schema `records`: one table per kind of report record, as the report says it; nothing
-- here is derived. The engines read the views of views.sql (schema `main`).
--
-- Every record table ends with its provenance: `file_id` (records.load_file) and `line` (line of that file; row of a
-- sheet). Instants are UTC (TIMESTAMP); `*_day` columns are days in the marketplace's time zone. Blank means unknown.

CREATE SCHEMA records;

-- Version of this schema and who made the workspace.
CREATE TABLE records.workspace (version INTEGER NOT NULL, created_at TIMESTAMP NOT NULL, made_by VARCHAR NOT NULL);

-- Settings that the views read: week_start (1 Monday .. 7 Sunday), pool_by_asin (true/false), default_marketplace.
CREATE TABLE records.setting (name VARCHAR PRIMARY KEY, value VARCHAR);

-- Amazon's marketplaces: code used everywhere, its names in reports, currency, time zone of its day boundary.
CREATE TABLE records.marketplace (
    code VARCHAR PRIMARY KEY, country VARCHAR, iso VARCHAR, marketplace_id VARCHAR, domain VARCHAR, currency VARCHAR,
    time_zone VARCHAR);

-- One row per loaded file (per member of an archive, per sheet of a workbook).
CREATE SEQUENCE records.file_number;
CREATE TABLE records.load_file (
    file_id INTEGER PRIMARY KEY,
    path VARCHAR NOT NULL,           -- as given; members as "archive.zip > member.txt", sheets as "book.xlsx > Sheet"
    sha256 VARCHAR NOT NULL,         -- of the content that was read
    given VARCHAR NOT NULL,          -- facts given with the load (marketplace, dates), as JSON
    format VARCHAR NOT NULL,
    encoding VARCHAR,
    rows BIGINT NOT NULL,            -- rows stored
    replaced BIGINT NOT NULL,        -- older rows these took the place of
    set_aside BIGINT NOT NULL,
    ignored_columns VARCHAR[],
    first_day DATE, last_day DATE,   -- period of the rows; NULL for lists without dates
    loaded_at TIMESTAMP NOT NULL);

-- Days a file speaks for, by marketplace.
CREATE TABLE records.file_coverage (
    file_id INTEGER NOT NULL, marketplace VARCHAR, first_day DATE, last_day DATE, rows BIGINT NOT NULL);

-- Rows and cells that could not be read. row_kept: only the cell was left empty.
CREATE TABLE records.set_aside (
    file_id INTEGER NOT NULL, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR NOT NULL,
    what_to_do VARCHAR NOT NULL, row_kept BOOLEAN NOT NULL);

-- ---------------------------------------------------------------- sales

-- All Orders flat file: one line of a customer's order.
CREATE TABLE records.order_line (
    marketplace VARCHAR,
    order_id VARCHAR,
    order_item_id VARCHAR,           -- only in files from May 2026 on
    purchase_at TIMESTAMP,
    purchase_day DATE,
    updated_at TIMESTAMP,
    order_status VARCHAR,            -- lower case: pending, shipped, cancelled, ...
    item_status VARCHAR,
    fulfillment VARCHAR,             -- amazon, merchant
    sales_channel VARCHAR,           -- as written; "Non-Amazon" is multi-channel fulfilment
    sku VARCHAR,
    asin VARCHAR,
    quantity INTEGER,
    currency VARCHAR,
    item_price DOUBLE,               -- whole line, before discount
    promotion_discount DOUBLE,       -- whole line
    is_replacement BOOLEAN,          -- replaces an earlier order free of charge
    is_business BOOLEAN,
    ship_country VARCHAR,
    file_id INTEGER, line BIGINT);

-- FBA Customer Shipment Sales: units that left a fulfilment centre.
CREATE TABLE records.customer_shipment (
    marketplace VARCHAR, shipped_at TIMESTAMP, shipped_day DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR,
    fulfillment_center VARCHAR, quantity INTEGER, order_id VARCHAR, currency VARCHAR,
    unit_price DOUBLE,               -- money for one unit
    file_id INTEGER, line BIGINT);

-- Amazon Fulfilled Shipments.
CREATE TABLE records.fulfilled_shipment (
    marketplace VARCHAR, order_id VARCHAR, shipment_id VARCHAR, shipment_item_id VARCHAR, order_item_id VARCHAR,
    purchase_at TIMESTAMP, purchase_day DATE, shipped_at TIMESTAMP, shipped_day DATE, sku VARCHAR, quantity INTEGER,
    currency VARCHAR,
    item_price DOUBLE,               -- money for the line
    promotion_discount DOUBLE, fulfillment_center VARCHAR, fulfillment VARCHAR, sales_channel VARCHAR,
    file_id INTEGER, line BIGINT);

-- Business Report by child ASIN (CSV or JSON): sales and traffic of a whole period.
CREATE TABLE records.business_report (
    marketplace VARCHAR, first_day DATE, last_day DATE, parent_asin VARCHAR, asin VARCHAR, sku VARCHAR, title VARCHAR,
    units_ordered INTEGER,           -- includes business customers
    units_ordered_b2b INTEGER, order_items INTEGER, sessions INTEGER, page_views INTEGER,
    featured_offer_percent DOUBLE, unit_session_percent DOUBLE, ordered_product_sales DOUBLE, currency VARCHAR,
    file_id INTEGER, line BIGINT);

-- Any other source through a mapping: sales of one period (day, week) per item.
CREATE TABLE records.mapped_sales (
    marketplace VARCHAR, sku VARCHAR,
    day DATE, last_day DATE,         -- first and last day of the period: one day or one week
    units DOUBLE, merchant_units DOUBLE, revenue DOUBLE, price DOUBLE, currency VARCHAR,
    source_name VARCHAR,             -- name of the mapping
    file_id INTEGER, line BIGINT);

-- Any other source through a mapping: stock or availability of one period per item.
CREATE TABLE records.mapped_stock (
    marketplace VARCHAR, sku VARCHAR, day DATE, last_day DATE,
    units DOUBLE,                    -- sellable units at FBA at the end of the period
    availability DOUBLE,             -- 0..1, share of the period with stock
    source_name VARCHAR, file_id INTEGER, line BIGINT);

-- Customer returns: units received back.
CREATE TABLE records.customer_return (
    marketplace VARCHAR, returned_at TIMESTAMP, returned_day DATE, order_id VARCHAR, sku VARCHAR, asin VARCHAR,
    fnsku VARCHAR, quantity INTEGER, fulfillment_center VARCHAR,
    disposition VARCHAR,             -- SELLABLE, CUSTOMER_DAMAGED, ...
    reason VARCHAR, status VARCHAR, license_plate VARCHAR,
    file_id INTEGER, line BIGINT);

-- ---------------------------------------------------------------- stock at Amazon

-- Manage FBA Inventory: stock by state at one date.
CREATE TABLE records.fba_inventory (
    marketplace VARCHAR, snapshot_date DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    condition VARCHAR, price DOUBLE,
    fulfillable INTEGER, fulfillable_local INTEGER, fulfillable_remote INTEGER, fc_transfer INTEGER,
    on_hand_buyable INTEGER, warehouse INTEGER, unsellable INTEGER, reserved INTEGER, researching INTEGER,
    total INTEGER, inbound_working INTEGER, inbound_shipped INTEGER, inbound_receiving INTEGER,
    reserved_future_supply INTEGER, future_supply_buyable INTEGER, merchant_fulfillable INTEGER,
    unit_volume DOUBLE,
    file_id INTEGER, line BIGINT);

-- FBA Inventory (planning): stock, age bands, cover and fee forecasts at one date. Age bands overlap, see stock_age.
CREATE TABLE records.inventory_planning (
    marketplace VARCHAR, snapshot_date DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    condition VARCHAR, product_group VARCHAR, supplier VARCHAR,
    available INTEGER, fc_transfer INTEGER, reserved_fc_processing INTEGER, reserved_customer_order INTEGER,
    reserved_staging INTEGER, total_reserved INTEGER, unfulfillable INTEGER, pending_removal INTEGER,
    inbound INTEGER, inbound_working INTEGER, inbound_shipped INTEGER, inbound_received INTEGER,
    supply_at_fba INTEGER,
    age_0_30 INTEGER, age_31_60 INTEGER, age_61_90 INTEGER, age_0_90 INTEGER, age_91_180 INTEGER,
    age_181_270 INTEGER, age_271_365 INTEGER, age_181_330 INTEGER, age_331_365 INTEGER, age_365_plus INTEGER,
    age_366_455 INTEGER, age_456_plus INTEGER, age_snapshot_date DATE,
    units_shipped_7 INTEGER, units_shipped_30 INTEGER, units_shipped_60 INTEGER, units_shipped_90 INTEGER,
    price DOUBLE, sales_price DOUBLE, featured_offer_price DOUBLE, currency VARCHAR, sales_rank INTEGER,
    days_of_supply DOUBLE, total_days_of_supply DOUBLE, historical_days_of_supply DOUBLE,
    short_term_days_of_supply DOUBLE, long_term_days_of_supply DOUBLE, minimum_level INTEGER, level_health VARCHAR,
    low_inventory_fee_exempt BOOLEAN, low_inventory_fee_applied BOOLEAN,
    excess_units INTEGER, sell_through DOUBLE, weeks_of_cover_30 DOUBLE, weeks_of_cover_90 DOUBLE,
    alert VARCHAR, recommended_action VARCHAR, recommended_ship_in INTEGER, recommended_ship_in_date DATE,
    item_volume DOUBLE, volume_unit VARCHAR, storage_type VARCHAR, storage_volume DOUBLE,
    storage_cost_next_month DOUBLE,
    surcharge_units_181_210 INTEGER, surcharge_181_210 DOUBLE, surcharge_units_211_240 INTEGER,
    surcharge_211_240 DOUBLE, surcharge_units_241_270 INTEGER, surcharge_241_270 DOUBLE,
    surcharge_units_271_300 INTEGER, surcharge_271_300 DOUBLE, surcharge_units_301_330 INTEGER,
    surcharge_301_330 DOUBLE, surcharge_units_331_365 INTEGER, surcharge_331_365 DOUBLE,
    surcharge_units_365_plus INTEGER, surcharge_365_plus DOUBLE, surcharge_units_366_455 INTEGER,
    surcharge_366_455 DOUBLE, surcharge_units_456_plus INTEGER, surcharge_456_plus DOUBLE,
    is_seasonal BOOLEAN, season_name VARCHAR, season_start DATE, season_end DATE,
    file_id INTEGER, line BIGINT);

-- Restock recommendations at one date.
CREATE TABLE records.restock (
    marketplace VARCHAR, snapshot_date DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    condition VARCHAR, supplier VARCHAR, supplier_part VARCHAR, currency VARCHAR, price DOUBLE,
    sales_30 DOUBLE, units_sold_30 INTEGER, total_units INTEGER, inbound INTEGER, available INTEGER,
    fc_transfer INTEGER, fc_processing INTEGER, customer_order INTEGER, unfulfillable INTEGER,
    inbound_working INTEGER, inbound_shipped INTEGER, inbound_receiving INTEGER, fulfilled_by VARCHAR,
    total_days_of_supply DOUBLE, days_of_supply DOUBLE, alert VARCHAR, recommended_quantity INTEGER,
    recommended_ship_date DATE, recommended_action VARCHAR, unit_storage_size VARCHAR,
    maximum_shipment_quantity INTEGER,
    file_id INTEGER, line BIGINT);

-- Reserved inventory at one date.
CREATE TABLE records.reserved_inventory (
    marketplace VARCHAR, snapshot_date DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    reserved INTEGER, customer_orders INTEGER, fc_transfers INTEGER, fc_processing INTEGER, staging INTEGER,
    program VARCHAR,
    file_id INTEGER, line BIGINT);

-- Inventory Ledger, summary view: balance and movements of one day, by disposition and location.
CREATE TABLE records.ledger_day (
    marketplace VARCHAR, day DATE, fnsku VARCHAR, asin VARCHAR, sku VARCHAR, title VARCHAR, disposition VARCHAR,
    starting_balance INTEGER, in_transit INTEGER, receipts INTEGER, customer_shipments INTEGER,
    customer_returns INTEGER, vendor_returns INTEGER, warehouse_transfer INTEGER, found INTEGER, lost INTEGER,
    damaged INTEGER, disposed INTEGER, other_events INTEGER, ending_balance INTEGER, unknown_events INTEGER,
    location VARCHAR,
    file_id INTEGER, line BIGINT);

-- Inventory Ledger, detail view: one event.
CREATE TABLE records.ledger_event (
    marketplace VARCHAR, day DATE, event_at TIMESTAMP, fnsku VARCHAR, asin VARCHAR, sku VARCHAR, title VARCHAR,
    event_type VARCHAR, reference VARCHAR, quantity INTEGER, fulfillment_center VARCHAR, disposition VARCHAR,
    reason VARCHAR, country VARCHAR, reconciled INTEGER, unreconciled INTEGER,
    file_id INTEGER, line BIGINT);

-- ---------------------------------------------------------------- fees

-- Fee preview: estimated fees of one unit at one date.
CREATE TABLE records.fee_preview (
    marketplace VARCHAR, snapshot_date DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    product_group VARCHAR, brand VARCHAR, fulfilled_by VARCHAR, price DOUBLE, sales_price DOUBLE,
    longest_side DOUBLE, median_side DOUBLE, shortest_side DOUBLE, length_and_girth DOUBLE, dimension_unit VARCHAR,
    weight DOUBLE, weight_unit VARCHAR, size_tier VARCHAR, currency VARCHAR,
    fee_total DOUBLE, referral_fee DOUBLE, closing_fee DOUBLE, fulfillment_fee DOUBLE, order_handling_fee DOUBLE,
    pick_pack_fee DOUBLE, weight_handling_fee DOUBLE, future_fulfillment_fee DOUBLE,
    efn_fee_uk DOUBLE, efn_fee_de DOUBLE, efn_fee_fr DOUBLE, efn_fee_it DOUBLE, efn_fee_es DOUBLE, efn_fee_se DOUBLE,
    file_id INTEGER, line BIGINT);

-- Monthly storage fees by fulfilment centre. No SKU in the report: joined by FNSKU, then ASIN.
CREATE TABLE records.storage_fee (
    marketplace VARCHAR, month DATE, asin VARCHAR, fnsku VARCHAR, title VARCHAR, fulfillment_center VARCHAR,
    longest_side DOUBLE, median_side DOUBLE, shortest_side DOUBLE, dimension_unit VARCHAR, weight DOUBLE,
    weight_unit VARCHAR, item_volume DOUBLE, volume_unit VARCHAR, size_tier VARCHAR,
    average_on_hand DOUBLE, average_pending_removal DOUBLE, average_customer_orders DOUBLE, total_volume DOUBLE,
    utilization_ratio DOUBLE, base_rate DOUBLE, utilization_surcharge_rate DOUBLE, base_fee DOUBLE,
    utilization_surcharge DOUBLE, storage_fee DOUBLE, incentive DOUBLE, currency VARCHAR, dangerous_goods VARCHAR,
    file_id INTEGER, line BIGINT);

-- Aged-inventory surcharge (earlier: long-term storage) charged at one date.
CREATE TABLE records.aged_surcharge (
    marketplace VARCHAR, charged_on DATE, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR, condition VARCHAR,
    unit_volume DOUBLE, volume_unit VARCHAR, quantity INTEGER, amount DOUBLE, currency VARCHAR, age_tier VARCHAR,
    rate DOUBLE,
    quantity_6_months INTEGER, amount_6_months DOUBLE,   -- older form of the report
    file_id INTEGER, line BIGINT);

-- Inbound placement service fees. No SKU in the report: joined by FNSKU.
CREATE TABLE records.placement_fee (
    marketplace VARCHAR, charged_on DATE, shipping_plan VARCHAR, shipment VARCHAR, fnsku VARCHAR, asin VARCHAR,
    sku VARCHAR, size_tier VARCHAR, weight VARCHAR, quantity INTEGER, rate DOUBLE, placement_fee DOUBLE,
    total_charges DOUBLE, currency VARCHAR,
    file_id INTEGER, line BIGINT);

-- Storage overage fees of an account and storage type.
CREATE TABLE records.storage_overage (
    marketplace VARCHAR, charged_on DATE, storage_type VARCHAR, charge_rate DOUBLE, used_volume DOUBLE,
    limit_volume DOUBLE, overage_volume DOUBLE, volume_unit VARCHAR, amount DOUBLE, currency VARCHAR,
    file_id INTEGER, line BIGINT);

-- ---------------------------------------------------------------- inbound

-- Shipments into FBA (or AWD) with their status.
CREATE TABLE records.inbound_shipment (
    marketplace VARCHAR, shipment VARCHAR, shipment_name VARCHAR, status VARCHAR, destination VARCHAR,
    source VARCHAR, mode VARCHAR, carrier VARCHAR, created_on DATE, updated_on DATE, shipped_on DATE,
    checked_in_on DATE, expected_on DATE, skus INTEGER, units_expected INTEGER, units_received INTEGER,
    placement_fee DOUBLE, snapshot_date DATE,
    file_id INTEGER, line BIGINT);

-- What a shipment holds.
CREATE TABLE records.inbound_item (
    marketplace VARCHAR, shipment VARCHAR, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, title VARCHAR,
    quantity INTEGER,                -- shipped
    received INTEGER, units_per_case INTEGER, prep_owner VARCHAR, label_owner VARCHAR, snapshot_date DATE,
    file_id INTEGER, line BIGINT);

-- FBA received inventory: one receipt.
CREATE TABLE records.received_inventory (
    marketplace VARCHAR, received_at TIMESTAMP, received_day DATE, shipment VARCHAR, sku VARCHAR, fnsku VARCHAR,
    title VARCHAR, quantity INTEGER, fulfillment_center VARCHAR,
    file_id INTEGER, line BIGINT);

-- Inbound performance: problems found in a shipment.
CREATE TABLE records.inbound_problem (
    marketplace VARCHAR, reported_on DATE, shipment_created_on DATE, shipment VARCHAR, carton VARCHAR,
    fulfillment_center VARCHAR, sku VARCHAR, fnsku VARCHAR, asin VARCHAR, problem VARCHAR, problem_quantity INTEGER,
    expected_quantity INTEGER, received_quantity INTEGER, fee_type VARCHAR, fee DOUBLE, currency VARCHAR,
    level VARCHAR, status VARCHAR,
    file_id INTEGER, line BIGINT);

-- ---------------------------------------------------------------- what only the planner knows (our templates)

-- Catalogue and costs. marketplace NULL: holds for every marketplace the SKU is sold in.
CREATE TABLE records.catalogue_entry (
    marketplace VARCHAR, sku VARCHAR, asin VARCHAR, fnsku VARCHAR, parent_asin VARCHAR, title VARCHAR, brand VARCHAR,
    category VARCHAR, product_class VARCHAR, storage_type VARCHAR, length_cm DOUBLE, width_cm DOUBLE,
    height_cm DOUBLE, weight_kg DOUBLE, supplier VARCHAR, supplier_item_number VARCHAR, unit_cost DOUBLE,
    cost_currency VARCHAR, moq INTEGER, moq_group VARCHAR, moq_group_minimum INTEGER, case_pack INTEGER,
    carton_length_cm DOUBLE, carton_width_cm DOUBLE,
    carton_height_cm DOUBLE, carton_weight_kg DOUBLE, price DOUBLE, price_currency VARCHAR, launch_date DATE,
    status VARCHAR, predecessor_sku VARCHAR, image VARCHAR, prep_owner VARCHAR, label_owner VARCHAR,
    file_id INTEGER, line BIGINT);

-- Suppliers and their terms.
CREATE TABLE records.supplier (
    supplier VARCHAR, name VARCHAR, contact VARCHAR, email VARCHAR, address VARCHAR, country VARCHAR,
    currency VARCHAR, incoterm VARCHAR, payment_terms VARCHAR, deposit_share DOUBLE, balance_days INTEGER,
    order_minimum_value DOUBLE,
    order_minimum_units INTEGER, production_days DOUBLE, production_days_sd DOUBLE, language VARCHAR,
    review_weeks DOUBLE,
    file_id INTEGER, line BIGINT);

-- Ways from a supplier (or a warehouse) to a destination. marketplace NULL: all.
CREATE TABLE records.supplier_leg (
    supplier VARCHAR, mode VARCHAR, destination VARCHAR, marketplace VARCHAR, transit_days DOUBLE,
    transit_days_sd DOUBLE, receiving_days DOUBLE, receiving_days_sd DOUBLE, cost_per_kg DOUBLE, cost_per_m3 DOUBLE,
    cost_per_unit DOUBLE, currency VARCHAR, duty_rate DOUBLE,
    file_id INTEGER, line BIGINT);

-- Days a supplier is closed (Chinese New Year, ...).
CREATE TABLE records.supplier_closure (
    supplier VARCHAR, start_date DATE, end_date DATE, reason VARCHAR, last_order_date DATE,
    file_id INTEGER, line BIGINT);

-- Unit cost from a quantity on. marketplace NULL: all.
CREATE TABLE records.price_break (
    supplier VARCHAR, marketplace VARCHAR, sku VARCHAR, minimum_quantity INTEGER, unit_cost DOUBLE, currency VARCHAR,
    file_id INTEGER, line BIGINT);

-- Lines of purchase orders under way or received.
CREATE TABLE records.purchase_line (
    order_number VARCHAR, order_line VARCHAR, marketplace VARCHAR, sku VARCHAR, supplier VARCHAR, mode VARCHAR,
    destination VARCHAR, quantity INTEGER, received INTEGER, ordered_on DATE, ship_by DATE, shipped_on DATE,
    expected_on DATE, received_on DATE, unit_price DOUBLE, currency VARCHAR,
    status VARCHAR,                  -- draft, approved, sent, confirmed, shipped, partly_received, received, cancelled
    file_id INTEGER, line BIGINT);

-- Warehouses of the seller, 3PLs, AWD.
CREATE TABLE records.warehouse (
    warehouse VARCHAR, kind VARCHAR, country VARCHAR, address VARCHAR, storage_cost_per_m3_month DOUBLE,
    handling_cost_per_unit DOUBLE, currency VARCHAR,
    file_id INTEGER, line BIGINT);

-- Stock in a warehouse at one date. marketplace NULL: may serve any.
CREATE TABLE records.warehouse_stock (
    warehouse VARCHAR, marketplace VARCHAR, sku VARCHAR, snapshot_date DATE, units INTEGER, reserved INTEGER,
    unfulfillable INTEGER,
    file_id INTEGER, line BIGINT);

-- Promotions and events of the seller. sku NULL: all.
CREATE TABLE records.promotion (
    marketplace VARCHAR, sku VARCHAR, start_date DATE, end_date DATE, kind VARCHAR, discount DOUBLE, ad_spend DOUBLE,
    uplift DOUBLE, note VARCHAR,
    file_id INTEGER, line BIGINT);

-- FBA capacity limits by storage type and month.
CREATE TABLE records.capacity_limit (
    marketplace VARCHAR, storage_type VARCHAR, month DATE, limit_volume DOUBLE, unit VARCHAR, used_volume DOUBLE,
    confirmed BOOLEAN, reservation_fee DOUBLE, reservation_currency VARCHAR, reservation_most DOUBLE,
    file_id INTEGER, line BIGINT);

-- ---------------------------------------------------------------- decisions

-- Changes a planner made to forecasts or quantities; they survive re-planning.
CREATE SEQUENCE records.override_number;
CREATE TABLE records.override (
    id INTEGER PRIMARY KEY DEFAULT nextval('records.override_number'),
    marketplace VARCHAR, sku VARCHAR, group_column VARCHAR, group_value VARCHAR, start_date DATE, end_date DATE,
    kind VARCHAR NOT NULL CHECK (kind IN ('multiplier', 'fixed', 'add', 'hold', 'quantity')),
    value DOUBLE, reason VARCHAR NOT NULL, made_on TIMESTAMP NOT NULL, made_by VARCHAR NOT NULL,
    withdrawn_on TIMESTAMP);         -- NULL: in force

-- Every plan that was made, with its inputs and results as documents (Arrow, JSON).
CREATE TABLE records.kept_plan (
    plan_id VARCHAR NOT NULL, as_of DATE NOT NULL, created_at TIMESTAMP NOT NULL,
    scenario VARCHAR NOT NULL, kind VARCHAR NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (plan_id, kind));

-- Purchase orders made here, as `replenish.orders` sees them: orders, their lines, every step they took
-- and every part that was received (a line holds their sum and the day of the last).
CREATE TABLE records.purchase_order (
    order_number VARCHAR PRIMARY KEY, plan_id VARCHAR, supplier VARCHAR NOT NULL, destination VARCHAR NOT NULL,
    currency VARCHAR, created_at TIMESTAMP NOT NULL, status VARCHAR NOT NULL);
CREATE TABLE records.purchase_order_line (
    order_number VARCHAR NOT NULL, order_line INTEGER NOT NULL, marketplace VARCHAR NOT NULL, sku VARCHAR NOT NULL,
    mode VARCHAR,
    ordered INTEGER NOT NULL,        -- units asked for
    quantity INTEGER NOT NULL,       -- units the supplier will deliver: as ordered until confirmed
    received INTEGER NOT NULL,
    ordered_price DOUBLE, unit_price DOUBLE, ship_by DATE, expected_on DATE, shipped_on DATE, received_on DATE,
    PRIMARY KEY (order_number, order_line));
CREATE TABLE records.purchase_order_event (
    order_number VARCHAR NOT NULL, status VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL, changed_by VARCHAR NOT NULL,
    note VARCHAR);
CREATE TABLE records.purchase_order_receipt (
    order_number VARCHAR NOT NULL, order_line INTEGER NOT NULL, received_on DATE NOT NULL, units INTEGER NOT NULL);
