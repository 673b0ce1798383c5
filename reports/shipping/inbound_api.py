"""Bodies of Amazon's APIs: createInboundPlan (Fulfillment Inbound 2024-03-20) and createInbound (AWD 2024-05-09).

Constraints are those of Amazon's published models (amzn/selling-partner-api-models); the tests hold the bodies against
them. Nothing is sent from here: the body is a file for whoever calls the API.
"""

import json
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reports.errors import LimitBroken
from reports.safe import safe_name
from reports.sheets import records
from reports.shipping.cargo import Upload

ITEMS_PER_PLAN = 2000
SKUS_PER_AWD_SHIPMENT = 150  # Amazon's help text
_AWD_OWNER = {"AMAZON": "AMAZON", "SELLER": "SELF", "NONE": "SELF"}


def _text(most: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=most, strip_whitespace=True)


class Address(BaseModel):
    """Where goods are sent from, in the words of createInboundPlan; leave out what there is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, _text(50)]  # a person
    addressLine1: Annotated[str, _text(180)]
    city: Annotated[str, _text(30)]
    postalCode: Annotated[str, _text(32)]
    countryCode: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    phoneNumber: Annotated[str, _text(20)]
    companyName: Annotated[str, _text(50)] | None = None
    addressLine2: Annotated[str, _text(60)] | None = None
    districtOrCounty: Annotated[str, _text(50)] | None = None
    stateOrProvinceCode: Annotated[str, _text(64)] | None = None
    email: Annotated[str, _text(1024)] | None = None


class Item(BaseModel):
    """One SKU of an inbound plan."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    msku: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    quantity: Annotated[int, Field(ge=1, le=500_000)]
    prepOwner: Literal["AMAZON", "SELLER", "NONE"]
    labelOwner: Literal["AMAZON", "SELLER", "NONE"]
    expiration: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class InboundPlan(BaseModel):
    """The body of createInboundPlan."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    destinationMarketplaces: Annotated[list[Annotated[str, _text(20)]], Field(min_length=1, max_length=1)]
    sourceAddress: Address
    items: Annotated[list[Item], Field(min_length=1, max_length=ITEMS_PER_PLAN)]
    name: Annotated[str, _text(40)] | None = None


def create_inbound_plan(
    cargo: pd.DataFrame, marketplace: str, marketplace_id: str, source: dict[str, str], name: str
) -> Upload:
    """Bodies of createInboundPlan as JSON files, at most 2,000 SKUs each, and the lines the API would refuse.

    `cargo` as of `cargo_of`; `source` has the keys of `Address`. Raises `LimitBroken` naming the field of the address.
    """
    address = _address(source)
    items, refused = [], []
    # by their spelling: pandas takes a text with a NUL for the text before it
    spelled = pd.Series([repr(pair) for pair in zip(cargo["item"], cargo["sku"], strict=True)], index=cargo.index)
    for _, rows in cargo.groupby(spelled, sort=False):
        first = rows.iloc[0]
        item, sku = first["item"], first["sku"]
        if first["label_owner"] == "AMAZON" and marketplace == "US":
            refused.append((item, sku, "Amazon does not label units in the US; set `label_owner` to SELLER"))
            continue
        facts = {"msku": sku, "quantity": int(rows["quantity"].sum()), "prepOwner": first["prep_owner"],
                 "labelOwner": first["label_owner"]}  # fmt: skip
        if first["expiration"] is not None and first["expiration"] == first["expiration"]:
            facts["expiration"] = str(first["expiration"])[:10]
        try:
            items.append(Item(**facts))
        except ValidationError as error:
            refused.append((item, sku, _words(error)))
    parts = [items[i : i + ITEMS_PER_PLAN] for i in range(0, len(items), ITEMS_PER_PLAN)]
    files = {}
    for i, part in enumerate(parts, 1):
        suffix = f" {i} of {len(parts)}" if len(parts) > 1 else ""
        body = InboundPlan(destinationMarketplaces=[marketplace_id], sourceAddress=address, items=part,
                           name=f"{name[: 40 - len(suffix)]}{suffix}" or None)  # fmt: skip
        files[safe_name(f"{name}{suffix}", ".json")] = _json(body.model_dump(exclude_none=True))
    return Upload(files, pd.DataFrame(refused, columns=["item", "sku", "reason"]))


def awd_inbound(
    cargo: pd.DataFrame, marketplace: str, source: dict[str, str], name: str, destination_region: str = ""
) -> Upload:
    """Bodies of AWD's createInbound as JSON files: whole cartons as cases, at most 150 SKUs each.

    A line is refused when its carton has no dimensions or weight, or when units do not fill whole cartons.
    """
    address = _address(source)
    if not address.stateOrProvinceCode:
        raise LimitBroken("AWD needs `stateOrProvinceCode` in the address goods are sent from.")
    packages, refused = [], []
    for line in records(cargo):
        reason = _awd_reason(line, marketplace)
        if reason:
            refused.append((line["item"], line["sku"], reason))
        else:
            packages.append(_case(line))
    parts = [packages[i : i + SKUS_PER_AWD_SHIPMENT] for i in range(0, len(packages), SKUS_PER_AWD_SHIPMENT)]
    files = {}
    for i, part in enumerate(parts, 1):
        reference = f"{name} {i} of {len(parts)}" if len(parts) > 1 else name
        body: dict[str, Any] = {"externalReferenceId": reference, "originAddress": _awd_address(address),
                                "packagesToInbound": part}  # fmt: skip
        if destination_region:
            body["preferences"] = {"destinationRegion": destination_region}
        files[safe_name(reference, ".json")] = _json(body)
    return Upload(files, pd.DataFrame(refused, columns=["item", "sku", "reason"]))


def _address(source: dict[str, str]) -> Address:
    try:
        return Address(**{key: value for key, value in source.items() if value})
    except ValidationError as error:
        raise LimitBroken(f"The address goods are sent from cannot be used: {_words(error)}.") from error


def _words(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors())


def _awd_reason(line: dict[str, Any], marketplace: str) -> str:
    sides = (line["length_cm"], line["width_cm"], line["height_cm"], line["carton_kg"])
    if not all(side == side and side > 0 for side in sides):
        return "the carton has no length, width, height or weight in the catalogue"
    if line["loose_units"]:
        return f"{line['loose_units']} units do not fill a carton of {line['case_pack']}; AWD takes whole cartons"
    if line["full_cartons"] < 1:
        return "the quantity is below one carton"
    if marketplace in ("US", "") and "AMAZON" in (line["prep_owner"], line["label_owner"]):
        return "AWD in the US takes goods prepped and labelled by the seller only"
    return ""


def _case(line: dict[str, Any]) -> dict[str, Any]:
    owners = {"prepOwner": _AWD_OWNER[line["prep_owner"]], "labelOwner": _AWD_OWNER[line["label_owner"]]}
    product = {"sku": line["sku"], "quantity": int(line["case_pack"]), "prepDetails": owners}
    if line["expiration"] is not None and line["expiration"] == line["expiration"]:
        product["expiration"] = f"{str(line['expiration'])[:10]}T00:00:00Z"
    sides = {"length": line["length_cm"], "width": line["width_cm"], "height": line["height_cm"]}
    return {
        "count": int(line["full_cartons"]),
        "distributionPackage": {
            "type": "CASE",
            "measurements": {
                "weight": {"weight": round(line["carton_kg"], 3), "unitOfMeasurement": "KILOGRAMS"},
                "dimensions": {**sides, "unitOfMeasurement": "CENTIMETERS"},
            },
            "contents": {"products": [product]},
        },
    }


def _awd_address(address: Address) -> dict[str, str]:
    """AWD's names for the same fields; its phone number is E.164."""
    names = {"name": "name", "addressLine1": "addressLine1", "addressLine2": "addressLine2", "city": "city",
             "districtOrCounty": "district", "stateOrProvinceCode": "stateOrRegion", "postalCode": "postalCode",
             "countryCode": "countryCode", "phoneNumber": "phoneNumber"}  # fmt: skip
    given = address.model_dump(exclude_none=True)
    return {theirs: given[ours] for ours, theirs in names.items() if ours in given}


def _json(body: dict[str, Any]) -> bytes:
    return (json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
