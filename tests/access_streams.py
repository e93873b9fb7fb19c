"""Who reads event streams: those who are in the room, as over sockets; to others there is none, or, where they may know of the room, none
for them."""

STREAMS = """
                                              anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/stream              own                 401      200     200     200      200    200   200   200       200   200     200       401    200

GET     /api/rooms/<room>/stream room:public         401      403     403     403      403    200   200   200       403   403     403       401    200
GET     /api/rooms/<room>/stream room:private        401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/stream room:reported       401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/stream room:archived       401      403     403     403      403    200   403   200       403   403     403       401    200
GET     /api/rooms/<room>/stream room:hidden         401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/stream room:removed        401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/stream room:deleted        401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/stream room:direct         401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/stream missing             401      404     404     404      404    404   404   404       404   404     404       401    404
"""
