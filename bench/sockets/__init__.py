"""`python -m bench sockets`: one room, its members, and what a message to all of them costs, beside the site's peers."""
