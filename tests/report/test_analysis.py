import pytest

from conflictstats.errors import ArgumentError, ReadError
from conflictstats.report.analysis import files_of, load_analysis

BASE = """
[analysis]
title = "Mines"

[[sources]]
name = "mines"
dataset = "coal_disasters"

[[panels]]
name = "yearly"
data = "mines"
every = "year"
measure = "events"

[[models]]
name = "trend"
fit = "trend"
data = "yearly"
family = "nb2"

[[figures]]
name = "fig"
plot = "series"
data = "yearly"
fitted = "@trend"

[[tables]]
name = "tab"
tabulate = "fits"
data = ["trend"]

[[sections]]
title = "All"
show = ["fig", "tab"]
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "mines.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_steps_know_their_keys_and_the_verbs_keywords(write):
    analysis = load_analysis(write(BASE))
    assert analysis.name == "mines"
    assert analysis.head["title"] == "Mines"
    trend = next(analysis.of("models"))
    assert trend.own == {"name": "trend", "fit": "trend", "data": "yearly"}
    assert trend.options == {"family": "nb2"}
    assert trend.where == "models.trend"


def test_steps_run_after_what_they_are_made_from(write):
    text = BASE + '[[panels]]\nname = "bounded"\ndata = "bounds"\n'
    text += '[[models]]\nname = "bounds"\nfit = "reconcile"\ndata = "mines"\n'
    text += '[[models]]\nname = "late"\nfit = "trend"\ndata = "bounded"\n'
    order = [s.name for s in load_analysis(write(text)).steps]
    assert order.index("bounds") < order.index("bounded") < order.index("late")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('every = "year"', 'eveery = "year"'), "panels.yearly: unknown key `eveery`"),
        (('fit = "trend"', 'fit = "trned"'), "did you mean 'trend'"),
        (("[[models]]", "[[modelz]]"), "did you mean 'models'"),
        (('title = "Mines"', 'titel = "Mines"'), "did you mean 'title'"),
        (('name = "yearly"', 'name = "2 years"'), "`name` must be letters"),
        (('name = "yearly"\n', ""), "got None"),
        (('name = "trend"', 'name = "yearly"'), "already used by panels.yearly"),
        (('data = "yearly"\nfamily', 'data = "yearley"\nfamily'), "did you mean 'year"),
        (('fitted = "@trend"', 'fitted = "@trnd"'), "did you mean 'trend'"),
        (('show = ["fig", "tab"]', 'show = ["figg"]'), "did you mean 'fig'"),
        (('show = ["fig", "tab"]', 'shwo = ["fig"]'), "did you mean 'show'"),
        (('data = "mines"\nevery', "every"), "`data` must name a source or a model"),
        (('plot = "series"\n', ""), "the key `plot` is missing"),
        (('data = ["trend"]\n', ""), "the key `data` is missing"),
        (("coal_disasters", "coal_disaster"), "did you mean 'coal_disasters'"),
        (('dataset = "coal_disasters"', ""), r"give `path` \(and `reader`\)"),
        (("[[tables]]", "[tables]"), r"must be written as \[\[tables\]\]"),
        (('data = "mines"\nevery', 'data = "fig"\nevery'), "got 'fig'"),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_match(write, change, says):
    with pytest.raises(ArgumentError, match=says):
        load_analysis(write(BASE.replace(*change)))


def test_a_circle_is_refused(write):
    text = BASE + '[[panels]]\nname = "a"\ndata = "b"\n'
    text += '[[models]]\nname = "b"\nfit = "trend"\ndata = "a"\n'
    with pytest.raises(ArgumentError, match="made from itself"):
        load_analysis(write(text))


def test_sources_are_needed(write):
    with pytest.raises(ArgumentError, match="at least one"):
        load_analysis(write('[analysis]\ntitle = "x"\n'))


def test_files_must_be_there_and_readers_known(write, tmp_path):
    source = '[[sources]]\nname = "a"\nreader = "{}"\npath = "a.csv"\n'
    with pytest.raises(ReadError, match=r"no file 'a\.csv'"):
        load_analysis(write(source.format("acled")))
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(ArgumentError, match="did you mean 'acled'"):
        load_analysis(write(source.format("acle")))
    analysis = load_analysis(write(source.format("acled") + 'encoding = "cp1252"\n'))
    assert analysis.steps[0].options == {"encoding": "cp1252"}


def test_files_that_are_no_analysis(write, tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        load_analysis(tmp_path / "gone.toml")
    with pytest.raises(ReadError, match="not valid TOML"):
        load_analysis(write("a = ["))
    path = tmp_path / "latin.toml"
    path.write_bytes(b"a = '\xe9'")
    with pytest.raises(ReadError, match="not UTF-8"):
        load_analysis(path)


def test_overrides_change_values_before_the_check(write):
    path = write(BASE)
    changed = load_analysis(
        path,
        overrides=[
            "panels.yearly.every=month",
            "models.trend.level=0.9",
            "analysis.title=Pits, 1851",
            "analysis.seed=3",
        ],
    )
    assert next(changed.of("panels")).options["every"] == "month"
    assert next(changed.of("models")).options["level"] == 0.9
    assert changed.head == {"title": "Pits, 1851", "seed": 3}


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("panels.yearly.every", "must be written as"),
        ("a.b.c.d=1", "must be one of 'sources'"),
        ("panel.yearly.every=month", "did you mean 'panels'"),
        ("panels.yearley.every=month", "did you mean 'yearly'"),
        ("analysi.title=x", "did you mean 'analysis'"),
        ("panels.yearly.eveery=month", "did you mean 'every'"),
    ],
)
def test_overrides_that_change_nothing_are_refused(write, override, says):
    with pytest.raises(ArgumentError, match=says):
        load_analysis(write(BASE), overrides=[override])


def test_files_of_a_step_are_named(write, tmp_path):
    for name in ("a.csv", "links.csv", "b.csv"):
        (tmp_path / name).write_text("x")
    text = '[[sources]]\nname = "a"\nreader = "claims"\npath = "a.csv"\n'
    text += 'links = "links.csv"\n[[panels]]\nname = "p"\nfiles = ["a.csv", "b.csv"]\n'
    text += 'reader = "ucdp_ged"\n'
    analysis = load_analysis(write(text))
    assert [files_of(s) for s in analysis.steps] == [
        [("path", "a.csv"), ("links", "links.csv")],
        [("files", "a.csv"), ("files", "b.csv")],
    ]
    with pytest.raises(
        ReadError, match=r"panels\.p: `files`: there is no file 'c\.csv'"
    ):
        load_analysis(write(text.replace("b.csv", "c.csv")))
    with pytest.raises(ReadError, match=r"`links`: there is no file 'gone'"):
        load_analysis(write(text.replace('links = "links.csv"', 'links = "gone"')))


@pytest.mark.parametrize(
    ("panel", "says"),
    [
        ('files = "a.csv"', "`files` needs `reader`"),
        ('files = "a.csv"\nreader = "ucdpged"', "did you mean 'ucdp_ged'"),
        ('data = "mines"\nreader = "acled"', "`reader` goes with `files`"),
        ('data = "mines"\nsource = { nam = "x" }', "unknown key `source`"),
    ],
)
def test_panels_of_files_say_what_they_need(write, panel, says):
    with pytest.raises(ArgumentError, match=says):
        load_analysis(write(BASE + f'[[panels]]\nname = "more"\n{panel}\n'))


def test_an_analysis_may_begin_with_files_or_a_simulation(write, tmp_path):
    (tmp_path / "a.csv").write_text("x")
    text = '[[panels]]\nname = "p"\nfiles = "a.csv"\nreader = "ucdp_ged"\n'
    assert [s.where for s in load_analysis(write(text)).steps] == ["panels.p"]
    text = '[[sources]]\nname = "s"\nsimulate = "events"\ndays = 30\n'
    assert load_analysis(write(text)).steps[0].options == {"days": 30}
    with pytest.raises(ArgumentError, match="did you mean 'days'"):
        load_analysis(write(text.replace("days", "dyas")))
    text = '[[sources]]\nname = "s"\npath = "a.csv"\n'
    assert load_analysis(write(text)).steps[0].own["path"] == "a.csv"
