"""The one door to change people and their edges: REST, the admin and commands all call these functions."""
