"""Why a run ended as it did, and where its worker was lost: what `message` said in sentences becomes columns."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NEW = "cause", "cause_step", "kept_epoch", "median", "lost_step", "resumed_step"
OLD = "id", "status", "started", "step", "message"
# What versions up to here wrote: a sentence, and what it says. Where it names no step, the run stands there.
LEFT = (
    r"(?: What it had learned is kept(?:, and it can go on from there)?\.| It can be started again\."
    r"| It had learned nothing yet, and can be started again\.)?"
)
SENTENCES = {
    r"Its worker stopped answering(?: at step (?P<lost_step>[\d,]+))?\." + LEFT: "lost",
    r"Its worker stopped answering(?:, for the \w+ time, so it is not tried again by itself| while it was being "
    r"stopped)\." + LEFT: "lost",
    r"Its worker was lost at step (?P<lost_step>[\d,]+)"
    r"(?:; taken up again by another at step (?P<resumed_step>[\d,]+)\.)?": "lost",
    r"(?:The loss|A weight) (?:ceased to be a number at|is no longer a number after) step (?P<cause_step>[\d,]+): "
    r"a learning rate of \S+ is too large here\. Start again with a smaller one(?:, \S+ for instance)?\.": "diverged",
    r"Reached \S+ % of the test images after [\d,]+ of [\d,]+ epochs?\.": "reached",
    r"Ended after [\d,]+ of [\d,]+ epochs?: the test loss had not fallen for [\d,]+ epochs?\.": "patience",
    r"It keeps the weights of epoch (?P<kept_epoch>[\d,]+), where the test loss was lowest\.": "",
    r"After [\d,]+ epochs? it read \S+ % at best, less than the median (?P<median>\S+) % of the trials that were "
    r"finished\.": "median",
}


def upgrade() -> None:
    """Take the facts out of the sentences; what is no sentence of ours stays in `message`."""
    op.add_column("runs", sa.Column("cause", sa.String(16), nullable=False, server_default=sa.text("''")))
    for name in NEW[1:]:
        op.add_column("runs", sa.Column(name, sa.Double if name == "median" else sa.Integer))
    runs = sa.table("runs", *map(sa.column, (*OLD, *NEW)))
    connection = op.get_bind()
    for run in connection.execute(sa.select(*(runs.c[name] for name in OLD))).fetchall():
        if values := facts(run):
            connection.execute(sa.update(runs).where(runs.c.id == run.id).values(values))


def facts(run: sa.Row[Any]) -> dict[str, object]:
    """The columns that say what a run's message said, and what is left of that."""
    if run.started is None and run.step and run.status == "finished":
        return {"cause": "imported", "cause_step": run.step}
    found: dict[str, object] = {}
    left = run.message
    for sentence, says in SENTENCES.items():
        told = re.search(sentence, left)
        if told is None:
            continue
        left = f"{left[: told.start()]} {left[told.end() :]}".strip()
        if says == "lost":
            found["lost_step"] = run.step
        elif says:
            found |= {"cause": says, "cause_step": run.step}
        for name, number in told.groupdict().items():
            if number is not None:
                found[name] = float(number) / 100 if name == "median" else int(number.replace(",", ""))
    if run.status == "failed" and "cause" not in found:
        found |= {"cause": "error", "cause_step": run.step}
    return found | {"message": left} if left != run.message else found
