"""Who gets what of comments: the owner's, below posts of the friend."""

COMMENTS = """
                                                                     anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/comments/<comment>                  comment:shown             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/comments/<comment>                  comment:pending           404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>                  comment:turned_away       404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>                  comment:deleted           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>                  comment:hidden            404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>                  comment:held              404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>                  comment:removed           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>                  comment:connections       404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/comments/<comment>                  comment:reported          404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>                  comment:of_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>                  comment:of_suspended       404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/comments/<comment>                  missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/comments/<comment>                  comment:shown             401      403     404     404      403    403   403   200       403   403     403       401    403
PUT     /api/comments/<comment>                  comment:pending           401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:turned_away       401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:deleted           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:hidden            401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:held              401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:connections       401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/comments/<comment>                  comment:reported          401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:of_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/comments/<comment>                  comment:of_suspended       401      404     404     404      404    404   404   401       403   403     404       401    401
PUT     /api/comments/<comment>                  missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/comments/<comment>                  comment:shown             401      403     404     404      403    204   403   204       403   403     403       401    403
DELETE  /api/comments/<comment>                  comment:pending           401      404     404     404      404    204   404   204       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:turned_away       401      404     404     404      404    204   404   204       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:deleted           401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/comments/<comment>                  comment:hidden            401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:held              401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:connections       401      404     404     404      404    204   404   204       404   404     404       401    403
DELETE  /api/comments/<comment>                  comment:reported          401      404     404     404      404    204   404   204       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:of_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/comments/<comment>                  comment:of_suspended       401      404     404     404      404    404   404   401       403   403     404       401    401
DELETE  /api/comments/<comment>                  missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/comments/<comment>/replies          comment:shown             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/comments/<comment>/replies          comment:pending           404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/replies          comment:turned_away       404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/replies          comment:deleted           200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/comments/<comment>/replies          comment:hidden            404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/replies          comment:held              404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/replies          comment:removed           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/replies          comment:connections       404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/comments/<comment>/replies          comment:reported          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/comments/<comment>/replies          comment:of_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/replies          comment:of_suspended       404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/comments/<comment>/replies          missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/comments/<comment>/approve          comment:shown             401      403     404     404      403    200   403   403       403   403     403       401    403
POST    /api/comments/<comment>/approve          comment:pending           401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:turned_away       401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:deleted           401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/comments/<comment>/approve          comment:hidden            401      404     404     404      404    404   404   403       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:held              401      404     404     404      404    404   404   403       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:connections       401      404     404     404      404    200   404   403       404   404     404       401    403
POST    /api/comments/<comment>/approve          comment:reported          401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:of_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
POST    /api/comments/<comment>/approve          comment:of_suspended       401      404     404     404      404    404   404   401       403   403     404       401    401
POST    /api/comments/<comment>/approve          missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/comments/<comment>/hide             comment:shown             401      403     404     404      403    200   403   403       403   403     403       401    403
POST    /api/comments/<comment>/hide             comment:pending           401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:turned_away       401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:deleted           401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/comments/<comment>/hide             comment:hidden            401      404     404     404      404    404   404   403       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:held              401      404     404     404      404    404   404   403       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:connections       401      404     404     404      404    200   404   403       404   404     404       401    403
POST    /api/comments/<comment>/hide             comment:reported          401      404     404     404      404    200   404   403       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:of_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
POST    /api/comments/<comment>/hide             comment:of_suspended       401      404     404     404      404    404   404   401       403   403     404       401    401
POST    /api/comments/<comment>/hide             missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/comments/<comment>/history          comment:shown             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/comments/<comment>/history          comment:pending           404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/history          comment:turned_away       404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/history          comment:deleted           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/history          comment:hidden            404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/history          comment:held              404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/history          comment:removed           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/history          comment:connections       404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/comments/<comment>/history          comment:reported          404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/history          comment:of_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/history          comment:of_suspended       404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/comments/<comment>/history          missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

DELETE  /api/comments/<comment>/history/<number> comment:shown             401      403     404     404      403    403   403   204       204   204     403       401    403
DELETE  /api/comments/<comment>/history/<number> comment:pending           401      404     404     404      404    403   404   204       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:turned_away       401      404     404     404      404    403   404   204       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:deleted           401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:hidden            401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:held              401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:removed           401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:connections       401      404     404     404      404    403   404   204       404   404     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:reported          401      404     404     404      404    403   404   204       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:of_gone           401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/comments/<comment>/history/<number> comment:of_suspended       401      404     404     404      404    404   404   401       204   204     404       401    401
DELETE  /api/comments/<comment>/history/<number> missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

PUT     /api/comments/<comment>/like             comment:shown             401      200     404     404      200    200   200   200       200   200     200       401    403
PUT     /api/comments/<comment>/like             comment:pending           401      404     404     404      404    409   404   409       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:turned_away       401      404     404     404      404    409   404   409       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:deleted           401      404     404     404      404    404   404   404       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:hidden            401      404     404     404      404    404   404   409       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:held              401      404     404     404      404    404   404   409       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:removed           401      404     404     404      404    404   404   404       409   409     404       401    403
PUT     /api/comments/<comment>/like             comment:connections       401      404     404     404      404    200   404   200       404   404     404       401    403
PUT     /api/comments/<comment>/like             comment:reported          401      404     404     404      404    200   404   200       200   200     404       401    403
PUT     /api/comments/<comment>/like             comment:of_gone           401      404     404     404      404    404   404   404       200   200     404       401    403
PUT     /api/comments/<comment>/like             comment:of_suspended       401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/comments/<comment>/like             missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/comments/<comment>/like             comment:shown             401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/comments/<comment>/like             comment:pending           401      404     404     404      404    409   404   409       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:turned_away       401      404     404     404      404    409   404   409       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:deleted           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:hidden            401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:held              401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:removed           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/comments/<comment>/like             comment:connections       401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/comments/<comment>/like             comment:reported          401      404     404     404      404    200   404   200       200   200     404       401    403
POST    /api/comments/<comment>/like             comment:of_gone           401      404     404     404      404    404   404   404       200   200     404       401    403
POST    /api/comments/<comment>/like             comment:of_suspended       401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/comments/<comment>/like             missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/comments/<comment>/like             comment:shown             401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/comments/<comment>/like             comment:pending           401      404     404     404      404    200   404   200       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:turned_away       401      404     404     404      404    200   404   200       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:deleted           401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:hidden            401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:held              401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:removed           401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:connections       401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/comments/<comment>/like             comment:reported          401      404     404     404      404    200   404   200       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:of_gone           401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/comments/<comment>/like             comment:of_suspended       401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/comments/<comment>/like             missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/comments/<comment>/likes            comment:shown             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/comments/<comment>/likes            comment:pending           404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/likes            comment:turned_away       404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/likes            comment:deleted           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/likes            comment:hidden            404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/likes            comment:held              404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/comments/<comment>/likes            comment:removed           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/likes            comment:connections       404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/comments/<comment>/likes            comment:reported          404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/comments/<comment>/likes            comment:of_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/comments/<comment>/likes            comment:of_suspended       404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/comments/<comment>/likes            missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/posts/<post>/comments               friend:commented          200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/comments               friend:closed             404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/comments               friend:gone               404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/comments?view=tree&sort=top friend:commented          200      200     200     200      200    200   200   200       200   200     200       401    200

GET     /api/posts/<post>/pending                friend:commented          401      403     403     403      403    200   403   403       403   403     403       401    403
"""
