"""Who gets what of rooms: `friend` is in all of them, `named` moderates the public one and is invited to the private one, `follower` is banned."""

ROOMS = """
                                                                 anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
GET     /api/rooms                              own                    401      200     200     200      200    200   200   200       200   200     200       401    200
POST    /api/rooms                              room:new               401      201     201     201      201    201   201   201       201   201     201       401    403
POST    /api/join                               room:public            400      200     200     200      403    200   200   200       200   200     200       401    403
POST    /api/join                               room:private           400      404     404     404      404    200   200   200       404   404     404       401    403

GET     /api/rooms/<room>                       room:public            401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/rooms/<room>                       room:private           401      404     404     404      404    200   200   200       404   404     404       401    200
GET     /api/rooms/<room>                       room:reported          401      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/rooms/<room>                       room:archived          401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/rooms/<room>                       room:hidden            401      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/rooms/<room>                       room:removed           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/rooms/<room>                       room:deleted           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/rooms/<room>                       room:direct            401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>                       missing                401      404     404     404      404    404   404   404       404   404     404       401    404

PUT     /api/rooms/<room>                       room:public            401      403     403     403      403    403   200   200       403   403     403       401    403
PUT     /api/rooms/<room>                       room:private           401      404     404     404      404    403   403   200       404   404     404       401    403
PUT     /api/rooms/<room>                       room:reported          401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/rooms/<room>                       room:archived          401      403     403     403      403    403   403   409       403   403     403       401    403
PUT     /api/rooms/<room>                       room:hidden            401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/rooms/<room>                       room:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/rooms/<room>                       room:deleted           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/rooms/<room>                       room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
PUT     /api/rooms/<room>                       missing                401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/rooms/<room>                       room:public            401      403     403     403      403    403   403   204       403   403     403       401    403
DELETE  /api/rooms/<room>                       room:private           401      404     404     404      404    403   403   204       404   404     404       401    403
DELETE  /api/rooms/<room>                       room:reported          401      404     404     404      404    403   404   204       403   403     404       401    403
DELETE  /api/rooms/<room>                       room:archived          401      403     403     403      403    403   403   204       403   403     403       401    403
DELETE  /api/rooms/<room>                       room:hidden            401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/rooms/<room>                       room:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/rooms/<room>                       room:deleted           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/rooms/<room>                       room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
DELETE  /api/rooms/<room>                       missing                401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/rooms/<room>/join                  room:public            401      200     200     200      403    200   200   200       200   200     200       401    403
POST    /api/rooms/<room>/join                  room:private           401      404     404     404      404    200   200   200       404   404     404       401    403
POST    /api/rooms/<room>/join                  room:reported          401      404     404     404      404    200   404   200       403   403     404       401    403
POST    /api/rooms/<room>/join                  room:archived          401      409     409     409      409    200   409   200       409   409     409       401    403
POST    /api/rooms/<room>/join                  room:hidden            401      404     404     404      404    404   404   200       409   409     404       401    403
POST    /api/rooms/<room>/join                  room:removed           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/rooms/<room>/join                  room:deleted           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/rooms/<room>/join                  room:direct            401      404     404     404      404    200   404   200       404   404     404       401    403
POST    /api/rooms/<room>/join                  missing                401      404     404     404      404    404   404   404       404   404     404       401    403

POST    /api/rooms/<room>/leave                 room:public            401      204     204     204      204    204   204   204       204   204     204       401    403
POST    /api/rooms/<room>/leave                 room:private           401      404     404     404      404    204   204   204       404   404     404       401    403
POST    /api/rooms/<room>/leave                 room:reported          401      404     404     404      404    204   404   204       204   204     404       401    403
POST    /api/rooms/<room>/leave                 room:archived          401      204     204     204      204    204   204   204       204   204     204       401    403
POST    /api/rooms/<room>/leave                 room:hidden            401      404     404     404      404    404   404   204       204   204     404       401    403
POST    /api/rooms/<room>/leave                 room:removed           401      404     404     404      404    404   404   404       204   204     404       401    403
POST    /api/rooms/<room>/leave                 room:deleted           401      404     404     404      404    404   404   404       204   204     404       401    403
POST    /api/rooms/<room>/leave                 room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
POST    /api/rooms/<room>/leave                 missing                401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/rooms/<room>/members               room:public            401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/rooms/<room>/members               room:private           401      404     404     404      404    200   200   200       404   404     404       401    200
GET     /api/rooms/<room>/members               room:reported          401      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/rooms/<room>/members               room:archived          401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/rooms/<room>/members               room:hidden            401      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/rooms/<room>/members               room:removed           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/rooms/<room>/members               room:deleted           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/rooms/<room>/members               room:direct            401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/members               missing                401      404     404     404      404    404   404   404       404   404     404       401    404

GET     /api/users/<room>                       room:public            401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/users/<room>                       room:private           401      404     404     404      404    200   200   200       404   404     404       401    200
GET     /api/users/<room>                       room:reported          401      404     404     404      404    200   404   200       200   200     404       401    200
GET     /api/users/<room>                       room:archived          401      200     200     200      200    200   200   200       200   200     200       401    200
GET     /api/users/<room>                       room:hidden            401      404     404     404      404    404   404   200       200   200     404       401    200
GET     /api/users/<room>                       room:removed           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/users/<room>                       room:deleted           401      404     404     404      404    404   404   404       200   200     404       401    404
GET     /api/users/<room>                       room:direct            401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/users/<room>                       missing                401      404     404     404      404    404   404   404       404   404     404       401    404

POST    /api/rooms/<room>/members               room:public            401      403     403     403      403    200   200   200       403   403     403       401    403
POST    /api/rooms/<room>/members               room:private           401      404     404     404      404    403   403   200       404   404     404       401    403
POST    /api/rooms/<room>/members               room:reported          401      404     404     404      404    403   404   200       403   403     404       401    403
POST    /api/rooms/<room>/members               room:archived          401      409     409     409      409    409   409   409       409   409     409       401    403
POST    /api/rooms/<room>/members               room:hidden            401      404     404     404      404    404   404   409       409   409     404       401    403
POST    /api/rooms/<room>/members               room:removed           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/rooms/<room>/members               room:deleted           401      404     404     404      404    404   404   404       409   409     404       401    403
POST    /api/rooms/<room>/members               room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
POST    /api/rooms/<room>/members               missing                401      404     404     404      404    404   404   404       404   404     404       401    403

PUT     /api/rooms/<room>/members/<user>        room:public            401      403     403     403      403    403   200   200       403   403     403       401    403
PUT     /api/rooms/<room>/members/<user>        room:private           401      404     404     404      404    403   403   200       404   404     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:reported          401      404     404     404      404    403   404   200       403   403     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:archived          401      403     403     403      403    403   403   200       403   403     403       401    403
PUT     /api/rooms/<room>/members/<user>        room:hidden            401      404     404     404      404    404   404   200       403   403     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:deleted           401      404     404     404      404    404   404   404       403   403     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
PUT     /api/rooms/<room>/members/<user>        room:missing           401      404     404     404      404    404   404   404       404   404     404       401    403

DELETE  /api/rooms/<room>/members/<user>        room:public            401      403     403     403      403    204   204   204       403   403     403       401    403
DELETE  /api/rooms/<room>/members/<user>        room:private           401      404     404     404      404    204   403   204       404   404     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:reported          401      404     404     404      404    204   404   204       403   403     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:archived          401      403     403     403      403    204   403   204       403   403     403       401    403
DELETE  /api/rooms/<room>/members/<user>        room:hidden            401      404     404     404      404    404   404   204       403   403     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:removed           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:deleted           401      404     404     404      404    404   404   404       403   403     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:direct            401      404     404     404      404    409   404   409       404   404     404       401    403
DELETE  /api/rooms/<room>/members/<user>        room:missing           401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/rooms/<room>/events                room:public            401      403     403     403      403    200   200   200       403   403     403       401    200
GET     /api/rooms/<room>/events                room:private           401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/events                room:reported          401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/events                room:archived          401      403     403     403      403    200   403   200       403   403     403       401    200
GET     /api/rooms/<room>/events                room:hidden            401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/events                room:removed           401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/events                room:deleted           401      404     404     404      404    404   404   404       404   404     404       401    404
GET     /api/rooms/<room>/events                room:direct            401      404     404     404      404    200   404   200       404   404     404       401    200
GET     /api/rooms/<room>/events                missing                401      404     404     404      404    404   404   404       404   404     404       401    404
"""
