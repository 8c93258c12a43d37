"""Does the model explain the events: rescaled gaps, and residuals (simulated)."""

from pathlib import Path

import conflictstats as cs

SIDES = ("Government", "Opposition")


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    fit = cs.fit_escalation(events, between=SIDES, n_draws=5, bootstrap=0)
    gaps = fit.rescaled_gaps()
    weekly = cs.count_events(events, every="week", measure="events")
    trend = cs.fit_trend(weekly).to_frame("augment")

    def draw(figure) -> None:
        left, right = figure.subplots(1, 2)
        cs.plot_rescaled(gaps, ax=left)
        cs.plot_residual_quantiles(trend, ax=right)

    cs.save_figure(
        out / "fig20_residuals",
        draw,
        sources=events,
        data=gaps,
        size=(140, 70),
        title="Rescaled gaps of a self-exciting process and residuals of a trend",
        parameters={"fit_escalation": "between the sides, 5 draws of the dates"},
        script=__file__,
    )
