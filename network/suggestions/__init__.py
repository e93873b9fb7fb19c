"""Whom a person may want to follow or connect with: found by friends of friends, by tags, and among the well known.

`links` reads the edges, `interests` the tags, `well_known` the table of the job; `candidates` leaves out whom not to suggest, `ranking`
weighs what was found, `lists` keeps the outcome for a while and cuts pages, `reasons` says why, from the rows as they are then.
"""
