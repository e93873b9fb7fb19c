"""Django's SQLite, with a fair queue for the writers of one process.

SQLite lets a writer who finds the database taken sleep and try again. Threads that write without a pause then starve the one
that sleeps, for longer than any time-out. Here they line up first, and the lock passes to the one who has waited longest;
SQLite's own wait is left for writers of other processes (a command beside the server).
"""
