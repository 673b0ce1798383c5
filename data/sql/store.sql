-- Statements of the store itself.

-- name: find_file
-- A file that was loaded before, with the same facts given.
SELECT file_id, rows, first_day, last_day FROM records.load_file
WHERE sha256 = $sha256 AND format = $format AND given = $given ORDER BY file_id DESC LIMIT 1

-- name: record_file
-- The file and what became of it.
INSERT INTO records.load_file VALUES ($file_id, $path, $sha256, $given, $format, $encoding, $rows, $replaced,
    $set_aside, $ignored, $first_day, $last_day, $loaded_at)

-- name: record_coverage
-- Days that the file speaks for.
INSERT INTO records.file_coverage VALUES (?, ?, ?, ?, ?)

-- name: marketplace_codes
-- Our codes of the marketplaces there are.
SELECT code FROM records.marketplace ORDER BY code

-- name: workspace_version
-- Version of the schema.
SELECT max(version) FROM records.workspace

-- name: record_version
-- A schema that was made or brought up to date.
INSERT INTO records.workspace VALUES ($version, $now, $made_by)

-- name: get_setting
-- One setting of the views.
SELECT value FROM records.setting WHERE name = $name

-- name: set_setting
-- Change one setting of the views.
INSERT OR REPLACE INTO records.setting VALUES ($name, $value)

-- name: add_override
-- A change that a planner made; gives its number.
INSERT INTO records.override (marketplace, sku, group_column, group_value, start_date, end_date, kind, value, reason,
    made_on, made_by)
VALUES ($marketplace, $sku, $group_column, $group_value, $start_date, $end_date, $kind, $value, $reason, $made_on,
    $made_by)
RETURNING id

-- name: withdraw_override
-- Take a change back; it stays on record.
UPDATE records.override SET withdrawn_on = $now WHERE id = $id AND withdrawn_on IS NULL RETURNING id

-- name: keep_plan
-- One document of a plan.
INSERT OR REPLACE INTO records.kept_plan VALUES ($plan_id, $as_of, $created_at, $scenario, $kind, $payload)

-- name: kept_plans
-- Every plan that is kept, newest first.
SELECT plan_id, any_value(as_of) AS as_of, min(created_at) AS created_at, any_value(scenario) AS scenario,
       list(kind ORDER BY kind) AS kinds
FROM records.kept_plan GROUP BY plan_id ORDER BY created_at DESC, plan_id DESC

-- name: kept_plan
-- One document of one plan.
SELECT payload FROM records.kept_plan WHERE plan_id = $plan_id AND kind = $kind

-- name: loaded_files
-- Every file that was loaded, newest first.
SELECT file_id, path, format, rows, replaced, set_aside, ignored_columns, first_day, last_day, encoding, sha256,
       loaded_at
FROM records.load_file ORDER BY file_id DESC

-- name: all_purchase_orders
-- Purchase orders made here, oldest first.
SELECT * FROM records.purchase_order ORDER BY order_number

-- name: all_purchase_order_lines
-- Their lines.
SELECT * FROM records.purchase_order_line ORDER BY order_number, order_line

-- name: all_purchase_order_events
-- The steps they took, oldest first.
SELECT * FROM records.purchase_order_event ORDER BY changed_at, order_number

-- name: all_purchase_order_receipts
-- What was received of their lines, part by part.
SELECT * FROM records.purchase_order_receipt ORDER BY received_on, order_number, order_line
