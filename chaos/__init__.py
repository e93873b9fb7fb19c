"""Faults on purpose: the real site is killed, cut off and raced, and must keep what it acknowledged."""
