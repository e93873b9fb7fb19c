"""Who gets what of people and of the edges between them; hidden and missing are one and the same."""

PEOPLE = """
                                                             anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
GET     /api/users/<user>                          public    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>                          private   200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>                          hidden    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>                          suspended 404       404      404     404     404      404    401   200       200   404     401       401
GET     /api/users/<user>                          deleted   404       404      404     404     404      404    401   404       404   404     401       401
GET     /api/users/<user>                          missing   404       404      404     404     404      404    404   404       404   404     401       404
GET     /api/users/<user>                          me        401       200      200     200     200      200    200   200       200   200     401       200

GET     /api/v1/users/<user>                       public    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/v1/users/<user>                       private   200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/v1/users/<user>                       hidden    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/v1/users/<user>                       suspended 404       404      404     404     404      404    401   200       200   404     401       401
GET     /api/v1/users/<user>                       deleted   404       404      404     404     404      404    401   404       404   404     401       401
GET     /api/v1/users/<user>                       missing   404       404      404     404     404      404    404   404       404   404     401       404

PUT     /api/users/<user>                          public    401       403      404     404     403      403    200   403       403   403     401       403
PUT     /api/users/<user>                          private   401       403      404     404     403      403    200   403       403   403     401       403
PUT     /api/users/<user>                          hidden    401       403      404     404     403      403    200   403       403   403     401       403
PUT     /api/users/<user>                          suspended 401       404      404     404     404      404    401   403       403   404     401       401
PUT     /api/users/<user>                          deleted   401       404      404     404     404      404    401   404       404   404     401       401
PUT     /api/users/<user>                          missing   401       404      404     404     404      404    404   404       404   404     401       403
PUT     /api/users/<user>                          me        401       200      200     200     200      200    200   200       200   200     401       403

GET     /api/users/<user>/followers                public    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>/followers                private   403       403      404     404     200      200    200   200       200   403     401       200
GET     /api/users/<user>/followers                hidden    403       403      404     404     403      403    200   200       200   403     401       200
GET     /api/users/<user>/followers                suspended 404       404      404     404     404      404    401   200       200   404     401       401
GET     /api/users/<user>/followers                deleted   404       404      404     404     404      404    401   404       404   404     401       401
GET     /api/users/<user>/followers                missing   404       404      404     404     404      404    404   404       404   404     401       404
GET     /api/users/<user>/followers                me        401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/users/<user>/followers                around    200       200      200     200     200      200    200   200       200   200     401       200
GET     /api/users/<user>/followers?ids=<follower> public    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>/followers?ids=<follower> hidden    403       403      404     404     403      403    200   200       200   403     401       200
GET     /api/users/<user>/followers?ids=<follower> missing   404       404      404     404     404      404    404   404       404   404     401       404

GET     /api/users/<user>/following                public    200       200      404     404     200      200    200   200       200   200     401       200
GET     /api/users/<user>/following                private   403       403      404     404     200      200    200   200       200   403     401       200
GET     /api/users/<user>/following                hidden    403       403      404     404     403      403    200   200       200   403     401       200
GET     /api/users/<user>/following                suspended 404       404      404     404     404      404    401   200       200   404     401       401
GET     /api/users/<user>/following                deleted   404       404      404     404     404      404    401   404       404   404     401       401
GET     /api/users/<user>/following                missing   404       404      404     404     404      404    404   404       404   404     401       404
GET     /api/users/<user>/following                me        401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/users/<user>/following                around    200       200      200     200     200      200    200   200       200   200     401       200

GET     /api/v1/follow/followers                   own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/followers?user_id=<user>    public    401       200      404     404     200      200    200   200       200   200     401       200
GET     /api/v1/follow/followers?user_id=<user>    private   401       403      404     404     200      200    200   200       200   403     401       200
GET     /api/v1/follow/followers?user_id=<user>    hidden    401       403      404     404     403      403    200   200       200   403     401       200
GET     /api/v1/follow/followers?user_id=<user>    suspended 401       404      404     404     404      404    401   200       200   404     401       401
GET     /api/v1/follow/followers?user_id=<user>    deleted   401       404      404     404     404      404    401   404       404   404     401       401
GET     /api/v1/follow/followers?user_id=<user>    missing   401       404      404     404     404      404    404   404       404   404     401       404

GET     /api/v1/follow/following                   own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/following?user_id=<user>    public    401       200      404     404     200      200    200   200       200   200     401       200
GET     /api/v1/follow/following?user_id=<user>    private   401       403      404     404     200      200    200   200       200   403     401       200
GET     /api/v1/follow/following?user_id=<user>    hidden    401       403      404     404     403      403    200   200       200   403     401       200
GET     /api/v1/follow/following?user_id=<user>    suspended 401       404      404     404     404      404    401   200       200   404     401       401
GET     /api/v1/follow/following?user_id=<user>    deleted   401       404      404     404     404      404    401   404       404   404     401       401
GET     /api/v1/follow/following?user_id=<user>    missing   401       404      404     404     404      404    404   404       404   404     401       404

GET     /api/v1/follow/status/<user>               public    401       200      404     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/status/<user>               private   401       200      404     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/status/<user>               hidden    401       200      404     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/status/<user>               suspended 401       404      404     404     404      404    401   200       200   404     401       401
GET     /api/v1/follow/status/<user>               deleted   401       404      404     404     404      404    401   404       404   404     401       401
GET     /api/v1/follow/status/<user>               missing   401       404      404     404     404      404    404   404       404   404     401       404
GET     /api/v1/follow/status/<user>               me        401       200      200     200     200      200    200   200       200   200     401       200
"""
