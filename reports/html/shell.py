"""The page every report shares: one HTML file with its style, script, chart library and data inside; no network.

Escaping is Jinja's autoescape; data goes into script elements that are never run, as JSON without `<`, `>` and `&`
or as base64. The page's content security policy allows the one script whose digest it names and no connection, so
even a mistake in escaping could neither run nor phone home.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from reports.html.charts import Chart
from reports.html.texts import N_, catalogues, known, language_names, translate
from reports.html.values import cell, raw, show

_SCRIPTS = ("texts", "format", "dom", "charts", "store", "grid", "item", "item_tables", "page")
_LANGUAGE_TAGS = {"zh": "zh-Hans"}


@dataclass(frozen=True)
class Page:
    """What a template needs. `data` is small and read at once; `blocks` are packed, read when needed."""

    template: str
    title: str  # a marked message
    subtitle: str  # text that is not translated: the plan, the seller
    language: str
    currency: str
    context: Mapping[str, Any]
    charts: tuple[Chart, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)


def render(page: Page) -> bytes:
    """The whole file, UTF-8. Unpaired surrogates in texts become `?`."""
    language = known(page.language)
    template = _environment().get_template(page.template)
    html = template.render(
        page=page,
        language=language,
        language_tag=_LANGUAGE_TAGS.get(language, language),
        languages=language_names(),
        language_tags=_LANGUAGE_TAGS,
        style=Markup(_style()),
        script=Markup(_script()),
        policy=_policy(),
        setup=_setup(page, language),
        charts={chart.name: chart for chart in page.charts},
        t=lambda message, **values: _message(message, language, page.currency, values),
        word=lambda message, **values: translate(message, language, **values),
        N_=N_,
        v=lambda value, kind="text", currency=None: cell(value, kind, language, currency or page.currency),
        **page.context,
    )
    return html.encode("utf-8", errors="replace")


def _setup(page: Page, language: str) -> Markup:
    return htmlsafe_json_dumps(
        {
            "language": language,
            "languageTags": _LANGUAGE_TAGS,
            "catalogues": catalogues(),
            "currency": page.currency,
            "title": page.title,
            "subtitle": page.subtitle,
            "charts": [chart.data() for chart in page.charts],
            **page.data,
        },
        allow_nan=False,
        separators=(",", ":"),
    )


def _message(message: str, language: str, currency: str, values: Mapping[str, Any]) -> Markup:
    """A translated message that the page can translate again; values are plain or (value, kind) pairs."""
    pairs = {name: value if isinstance(value, tuple) else (value, "text") for name, value in values.items()}
    shown = {name: show(value, kind, language, currency) for name, (value, kind) in pairs.items()}
    text = translate(message, language, **shown)
    if not pairs:
        return Markup('<span data-t="{}">{}</span>').format(message, text)
    held = {name: [raw(value, kind), kind] for name, (value, kind) in pairs.items()}
    return Markup('<span data-t="{}" data-values="{}">{}</span>').format(message, _json(held), text)


def _json(value: Any) -> str:
    return str(htmlsafe_json_dumps(value, allow_nan=False))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reports.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(folder: str, *parts: str) -> str:
    return files(folder).joinpath(*parts).read_text(encoding="utf-8")


@cache
def _style() -> str:
    return "\n".join(
        (
            _read("reports", "assets", "uplot", "uPlot.min.css"),
            _read("reports.html", "static", "page.css"),
            _read("reports.html", "static", "print.css"),
        )
    )


@cache
def _script() -> str:
    ours = "\n".join(_read("reports.html", "static", f"{name}.js") for name in _SCRIPTS)
    library = _read("reports", "assets", "uplot", "uPlot.iife.min.js")
    return f'{library}\n(() => {{\n"use strict";\n{ours}\n}})();\n'


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
