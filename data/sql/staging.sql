-- How one file becomes rows: read as text, parsed, checked, compared with what is stored. `{...}` are lists of columns
-- and expressions that data/staging.py and data/loading.py write from a format's declaration.

-- name: text_rows
-- Rows of a delimited text. One column more than the header has, to see rows that are too long.
SELECT row_number() OVER () + {header_lines} AS line, {cells},
       {last_cell} IS NULL AS too_short, coalesce({beyond_cell}, '') <> '' AS too_long
FROM read_csv($path, auto_detect = false, header = false, skip = {header_lines}, delim = '{delimiter}',
    quote = '{quote}', escape = '{quote}', columns = {columns}, nullstr = '{no_null}', null_padding = true,
    strict_mode = false, ignore_errors = true, store_rejects = true, rejects_table = 'refused_lines',
    rejects_scan = 'refused_scans', parallel = {parallel})

-- name: evidence
-- How a column writes decimals and dates, from its first rows: a decimal comma, a day above 12 in first place.
SELECT {questions} FROM (SELECT {cells} FROM ({source}) LIMIT 100000)

-- name: stage
-- Parsed rows of one file with their faults. Not a temporary table: those stay in memory uncompressed. It goes before the
-- transaction ends.
CREATE OR REPLACE TABLE staged AS
WITH source AS ({source}),
trimmed AS (SELECT line, too_short, too_long, {trimmed} FROM source WHERE {not_blank}),
cleaned AS (SELECT line, too_short, too_long, {known} FROM trimmed),
located AS (SELECT cleaned.*, {marketplace} AS marketplace_, {time_zone} AS time_zone_ FROM cleaned {marketplace_join}),
parsed AS (SELECT *, {parsed} FROM located),
limited AS (SELECT {limited} FROM parsed)
SELECT {stored}, line, {faults} AS faults, {fatal} AS fatal FROM limited

-- name: unread_columns
-- Columns with cells that could not be read.
SELECT DISTINCT fault."column" FROM (SELECT unnest(faults) AS fault FROM staged WHERE faults IS NOT NULL)
WHERE fault.value IS NOT NULL

-- name: refused_lines
-- Lines that are no row at all: too long to be one, or without an end to a quoted cell.
SELECT line, any_value(error_type)::VARCHAR AS kind, left(any_value(csv_line), 60) AS beginning
FROM refused_lines GROUP BY line ORDER BY line

-- name: shift_lines
-- Line numbers of the rows after refused lines.
CREATE OR REPLACE TABLE staged AS
SELECT staged.* REPLACE (staged.line + coalesce(shift.lines, 0) AS line)
FROM staged ASOF LEFT JOIN (SELECT unnest($after::BIGINT[]) AS after_line, unnest($lines::BIGINT[]) AS lines) shift
ON staged.line > shift.after_line

-- name: set_aside_faults
-- Every fault of the staged rows; of several columns that read one header, the first one speaks.
INSERT INTO records.set_aside
SELECT $file_id, line, header, left(value, 200), CASE WHEN value IS NULL THEN blank_reason ELSE reason END,
       CASE WHEN value IS NULL THEN blank_remedy ELSE remedy END, NOT fatal
FROM (SELECT line, fatal, unnest(faults, recursive := true) FROM staged WHERE faults IS NOT NULL)
JOIN (SELECT unnest($reasons, recursive := true)) said ON said.name = "column"
WHERE needed OR NOT fatal
QUALIFY row_number() OVER (PARTITION BY line, coalesce(header, "column") ORDER BY position) = 1
    -- the cells of a row that is too short or too long say nothing
    AND (position < 2 OR min(position) OVER (PARTITION BY line) >= 2)

-- name: set_aside
-- One line by hand.
INSERT INTO records.set_aside VALUES ($file_id, $line, $column, $value, $reason, $what_to_do, false)

-- name: drop_faulty
-- Rows that cannot be stored.
DELETE FROM staged WHERE fatal

