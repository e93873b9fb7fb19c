"""What each person was told and did: their own, and nobody else's."""

TOLD = """
                                                            anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/notifications                        own       401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/notifications                     own       401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/notifications?unread=true         own       401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/notifications/unread-count        own       401       200      200     200     200      200    200   200   200       200   200     401       200
POST    /api/v1/notifications/read-all            own       401       200      200     200     200      200    200   200   200       200   200     401       403
GET     /api/settings/notifications               own       401       200      200     200     200      200    200   200   200       200   200     401       200
PUT     /api/settings/notifications               own       401       200      200     200     200      200    200   200   200       200   200     401       403

DELETE  /api/v1/notifications/<notification>      told      401       404      404     404     404      404    404   204   404       404   404     401       403
DELETE  /api/v1/notifications/<notification>      unseen    401       404      404     404     404      404    404   404   404       404   404     401       403
DELETE  /api/v1/notifications/<notification>      dismissed 401       404      404     404     404      404    404   404   404       404   404     401       403
DELETE  /api/v1/notifications/<notification>      missing   401       404      404     404     404      404    404   404   404       404   404     401       403

POST    /api/v1/notifications/<notification>/read told      401       404      404     404     404      404    404   200   404       404   404     401       403
POST    /api/v1/notifications/<notification>/read unseen    401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/v1/notifications/<notification>/read dismissed 401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/v1/notifications/<notification>/read missing   401       404      404     404     404      404    404   404   404       404   404     401       403

GET     /api/me/activity                          own       401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/me/activity?summary=daily            own       401       200      200     200     200      200    200   200   200       200   200     401       200
"""
