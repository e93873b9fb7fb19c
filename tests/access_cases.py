"""Who reports what, and who decides: the post, comment or person stands at `<target>`."""

CASES = """
                                                                         anonymous stranger blocked blocker follower friend named owner moderator admin analyst suspended reader
POST    /api/v1/moderation/report                    post:public               401      201     404     404      201    201   201   400       201   201     201       401    403
POST    /api/v1/moderation/report                    post:followers            401      404     404     404      201    404   404   400       404   404     404       401    403
POST    /api/v1/moderation/report                    post:hidden               401      404     404     404      404    404   404   400       201   201     404       401    403
POST    /api/v1/moderation/report                    post:reported             401      404     404     404      404    409   404   400       201   201     404       401    403
POST    /api/v1/moderation/report                    post:removed              401      404     404     404      404    404   404   404       201   201     404       401    403
POST    /api/v1/moderation/report                    comment:shown             401      201     404     404      201    201   201   400       201   201     201       401    403
POST    /api/v1/moderation/report                    comment:hidden            401      404     404     404      404    404   404   400       201   201     404       401    403
POST    /api/v1/moderation/report                    comment:connections       401      404     404     404      404    201   404   400       404   404     404       401    403
POST    /api/v1/moderation/report                    report:person             401      201     404     404      201    201   201   400       201   201     201       401    403
POST    /api/v1/moderation/report                    missing                   401      404     404     404      404    404   404   404       404   404     404       401    403

GET     /api/v1/moderation/reports/my                own                       401      200     200     200      200    200   200   200       200   200     200       401    200

GET     /api/v1/moderation/my-actions                own                       401      200     200     200      200    200   200   200       200   200     200       401    200

GET     /api/v1/moderation/queue                     site                      401      403     403     403      403    403   403   403       200   200     403       401    403
GET     /api/v1/moderation/queue?kind=post           site                      401      403     403     403      403    403   403   403       200   200     403       401    403
GET     /api/v1/moderation/queue?reason=spam         site                      401      403     403     403      403    403   403   403       200   200     403       401    403
GET     /api/v1/moderation/queue?state=closed        site                      401      403     403     403      403    403   403   403       200   200     403       401    403

GET     /api/v1/moderation/cases/<case>              report:open               401      403     403     403      403    403   403   403       200   200     403       401    403
GET     /api/v1/moderation/cases/<case>              report:closed             401      403     403     403      403    403   403   403       200   200     403       401    403
GET     /api/v1/moderation/cases/<case>              missing                   401      403     403     403      403    403   403   403       404   404     403       401    403

POST    /api/v1/moderation/reports/<report>/review   report:open               401      403     403     403      403    403   403   403       200   200     403       401    403
POST    /api/v1/moderation/reports/<report>/review   report:closed             401      403     403     403      403    403   403   403       409   409     403       401    403
POST    /api/v1/moderation/reports/<report>/review   missing                   401      403     403     403      403    403   403   403       404   404     403       401    403

POST    /api/v1/moderation/actions                   post:public               401      403     403     403      403    403   403   403       201   201     403       401    403
POST    /api/v1/moderation/actions                   post:private              401      403     403     403      403    403   403   403       404   404     403       401    403
POST    /api/v1/moderation/actions                   post:followers            401      403     403     403      403    403   403   403       404   404     403       401    403
POST    /api/v1/moderation/actions                   post:hidden               401      403     403     403      403    403   403   403       409   409     403       401    403
POST    /api/v1/moderation/actions                   post:reported             401      403     403     403      403    403   403   403       201   201     403       401    403
POST    /api/v1/moderation/actions                   comment:shown             401      403     403     403      403    403   403   403       201   201     403       401    403
POST    /api/v1/moderation/actions                   comment:connections       401      403     403     403      403    403   403   403       404   404     403       401    403

POST    /api/v1/moderation/actions/<action>/undo     action:hide               401      403     403     403      403    403   403   403       200   200     403       401    403
"""
