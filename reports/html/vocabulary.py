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
    # severity of a check, confidence of a figure
    N_("error"), N_("warning"), N_("info"), N_("published"), N_("confirmed"), N_("given"), N_("assumed"),
    N_("estimate"),
    # classes of SKUs
    N_("fast"), N_("smooth"), N_("seasonal"), N_("slow"), N_("intermittent"), N_("lumpy"), N_("new"), N_("all"),
    # components of the inventory performance index
    N_("excess inventory"), N_("sell-through"), N_("in-stock rate"), N_("stranded inventory"),
    # figures of the unit economics
    N_("price"), N_("referral fee"), N_("FBA fulfilment"), N_("landed cost"), N_("storage"), N_("margin"),
    # fields of what changed
    N_("demand"), N_("stock"), N_("lead time"), N_("cost"), N_("limit"), N_("override"),
)  # fmt: skip
"""Every word a `translate` column may hold; one that is missing here is shown as it is."""
