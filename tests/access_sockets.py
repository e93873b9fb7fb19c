"""Who learns where the sockets are, who gets a ticket, and who reads the figures."""

SOCKETS = """
                                                anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
GET     /api/v1/websocket/info        own       200       200      200     200     200      200    200   200       200   200     401       200
POST    /api/v1/websocket/ticket      own       401       201      201     201     201      201    201   201       201   201     401       403
GET     /api/v1/websocket/stats       own       401       403      403     403     403      403    403   200       200   200     401       403
"""
