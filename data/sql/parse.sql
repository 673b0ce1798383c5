-- How text becomes values. Every macro takes trimmed text (NULL when unknown) and gives NULL when it cannot be read; the
-- loader compares the two and sets the row or the cell aside. The common spelling comes first and is cheap: DuckDB
-- works out the later branches only for the values that the first one could not read.

-- Number without spaces, apostrophes, currency and percent sign; brackets or a trailing minus become a leading minus; a
-- trailing plus ("365+", a capped figure) goes. NULL when anything else stands around the digits.
CREATE OR REPLACE TEMP MACRO plain_spaces(v) AS
    translate(v, chr(160) || chr(8239) || chr(8201) || '０１２３４５６７８９％−', '   0123456789%-');
CREATE OR REPLACE TEMP MACRO digits_of(v) AS
    CASE WHEN regexp_full_match(v,
            '\(?\s*[-+]?\s*(\p{Sc}|[A-Z]{3}|[A-Z]{1,3}\$|kr|zł|Rs\.?|元|円)?\s*[-+]?\s*'
            || '[\d.,''’\s]*[\d.,]([eE][-+]?\d{1,3})?\s*(\p{Sc}|[A-Z]{3}|kr|zł|元|円|%)?\s*[-+)]?')
    THEN CASE WHEN regexp_matches(v, '^\(|-\s*\)?$|^[^\d]*-') THEN '-' ELSE '' END
        || translate(regexp_extract(v, '[\d.,][\d.,''’\s]*([eE][-+]?\d{1,3})?'), ' ''’', '')
    END;

-- Bare number with any grouping to a number with a decimal point.
-- comma: the column writes decimals with a comma; whole: the column holds whole numbers, so one separator before
-- exactly three digits is grouping.
CREATE OR REPLACE TEMP MACRO with_point(n, comma, whole) AS
    CASE
        WHEN contains(n, ',') AND contains(n, '.') THEN
            CASE WHEN regexp_full_match(n, '-?\d{1,3}(,\d{2,3})+\.\d*') THEN replace(n, ',', '')
                 WHEN regexp_full_match(n, '-?\d{1,3}(\.\d{3})+,\d*') THEN replace(replace(n, '.', ''), ',', '.') END
        WHEN contains(n, ',') THEN
            CASE WHEN regexp_full_match(n, '-?\d{1,3}(,\d{2,3})*,\d{3}') AND NOT starts_with(ltrim(n, '-'), '0')
                      AND (whole OR NOT comma OR regexp_matches(n, ',.*,')) THEN replace(n, ',', '')
                 WHEN regexp_full_match(n, '-?\d*,\d*') THEN replace(n, ',', '.') END
        WHEN contains(n, '.') THEN
            CASE WHEN regexp_full_match(n, '-?\d{1,3}(\.\d{3})+') AND NOT starts_with(ltrim(n, '-'), '0')
                      AND (whole OR comma OR regexp_matches(n, '\..*\.')) THEN replace(n, '.', '')
                 ELSE n END
        ELSE n
    END;

-- Macros are pasted where they are called, so each step is bound by a lambda: the text of a step is worked out once,
-- and a statement over a hundred columns is planned in a second instead of a minute.
CREATE OR REPLACE TEMP MACRO number_text(v, comma, whole) AS
    list_transform(list_transform([plain_spaces(v)], lambda t: digits_of(t)), lambda n: with_point(n, comma, whole))[1];

CREATE OR REPLACE TEMP MACRO finite_number(x) AS CASE WHEN isfinite(x) THEN x END;

CREATE OR REPLACE TEMP MACRO read_decimal(v, comma) AS
    CASE WHEN v IS NULL THEN NULL
         WHEN NOT comma AND TRY_CAST(v AS DOUBLE) IS NOT NULL THEN finite_number(TRY_CAST(v AS DOUBLE))
         ELSE finite_number(TRY_CAST(number_text(v, comma, false) AS DOUBLE)) END;

