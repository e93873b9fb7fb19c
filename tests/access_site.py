"""The site itself, and the moderators' routes."""

SITE = """
                                                           anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
GET     /                                        site      200       200      200     200     200      200    200   200       200   200     200       200
GET     /health                                  site      200       200      200     200     200      200    200   200       200   200     200       200
GET     /metrics                                 site      401       403      403     403     403      403    403   200       200   200     401       403
GET     /api/schema                              site      200       200      200     200     200      200    200   200       200   200     200       200
GET     /api/asyncapi                            site      200       200      200     200     200      200    200   200       200   200     200       200
GET     /api/docs                                site      200       200      200     200     200      200    200   200       200   200     200       200

GET     /api/v1/moderation/actions               site      401       403      403     403     403      403    403   200       200   403     401       403
GET     /api/v1/moderation/audit                 site      401       403      403     403     403      403    403   200       200   403     401       403
POST    /api/v1/moderation/actions               public    401       403      403     403     403      403    403   201       201   403     401       403
POST    /api/v1/moderation/actions               private   401       403      403     403     403      403    403   201       201   403     401       403
POST    /api/v1/moderation/actions               suspended 401       403      403     403     403      403    401   409       409   403     401       401
POST    /api/v1/moderation/actions               deleted   401       403      403     403     403      403    401   404       404   403     401       401
POST    /api/v1/moderation/actions               missing   401       403      403     403     403      403    403   404       404   403     401       403
POST    /api/v1/moderation/actions/<action>/undo suspended 401       403      403     403     403      403    401   200       200   403     401       401
POST    /api/v1/moderation/actions/<action>/undo undone    401       403      403     403     403      403    403   409       409   403     401       403
POST    /api/v1/moderation/actions/<action>/undo missing   401       403      403     403     403      403    403   404       404   403     401       403
"""
