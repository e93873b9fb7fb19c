"""Who may do what with posts of others, and who gets what of bookmarks and tags."""

DEEDS = """
                                                                         anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
POST    /api/posts                                   post:public               401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts                                   post:connections          401      404     404     404      404    403   404   403       404   404     404       401    403
POST    /api/posts                                   post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts                                   post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts                                   post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts                                   post:of_private           401      404     404     404      403    403   404   403       403   403     404       401    403
POST    /api/posts                                   post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
POST    /api/posts                                   missing                   401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/posts                                   post:quote                401      201     201     201      201    201   201   201       201   201     201       401    403

POST    /api/posts/<post>/share                      post:public               401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/share                      post:unlisted             401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/share                      post:followers            401      404     404     404      403    404   404   403       404   404     404       401    403
POST    /api/posts/<post>/share                      post:connections          401      404     404     404      404    403   404   403       404   404     404       401    403
POST    /api/posts/<post>/share                      post:mentioned            401      404     404     404      404    404   403   403       404   404     404       401    403
POST    /api/posts/<post>/share                      post:private              401      404     404     404      404    404   404   403       404   404     404       401    403
POST    /api/posts/<post>/share                      post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/share                      post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/share                      post:held                 401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/share                      post:held_followers       401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/share                      post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/share                      post:reported             401      404     404     404      404    403   404   403       403   403     404       401    403
POST    /api/posts/<post>/share                      post:of_private           401      404     404     404      403    403   404   403       403   403     404       401    403
POST    /api/posts/<post>/share                      post:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/share                      post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/share                      post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
POST    /api/posts/<post>/share                      post:share_gone           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/share                      post:quote                401      201     201     201      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/share                      missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/posts/<post>/share                      post:public               401      204     404     404      204    204   204   204       204   204     204       401    403
DELETE  /api/posts/<post>/share                      post:connections          401      404     404     404      404    204   404   204       404   404     404       401    403
DELETE  /api/posts/<post>/share                      post:deleted              401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/posts/<post>/share                      post:hidden               401      404     404     404      404    404   404   204       204   204     404       401    403
DELETE  /api/posts/<post>/share                      post:removed              401      404     404     404      404    404   404   404       204   204     404       401    403
DELETE  /api/posts/<post>/share                      post:of_private           401      404     404     404      204    204   404   204       204   204     404       401    403
DELETE  /api/posts/<post>/share                      post:share                401      204     404     404      204    204   204   204       204   204     204       401    403
DELETE  /api/posts/<post>/share                      missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts/<post>/shares                     post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/shares                     post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/shares                     post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/shares                     post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/shares                     post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/shares                     post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/shares                     post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/shares                     missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/posts/<post>/like                       post:public               401      200     404     404      200    200   200   200       200   200     200       401    403
PUT     /api/posts/<post>/like                       post:unlisted             401      200     404     404      200    200   200   200       200   200     200       401    403
PUT     /api/posts/<post>/like                       post:followers            401      404     404     404      200    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>/like                       post:connections          401      404     404     404      404    200   404   200       404   404     404       401    403
PUT     /api/posts/<post>/like                       post:mentioned            401      404     404     404      404    404   200   200       404   404     404       401    403
PUT     /api/posts/<post>/like                       post:private              401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>/like                       post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:held                 401      404     404     404      404    404   404   409       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:held_followers       401      404     404     404      404    404   404   409       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:reported             401      404     404     404      404    200   404   200       200   200     404       401    403
PUT     /api/posts/<post>/like                       post:of_private           401      404     404     404      200    200   404   200       200   200     404       401    403
PUT     /api/posts/<post>/like                       post:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/posts/<post>/like                       post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/posts/<post>/like                       post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
PUT     /api/posts/<post>/like                       post:share_gone           401      404     404     404      404    404   404   404       409   409     404       401    403
PUT     /api/posts/<post>/like                       post:quote                401      200     200     200      200    200   200   200       200   200     200       401    403
PUT     /api/posts/<post>/like                       missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/posts/<post>/like                       post:public               401      200     404     404      200    200   200   200       200   200     200       401    403
POST    /api/posts/<post>/like                       post:connections          401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/posts/<post>/like                       post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/like                       post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/like                       post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/like                       post:of_private           401      404     404     404      200    200   404   200       200   200     404       401    403
POST    /api/posts/<post>/like                       post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
POST    /api/posts/<post>/like                       missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/posts/<post>/like                       post:public               401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/like                       post:connections          401      404     404     404      404    200   404   200       404   404     404       401    403
DELETE  /api/posts/<post>/like                       post:deleted              401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/posts/<post>/like                       post:hidden               401      404     404     404      404    404   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/like                       post:removed              401      404     404     404      404    404   404   404       200   200     404       401    403
DELETE  /api/posts/<post>/like                       post:of_private           401      404     404     404      200    200   404   200       200   200     404       401    403
DELETE  /api/posts/<post>/like                       post:share                401      200     404     404      200    200   200   200       200   200     200       401    403
DELETE  /api/posts/<post>/like                       missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts/<post>/likes                      post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/likes                      post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/likes                      post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/likes                      post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/likes                      post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/likes                      post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/likes                      post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/likes                      missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/posts/<post>/comments                   post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/comments                   post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/comments                   post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/comments                   post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/comments                   post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/comments                   post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/comments                   post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/comments                   missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/posts/<post>/comments                   post:public               401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/comments                   post:unlisted             401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/comments                   post:followers            401      404     404     404      201    404   404   201       404   404     404       401    403
POST    /api/posts/<post>/comments                   post:connections          401      404     404     404      404    201   404   201       404   404     404       401    403
POST    /api/posts/<post>/comments                   post:mentioned            401      404     404     404      404    404   201   201       404   404     404       401    403
POST    /api/posts/<post>/comments                   post:private              401      404     404     404      404    404   404   201       404   404     404       401    403
POST    /api/posts/<post>/comments                   post:deleted              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:hidden               401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:held                 401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:held_followers       401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:removed              401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:reported             401      404     404     404      404    201   404   201       201   201     404       401    403
POST    /api/posts/<post>/comments                   post:of_private           401      404     404     404      201    201   404   201       201   201     404       401    403
POST    /api/posts/<post>/comments                   post:of_suspended         401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/comments                   post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/posts/<post>/comments                   post:share                401      409     404     404      409    409   409   409       409   409     409       401    403
POST    /api/posts/<post>/comments                   post:share_gone           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/posts/<post>/comments                   post:quote                401      201     201     201      201    201   201   201       201   201     201       401    403
POST    /api/posts/<post>/comments                   missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts/<post>/pending                    post:public               401      403     404     404      403    403   403   200       403   403     403       401    200
GET     /api/posts/<post>/pending                    post:connections          401      404     404     404      404    403   404   200       404   404     404       401    200
GET     /api/posts/<post>/pending                    post:deleted              401      404     404     404      404    404   404   404       403   403     404       401    404
GET     /api/posts/<post>/pending                    post:hidden               401      404     404     404      404    404   404   200       403   403     404       401    200
GET     /api/posts/<post>/pending                    post:removed              401      404     404     404      404    404   404   404       403   403     404       401    404
GET     /api/posts/<post>/pending                    post:of_private           401      404     404     404      403    403   404   200       403   403     404       401    200
GET     /api/posts/<post>/pending                    post:share                401      403     404     404      200    403   403   403       403   403     403       401    403
GET     /api/posts/<post>/pending                    missing                   401      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/bookmarks                               post:public               401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/bookmarks                               post:unlisted             401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/bookmarks                               post:followers            401      404     404     404      201    404   404   201       404   404     404       401    403
POST    /api/bookmarks                               post:connections          401      404     404     404      404    201   404   201       404   404     404       401    403
POST    /api/bookmarks                               post:mentioned            401      404     404     404      404    404   201   201       404   404     404       401    403
POST    /api/bookmarks                               post:private              401      404     404     404      404    404   404   201       404   404     404       401    403
POST    /api/bookmarks                               post:deleted              401      404     404     404      404    404   404   404       201   201     404       401    403
POST    /api/bookmarks                               post:hidden               401      404     404     404      404    404   404   201       201   201     404       401    403
POST    /api/bookmarks                               post:held                 401      404     404     404      404    404   404   201       201   201     404       401    403
POST    /api/bookmarks                               post:held_followers       401      404     404     404      404    404   404   201       201   201     404       401    403
POST    /api/bookmarks                               post:removed              401      404     404     404      404    404   404   404       201   201     404       401    403
POST    /api/bookmarks                               post:reported             401      404     404     404      404    201   404   201       201   201     404       401    403
POST    /api/bookmarks                               post:of_private           401      404     404     404      201    201   404   201       201   201     404       401    403
POST    /api/bookmarks                               post:of_suspended         401      404     404     404      404    404   404   401       201   201     404       401    401
POST    /api/bookmarks                               post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
POST    /api/bookmarks                               post:share                401      201     404     404      201    201   201   201       201   201     201       401    403
POST    /api/bookmarks                               post:share_gone           401      404     404     404      404    404   404   404       201   201     404       401    403
POST    /api/bookmarks                               post:quote                401      201     201     201      201    201   201   201       201   201     201       401    403
POST    /api/bookmarks                               missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

PUT     /api/bookmarks/<target>                      post:public               401      200     404     404      200    200   200   200       200   200     200       401    403
PUT     /api/bookmarks/<target>                      post:connections          401      404     404     404      404    200   404   200       404   404     404       401    403
PUT     /api/bookmarks/<target>                      post:deleted              401      404     404     404      404    404   404   404       200   200     404       401    403
PUT     /api/bookmarks/<target>                      post:hidden               401      404     404     404      404    404   404   200       200   200     404       401    403
PUT     /api/bookmarks/<target>                      post:removed              401      404     404     404      404    404   404   404       200   200     404       401    403
PUT     /api/bookmarks/<target>                      post:of_private           401      404     404     404      200    200   404   200       200   200     404       401    403
PUT     /api/bookmarks/<target>                      post:share                401      200     404     404      200    200   200   200       200   200     200       401    403
PUT     /api/bookmarks/<target>                      missing                   401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/bookmarks/<target>                      bookmark:lost             401      404     404     404      404    404   404   200       200   200     404       401    403

GET     /api/bookmarks/<target>                      bookmark:commented        401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/bookmarks/<target>                      bookmark:closed           401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/bookmarks/<target>                      bookmark:lost             401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/bookmarks/<target>                      post:public               401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/bookmarks/<target>                      missing                   401      404     404     404      404    404   404   404       404   404     404       401    404

DELETE  /api/bookmarks/<target>                      bookmark:commented        401      204     204     204      204    204   204   204       204   204     204       401    403
DELETE  /api/bookmarks/<target>                      bookmark:closed           401      204     204     204      204    204   204   204       204   204     204       401    403
DELETE  /api/bookmarks/<target>                      bookmark:lost             401      204     204     204      204    204   204   204       204   204     204       401    403
DELETE  /api/bookmarks/<target>                      post:private              401      204     204     204      204    204   204   204       204   204     204       401    403
DELETE  /api/bookmarks/<target>                      missing                   401      204     204     204      204    204   204   204       204   204     204       401    403

GET     /api/bookmarks                               own                       401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/bookmarks?type=post                     own                       401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/bookmarks?folder=<folder>               folder:own                401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/bookmarks?folder=<folder>               missing                   401      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/bookmarks/folders                       own                       401      200     200     200      200    200   200   200       200   200     200       401    200

POST    /api/bookmarks/folders                       own                       401      201     201     201      201    201   201   201       201   201     201       401    403

GET     /api/bookmarks/folders/<folder>              folder:own                401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/bookmarks/folders/<folder>              missing                   401      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/bookmarks/folders/<folder>              folder:own                401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/bookmarks/folders/<folder>              missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/bookmarks/folders/<folder>              folder:own                401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/bookmarks/folders/<folder>              missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/hashtags                                site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/hashtags?q=canary&limit=100             site                      200      200     200     200      200    200   200   200       200   200     200       401    200
"""