-- A whole number; "12.0" is twelve, "1.200" is twelve hundred, "12.5" cannot be read.
CREATE OR REPLACE TEMP MACRO whole_number(x) AS CASE WHEN x = trunc(x) AND abs(x) <= 2000000000 THEN x::INTEGER END;
CREATE OR REPLACE TEMP MACRO read_integer(v) AS
    CASE WHEN v IS NULL THEN NULL
         WHEN NOT contains(v, '.') AND TRY_CAST(v AS INTEGER) IS NOT NULL THEN TRY_CAST(v AS INTEGER)
         ELSE whole_number(TRY_CAST(number_text(v, false, true) AS DOUBLE)) END;

CREATE OR REPLACE TEMP MACRO read_share(v, comma) AS
    read_decimal(v, comma) * CASE WHEN contains(v, '%') OR contains(v, '％') THEN 0.01 ELSE 1 END;

-- The usual spelling of dates: 2026-05-18, with or without a time and an offset behind it. Whether the day is likely is
-- asked later.
CREATE OR REPLACE TEMP MACRO usual_date(v) AS CASE WHEN v[5] = '-' THEN TRY_CAST(left(v, 10) AS DATE) END;
CREATE OR REPLACE TEMP MACRO usual_timestamp(v) AS
    CASE WHEN ends_with(v, '+00:00') THEN TRY_CAST(v AS TIMESTAMP)
         WHEN v[5] = '-' THEN CAST(TRY_CAST(v AS TIMESTAMPTZ) AS TIMESTAMP) END;
CREATE OR REPLACE TEMP MACRO usual_day(v, zone) AS
    CASE WHEN length(v) = 25 AND v[20] IN ('+', '-') THEN CAST(timezone(zone, TRY_CAST(v AS TIMESTAMPTZ)) AS DATE)
         WHEN length(v) IN (10, 19) THEN usual_date(v) END;

-- A calendar day; days outside 1995-2099 are mistakes, not history.
CREATE OR REPLACE TEMP MACRO likely_day(d) AS CASE WHEN d BETWEEN DATE '1995-01-01' AND DATE '2099-12-31' THEN d END;

CREATE OR REPLACE TEMP MACRO day_of_parts(y, m, d) AS
    TRY_CAST(CASE WHEN length(y) = 2 THEN '20' || y ELSE y END || '-' || m || '-' || d AS DATE);

-- 31/12/2026, 12/31/2026, 31.12.26: a part above 12 settles the order, else day_first does.
CREATE OR REPLACE TEMP MACRO day_of_three(a, b, y, day_first) AS
    CASE WHEN TRY_CAST(b AS INTEGER) > 12 OR (NOT day_first AND TRY_CAST(a AS INTEGER) <= 12)
         THEN day_of_parts(y, a, b) ELSE day_of_parts(y, b, a) END;

CREATE OR REPLACE TEMP MACRO spelled_day(v, day_first) AS
    CASE
        WHEN regexp_full_match(v, '\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([T ].*)?') THEN
            day_of_parts(regexp_extract(v, '^(\d{4})', 1), regexp_extract(v, '^\d{4}\D(\d{1,2})', 1),
                         regexp_extract(v, '^\d{4}\D\d{1,2}\D(\d{1,2})', 1))
        WHEN regexp_full_match(v, '\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ,].*)?') THEN
            day_of_three(regexp_extract(v, '^(\d{1,2})', 1), regexp_extract(v, '^\d{1,2}\D(\d{1,2})', 1),
                         regexp_extract(v, '^\d{1,2}\D\d{1,2}\D(\d{4}|\d{2})', 1), day_first OR contains(v, '.'))
        WHEN regexp_full_match(v, '\d{4}[-/]\d{1,2}') THEN
            day_of_parts(left(v, 4), regexp_extract(v, '\D(\d{1,2})$', 1), '1')
        WHEN regexp_full_match(v, '\d{8}') THEN day_of_parts(left(v, 4), v[5:6], v[7:8])
        ELSE CAST(try_strptime(v, ['%d %b %Y', '%b %d, %Y', '%d-%b-%Y', '%d-%b-%y', '%B %d, %Y', '%d %B %Y',
                                   '%b %d %Y', '%B %Y', '%b %Y', '%b-%y']) AS DATE)
    END;

