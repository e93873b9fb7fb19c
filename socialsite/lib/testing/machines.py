"""Running a machine of hypothesis: the site beside a model of it, step by step."""

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def open_block() -> Any:
    """Return a transaction for one run of a machine, in which limits may be taken."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    return block


def play(
    machine: type[RuleBasedStateMachine], *, runs: int, steps: int, shrinks: bool = True
) -> None:
    """Run a machine so many times for so many steps; what fails first is shrunk unless it was planted."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
