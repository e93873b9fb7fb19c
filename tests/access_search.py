"""Who may search: everybody, for what they may see."""

SEARCH = """
                                                            anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/search?q=words                       own       200       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/search?q=words&type=posts            own       200       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/search                               own       400       400      400     400     400      400    400   400   400       400   400     401       400
GET     /api/v1/users/search?q=words              own       200       200      200     200     200      200    200   200   200       200   200     401       200
GET     /api/v1/users/search                      own       400       400      400     400     400      400    400   400   400       400   400     401       400
"""
