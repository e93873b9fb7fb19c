"""Who gets what of filters, lists, their feeds, markers, and of a post for a list, in which `named` is."""

LISTS = """
                                                               anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/filters                               own                401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/filters                               own                401      201     201     201      201    201   201   201       201   201     201       401    403
GET     /api/filters/export                        own                401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/filters/import                        own                401      200     200     200      200    200   200   200       200   200     200       401    403
GET     /api/filters/<filter>                      filter:own         401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/filters/<filter>                      missing            401      404     404     404      404    404   404   404       404   404     404       401    404
PUT     /api/filters/<filter>                      filter:own         401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/filters/<filter>                      missing            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/filters/<filter>                      filter:own         401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/filters/<filter>                      missing            401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/lists                                 own                401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/lists                                 own                401      201     201     201      201    201   201   201       201   201     201       401    403
GET     /api/lists/<list>                          list:own           401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/lists/<list>                          list:named         401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/lists/<list>                          missing            401      404     404     404      404    404   404   404       404   404     404       401    404
PUT     /api/lists/<list>                          list:own           401      404     404     404      404    404   404   200       404   404     404       401    403
PUT     /api/lists/<list>                          list:named         401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/lists/<list>                          missing            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/lists/<list>                          list:own           401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/lists/<list>                          list:named         401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/lists/<list>                          missing            401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/lists/<list>/members                  list:own           401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/lists/<list>/members                  list:named         401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/lists/<list>/members                  missing            401      404     404     404      404    404   404   404       404   404     404       401    404
PUT     /api/lists/<list>/members/<user>           list:own           401      404     404     404      404    404   404   204       404   404     404       401    403
PUT     /api/lists/<list>/members/<user>           list:blocked       401      404     404     404      404    404   404   403       404   404     404       401    403
PUT     /api/lists/<list>/members/<user>           list:suspended     401      404     404     404      404    404   404   404       404   404     404       401    403
PUT     /api/lists/<list>/members/<user>           missing            401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/lists/<list>/members/<user>           list:own           401      404     404     404      404    404   404   204       404   404     404       401    403
DELETE  /api/lists/<list>/members/<user>           missing            401      404     404     404      404    404   404   404       404   404     404       401    403
GET     /api/lists/<list>/feed                     list:own           401      404     404     404      404    404   404   200       404   404     404       401    200
GET     /api/lists/<list>/feed                     list:named         401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/lists/<list>/feed                     missing            401      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/markers                               own                401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/markers                               own                401      200     200     200      200    200   200   200       200   200     200       401    403

GET     /api/posts/<post>                          post:list          404      404     404     404      404    404   200   200       404   404     404       401    200
PUT     /api/posts/<post>                          post:list          401      404     404     404      404    404   403   200       404   404     404       401    403
DELETE  /api/posts/<post>                          post:list          401      404     404     404      404    404   403   204       404   404     404       401    403
GET     /api/posts/<post>/thread                   post:list          404      404     404     404      404    404   200   200       404   404     404       401    200
GET     /api/posts/<post>/history                  post:list          404      404     404     404      404    404   200   200       404   404     404       401    200
POST    /api/posts/<post>/share                    post:list          401      404     404     404      404    404   403   403       404   404     404       401    403
"""
