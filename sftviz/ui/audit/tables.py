"""The numbers of the audit's figures."""

from collections.abc import Sequence

import pandas as pd

from sftviz.audit.shortcuts import Said


def properties_table(said: Sequence[Said]) -> pd.DataFrame:
    """A row a property."""
    rows = [
        (each.title.partition(",")[0], 100 * each.accuracy, 100 * each.null[0], 100 * each.null[1], each.strength)
        for each in said
    ]
    return pd.DataFrame(rows, columns=["property", "right, %", "luck from, %", "luck to, %", "sign"])


def property_table(said: Said, classes: Sequence[str]) -> pd.DataFrame:
    """A row a class: hundredths of the property's values, or the share of each bin in per cent."""
    if said.spread:
        titles = [f"{name} of {said.title}" for name in ("5th hundredth", "25th", "median", "75th", "95th")]
        return pd.DataFrame(said.spread, columns=titles).assign(**{"class": classes})
    shares = [[100 * share for share in shares] for shares in said.shares]
    return pd.DataFrame(shares, columns=[f"{name}, %" for name in said.names]).assign(**{"class": classes})
