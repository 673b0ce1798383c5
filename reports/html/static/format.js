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

/** Decimals a currency usually has; 2 where its code is not one. */
function currencyDigits(currency) {
  if (!/^[A-Za-z]{3}$/.test(currency)) return 2;
  return numberFormat({ style: "currency", currency }).resolvedOptions().maximumFractionDigits;
}

function formatMoney(value, kind, currency) {
  const usual = currencyDigits(currency);
  const least = kind === "rate" || (Math.abs(value) < 100 && value !== 0) ? usual : 0;
  const digits = { minimumFractionDigits: least, maximumFractionDigits: kind === "rate" ? 4 : least, signDisplay: "negative" };
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${currency}${numberFormat(digits).format(value)}`;
  return numberFormat({ style: "currency", currency, ...digits }).format(value);
}

function formatNumber(value, kind, currency) {
  if (kind === "money" || kind === "rate") return formatMoney(value, kind, currency);
  if (kind === "share") return numberFormat({ style: "percent", signDisplay: "negative" }).format(value);
  if (kind === "signed_share") return numberFormat({ style: "percent", signDisplay: "exceptZero" }).format(value);
  if (kind === "fine_share") {
    return numberFormat({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "negative" }).format(value);
  }
  const fixed = { weeks: 1, volume: 1, score: 3 }[kind];
  const digits = fixed ?? (kind === "number" ? 2 : Math.abs(value) >= 10 || value === 0 ? 0 : 1);
  return numberFormat({ minimumFractionDigits: fixed ?? 0, maximumFractionDigits: digits, signDisplay: "negative" }).format(value);
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
