"""What trends: one ranking behind all the routes that show it.

The score of a thing is the sum, over the different people who did something to it in a range of time, of the most that one of their
deeds is worth: its weight × 2^(-age / half-life of the range). So a burst of now outranks a larger total of long ago, and nobody
counts twice for the same thing.
"""

from engagement.trending.kinds import KINDS, Source, TrendingKind, count_deeds, register
from engagement.trending.reading import top

__all__ = ["KINDS", "Source", "TrendingKind", "count_deeds", "register", "top"]
