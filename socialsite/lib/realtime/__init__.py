"""Real time: numbered streams in the database, wake-ups between processes, and one hub in each that writes to its sockets.

`streams` stores events in the transaction of their cause; `signals` says after the commit that there is something; the `hub` of each
process reads what is new once, renders and encodes it once, and gives the same bytes to every socket that may see it. `commands` and
`topics` are the registries that apps fill: what a client may send, and what it may listen to.
"""