-- name: count_faults
-- How many rows and cells were set aside.
SELECT count(DISTINCT line) FILTER (NOT row_kept), count(*) FILTER (row_kept) FROM records.set_aside WHERE file_id = $file_id

-- name: count_rows
-- Rows that are left.
SELECT count(*) FROM staged

-- name: count_keys
-- Different combinations of some columns; hashes are enough to see that all differ.
SELECT count(*), count(DISTINCT hash({columns})) FROM staged WHERE {all_known}

-- name: drop_older_in_file
-- Of rows about one thing in one file, keep those with the latest update.
DELETE FROM staged WHERE rowid IN (
    SELECT rowid FROM staged
    QUALIFY {newest} < max({newest}) OVER (PARTITION BY {scope}))

-- name: set_aside_contradictions
-- Earlier rows that a later row of the same file contradicts.
INSERT INTO records.set_aside
SELECT $file_id, line, $key, left(concat_ws(', ', {key}), 200),
       'stands again on line ' || last_line || ' with other values; the later line counts',
       'Keep one of the two lines.', false
FROM (SELECT *, row_hash <> last_value(row_hash) OVER same_key AS differs, last_value(line) OVER same_key AS last_line
      FROM (SELECT *, hash({others}) AS row_hash FROM staged WHERE {all_known})
      WINDOW same_key AS (PARTITION BY {key} ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
WHERE line < last_line AND differs

-- name: set_aside_typed_contradictions
-- Every row of a key whose rows differ; each names the nearest line that says otherwise.
INSERT INTO records.set_aside
WITH hashed AS (SELECT *, hash({others}) AS row_hash FROM staged)
SELECT $file_id, one.line, $key, left(any_value(concat_ws(', ', {key_of_one})), 200),
       'stands again on line ' || arg_min(other.line, abs(other.line - one.line)) || ' with other values; neither line counts',
       $remedy, false
FROM hashed one JOIN hashed other ON {same_key} AND other.row_hash <> one.row_hash
GROUP BY one.line

-- name: drop_set_aside
-- Rows of the file that were set aside.
DELETE FROM staged WHERE line IN (SELECT line FROM records.set_aside WHERE file_id = $file_id AND NOT row_kept)

-- name: drop_repeated
-- Earlier rows with the key of a later row.
DELETE FROM staged WHERE rowid IN (
    SELECT rowid FROM staged WHERE {all_known}
    QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY line DESC) > 1)

-- name: coverage
-- Period and rows of the file by marketplace.
SELECT {marketplace}, min({day}), max({until}), count(*) FROM staged GROUP BY ALL ORDER BY ALL

-- name: has_overlap
-- Whether stored rows can be about the same things at all.
SELECT EXISTS (FROM records.{table} old WHERE {in_period})

-- name: stored_scopes
-- What the store already holds about the things of this file, and how recent that is.
CREATE OR REPLACE TEMP TABLE stored_scope AS
SELECT {scope_of_old} {stored_newest} AS newest
FROM records.{table} old {file_join}
WHERE {in_period} AND EXISTS (SELECT 1 FROM staged WHERE {same_scope_old})
GROUP BY ALL

-- name: drop_superseded
-- Staged rows that the store knows better already.
DELETE FROM staged WHERE rowid IN (
    SELECT staged.rowid FROM staged JOIN stored_scope old ON {same_scope_old}
    {newer_filter})

-- name: drop_replaced
-- Stored rows that the file knows better.
DELETE FROM records.{table} old
WHERE {in_period} AND EXISTS (SELECT 1 FROM staged WHERE {same_scope_old})

-- name: rows_of_file
-- Stored rows of a file.
SELECT count(*) FROM records.{table} WHERE file_id = $file_id

-- name: store_rows
-- The staged rows, in the order of the file.
INSERT INTO records.{table} BY NAME SELECT {columns}, $file_id::INTEGER AS file_id, line FROM staged
