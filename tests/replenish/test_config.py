"""Settings: what is written can be read, and mistakes are named with what is allowed."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replenish.config import Config, default_config_text, read_config, toml_value
from replenish.errors import RefusedInput


def refused(text: str) -> str:
    with pytest.raises(RefusedInput) as caught:
        read_config(text, "replenish.toml")
    return str(caught.value)


def test_the_written_file_holds_exactly_the_defaults() -> None:
    assert read_config(default_config_text(), "replenish.toml") == Config()


def test_every_key_is_in_the_written_file_under_a_comment() -> None:
    lines = default_config_text().splitlines()
    keys = [i for i, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    assert len(keys) == sum(len(section) for section in tomllib.loads(default_config_text()).values())
    assert all(lines[i - 1].startswith("# ") for i in keys)


def test_absent_keys_equal_the_defaults() -> None:
    assert read_config("", "replenish.toml") == Config()


def test_unknown_key_names_the_nearest_known_one() -> None:
    message = refused('[seller]\ncurency = "USD"\n')
    assert "seller.curency" in message
    assert "did you mean `currency`?" in message


def test_unknown_section_lists_the_known_ones() -> None:
    message = refused("[sellr]\n")
    assert "did you mean `seller`?" in message
    assert "planning" in message


def test_wrong_value_names_key_value_and_what_is_allowed() -> None:
    message = refused("[planning]\npaths = 3\n")
    assert "planning.paths = 3" in message
    assert "greater than or equal to 50" in message


def test_every_wrong_key_is_told_at_once() -> None:
    message = refused('[planning]\npaths = 3\nseed = "x"\n[documents]\npaper = "A5"\n')
    assert "3 setting(s)" in message
    assert "'A4' or 'Letter'" in message


def test_broken_toml_names_the_line() -> None:
    assert "line 2" in refused("[seller]\nname = \n")


def test_a_channel_without_fba_is_kept_by_its_marketplaces_code() -> None:
    config = read_config("[money.own_channels.gb]\ncost_per_unit = 2\n", "replenish.toml")
    assert {code: one.cost_per_unit for code, one in config.money.own_channels.items()} == {"UK": 2.0}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[money.own_channels.UKK]\n", "known are US"),
        ("[money.own_channels.UK]\ncomission = 0.1\n", "did you mean `commission`"),
        ("[money.own_channels.UK]\ncommission = 15\n", "less than or equal to 1"),
    ],
)
def test_a_channel_that_cannot_be_used_is_named(text: str, told: str) -> None:
    with pytest.raises(RefusedInput, match=told):
        read_config(text, "replenish.toml")


def test_nested_unknown_key_is_named() -> None:
    message = refused("[limits]\ncash = [{ until = 2026-01-01, amonut = 3 }]\n")
    assert "did you mean `amount`?" in message


@given(st.text(max_size=40))
def test_any_name_survives_writing_and_reading(name: str) -> None:
    text = f"[seller]\nname = {toml_value(name)}\n"
    assert read_config(text, "replenish.toml").seller.name == name
