"""Scenario files: what they may say, and how what they may not is refused."""

from pathlib import Path

import pytest

from replenish.errors import RefusedInput
from replenish.scenarios.files import BASE, create, find, own, shipped
from replenish.scenarios.model import read_overlay

SHIPPED = {
    "black-friday", "prime-day", "chinese-new-year", "port-delay", "capacity-cut", "cash-short", "demand-shock",
    "competitor-out-of-stock", "viral-launch",
}  # fmt: skip


def refused(text: str) -> str:
    with pytest.raises(RefusedInput) as error:
        read_overlay('description = "x"\n' + text, "peak.toml")
    return str(error.value)


def test_nine_scenarios_are_shipped_and_each_can_be_read(tmp_path: Path) -> None:
    assert set(shipped()) == SHIPPED
    assert all(find(tmp_path, name).overlay.description for name in shipped())


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    assert 'demand.1.evnt: unknown key. Did you mean "event"?' in refused(
        '[[demand]]\nevnt = "Black Friday"\nfactor = 2'
    )
    assert 'Did you mean "limits"?' in refused("[limts]\ncash_share = 0.5")


@pytest.mark.parametrize("key", ["uplift", "factor"])
def test_a_negative_uplift_is_refused_and_says_what_a_factor_is(key: str) -> None:
    assert "must be above 0; 0.8 means a fifth less" in refused(f'[[demand]]\nevent = "Black Friday"\n{key} = -0.3')


def test_a_closure_that_never_ends_is_refused() -> None:
    assert "never stops" in refused('[[closures]]\nsupplier = "A"\nstart = 2026-10-01')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('event = "Black Friday"\nstart = 2026-10-01\nend = 2026-10-02\nfactor = 2', "not both"),
        ("factor = 2", "name an event"),
        ("start = 2026-10-05\nend = 2026-10-01\nfactor = 2", "lies before the start"),
        ('event = "Black Friday"\nuplift = 2\nfactor = 2', "not both"),
        ("start = 2026-10-01\nend = 2026-10-02\nuplift = 2", "uplift belongs to an event"),
        ('event = "Black Friday"\nfactor = 2\nlow = 1', "both low and high"),
        ('event = "Black Friday"\nfactor = 2\nlow = 2.5\nhigh = 3', "must lie between"),
        ("start = 2026-10-01\nend = 2026-10-02", "give uplift or factor"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(text: str, said: str) -> None:
    assert said in refused(f"[[demand]]\n{text}")


def test_a_copy_is_edited_and_wins_over_the_shipped_one(tmp_path: Path) -> None:
    path = create(tmp_path, "my-peak", "port-delay")
    path.write_text(path.read_text(encoding="utf-8").replace("extra_days = 21", "extra_days = 30"), encoding="utf-8")
    assert find(tmp_path, "my-peak").overlay.delays[0].extra_days == 30
    assert list(own(tmp_path)) == ["my-peak"]


def test_a_scenario_is_never_overwritten_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    create(tmp_path, "my-peak", "port-delay")
    with pytest.raises(RefusedInput, match="is there already"):
        create(tmp_path, "my-peak", "black-friday")
    with pytest.raises(RefusedInput, match='Did you mean "black-friday"'):
        find(tmp_path, "blak-friday")
    for name in (BASE, "../outside", "a/b"):
        with pytest.raises(RefusedInput, match="cannot be the name"):
            create(tmp_path, name, "black-friday")


def test_broken_toml_is_refused() -> None:
    with pytest.raises(RefusedInput, match="not valid TOML"):
        read_overlay("description = ", "peak.toml")
