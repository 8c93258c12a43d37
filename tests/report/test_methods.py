import re

from conflictstats.report.methods import (
    caption_of,
    filters_behind,
    list_citations,
    write_methods,
)


def test_methods_say_what_was_done(work):
    said = write_methods(work)
    source, monthly, by_country, trend, trends, chance, last = said
    assert "Of 73 rows, 72 were kept and 1 quarantined." in source
    assert "only events with country Here or There were used" in source
    assert monthly.startswith("monthly: reported killed by month, 2019-01-01")
    assert "an unknown count is never taken as zero" in monthly
    assert "in proportion to the days in each" in monthly
    assert "for each country (2 units)" in by_country
    assert "at random, day by day" in by_country
    assert "fit_trend and its default settings" in trend
    assert "Newey and West (1987)" in trend
    assert trends.startswith("trends: ")
    assert "seeded with 5" in chance
    assert "panels.by_country" in chance
    assert "manifest.json" in last


def test_settings_are_written_out(work):
    step = next(s for s in work.analysis.steps if s.name == "trend")
    object.__setattr__(step, "options", {"family": "nb2", "level": 0.9})
    assert any("(family = nb2, level = 0.9)" in line for line in write_methods(work))


def test_conditions_are_put_in_words(work):
    step = next(work.analysis.of("sources"))
    where = {"country": {"not": ["", "X"]}, "day": {"from": 1, "to": 2}}
    object.__setattr__(step, "own", {**step.own, "events": where})
    assert "country not missing or X, day from 1 to 2" in write_methods(work)[0]


def test_merged_datasets_are_told(work):
    from conflictstats.report.steps import Step

    merged = Step(
        "datasets",
        "merged",
        {"apply": "reconcile_events", "data": "mine"},
        {"rule": "range"},
    )
    work.make(merged)
    object.__setattr__(work.analysis, "steps", (*work.analysis.steps, merged))
    said = write_methods(work)
    assert any("went through reconcile_events (rule = range)" in line for line in said)


def test_citations_name_data_papers_and_the_package(work):
    texts, bibtex = list_citations(work)
    assert texts[0] == work.made["mine"].cite()
    assert any(t.startswith("Newey and West") for t in texts)
    assert texts[-1].startswith("conflictstats, version")
    assert len(texts) == len(set(texts))
    keys = re.findall(r"^@\w+\{(\w+),", bibtex, re.MULTILINE)
    assert keys[0] == "events"
    assert {"mccullagh1989", "newey1987", "andrews1991"} <= set(keys)
    assert keys[-1] == "conflictstats"
    assert len(keys) == len(set(keys))


def test_the_foot_of_a_figure_says_what_was_left_out(work):
    steps = {s.name: s for s in work.analysis.steps}
    said = filters_behind(steps["fig01"], work.analysis)
    assert said == "country Here or There"
    said = filters_behind(steps["fig03"], work.analysis)
    assert said == "country Here or There; term rate ratio per year"
    object.__setattr__(steps["fig01"], "own", {**steps["fig01"].own, "filters": "mine"})
    assert filters_behind(steps["fig01"], work.analysis) == "mine"


def test_captions_are_given_or_made_of_the_name(work):
    steps = {s.name: s for s in work.analysis.steps}
    assert caption_of(steps["fig01"], work.analysis) == "Deaths & the fit."
    assert caption_of(steps["fig02"], work.analysis) == "Fig02."
