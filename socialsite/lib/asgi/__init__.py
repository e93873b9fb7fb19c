"""The front of `serve`: what a request meets between the socket and Django's WSGI handler.

`protocol` guards the head of a request, `bodies` its body, `files` sends what a view has named, `bridge` runs WSGI on kept threads.
"""
