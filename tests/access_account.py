"""What everybody gets of their own account, and nobody of another's."""

ACCOUNT = """
                                                anonymous stranger blocked blocker follower friend owner moderator admin analyst suspended reader
POST    /api/auth/register            own       201       201      201     201     201      201    201   201       201   201     201       201
POST    /api/auth/login               own       200       200      200     200     200      200    200   200       200   200     200       200
POST    /api/auth/token               own       200       200      200     200     200      200    200   200       200   200     200       200
POST    /api/auth/mfa/verify          own       400       400      400     400     400      400    400   400       400   400     400       400
POST    /api/auth/token/refresh       own       400       400      400     400     400      400    400   400       400   400     400       400
POST    /api/auth/token/revoke        own       204       204      204     204     204      204    204   204       204   204     204       204
GET     /api/auth/csrf                own       200       200      200     200     200      200    200   200       200   200     200       200
POST    /api/auth/verify-email        own       400       400      400     400     400      400    400   400       400   400     400       400
POST    /api/auth/password/forgot     own       202       202      202     202     202      202    202   202       202   202     202       202
POST    /api/auth/password/reset      own       400       400      400     400     400      400    400   400       400   400     400       400

POST    /api/auth/logout              own       401       204      204     204     204      204    204   204       204   204     401       403
GET     /api/auth/user                own       401       200      200     200     200      200    200   200       200   200     401       200
POST    /api/auth/verify-email/resend own       401       204      204     204     204      204    204   204       204   204     401       403
POST    /api/auth/confirm             own       401       204      204     204     204      204    204   204       204   204     401       403
POST    /api/auth/password/change     own       401       200      200     200     200      200    200   200       200   200     401       403
GET     /api/settings                 own       401       200      200     200     200      200    200   200       200   200     401       200
PUT     /api/settings                 own       401       200      200     200     200      200    200   200       200   200     401       403
GET     /api/v1/users/me              own       401       200      200     200     200      200    200   200       200   200     401       200
PUT     /api/v1/users/me              own       401       200      200     200     200      200    200   200       200   200     401       403
GET     /api/blocks                   own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/mutes                    own       401       200      200     200     200      200    200   200       200   200     401       200
GET     /api/follow-requests          own       401       200      200     200     200      200    200   200       200   200     401       200

POST    /api/auth/email               own       401       403      403     403     403      403    403   403       403   403     401       403
POST    /api/auth/email               confirmed 401       204      204     204     204      204    204   204       204   204     401       403
GET     /api/auth/mfa                 own       401       200      200     200     200      200    200   200       200   200     401       200
POST    /api/auth/mfa                 own       401       403      403     403     403      403    403   403       403   403     401       403
POST    /api/auth/mfa                 confirmed 401       200      200     200     200      200    200   200       200   200     401       403
DELETE  /api/auth/mfa                 own       401       403      403     403     403      403    403   403       403   403     401       403
DELETE  /api/auth/mfa                 confirmed 401       204      204     204     204      204    204   204       204   204     401       403

GET     /api/auth/sessions            own       401       200      200     200     200      200    200   200       200   200     401       200
DELETE  /api/auth/sessions            own       401       204      204     204     204      204    204   204       204   204     401       403
DELETE  /api/auth/sessions/<session>  live      401       404      404     404     404      404    204   404       404   404     401       403
DELETE  /api/auth/sessions/<session>  ended     401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/auth/sessions/<session>  missing   401       404      404     404     404      404    404   404       404   404     401       403

GET     /api/auth/tokens              own       401       200      200     200     200      200    200   200       200   200     401       200
POST    /api/auth/tokens              own       401       403      403     403     403      403    403   403       403   403     401       403
POST    /api/auth/tokens              confirmed 401       201      201     201     201      201    201   201       201   201     401       403
DELETE  /api/auth/tokens/<token>      live      401       404      404     404     404      404    204   404       404   404     401       403
DELETE  /api/auth/tokens/<token>      revoked   401       404      404     404     404      404    404   404       404   404     401       403
DELETE  /api/auth/tokens/<token>      missing   401       404      404     404     404      404    404   404       404   404     401       403
"""
