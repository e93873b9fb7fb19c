"""How each person wants their feed, and what it shows them of strangers."""

RANKING = """
                                                            anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/feed/preferences        own                          401      200     200     200      200    200   200   200       200   200     200       401    200
PUT     /api/feed/preferences        own                          401      200     200     200      200    200   200   200       200   200     200       401    403
POST    /api/v1/feed/refresh         own                          401      200     200     200      200    200   200   200       200   200     200       401    403
GET     /api/v1/feed/discovery       own                          401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/recommendations/posts   own                          401      200     200     200      200    200   200   200       200   200     200       401    200

POST    /api/feed/feedback           post:public                  401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/feed/feedback           post:unlisted                401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/feed/feedback           post:followers               401      404     404     404      200    404   404   200       404   404     404       401    403
POST    /api/feed/feedback           post:connections             401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/feed/feedback           post:mentioned               401      404     404     404      404    404   200   200       404   404     404       401    403
POST    /api/feed/feedback           post:private                 401      404     404     404      404    404   404   200       404   404     404       401    403
POST    /api/feed/feedback           post:deleted                 401      404     404     404      404    404   404   404       200   200     404       401    403
POST    /api/feed/feedback           post:hidden                  401      404     404     404      404    404   404   200       200   200     404       401    403
POST    /api/feed/feedback           post:held                    401      404     404     404      404    404   404   200       200   200     404       401    403
POST    /api/feed/feedback           post:held_followers          401      404     404     404      404    404   404   200       200   200     404       401    403
POST    /api/feed/feedback           post:removed                 401      404     404     404      404    404   404   404       200   200     404       401    403
POST    /api/feed/feedback           post:reported                401      404     404     404      404    200   404   200       200   200     404       401    403
POST    /api/feed/feedback           post:of_private              401      404     404     404      200    200   404   200       200   200     404       401    403
POST    /api/feed/feedback           post:of_suspended            401      404     404     404      404    404   404   401       200   200     404       401    401
POST    /api/feed/feedback           post:of_deleted              401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/feed/feedback           post:share                   401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/feed/feedback           post:share_gone              401      404     404     404      404    404   404   404       200   200     404       401    403
POST    /api/feed/feedback           post:quote                   401      200     200     200      200    200   200   200       200   200     200       401    403
POST    /api/feed/feedback           missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/feed/feedback/<post>    post:public                  401      204     404     404      204    204   204   204       204   204     204       401    403
DELETE  /api/feed/feedback/<post>    post:unlisted                401      204     404     404      204    204   204   204       204   204     204       401    403
DELETE  /api/feed/feedback/<post>    post:followers               401      404     404     404      204    404   404   204       404   404     404       401    403
DELETE  /api/feed/feedback/<post>    post:connections             401      404     404     404      404    204   404   204       404   404     404       401    403
DELETE  /api/feed/feedback/<post>    post:mentioned               401      404     404     404      404    404   204   204       404   404     404       401    403
DELETE  /api/feed/feedback/<post>    post:private                 401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/feed/feedback/<post>    post:deleted                 401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:hidden                  401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:held                    401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:held_followers          401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:removed                 401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:reported                401      404     404     404      404    204   404   204       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:of_private              401      404     404     404      204    204   404   204       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:of_suspended            401      404     404     404      404    404   404   401       204   204     404       401    401
DELETE  /api/feed/feedback/<post>    post:of_deleted              401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/feed/feedback/<post>    post:share                   401      204     404     404      204    204   204   204       204   204     204       401    403
DELETE  /api/feed/feedback/<post>    post:share_gone              401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/feed/feedback/<post>    post:quote                   401      204     204     204      204    204   204   204       204   204     204       401    403
DELETE  /api/feed/feedback/<post>    missing                      401      404     404     404      404    404   404   404       404   404     404       401    403
"""
