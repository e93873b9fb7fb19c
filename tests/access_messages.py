"""Who gets what of messages: the owner's in each room; `friend` is in all of them, `named` moderates the public one, `follower` is banned from it."""

MESSAGES = """
                                                                                anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/messages                                    own                          401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/messages                                    room:public                  401      403     403     403      403    201   201   201       403   403     403       401    403
POST    /api/messages                                    room:private                 401      404     404     404      404    201   404   201       404   404     404       401    403
POST    /api/messages                                    room:archived                401      403     403     403      403    409   403   409       403   403     403       401    403
POST    /api/messages                                    room:hidden                  401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages                                    room:removed                 401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages                                    room:deleted                 401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages                                    room:direct                  401      404     404     404      404    201   404   201       404   404     404       401    403
POST    /api/messages                                    to:owner                     401      403     404     404      403    201   403   400       403   403     403       401    403
POST    /api/messages                                    to:missing                   401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages                                    missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/messages/<room>                             room:public                  401      200     200     200      403    200   200   200       200   200     200       401    200
GET     /api/messages/<room>                             room:private                 401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>                             room:reported                401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>                             room:archived                401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/messages/<room>                             room:hidden                  401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>                             room:removed                 401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>                             room:deleted                 401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>                             room:direct                  401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>                             missing                      401      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/messages/<room>/<message>                   message:public               401      200     404     404      404    200   200   200       200   200     200       401    200
GET     /api/messages/<room>/<message>                   message:archived             401      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/messages/<room>/<message>                   message:private              401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>                   message:direct               401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>                   message:reported             401      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/messages/<room>/<message>                   message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>                   message:removed              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>                   message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>                   message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>                   message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/messages/<room>/<message>                   missing                      401      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/messages/<room>/<message>                   message:public               401      403     404     404      404    403   403   200       403   403     403       401    403
PUT     /api/messages/<room>/<message>                   message:archived             401      403     404     404      403    403   403   409       403   403     403       401    403
PUT     /api/messages/<room>/<message>                   message:private              401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:direct               401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:reported             401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/messages/<room>/<message>                   message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/messages/<room>/<message>                   missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/messages/<room>/<message>                   message:public               401      403     404     404      404    403   204   204       403   403     403       401    403
DELETE  /api/messages/<room>/<message>                   message:archived             401      403     404     404      403    403   403   204       403   403     403       401    403
DELETE  /api/messages/<room>/<message>                   message:private              401      404     404     404      404    403   404   204       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:direct               401      404     404     404      404    403   404   204       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:reported             401      404     404     404      404    403   404   204       403   403     404       401    403
DELETE  /api/messages/<room>/<message>                   message:hidden               401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>                   message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/messages/<room>/<message>                   missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/messages/<room>/<message>/history           message:public               401      200     404     404      404    200   200   200       200   200     200       401    200
GET     /api/messages/<room>/<message>/history           message:archived             401      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/messages/<room>/<message>/history           message:private              401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/history           message:direct               401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/history           message:reported             401      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/messages/<room>/<message>/history           message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/history           message:removed              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/history           message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/history           message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/history           message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/messages/<room>/<message>/history           missing                      401      404     404     404      404    404   404   404       404   404     404       401    404

DELETE  /api/messages/<room>/<message>/history/<number>  message:public               401      403     404     404      404    403   204   204       204   204     403       401    403
DELETE  /api/messages/<room>/<message>/history/<number>  message:private              401      404     404     404      404    403   404   204       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/history/<number>  message:reported             401      404     404     404      404    403   404   204       204   204     404       401    403
DELETE  /api/messages/<room>/<message>/history/<number>  missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/messages/<room>/<message>/reactions         message:public               401      403     404     404      404    200   200   200       403   403     403       401    403
POST    /api/messages/<room>/<message>/reactions         message:archived             401      403     404     404      403    409   403   409       403   403     403       401    403
POST    /api/messages/<room>/<message>/reactions         message:private              401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:reported             401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:hidden               401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/reactions         message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/messages/<room>/<message>/reactions         missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/messages/<room>/<message>/reactions         message:public               401      403     404     404      404    200   200   200       403   403     403       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:archived             401      403     404     404      403    409   403   409       403   403     403       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:private              401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:reported             401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:hidden               401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/reactions         message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/messages/<room>/<message>/reactions         missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/messages/<room>/<message>/pin               message:public               401      403     404     404      404    403   200   200       403   403     403       401    403
POST    /api/messages/<room>/<message>/pin               message:archived             401      403     404     404      403    403   403   409       403   403     403       401    403
POST    /api/messages/<room>/<message>/pin               message:private              401      404     404     404      404    403   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:reported             401      404     404     404      404    403   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:hidden               401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/pin               message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/messages/<room>/<message>/pin               missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/messages/<room>/<message>/pin               message:public               401      403     404     404      404    403   200   200       403   403     403       401    403
DELETE  /api/messages/<room>/<message>/pin               message:archived             401      403     404     404      403    403   403   409       403   403     403       401    403
DELETE  /api/messages/<room>/<message>/pin               message:private              401      404     404     404      404    403   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:reported             401      404     404     404      404    403   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:hidden               401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/pin               message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/messages/<room>/<message>/pin               missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/messages/<room>/<message>/star              message:public               401      200     404     404      404    200   200   200       200   200     200       401    403
POST    /api/messages/<room>/<message>/star              message:archived             401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/messages/<room>/<message>/star              message:private              401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:reported             401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/messages/<room>/<message>/star              message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/messages/<room>/<message>/star              missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/messages/<room>/<message>/star              message:public               401      200     404     404      404    200   200   200       200   200     200       401    403
DELETE  /api/messages/<room>/<message>/star              message:archived             401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/messages/<room>/<message>/star              message:private              401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:direct               401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:reported             401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/messages/<room>/<message>/star              message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/messages/<room>/<message>/star              missing                      401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/messages/<room>/<message>/readers           message:public               401      403     404     404      404    200   200   200       403   403     403       401    200
GET     /api/messages/<room>/<message>/readers           message:archived             401      403     404     404      403    200   403   200       403   403     403       401    200
GET     /api/messages/<room>/<message>/readers           message:private              401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/readers           message:direct               401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/readers           message:reported             401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/readers           message:hidden               401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/messages/<room>/<message>/readers           message:removed              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/readers           message:deleted              401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/readers           message:in_hidden            401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/messages/<room>/<message>/readers           message:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/messages/<room>/<message>/readers           missing                      401      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/rooms/<room>/read                           room:public                  401      403     403     403      403    200   200   200       403   403     403       401    403
POST    /api/rooms/<room>/read                           room:private                 401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/rooms/<room>/read                           room:reported                401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/rooms/<room>/read                           room:archived                401      403     403     403      403    200   403   200       403   403     403       401    403
POST    /api/rooms/<room>/read                           room:hidden                  401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/rooms/<room>/read                           room:removed                 401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/rooms/<room>/read                           room:deleted                 401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/rooms/<room>/read                           room:direct                  401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/rooms/<room>/read                           missing                      401      404     404     404      404    404   404   404       404   404     404       401    403
"""
