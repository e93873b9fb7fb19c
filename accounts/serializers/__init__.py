"""Shapes of people: what is sent and what is answered."""
