"""Who may put emoji on posts of others, take them off, and see who did."""

REACTIONS = """
                                                                         anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/posts/<post>/reactions                  post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/reactions                  post:unlisted             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/reactions                  post:followers            404      404     404     404      200    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/reactions                  post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/reactions                  post:mentioned            404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>/reactions                  post:private              404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/reactions                  post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/reactions                  post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/reactions                  post:held                 404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/reactions                  post:held_followers       404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/reactions                  post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/reactions                  post:reported             404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/reactions                  post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/reactions                  post:of_suspended         404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts/<post>/reactions                  post:of_deleted           404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts/<post>/reactions                  post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/reactions                  post:share_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/reactions                  post:quote                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/reactions                  missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/posts/<post>/reactions                  post:public               401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/reactions                  post:unlisted             401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/reactions                  post:followers            401      404     404     404      201    404   404   201       404   404     404       401    403
POST    /api/posts/<post>/reactions                  post:connections          401      404     404     404      404    201   404   201       404   404     404       401    403
POST    /api/posts/<post>/reactions                  post:mentioned            401      404     404     404      404    404   201   201       404   404     404       401    403
POST    /api/posts/<post>/reactions                  post:private              401      404     404     404      404    404   404   201       404   404     404       401    403
POST    /api/posts/<post>/reactions                  post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:held                 401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:held_followers       401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:reported             401      404     404     404      404    201   404   201       201   201     404       401    403
POST    /api/posts/<post>/reactions                  post:of_private           401      404     404     404      201    201   404   201       201   201     404       401    403
POST    /api/posts/<post>/reactions                  post:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/reactions                  post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/reactions                  post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
POST    /api/posts/<post>/reactions                  post:share_gone           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/reactions                  post:quote                401      201     201     201      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/reactions                  missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/posts/<post>/reactions                  post:public               401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/reactions                  post:unlisted             401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/reactions                  post:followers            401      404     404     404      200    404   404   200       404   404     404       401    403
DELETE  /api/posts/<post>/reactions                  post:connections          401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/posts/<post>/reactions                  post:mentioned            401      404     404     404      404    404   200   200       404   404     404       401    403
DELETE  /api/posts/<post>/reactions                  post:private              401      404     404     404      404    404   404   200       404   404     404       401    403
DELETE  /api/posts/<post>/reactions                  post:deleted              401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:hidden               401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:held                 401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:held_followers       401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:removed              401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:reported             401      404     404     404      404    200   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:of_private           401      404     404     404      200    200   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/posts/<post>/reactions                  post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/posts/<post>/reactions                  post:share                401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/reactions                  post:share_gone           401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/posts/<post>/reactions                  post:quote                401      200     200     200      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/reactions                  missing                   401      404     404     404      404    404   404   404       404   404     404       401    403
"""
