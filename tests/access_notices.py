"""How people are told: groups, held senders, muted things, and the end of mails by the link in them."""

NOTICES = """
                                                                     anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/notifications?grouped=1                      own        401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/notifications?grouped=1&unread=1          own        401       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/notifications/unread-count?grouped=1      own        401       200      200     200     200      200    200   200   200       200   200     401       200

GET     /api/v1/notifications/groups/<group>              told       401       404      404     404     404      404    404   200   404       404   404     401       200
GET     /api/v1/notifications/groups/<group>              unseen     401       404      404     404     404      404    404   404   404       404   404     401       404
GET     /api/v1/notifications/groups/<group>              missing    401       404      404     404     404      404    404   404   404       404   404     401       404
DELETE  /api/v1/notifications/groups/<group>              told       401       404      404     404     404      404    404   204   404       404   404     401       403
DELETE  /api/v1/notifications/groups/<group>              unseen     401       404      404     404     404      404    404   404   404       404   404     401       403
DELETE  /api/v1/notifications/groups/<group>              missing    401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/v1/notifications/groups/<group>/read         told       401       404      404     404     404      404    404   200   404       404   404     401       403
POST    /api/v1/notifications/groups/<group>/read         unseen     401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/v1/notifications/groups/<group>/read         missing    401       404      404     404     404      404    404   404   404       404   404     401       403

GET     /api/notifications/requests                       own        401       200      200     200     200      200    200   200   200       200   200     401       200
POST    /api/notifications/requests/<user>/accept         held       401       404      404     404     404      404    404   204   404       404   404     401       403
POST    /api/notifications/requests/<user>/accept         public     401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/notifications/requests/<user>/accept         missing    401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/notifications/requests/<user>/dismiss        held       401       404      404     404     404      404    404   204   404       404   404     401       403
POST    /api/notifications/requests/<user>/dismiss        public     401       404      404     404     404      404    404   404   404       404   404     401       403
POST    /api/notifications/requests/<user>/dismiss        missing    401       404      404     404     404      404    404   404   404       404   404     401       403

GET     /api/notifications/mutes                          own        401       200      200     200     200      200    200   200   200       200   200     401       200
PUT     /api/notifications/mutes/<target>                 post:public    401   200      404     404     200      200    200   200   200       200   200     401       403
PUT     /api/notifications/mutes/<target>                 post:private   401   404      404     404     404      404    404   200   404       404   404     401       403
PUT     /api/notifications/mutes/<target>                 missing    401       404      404     404     404      404    404   404   404       404   404     401       403
DELETE  /api/notifications/mutes/<target>                 post:public    401   204      404     404     204      204    204   204   204       204   204     401       403
DELETE  /api/notifications/mutes/<target>                 post:private   401   404      404     404     404      404    404   204   404       404   404     401       403
DELETE  /api/notifications/mutes/<target>                 missing    401       404      404     404     404      404    404   404   404       404   404     401       403

GET     /api/notifications/unsubscribe?token=<unsubscribing>    own  200       200      200     200     200      200    200   200   200       200   200     200       200
GET     /api/notifications/unsubscribe                    own        400       400      400     400     400      400    400   400   400       400   400     400       400
POST    /api/notifications/unsubscribe?token=<unsubscribing>    own  200       200      200     200     200      200    200   200   200       200   200     200       200
POST    /api/notifications/unsubscribe                    own        400       400      400     400     400      400    400   400   400       400   400     400       400
"""
