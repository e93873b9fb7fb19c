"""Who gets what of tags one by one, and of what trends."""

TRENDS = """
                                                                         anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/hashtags?followed=true                  site                      401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/hashtags/<tag>                          tag:used                  200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/hashtags/<tag>                          tag:unused                200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/hashtags/<tag>                          tag:none                  404      404     404     404      404    404   404   404       404   404     404       401    404
PUT     /api/hashtags/<tag>/follow                   tag:used                  401      200     200     200      200    200   200   200       200   200     200       401    403
PUT     /api/hashtags/<tag>/follow                   tag:unused                401      200     200     200      200    200   200   200       200   200     200       401    403
PUT     /api/hashtags/<tag>/follow                   tag:none                  401      404     404     404      404    404   404   404       404   404     404       401    403
DELETE  /api/hashtags/<tag>/follow                   tag:used                  401      200     200     200      200    200   200   200       200   200     200       401    403
DELETE  /api/hashtags/<tag>/follow                   tag:unused                401      200     200     200      200    200   200   200       200   200     200       401    403
DELETE  /api/hashtags/<tag>/follow                   tag:none                  401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/trending                                site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/trending?range=1h&limit=100             site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/v1/analytics/trending                   site                      200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/v1/feed/trending                        site                      200      200     200     200      200    200   200   200       200   200     200       401    200
"""
