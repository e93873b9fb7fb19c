"""What happens to the index: the effects that search's actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


@dataclass(frozen=True, kw_only=True)
class ReindexRequested(Effect):
    """An administrator asked to make the index of a kind anew."""

    kind: int
