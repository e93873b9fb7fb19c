"""Demonstration data: a real graph of friends, or an invented one like it, as people with a past on this site."""
