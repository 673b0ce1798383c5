"""Writes the sample seller's files: a folder per marketplace with Amazon's reports, and `own` with the templates."""

from pathlib import Path

from data.sample.charges import write_charges
from data.sample.inbound import write_shipments
from data.sample.inventory import write_inventory
from data.sample.ledger import write_ledger, write_ledger_detail, write_returns
from data.sample.orders import write_orders
from data.sample.own_files import write_own_files
from data.sample.seller import SampleSeller


def write_reports(seller: SampleSeller, folder: Path) -> list[Path]:
    """All files of the seller, as downloaded by the morning of `as_of`.

    Amazon's reports lie in `folder/US` and `folder/DE` (several do not name their marketplace or day: the folder does,
    and the file's time), the seller's own templates in `folder/own`. Returns the paths in an order fit for loading.
    """
    return [
        *write_own_files(seller, folder / "own"),
        *write_orders(seller, folder),
        *write_ledger(seller, folder),
        *write_ledger_detail(seller, folder),
        *write_inventory(seller, folder),
        *write_charges(seller, folder),
        *write_returns(seller, folder),
        *write_shipments(seller, folder),
    ]
