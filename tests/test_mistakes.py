"""What a new user gets wrong, and the sentence that helps: what, why, what to do."""

import numpy as np
import pandas as pd
import pytest

import conflictstats as cs


@pytest.fixture(scope="module")
def simulated():
    return cs.load_dataset("simulated_conflict")


@pytest.fixture(scope="module")
def panel(simulated):
    return cs.count_events(simulated, every="month", measure="killed")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.csv").write_text("day,dead,place\n2020-01-03,4,North\n")
    (tmp_path / "mixed.csv").write_text("day,dead\n03/04/2020,4\n05/06/2020,2\n")
    (tmp_path / "empty.csv").write_text("")
    sheet = pd.DataFrame({"day": ["2020-01-01"], "dead": [1]})
    sheet.to_excel(tmp_path / "x.xlsx", index=False, engine="xlsxwriter")
    return tmp_path


TABLE = pd.DataFrame({"date": ["2020-01-01"], "deaths": [3]})


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        # the five of the promise
        (
            lambda f: cs.read_events(f / "a.csv", {"date": "dya", "killed": "dead"}),
            r"a\.csv lacks the column `dya` \(nearest: 'day'\)",
        ),
        (
            lambda f: cs.read_events(f / "mixed.csv", {"date": "day"}),
            r"'03/04/2020'.*\nHint: pass `day_first=True` or",
        ),
        # files
        (lambda f: cs.read_ucdp_ged(f / "x.xlsx"), "Excel workbook.*\nHint: save"),
        (lambda f: cs.read_events(f / "empty.csv", {"date": "day"}), "is empty"),
        (
            lambda f: cs.read_ucdp_ged(f / "gone.csv"),
            "There is no file.*\nHint: the working",
        ),
        (lambda f: cs.read_ucdp_ged(f), "is a folder.\nHint: name the file"),
        (lambda f: cs.read_acled(f / "a.csv"), "use `cs.read_events` with a column"),
        (lambda f: cs.read(f / "a.csv"), "columns of no provider known"),
        # the wrong thing
        (lambda f: cs.count_events(TABLE), r"got DataFrame.\nHint: `cs.read_events\("),
        (lambda f: cs.reconcile_events(TABLE), r"Hint: `cs.read_events\("),
        (lambda f: cs.fit_trend(TABLE), r"Hint: `Panel.from_frame\("),
        (lambda f: cs.tabulate_panel(TABLE), r"Hint: `cs.Panel.from_frame\("),
        (lambda f: cs.fit_trend([]), "got 0 values"),
        (lambda f: cs.fit_trend([1, 2, -3, 4, 5, 6]), "negative; got -3.\nHint"),
        (lambda f: cs.load_dataset("idlib"), "did you mean 'idlib_2020'"),
        (lambda f: cs.define("conf_lo"), "did you mean 'conf_low'"),
        (lambda f: cs.run_analysis(f / "none.toml"), "'none.toml' cannot be read"),
    ],
)
def test_each_slip_is_answered_with_what_to_do(slip, says, files):
    with pytest.raises(cs.ConflictStatsError, match=says):
        slip(files)


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        (lambda d, p: cs.count_events(d, by="contry"), "did you mean 'country'"),
        (lambda d, p: cs.count_events(d, every="mounth"), "did you mean 'month'"),
        (lambda d, p: cs.count_events(d, measure="kiled"), "did you mean 'killed'"),
        (lambda d, p: cs.count_events(d, start="01/02/2020"), "such as '2020-03-04'"),
        (lambda d, p: cs.fit_trend(p, family="quasipoison"), "mean 'quasi-poisson'"),
        (lambda d, p: cs.fit_trend(d), r"Hint: `cs.count_events\("),
        (lambda d, p: cs.plot_series(d), r"Hint: `cs.count_events\("),
        (lambda d, p: cs.plot_series(p, ax=3), "`ax` must be matplotlib Axes; got int"),
        (lambda d, p: cs.fit_interruption(p, "soon"), "'soon' is not one"),
        (lambda d, p: cs.sample_counts(p, 5, rng=3), "default_rng"),
        (lambda d, p: cs.tabulate_fits(p), "must hold results of `fit_"),
        (
            lambda d, p: cs.count_events(d, by="country", units=["Siria"]),
            "`units` names 'Siria'.*\nHint: did you mean 'Syria'",
        ),
    ],
)
def test_slips_with_data_at_hand(slip, says, simulated, panel):
    with pytest.raises(cs.ConflictStatsError, match=says):
        slip(simulated, panel)


def test_stocks_are_not_summed():
    days = pd.to_datetime(["2020-01-01", "2020-02-01"])
    counts = pd.DataFrame(
        {"count_id": ["a", "b"], "measure": "present", "best": [5, 6]}
    )
    counts = counts.assign(
        kind="stock", group="all", period_start=days, period_end=days, low=[5, 6]
    )
    stocks = cs.Dataset(name="s", counts=counts)
    with pytest.raises(
        cs.ConflictStatsError, match=r"same people.*\nHint: `cs.stock_at"
    ):
        cs.count_events(stocks, measure="present")


def test_too_little_data_is_a_finding_that_says_how_much_is_needed():
    for fit, needed in ((cs.fit_trend([3, 4]), 4), (cs.fit_breaks([3, 4, 5]), 6)):
        (finding,) = [f for f in fit.findings if f.check == "estimable"]
        assert finding.sentence.endswith(f"at least {needed} are needed.")


def test_a_country_written_in_another_way_is_not_zero(dataset):
    events = dataset.events.assign(country="Yemen (North Yemen)")
    yemen = cs.Dataset(name="y", events=events, counts=dataset.counts)
    with pytest.raises(cs.ConflictStatsError, match=r"write 'Yemen \(North Yemen\)'"):
        cs.count_events(yemen, by="country", units=["Yemen"])
    whole = cs.count_events(yemen, by="country", units=["Syria", "Nowhere land"])
    assert set(whole.units) == {"Syria", "Nowhere land"}


def test_one_format_may_be_given_as_a_word(panel, tmp_path):
    files = cs.save_figure(
        tmp_path / "f", lambda ax: cs.plot_series(panel, ax=ax), formats="svg"
    )
    assert set(files) == {"svg", "json"}


def test_dates_written_as_text_are_dates():
    months = [f"2020-{m:02d}-01" for m in range(1, 13)]
    fit = cs.fit_trend(pd.Series(np.arange(1, 13), index=months))
    assert "rate_ratio_per_year" in set(fit.to_frame()["term"])
