"""The seller's settings: one commented TOML file in the workspace, checked with messages a planner can act on."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin

import tomlkit
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from policies.marketplaces import marketplace
from replenish.errors import RefusedInput
from reports.orders.settings import DEFAULT_MARKS, DEFAULT_NOTES
from reports.shipping.inbound_api import Address

Share = Annotated[float, Field(ge=0, le=1)]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Section(BaseModel):
    """A table of the TOML file; unknown keys are refused, values are not changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Seller(Section):
    """Who you are and the money you think in."""

    name: str = Field("My company", description="Printed on purchase orders and reports.")
    currency: CurrencyCode = Field("USD", description="Currency of the plan: all money is converted into it.")
    language: Literal["en", "zh"] = Field("en", description="Language of reports.")
    rates: dict[CurrencyCode, Annotated[float, Field(gt=0)]] = Field(
        default={"EUR": 1.08, "GBP": 1.27, "CAD": 0.73, "JPY": 0.0067, "CNY": 0.14},
        description="Plan currency paid for one unit of each other currency. Review monthly.",
    )


class Planning(Section):
    """How far the plan looks and how it draws the future."""

    horizon_weeks: int = Field(26, ge=8, le=52, description="Weeks of demand that are forecast and valued.")
    paths: int = Field(200, ge=50, le=2000, description="Joint futures drawn; more is smoother and slower.")
    seed: int = Field(1, ge=0, description="Same inputs and seed give the same numbers.")
    pool_by_asin: bool = Field(False, description="Plan listings that share one ASIN as one.")
    partition_size: int = Field(5000, ge=100, description="SKUs worked on at a time; bounds memory.")
    engine: str = Field(
        "native",
        description='Where partitions run: "native" (this process) or a Fugue engine such as "dask" or "spark".',
    )


class Review(Section):
    """How often you decide."""

    ship_weeks: int = Field(1, ge=1, le=12, description="Weeks between two shipments into FBA.")
    purchase_weeks: int = Field(2, ge=1, le=26, description="Weeks between two purchase orders to one supplier.")


class OwnChannel(Section):
    """A marketplace whose goods are not sold from FBA; money in plan currency."""

    commission: Share = Field(0.0, description="Share of the price that the channel or the payment service keeps.")
    cost_per_unit: float = Field(0.0, ge=0, description="Picking, packing and delivery of a unit sold.")
    storage_per_m3_month: float = Field(15.0, ge=0, description="Storage where the goods lie.")
    holding_per_year: float = Field(
        0.0, ge=0, le=10, description="Spoilage, shrinkage, insurance: share of product cost; capital cost is extra."
    )
    clearance: Share = Field(0.1, description="What a unit left over still brings: share of the price without tax.")
    tax_rate: float | None = Field(None, ge=0, le=1, description="Tax contained in prices; left out: the country's.")


def _own_channel_codes(channels: dict[str, OwnChannel]) -> dict[str, OwnChannel]:
    """Marketplaces by their code; a name that no marketplace has is refused."""
    return {marketplace(name).code: channel for name, channel in channels.items()}


class Money(Section):
    """What money costs beside Amazon's and the suppliers' prices."""

    capital_rate_per_year: float = Field(0.15, ge=0, le=1, description="Yearly cost of money tied up in stock.")
    ranking_loss_share: float = Field(
        0.1, ge=0, le=5, description="Extra loss per unit not sold for want of stock, as a share of its margin."
    )
    default_return_rate: Share = Field(0.05, description="Share of units returned where no returns report says.")
    new_seller: bool = Field(False, description="Professional account younger than 365 days: exempt from some fees.")
    awd_auto_replenishment: bool = Field(
        False, description="AWD refills FBA by itself: lower AWD rates, and products it fills to 70 % spare some fees."
    )
    awd_region: Literal["west", "other"] = Field("other", description="Where your AWD stock lies; the West is dearer.")
    own_storage_per_m3_month: float = Field(
        15.0, ge=0, description="Storage at a warehouse whose template row gives none, plan currency."
    )
    own_channels: Annotated[dict[str, OwnChannel], AfterValidator(_own_channel_codes)] = Field(
        default_factory=dict,
        description="Marketplaces where you do not sell from FBA, with what a unit costs there: no Amazon fee holds. "
        "Money in plan currency; holding_per_year is a share of product cost beside the cost of capital, clearance "
        "the share of the price that a unit left over still brings, tax_rate the tax in prices.",
        examples=[
            {"UK": {"commission": 0.02, "cost_per_unit": 1.5, "storage_per_m3_month": 15.0, "holding_per_year": 0.02,
                    "clearance": 0.1, "tax_rate": 0.2}}
        ],
    )  # fmt: skip


class CashStep(Section):
    """One step of the cash budget."""

    until: date = Field(description="Last day the amount covers.")
    amount: float = Field(ge=0, description="Most money that may leave for orders until then, plan currency.")
    open_orders: bool = Field(True, description="Whether what open orders still have to pay until then counts.")


class Limits(Section):
    """Limits that all SKUs share. FBA capacity and supplier minimums come from your templates."""

    cash: list[CashStep] = Field(
        default_factory=list, description="Cash budget by date, for example [{until = 2026-09-30, amount = 50000}]."
    )
    respect_capacity: bool = Field(True, description="Keep FBA volume within the capacity template's limits.")
    fill_containers: bool = Field(False, description="Treat sea freight as whole containers.")


