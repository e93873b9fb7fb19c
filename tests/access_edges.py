"""Who may change which edge between two people."""

EDGES = """
                                                     anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
POST    /api/users/<user>/follow           public    401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/users/<user>/follow           private   401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/users/<user>/follow           hidden    401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/users/<user>/follow           suspended 401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/users/<user>/follow           deleted   401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/users/<user>/follow           missing   401       404      404     404     404      404    404   404       404   404     401       403
POST    /api/users/<user>/follow           me        401       400      400     400     400      400    400   400       400   400     401       403

DELETE  /api/users/<user>/follow           public    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/follow           private   401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/follow           hidden    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/follow           suspended 401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/users/<user>/follow           deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/users/<user>/follow           missing   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/users/<user>/follow           me        401       400      400     400     400      400    400   400       400   400     401       403

POST    /api/v1/follow                     public    401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/v1/follow                     private   401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/v1/follow                     hidden    401       200      404     403     200      200    400   200       200   200     401       403
POST    /api/v1/follow                     suspended 401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/v1/follow                     deleted   401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/v1/follow                     missing   401       404      404     404     404      404    404   404       404   404     401       403

DELETE  /api/v1/follow/<user>              public    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/v1/follow/<user>              private   401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/v1/follow/<user>              hidden    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/v1/follow/<user>              suspended 401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/v1/follow/<user>              deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/v1/follow/<user>              missing   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/v1/follow/<user>              me        401       400      400     400     400      400    400   400       400   400     401       403

DELETE  /api/me/followers/<user>           public    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/me/followers/<user>           private   401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/me/followers/<user>           hidden    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/me/followers/<user>           suspended 401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/me/followers/<user>           deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/me/followers/<user>           missing   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/me/followers/<user>           me        401       400      400     400     400      400    400   400       400   400     401       403

PUT     /api/users/<user>/block            public    401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/block            private   401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/block            hidden    401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/block            suspended 401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/users/<user>/block            deleted   401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/users/<user>/block            missing   401       404      404     404     404      404    404   404       404   404     401       403
PUT     /api/users/<user>/block            me        401       400      400     400     400      400    400   400       400   400     401       403

DELETE  /api/users/<user>/block            public    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/block            private   401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/block            hidden    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/block            suspended 401       404      404     404     404      404    401   200       200   404     401       401
DELETE  /api/users/<user>/block            deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/users/<user>/block            missing   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/users/<user>/block            me        401       400      400     400     400      400    400   400       400   400     401       403

PUT     /api/users/<user>/mute             public    401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/mute             private   401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/mute             hidden    401       200      404     200     200      200    400   200       200   200     401       403
PUT     /api/users/<user>/mute             suspended 401       404      404     404     404      404    401   200       200   404     401       401
PUT     /api/users/<user>/mute             deleted   401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/users/<user>/mute             missing   401       404      404     404     404      404    404   404       404   404     401       403
PUT     /api/users/<user>/mute             me        401       400      400     400     400      400    400   400       400   400     401       403

DELETE  /api/users/<user>/mute             public    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/mute             private   401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/mute             hidden    401       200      404     200     200      200    400   200       200   200     401       403
DELETE  /api/users/<user>/mute             suspended 401       404      404     404     404      404    401   200       200   404     401       401
DELETE  /api/users/<user>/mute             deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/users/<user>/mute             missing   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/users/<user>/mute             me        401       400      400     400     400      400    400   400       400   400     401       403

POST    /api/follow-requests/<user>/accept asking    401       404      404     404     404      404    200   404       404   404     401       403
POST    /api/follow-requests/<user>/accept public    401       404      404     404     404      404    400   404       404   404     401       403
POST    /api/follow-requests/<user>/accept suspended 401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/follow-requests/<user>/accept deleted   401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/follow-requests/<user>/accept missing   401       404      404     404     404      404    404   404       404   404     401       403
POST    /api/follow-requests/<user>/accept me        401       400      400     400     400      400    400   400       400   400     401       403

POST    /api/follow-requests/<user>/reject asking    401       404      404     404     404      404    200   404       404   404     401       403
POST    /api/follow-requests/<user>/reject public    401       404      404     404     404      404    400   404       404   404     401       403
POST    /api/follow-requests/<user>/reject suspended 401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/follow-requests/<user>/reject deleted   401       404      404     404     404      404    401   404       404   404     401       401
POST    /api/follow-requests/<user>/reject missing   401       404      404     404     404      404    404   404       404   404     401       403
POST    /api/follow-requests/<user>/reject me        401       400      400     400     400      400    400   400       400   400     401       403
"""
