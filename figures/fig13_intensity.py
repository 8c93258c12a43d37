"""The fitted rate of attacks of two sides over its background (simulated)."""

from pathlib import Path

import conflictstats as cs

SIDES = ("Government", "Opposition")


def main(out: Path) -> None:
    events = cs.load_dataset("simulated_conflict")
    fit = cs.fit_escalation(events, between=SIDES, n_draws=5, bootstrap=0)
    rate = fit.intensity(240)
    seen = fit.to_frame("augment")
    cs.save_figure(
        out / "fig13_intensity",
        lambda ax: cs.plot_intensity(rate, seen, ax=ax),
        sources=events,
        data=rate,
        size=(90, 58),
        title="Rate of attacks of two sides, simulated conflict",
        parameters={"fit_escalation": "between the sides, 5 draws of the dates"},
        script=__file__,
    )
