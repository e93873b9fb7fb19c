"""Measures the site beside its peers: `python -m bench`. Nothing of the site imports it."""
