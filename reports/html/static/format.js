// Values as text: the same kinds as reports/html/values.py.
const MISSING = "–";
const DAY = 86400000;
const formatters = new Map();

function formatter(name, make) {
  const key = `${language}:${name}`;
  if (!formatters.has(key)) formatters.set(key, make(languageTag()));
  return formatters.get(key);
}

function numberFormat(options) {
  return formatter(JSON.stringify(options), (tag) => new Intl.NumberFormat(tag, options));
}

function dateFormat(options) {
  return formatter(`date${JSON.stringify(options)}`,
    (tag) => new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...options }));
}

const DATE_STYLES = {
  date: { dateStyle: "medium" },
  month: { year: "numeric", month: "short" },
  time: { dateStyle: "medium", timeStyle: "short" },
};

/** A date given as ISO text or as days since 1970. */
function toDate(value) {
  if (typeof value === "number") return new Date(value * DAY);
  return new Date(value.length > 10 && !/(Z|[+-]\d\d:\d\d)$/.test(value) ? `${value}Z` : value);
}

function formatNumber(value, kind, currency) {
  const size = Math.abs(value);
  if (kind === "money") {
    const digits = size >= 100 || value === 0 ? 0 : 2;
    return numberFormat({ style: "currency", currency, minimumFractionDigits: digits,
      maximumFractionDigits: digits, signDisplay: "negative" }).format(value);
  }
  if (kind === "share") return numberFormat({ style: "percent", signDisplay: "negative" }).format(value);
  if (kind === "signed_share") return numberFormat({ style: "percent", signDisplay: "exceptZero" }).format(value);
  if (kind === "weeks" || kind === "volume") {
    return numberFormat({ minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "negative" }).format(value);
  }
  const digits = kind === "number" ? 2 : size >= 10 || value === 0 ? 0 : 1;
  return numberFormat({ maximumFractionDigits: digits, signDisplay: "negative" }).format(value);
}

/** `value` of `kind` as text; missing values are a dash; text in a number's place is shown as it is. */
function format(value, kind = "text", currency = setup.currency) {
  if (value === null || value === undefined || value === "") return MISSING;
  if (kind === "text") return String(value);
  if (kind === "word") return t(String(value));
  if (kind === "flag") return value ? `✓ ${t("yes")}` : `✗ ${t("no")}`;
  if (kind in DATE_STYLES) return dateFormat(DATE_STYLES[kind]).format(toDate(value));
  const number = Number(value);
  return Number.isFinite(number) ? formatNumber(number, kind, currency || setup.currency) : String(value);
}
