"""Closed vocabularies of the plan, marked for translation: the page shows the translation, the data keeps the word."""

from reports.html.texts import N_

WORDS = (
    # actions
    N_("ship"), N_("buy"), N_("ship and buy"), N_("hold"), N_("stop buying"), N_("cut price"), N_("remove"),
    # transport modes
    N_("express"), N_("air"), N_("fast_sea"), N_("sea"), N_("rail"), N_("truck"),
    # kinds of arrivals and overrides
    N_("purchase"), N_("shipment"), N_("multiplier"), N_("fixed"), N_("add"), N_("quantity"),
    # storage types
    N_("standard"), N_("oversize"), N_("extra_large"), N_("apparel"), N_("footwear"), N_("aerosol"), N_("flammable"),
    # status of a listing
    N_("active"), N_("phase_out"), N_("discontinued"),
    # why a week's sales do not show the demand
    N_("partly out of stock"), N_("no stock on hand: sales say nothing about demand"),
    N_("in stock for part of the period: scaled to a full one"),
    N_("a run of zeros this SKU's own rate makes implausible"),
    N_("far above this SKU's own rate (a bulk order or deal): damped"),
    # severity of a check, confidence of a figure
    N_("error"), N_("warning"), N_("info"), N_("published"), N_("confirmed"), N_("given"), N_("assumed"),
    N_("estimate"), N_("single_source"), N_("high"), N_("medium"), N_("low"), N_("memory"), N_("assumption"),
    N_("seller"), N_("derived"),
    # classes of SKUs
    N_("fast"), N_("smooth"), N_("seasonal"), N_("slow"), N_("intermittent"), N_("lumpy"), N_("new"), N_("all"),
    # components of the inventory performance index
    N_("excess inventory"), N_("sell-through"), N_("in-stock rate"), N_("stranded inventory"),
    N_("excess"), N_("excess_and_aged"), N_("sell_through"), N_("stranded"), N_("in_stock"),
    # figures of the unit economics
    N_("price"), N_("referral fee"), N_("FBA fulfilment"), N_("landed cost"), N_("storage"), N_("margin"),
    N_("product cost"), N_("fulfilment fee, first day"), N_("returns processing fee"), N_("cost of returns"),
    N_("removal fee"), N_("storage utilisation surcharge"), N_("margin, first week"), N_("exit value"), N_("lost sale"),
    N_("cost of capital per week"),
    # fields of what changed
    N_("demand"), N_("stock"), N_("lead time"), N_("cost"), N_("limit"), N_("override"),
    # causes of a change beside these
    N_("assortment"), N_("new item"), N_("gone"), N_("program"),
    # limits
    N_("cash budget"), N_("FBA capacity"), N_("FBA capacity (estimated)"), N_("supplier order minimum"),
    N_("containers"), N_("MOQ"), N_("MOQ across variants"),
)  # fmt: skip
"""Every word a `translate` column may hold; one that is missing here is shown as it is."""
