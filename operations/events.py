"""What operators do: the effects that operations' actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


@dataclass(frozen=True, kw_only=True)
class TasksRevived(Effect):
    """An administrator had tasks tried again that had used up their attempts."""

    number: int


@dataclass(frozen=True, kw_only=True)
class JobStarted(Effect):
    """An administrator had a job of the schedule run out of its turn; `job` is the number of its row."""

    job: int


@dataclass(frozen=True, kw_only=True)
class JobSwitched(Effect):
    """An administrator switched a job of the schedule on or off."""

    job: int
    is_enabled: bool
