"""What was claimed about one incident, by whom and when: the air strike of Balyun."""

from pathlib import Path

import conflictstats as cs


def main(out: Path) -> None:
    claims = cs.load_dataset("idlib_2020")
    found = cs.reconcile(claims, measure="killed", where={"event": "E10"})
    rows = found.to_frame("claims").query("event_id.str.endswith('E10')")
    cs.save_figure(
        out / "fig08_claims",
        lambda ax: cs.plot_claims(rows, ax=ax),
        sources=claims,
        data=rows,
        size=(140, 80),
        title="Claims about soldiers killed at Balyun, 27 February 2020",
        filters="claims about one event",
        script=__file__,
    )
