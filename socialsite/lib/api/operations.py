"""Operations: what one HTTP method of one path is, said once, for the server, the published contract and the access matrix.

A viewset method carries one of three decorators. `reads` returns a thing, `lists` a queryset that is cut into pages, `writes` gets
the validated body and returns the thing it changed, whose answer is then rendered as its reader sees it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from socialsite.lib.api import cursors, etags, idempotency
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.renderers import dumps
from socialsite.lib.api.serializers import Answer, Body, EmptyAnswer
from socialsite.lib.limits import Policy
from socialsite.lib.retries import retried

Method = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """The policy and the shapes of one operation."""

    access: Access
    answer: type[Answer]
    scope: str
    query: type[Body] | None = None
    body: type[Body] | None = None
    filters: type[Any] | None = None
    many: bool = False
    limit: Policy | None = None
    confirmed: bool = False
    """Asks for a password confirmed in the last ten minutes."""
    repeatable: bool = False
    """Honours Idempotency-Key on POST and PATCH."""
    conditional: bool = False
    """Answers with an ETag and honours If-None-Match."""
    status: int = 200
    or_found: bool = False
    """Answers 200 in the place of 201 when what was to be made was there, and the method returned `Found`."""
    instead: type[Answer] | None = None
    """What a parameter of a list asks for in place of its pages: an array of these."""
    also: type[Answer] | None = None
    """What a parameter of a list asks for in place of its rows: pages of these."""
    guests: bool = False
    """Lets guests in where a sign-in is asked for: for rooms, and what a guest needs for itself."""

    @cached_property
    def query_names(self) -> frozenset[str]:
        """The query parameters that `query` validates."""
        return frozenset(self.query().fields) if self.query else frozenset()

    @cached_property
    def unasked(self) -> dict[str, Any] | None:
        """What `query` makes of no parameters at all; None when it refuses that."""
        checked = self.query(data={}) if self.query else None
        return dict(checked.validated_data) if checked and checked.is_valid() else None

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The query parameters the operation knows; any other is refused."""
        known = self.query_names
        if self.filters:
            known |= frozenset(self.filters.base_filters)
        return known | cursors.PARAMETERS if self.many else known


def reads(
    answer: type[Answer],
    *,
    access: Access = Access.SIGNED_IN,
    query: type[Body] | None = None,
    scope: str = "read",
    conditional: bool = True,
    limit: Policy | None = None,
    guests: bool = False,
) -> Callable[[Method], Method]:
    """Declare a method `(self, request, query, **path) -> thing`; the answer has an ETag and honours If-None-Match.

    With `conditional=False` the method returns a Response: for answers that choose their own status or format.
    """
    operation = Operation(
        access=access, answer=answer, query=query, scope=scope, conditional=conditional, limit=limit,
        guests=guests,
    )  # fmt: skip

    def decorate(method: Method) -> Method:
        def call(view: Any, request: Call, **path: Any) -> HttpResponse:
            thing = method(view, request, view.query(operation), **path)
            if not conditional:
                return thing
            return answered_if_changed(view, request, thing, answer)

        return _declared(call, method, operation)

    return decorate


