"""Who reads which feed: one's own home, and everybody's posts."""

FEED = """
                                                            anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/feed?mode=chronological                own           401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/feed?mode=ranked                       own           401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/feed?mode=popular                      own           401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/feed                                   own           401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/v1/feed                                own           401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/v1/feed/global                         site          200      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/v1/feed/health                         site          200      200     200     200      200    200   200   200       200   200     200       401    200
"""