CREATE OR REPLACE TEMP MACRO read_date(v, day_first) AS
    likely_day(coalesce(CASE WHEN v[5] = '-' THEN TRY_CAST(left(v, 10) AS DATE) END,
                        spelled_day(v, day_first)));

-- An instant in UTC. Text without an offset is taken as UTC.
CREATE OR REPLACE TEMP MACRO spelled_instant(v, day_first) AS
    spelled_day(v, day_first)
    + coalesce(TRY_CAST(regexp_extract(v, '[T ,]\s*(\d{1,2}:\d{2}(:\d{2})?)', 1) AS TIME), TIME '00:00:00');
CREATE OR REPLACE TEMP MACRO likely_instant(t) AS
    CASE WHEN t BETWEEN TIMESTAMP '1995-01-01' AND TIMESTAMP '2100-01-02' THEN t END;
CREATE OR REPLACE TEMP MACRO read_timestamp(v, day_first) AS
    likely_instant(coalesce(CAST(TRY_CAST(v AS TIMESTAMPTZ) AS TIMESTAMP), spelled_instant(v, day_first)));

-- The day in a time zone: an instant with an offset is brought there, a day or a local time is taken as it stands.
CREATE OR REPLACE TEMP MACRO has_offset(v) AS
    length(v) = 25 AND v[20] IN ('+', '-') OR length(v) = 20 AND ends_with(v, 'Z')
    OR length(v) > 16 AND length(v) NOT IN (20, 25) AND regexp_matches(v, '(Z|[+-]\d\d:?\d\d| UTC| GMT)$');
CREATE OR REPLACE TEMP MACRO read_day(v, day_first, zone) AS
    CASE WHEN has_offset(v) THEN likely_day(CAST(timezone(zone, TRY_CAST(v AS TIMESTAMPTZ)) AS DATE))
         ELSE read_date(v, day_first) END;

CREATE OR REPLACE TEMP MACRO read_flag(v) AS
    CASE WHEN v = 'false' OR regexp_full_match(v, '(?i)false|no|n|0|nein|non|falsch|faux|いいえ|否') THEN false
         WHEN v = 'true' OR regexp_full_match(v, '(?i)true|yes|y|1|x|ja|j|oui|sì|si|sí|wahr|vrai|はい|是') THEN true END;

-- Seller SKUs stay as they are; 255 characters is Amazon's limit.
CREATE OR REPLACE TEMP MACRO read_sku(v) AS CASE WHEN length(v) <= 255 AND NOT contains(v, chr(9216)) THEN v END;

-- A cell without white space, byte-order mark and the quotes some exports leave around it. Most cells show by their
-- ends that there is nothing to trim, which is ten times quicker than trimming them.
CREATE OR REPLACE TEMP MACRO trimmed(r) AS
    CASE WHEN r < '!' OR r > '~' OR ends_with(r, ' ') OR ends_with(r, chr(9)) OR ends_with(r, chr(13))
              OR ends_with(r, chr(10)) OR ends_with(r, chr(160))
         THEN trim(r, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)) ELSE r END;
CREATE OR REPLACE TEMP MACRO unquoted(c) AS
    CASE WHEN length(c) > 1 AND ((starts_with(c, '"') AND ends_with(c, '"')) OR (starts_with(c, '''') AND ends_with(c, '''')))
         THEN replace(c[2:-2], '""', '"') ELSE c END;

-- Words of a code compared alike: "In Transit" = "in_transit" = "IN-TRANSIT".
CREATE OR REPLACE TEMP MACRO code_of(v) AS
    CASE WHEN contains(v, ' ') OR contains(v, '-') OR contains(v, '_') THEN regexp_replace(lower(v), '[\s_-]+', '_', 'g')
         ELSE lower(v) END;
