"""Who gets what of connections; a declined request is nobody's any more."""

NETWORK = """
                                                        anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
GET     /api/connections                      own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/connections?state=pending_in     own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/connections?state=pending_out    own       401       200      200     200     200      200    200   200       200   200     401       200

POST    /api/connections/request              public    401       201      404     403     409      409    400   201       201   409     401       403
POST    /api/connections/request              private   401       201      404     403     201      409    400   201       201   201     401       403
POST    /api/connections/request              hidden    401       201      404     403     201      409    400   201       201   201     401       403
POST    /api/connections/request              suspended 401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/connections/request              deleted   401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/connections/request              missing   401       404      404     404     404      404    404   404       404   404     401       403

GET     /api/connections/<connection>         accepted  401       404      404     404     404      200    200   404       404   404     401       200
GET     /api/connections/<connection>         pending   401       404      404     404     200      404    200   404       404   404     401       200
GET     /api/connections/<connection>         declined  401       404      404     404     404      404    404   404       404   404     401       404
GET     /api/connections/<connection>         suspended 401       404      404     404     404      404    401   404       404   404     401       401
GET     /api/connections/<connection>         missing   401       404      404     404     404      404    404   404       404   404     401       404

DELETE  /api/connections/<connection>         accepted  401       404      404     404     404      204    204   404       404   404     401       403
DELETE  /api/connections/<connection>         pending   401       404      404     404     204      404    403   404       404   404     401       403
DELETE  /api/connections/<connection>         declined  401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/connections/<connection>         suspended 401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/connections/<connection>         missing   401       404      404     404     404      404    404   404       404   404     401       403

PUT     /api/connections/<connection>/accept  accepted  401       404      404     404     404      403    409   404       404   404     401       403
PUT     /api/connections/<connection>/accept  pending   401       404      404     404     403      404    200   404       404   404     401       403
PUT     /api/connections/<connection>/accept  declined  401       404      404     404     404      404    404   404       404   404     401       403
PUT     /api/connections/<connection>/accept  suspended 401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/connections/<connection>/accept  missing   401       404      404     404     404      404    404   404       404   404     401       403

PUT     /api/connections/<connection>/decline accepted  401       404      404     404     404      403    409   404       404   404     401       403
PUT     /api/connections/<connection>/decline pending   401       404      404     404     403      404    204   404       404   404     401       403
PUT     /api/connections/<connection>/decline declined  401       404      404     404     404      404    404   404       404   404     401       403
PUT     /api/connections/<connection>/decline suspended 401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/connections/<connection>/decline missing   401       404      404     404     404      404    404   404       404   404     401       403

GET     /api/connections/mutual/<user>        public    401       200      404     404     200      200    200   200       200   200     401       200
GET     /api/connections/mutual/<user>        private   401       403      404     404     200      200    200   200       200   403     401       200
GET     /api/connections/mutual/<user>        hidden    401       200      404     404     200      200    200   200       200   200     401       200
GET     /api/connections/mutual/<user>        suspended 401       404      404     404     404      404    401   200       200   404     401       401
GET     /api/connections/mutual/<user>        deleted   401       404      404     404     404      404    401   404       404   404     401       401
GET     /api/connections/mutual/<user>        missing   401       404      404     404     404      404    404   404       404   404     401       404
GET     /api/connections/mutual/<user>        me        401       200      200     200     200      200    200   200       200   200     401       200
"""
