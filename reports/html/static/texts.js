// Words: the page's setup, the language in use, and translation of everything on the page.
const setup = JSON.parse(document.getElementById("setup").textContent);
let language = setup.language;

/** The tag for `lang` attributes and number formats. */
function languageTag() {
  return setup.languageTags[language] || language;
}

/** `message` in the page's language; {name} places take `values` (plain text, or [value, kind] pairs). */
function t(message, values = {}) {
  const text = (setup.catalogues[language] || {})[message] || message;
  return text.replace(/\{(\w+)\}/g, (place, name) => {
    if (!(name in values)) return place;
    const value = values[name];
    return Array.isArray(value) ? format(value[0], value[1]) : String(value);
  });
}

/** Mark a message for extraction; it is translated where it is shown. */
function N_(message) {
  return message;
}

/** Translate again every message and value that the server wrote. */
function translatePage() {
  document.documentElement.lang = languageTag();
  document.title = `${t(setup.title)} · ${setup.subtitle}`;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t, element.dataset.values ? JSON.parse(element.dataset.values) : {});
  }
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const element of document.querySelectorAll("data[data-kind]")) {
    element.textContent = format(element.value, element.dataset.kind, element.dataset.currency);
  }
}
