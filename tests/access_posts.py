"""Who gets what of posts: `post:public` and so on are the owner's in each state, `post:share` and `post:quote` the follower's."""

POSTS = """
                                                                       anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/posts/<post>                          post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>                          post:unlisted             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>                          post:followers            404      404     404     404      200    404   404   200       404   404     404       401    200
GET     /api/posts/<post>                          post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>                          post:mentioned            404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>                          post:private              404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>                          post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>                          post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>                          post:held                 404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>                          post:held_followers       404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>                          post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>                          post:reported             404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/posts/<post>                          post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>                          post:of_suspended         404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts/<post>                          post:of_deleted           404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts/<post>                          post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>                          post:share_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>                          post:quote                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>                          missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/posts/<post>                          post:public               401      403     404     404      403    403   403   200       403   403     403       401    403
PUT     /api/posts/<post>                          post:unlisted             401      403     404     404      403    403   403   200       403   403     403       401    403
PUT     /api/posts/<post>                          post:followers            401      404     404     404      403    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>                          post:connections          401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/posts/<post>                          post:mentioned            401      404     404     404      404    404   403   200       404   404     404       401    403
PUT     /api/posts/<post>                          post:private              401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>                          post:deleted              401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>                          post:hidden               401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>                          post:held                 401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>                          post:held_followers       401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>                          post:removed              401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>                          post:reported             401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/posts/<post>                          post:of_private           401      404     404     404      403    403   404   200       403   403     404       401    403
PUT     /api/posts/<post>                          post:of_suspended         401      404     404     404      404    404   404   401       403   403     404       401    401
PUT     /api/posts/<post>                          post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/posts/<post>                          post:share                401      403     404     404      409    403   403   403       403   403     403       401    403
PUT     /api/posts/<post>                          post:share_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>                          post:quote                401      403     403     403      200    403   403   403       403   403     403       401    403
PUT     /api/posts/<post>                          missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/posts/<post>                          post:public               401      403     404     404      403    403   403   204       403   403     403       401    403
DELETE  /api/posts/<post>                          post:unlisted             401      403     404     404      403    403   403   204       403   403     403       401    403
DELETE  /api/posts/<post>                          post:followers            401      404     404     404      403    404   404   204       404   404     404       401    403
DELETE  /api/posts/<post>                          post:connections          401      404     404     404      404    403   404   204       404   404     404       401    403
DELETE  /api/posts/<post>                          post:mentioned            401      404     404     404      404    404   403   204       404   404     404       401    403
DELETE  /api/posts/<post>                          post:private              401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/posts/<post>                          post:deleted              401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/posts/<post>                          post:hidden               401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/posts/<post>                          post:held                 401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/posts/<post>                          post:held_followers       401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/posts/<post>                          post:removed              401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/posts/<post>                          post:reported             401      404     404     404      404    403   404   204       403   403     404       401    403
DELETE  /api/posts/<post>                          post:of_private           401      404     404     404      403    403   404   204       403   403     404       401    403
DELETE  /api/posts/<post>                          post:of_suspended         401      404     404     404      404    404   404   401       403   403     404       401    401
DELETE  /api/posts/<post>                          post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
DELETE  /api/posts/<post>                          post:share                401      403     404     404      204    403   403   403       403   403     403       401    403
DELETE  /api/posts/<post>                          post:share_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/posts/<post>                          post:quote                401      403     403     403      204    403   403   403       403   403     403       401    403
DELETE  /api/posts/<post>                          missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

PUT     /api/posts/<post>/policy                   post:public               401      403     404     404      403    403   403   200       403   403     403       401    403
PUT     /api/posts/<post>/policy                   post:unlisted             401      403     404     404      403    403   403   200       403   403     403       401    403
PUT     /api/posts/<post>/policy                   post:followers            401      404     404     404      403    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>/policy                   post:connections          401      404     404     404      404    403   404   200       404   404     404       401    403
PUT     /api/posts/<post>/policy                   post:mentioned            401      404     404     404      404    404   403   200       404   404     404       401    403
PUT     /api/posts/<post>/policy                   post:private              401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/posts/<post>/policy                   post:deleted              401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:hidden               401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:held                 401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:held_followers       401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:removed              401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:reported             401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:of_private           401      404     404     404      403    403   404   200       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:of_suspended         401      404     404     404      404    404   404   401       403   403     404       401    401
PUT     /api/posts/<post>/policy                   post:of_deleted           401      404     404     404      404    404   404   401       404   404     404       401    401
PUT     /api/posts/<post>/policy                   post:share                401      403     404     404      409    403   403   403       403   403     403       401    403
PUT     /api/posts/<post>/policy                   post:share_gone           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/posts/<post>/policy                   post:quote                401      403     403     403      200    403   403   403       403   403     403       401    403
PUT     /api/posts/<post>/policy                   missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts/<post>/thread                   post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/thread                   post:unlisted             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/thread                   post:followers            404      404     404     404      200    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/thread                   post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/thread                   post:mentioned            404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>/thread                   post:private              404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/thread                   post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/thread                   post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/thread                   post:held                 404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/thread                   post:held_followers       404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/thread                   post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/thread                   post:reported             404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/thread                   post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/thread                   post:of_suspended         404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts/<post>/thread                   post:of_deleted           404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts/<post>/thread                   post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/thread                   post:share_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/thread                   post:quote                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/thread                   missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/posts/<post>/history                  post:edited               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/history                  post:edited_private       404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:unlisted             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/history                  post:followers            404      404     404     404      200    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:mentioned            404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:private              404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/history                  post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/history                  post:held                 404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/history                  post:held_followers       404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/history                  post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/history                  post:reported             404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/history                  post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/history                  post:of_suspended         404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts/<post>/history                  post:of_deleted           404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts/<post>/history                  post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/history                  post:share_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/history                  post:quote                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/history                  missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

DELETE  /api/posts/<post>/history/<number>         post:edited               401      403     404     404      403    403   403   204       204   204     403       401    403
DELETE  /api/posts/<post>/history/<number>         post:edited_private       401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/posts/<post>/history/<number>         missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts/<post>/quotes                   post:public               200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/quotes                   post:unlisted             200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/quotes                   post:followers            404      404     404     404      200    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/quotes                   post:connections          404      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/posts/<post>/quotes                   post:mentioned            404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>/quotes                   post:private              404      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/posts/<post>/quotes                   post:deleted              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/quotes                   post:hidden               404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/quotes                   post:held                 404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/quotes                   post:held_followers       404      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/posts/<post>/quotes                   post:removed              404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/quotes                   post:reported             404      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/quotes                   post:of_private           404      404     404     404      200    200   404   200       200   200     404       401    200
GET     /api/posts/<post>/quotes                   post:of_suspended         404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts/<post>/quotes                   post:of_deleted           404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts/<post>/quotes                   post:share                200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/quotes                   post:share_gone           404      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/posts/<post>/quotes                   post:quote                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts/<post>/quotes                   missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

DELETE  /api/posts/<post>/quotes/<quote>           quote:in                  401      403     404     404      403    403   403   200       403   403     403       401    403
DELETE  /api/posts/<post>/quotes/<quote>           withdrawn:in              401      403     404     404      403    403   403   200       403   403     403       401    403
DELETE  /api/posts/<post>/quotes/<quote>           post:quote                401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/posts/<post>/quotes/<quote>           missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/posts                                 site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts?sort=popularity&order=asc       site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts?sort=engagement                 site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts?visibility=private              site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/posts?has_media=true&limit=100        site                      200      200     200     200      200    200   200   200       200   200     200       401    200

GET     /api/posts?user=<user>                     public                    200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts?user=<user>                     private                   200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts?user=<user>                     hidden                    200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/posts?user=<user>                     suspended                 404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/posts?user=<user>                     deleted                   404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/posts?user=<user>                     missing                   404      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/users/<user>/posts                    public                    200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts                    private                   200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts                    hidden                    200      200     404     404      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts                    suspended                 404      404     404     404      404    404   404   401       200   200     404       401    401
GET     /api/users/<user>/posts                    deleted                   404      404     404     404      404    404   404   401       404   404     404       401    401
GET     /api/users/<user>/posts                    missing                   404      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/users/<user>/posts                    me                        401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts                    around                    200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts?type=share         around                    200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/users/<user>/posts?type=reply         public                    200      200     404     404      200    200   200   200       200   200     200       401    200

GET     /api/me/trash                              own                       401      200     200     200      200    200   200   200       200   200     200       401    200

POST    /api/me/trash/<post>/restore               post:deleted              401      404     404     404      404    404   404   200       404   404     404       401    403
POST    /api/me/trash/<post>/restore               post:deleted_private       401      404     404     404      404    404   404   200       404   404     404       401    403
POST    /api/me/trash/<post>/restore               post:evidence             401      404     404     404      404    404   404   200       404   404     404       401    403
POST    /api/me/trash/<post>/restore               post:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/me/trash/<post>/restore               post:public               401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/me/trash/<post>/restore               post:private              401      404     404     404      404    404   404   404       404   404     404       401    403
POST    /api/me/trash/<post>/restore               missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/me/trash/<post>                       post:deleted              401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/me/trash/<post>                       post:deleted_private       401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/me/trash/<post>                       post:evidence             401      404     404     404      404    404   404   403       404   404     404       401    403
DELETE  /api/me/trash/<post>                       post:removed              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/me/trash/<post>                       post:public               401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/me/trash/<post>                       post:private              401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/me/trash/<post>                       missing                   401      404     404     404      404    404   404   404       404   404     404       401    403
"""