def lists(
    answer: type[Answer],
    *,
    key: cursors.Key = "id",
    access: Access = Access.SIGNED_IN,
    query: type[Body] | None = None,
    filters: type[Any] | None = None,
    newest_first: bool = True,
    instead: type[Answer] | None = None,
    also: type[Answer] | None = None,
    scope: str = "read",
    guests: bool = False,
) -> Callable[[Method], Method]:
    """Declare a method `(self, request, query, **path) -> queryset`, ordered here by `key`: a unique field, or several that end in one.

    A method whose order depends on the call, or whose rows are `also` of another kind, returns `Ordered`; one that cuts its pages
    itself a `Page`; one that answers in another shape when a parameter asks for it, an array of `instead`, a Response.
    """
    operation = Operation(
        access=access, answer=answer, query=query, filters=filters, many=True, instead=instead,
        also=also, scope=scope, guests=guests,
    )  # fmt: skip

    def decorate(method: Method) -> Method:
        def call(view: Any, request: Call, **path: Any) -> HttpResponse:
            rows = method(view, request, view.query(operation), **path)
            if isinstance(rows, Response):
                return rows
            if isinstance(rows, cursors.Page):
                page, shown = rows, answer
            else:
                if not isinstance(rows, cursors.Ordered):
                    rows = cursors.Ordered(rows, key, newest_first)
                if operation.filters:
                    rows = replace(rows, rows=view.filtered(operation, rows.queryset))
                page, shown = cursors.paginate(request, rows), rows.answer or answer
            shown.complete(page.rows, request.user)
            results = shown.rendered(page.rows, view.answer_context())
            # Rendered once, here, as answers of one thing are.
            body = dumps(page.body(results))
            headers = {"Link": page.link} if page.link else {}
            return HttpResponse(body, content_type="application/json", headers=headers)

        return _declared(call, method, operation)

    return decorate


def writes(
    answer: type[Answer] = EmptyAnswer,
    *,
    body: type[Body] | None = None,
    access: Access = Access.SIGNED_IN,
    status: int = 200,
    or_found: bool = False,
    limit: Policy | None = None,
    confirmed: bool = False,
    repeatable: bool = True,
    scope: str = "write",
    guests: bool = False,
) -> Callable[[Method], Method]:
    """Declare a method `(self, request, data, **path) -> id`, the id being what `answer.find` reads again.

    With `repeatable=False` the method returns the answer's data itself, or a Response: for routes that issue credentials.
    """
    operation = Operation(
        access=access, answer=answer, body=body, status=status, or_found=or_found, limit=limit,
        confirmed=confirmed, repeatable=repeatable, scope=scope, guests=guests,
    )  # fmt: skip

    def decorate(method: Method) -> Method:
        def call(view: Any, request: Call, **path: Any) -> Response:
            act = functools.partial(method, view, request, view.body(operation), **path)
            if not repeatable:
                made = retried(act)
                return made if isinstance(made, Response) else Response(made, status=status)
            key = idempotency.key_of(request) if request.method in {"POST", "PATCH"} else None
            pk = retried(lambda: idempotency.once(request, key, status, act)[0] if key else act())
            return _answered(view, request, operation, pk)

        return _declared(call, method, operation)

    return decorate


def answered_if_changed(view: Any, request: Call, thing: Any, answer: type[Answer]) -> HttpResponse:
    """Return the answer of one thing with its ETag, or 304 when the caller has it."""
    body = dumps(answer.render(thing, view.answer_context()))
    tag = etags.etag(thing, body)
    if etags.is_fresh(request, tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    # Rendered once, here: DRF's own response would encode the same data again.
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})


def _answered(view: Any, request: Call, operation: Operation, pk: Any) -> Response:
    if operation.answer is EmptyAnswer:
        return Response(status=204)
    thing = operation.answer.find(request.user, pk)
    data = operation.answer.render(thing, view.answer_context())
    headers = {"ETag": etags.etag(thing, dumps(data))}
    location = operation.answer.path_of(thing)
    status = idempotency.FOUND if isinstance(pk, idempotency.Found) else operation.status
    if status == 201 and location:
        headers["Location"] = location
    return Response(data, status=status, headers=headers)


def _declared(call: Method, method: Method, operation: Operation) -> Method:
    call = functools.wraps(method)(call)
    call.operation = operation  # type: ignore[attr-defined]
    status = 204 if operation.answer is EmptyAnswer and operation.repeatable else operation.status
    shape: Any = operation.answer(many=operation.many)
    if operation.answer is EmptyAnswer:
        shape = OpenApiResponse(description="Done.")
    responses = {status: shape} | ({idempotency.FOUND: shape} if operation.or_found else {})
    return extend_schema(request=operation.body, responses=responses, filters=operation.many)(call)
