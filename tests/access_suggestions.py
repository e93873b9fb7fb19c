"""Who is suggested whom, and who stands where: everybody who is signed in has suggestions and figures of their own."""

SUGGESTIONS = """
                                                           anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
GET     /api/v1/follow/suggestions               own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/v1/follow/suggestions?refresh=1     own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/recommendations/users               own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/connections/suggestions             own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/connections/suggestions?refresh=1   own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/connections/suggestions?near=canary own       401       200      200     200     200      200    200   200       200   200     401       200

POST    /api/recommendations/users/<user>/dismiss public    401      204      404     404     204      204    400   204       204   204     401       403
POST    /api/recommendations/users/<user>/dismiss private   401      204      404     404     204      204    400   204       204   204     401       403
POST    /api/recommendations/users/<user>/dismiss hidden    401      204      404     404     204      204    400   204       204   204     401       403
POST    /api/recommendations/users/<user>/dismiss suspended 401      404      404     404     404      404    401   204       204   404     401       401
POST    /api/recommendations/users/<user>/dismiss deleted   401      404      404     404     404      404    401   404       404   404     401       401
POST    /api/recommendations/users/<user>/dismiss missing   401      404      404     404     404      404    404   404       404   404     401       403

DELETE  /api/recommendations/users/<user>/dismiss public    401      204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/recommendations/users/<user>/dismiss private   401      204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/recommendations/users/<user>/dismiss hidden    401      204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/recommendations/users/<user>/dismiss suspended 401      404      404     404     404      404    401   204       204   404     401       401
DELETE  /api/recommendations/users/<user>/dismiss deleted   401      404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/recommendations/users/<user>/dismiss missing   401      404      404     404     404      404    404   404       404   404     401       403

DELETE  /api/connections/suggestions/<user>      public    401       204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/connections/suggestions/<user>      private   401       204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/connections/suggestions/<user>      hidden    401       204      404     404     204      204    400   204       204   204     401       403
DELETE  /api/connections/suggestions/<user>      suspended 401       404      404     404     404      404    401   204       204   404     401       401
DELETE  /api/connections/suggestions/<user>      deleted   401       404      404     404     404      404    401   404       404   404     401       401
DELETE  /api/connections/suggestions/<user>      missing   401       404      404     404     404      404    404   404       404   404     401       403

GET     /api/v1/users/leaderboard                own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/v1/users/leaderboard?me=1           own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/v1/users/me/stats                   own       401       200      200     200     200      200    200   200       200   200     401       200
"""