class Checks(Section):
    """When `replenish check` speaks up."""

    report_days: int = Field(8, ge=1, le=90, description="A report older than this many days is called stale.")
    jump_factor: float = Field(4.0, gt=1, description="A week this many times the usual is called a jump.")


class Documents(Section):
    """Purchase orders and shipment files."""

    language: Literal["en", "zh", "both"] = Field("both", description="Language of purchase orders.")
    paper: Literal["A4", "Letter"] = Field("A4", description="Paper size of printed documents.")
    order_prefix: str = Field("PO", pattern=r"^[A-Za-z0-9_-]{0,12}$", description="Start of purchase order numbers.")
    template: str = Field("", description="Your own purchase order template (XLSX) in the workspace; empty: ours.")
    address: str = Field("", description="Your address on purchase orders.")
    contact: str = Field("", description="Who at your company the supplier asks: name, e-mail or telephone.")
    logo: str = Field("", description="Your logo on purchase orders: a picture in the workspace.")
    carton_marks: str = Field(
        DEFAULT_MARKS,
        description="What suppliers print on cartons; {buyer} {destination} {number} {cartons} are filled in.",
    )
    notes: str = Field(DEFAULT_NOTES, description="Terms at the foot of each purchase order.")
    pdf: bool = Field(False, description="Make a PDF beside each purchase order (needs LibreOffice).")
    shipment_files: list[Literal["send-to-amazon", "api", "flat-file"]] = Field(
        ["send-to-amazon"],
        description='Files for Amazon: "send-to-amazon", "api" (bodies of the Fulfillment Inbound and AWD APIs), '
        '"flat-file" (Create Shipping Plan). The last two need ship_from.',
    )
    ship_from: dict[str, Address] = Field(
        default_factory=dict,
        description="Where goods leave, by warehouse or supplier, in the fields of Amazon's inbound API.",
        examples=[
            {"My warehouse": {"name": "Jo Fox", "companyName": "My company", "addressLine1": "1 Main Street",
                              "city": "Newark", "stateOrProvinceCode": "NJ", "postalCode": "07102", "countryCode": "US",
                              "phoneNumber": "+12025550123"}}
        ],
    )  # fmt: skip


class Config(Section):
    """Everything in `replenish.toml`."""

    seller: Seller = Seller()
    planning: Planning = Planning()
    review: Review = Review()
    money: Money = Money()
    limits: Limits = Limits()
    checks: Checks = Checks()
    documents: Documents = Documents()


def read_config(text: str, file: str) -> Config:
    """Settings from TOML text; `RefusedInput` names the key, the value and what is allowed."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RefusedInput(f"{file} is not valid TOML: {error}. Mend that line, or run `replenish init` elsewhere "
                           "and compare.") from error  # fmt: skip
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        lines = [_explain(problem, raw) for problem in error.errors()]
        raise RefusedInput(
            f"{file} has {len(lines)} setting(s) that cannot be used:\n  " + "\n  ".join(lines)
        ) from error


def _explain(problem: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        known = known_keys(Config, problem["loc"][:-1])
        near = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        return f"{place}: unknown key{hint} Known here: {', '.join(sorted(known))}."
    if problem["type"] == "missing":
        return f"{place}: a value is needed here."
    return f"{place} = {problem['input']!r}: {_lower_first(problem['msg'])}."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def known_keys(model: type[BaseModel], path: Sequence[Any]) -> list[str]:
    """The keys allowed in the section that `path` leads to, from `model` down."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            model = _section_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _section_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_section_in, get_args(annotation)) if found), None)


def default_config_text() -> str:
    """The commented TOML file that `replenish init` writes: every key with its meaning and default."""
    lines = [
        "# Settings of Replenish. Every key has the value used when it is left out.",
        "# `replenish check` reads this file again each time; a wrong key or value is named with what is allowed.",
    ]
    for name, field in Config.model_fields.items():
        section = _section_in(field.annotation)
        assert section is not None
        lines += ["", f"# {section.__doc__}", f"[{name}]", *_section_lines(name, section)]
    return "\n".join(lines) + "\n"


def _section_lines(name: str, section: type[BaseModel]) -> Iterator[str]:
    for key, field in section.model_fields.items():
        allowed = _allowed(field)
        yield f"# {field.description}{' Allowed: ' + allowed + '.' if allowed else ''}"
        if field.examples:
            yield from _example_lines(f"{name}.{key}", field.examples[0])
        else:
            yield f"{key} = {toml_value(field.get_default(call_default_factory=True))}"  # type: ignore[call-arg]


def _example_lines(key: str, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Tables the reader may add, shown as comments: an empty one standing there could not be added to."""
    for name, values in tables.items():
        yield f"# [{key}.{toml_value(name)}]"
        yield from (f"# {each} = {toml_value(value)}" for each, value in values.items())


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f'"{choice}"' for choice in get_args(field.annotation))
    bounds = {type(mark).__name__: mark for mark in field.metadata}
    low = next((f"from {bounds[k].ge}" for k in ("Ge",) if k in bounds), "")
    low = low or next((f"above {bounds[k].gt}" for k in ("Gt",) if k in bounds), "")
    high = next((f"to {bounds[k].le}" for k in ("Le",) if k in bounds), "")
    return " ".join(part for part in (low, high) if part)


def toml_value(value: Any) -> str:
    """A value as it stands behind the `=` of a TOML line."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update(value)
        return table.as_string()
    return str(tomlkit.item(value).as_string())
