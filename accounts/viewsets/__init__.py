"""The routes of people: thin, each method hands what was sent to one action."""
