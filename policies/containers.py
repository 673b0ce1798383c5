"""Sea containers as planners fill them: usable volume of loose cartons and payload (tables/containers.csv)."""

from dataclasses import dataclass
from functools import cache

from policies.fee_tables import fee_table


@dataclass(frozen=True)
class Container:
    """A container and what loose cartons fill of it."""

    name: str
    usable_m3: float
    payload_kg: float


@cache
def containers() -> tuple[Container, ...]:
    """All kinds, smallest first."""
    rows = fee_table("containers").sort_values("usable_m3")
    columns = (rows["container"], rows["usable_m3"], rows["payload_kg"])
    return tuple(Container(str(n), float(m3), float(kg)) for n, m3, kg in zip(*columns, strict=True))


def container(name: str) -> Container:
    """The kind of a name, for example 40HQ.

    Raises:
        KeyError: the table does not hold it.

    """
    return {one.name: one for one in containers()}[name]
