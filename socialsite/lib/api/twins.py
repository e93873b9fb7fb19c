"""Paths of one shape that serve two kinds of id, as `/api/users/<user:…>` and `/api/users/<room:…>`.

The server tells them apart by the kind an id carries. OpenAPI cannot: paths that differ only in the name of a variable are one path to
it, and drf-spectacular silently keeps one of two operations at the same path. So one hook gives colliding variables names of
their own before the operations are described, and another merges the described operations into one `oneOf` (DECISIONS 5).
"""

import re
from collections import defaultdict
from typing import Any

Endpoint = tuple[str, str, str, Any]
"""(path, the same with its converters, method, callback)"""

VARIABLE = re.compile(r"\{(\w+)\}")
TYPED_VARIABLE = re.compile(r"<(\w+):(\w+)>")


def shape_of(path: str) -> str:
    """Return a path without the names of its variables."""
    return VARIABLE.sub("{}", path)


def separate(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Preprocessing hook: keep the form of each path without its final slash, and name the variables of colliding ones by kind."""
    kept = [endpoint for endpoint in endpoints if endpoint[0] == "/" or endpoint[0][-1] != "/"]
    forms: dict[str, set[str]] = defaultdict(set)
    for path, typed, _, _ in kept:
        forms[shape_of(path)].add(typed)
    return [
        _named_by_kind(endpoint) if len(forms[shape_of(endpoint[0])]) > 1 else endpoint
        for endpoint in kept
    ]


def _named_by_kind(endpoint: Endpoint) -> Endpoint:
    path, typed, method, callback = endpoint
    kinds = {variable: kind for kind, variable in TYPED_VARIABLE.findall(typed)}
    path = VARIABLE.sub(lambda found: f"{{{kinds.get(found[1], found[1])}}}", path)
    return path, TYPED_VARIABLE.sub(r"<\1:\1>", typed), method, callback


def merge(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: make one path of those that differ only in the names of their variables."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path in result["paths"]:
        groups[shape_of(path)].append(path)
    result["paths"] = dict(_merged(result["paths"], group) for group in groups.values())
    return result


def _merged(paths: dict[str, Any], group: list[str]) -> tuple[str, dict[str, Any]]:
    if len(group) == 1:
        return group[0], paths[group[0]]
    names = _joint_names(group)
    name = iter(names)
    merged: dict[str, Any] = {}
    for path in group:
        renamed = dict(zip(VARIABLE.findall(path), names, strict=True))
        for method, operation in paths[path].items():
            _rename_variables(operation, renamed)
            known = merged.get(method)
            merged[method] = _joined(known, operation) if known else operation
    return VARIABLE.sub(lambda _: f"{{{next(name)}}}", group[0]), merged


def _joint_names(group: list[str]) -> list[str]:
    """Return one name for each variable: `user_or_room` where the paths differ."""
    columns = zip(*(VARIABLE.findall(path) for path in group), strict=True)
    return ["_or_".join(dict.fromkeys(column)) for column in columns]


def _rename_variables(operation: dict[str, Any], names: dict[str, str]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            parameter["name"] = names[parameter["name"]]


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return one operation that is either of two."""
    joined = {**one, "summary": _either(one, other, "summary", " / ")}
    joined["description"] = _either(one, other, "description", "\n\nOr: ")
    joined["tags"] = list(dict.fromkeys([*one.get("tags", []), *other.get("tags", [])]))
    joined["parameters"] = _joined_parameters(one, other)
    joined["responses"] = _joined_responses(one["responses"], other["responses"])
    bodies = [side["requestBody"] for side in (one, other) if "requestBody" in side]
    if bodies:
        content = _joined_content(*(body["content"] for body in bodies))
        is_required = len(bodies) == 2 and all(body.get("required") for body in bodies)
        joined["requestBody"] = {"content": content, "required": is_required}
    return joined


def _either(one: dict[str, Any], other: dict[str, Any], name: str, between: str) -> str:
    return between.join(dict.fromkeys(filter(None, (one.get(name), other.get(name)))))


def _joined_parameters(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for parameter in [*one.get("parameters", []), *other.get("parameters", [])]:
        key = parameter["name"], parameter["in"]
        known = found.get(key, parameter)
        found[key] = {**known, "schema": _one_of(known["schema"], parameter["schema"])}
    for (name, place), parameter in found.items():
        names_of = [{p["name"] for p in side.get("parameters", [])} for side in (one, other)]
        if place != "path" and not all(name in names for names in names_of):
            parameter.pop("required", None)
    return list(found.values())


def _joined_responses(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    joined = {**other, **one}
    for status in one.keys() & other.keys():
        if "content" in one[status] and "content" in other[status]:
            content = _joined_content(one[status]["content"], other[status]["content"])
            joined[status] = {**one[status], "content": content}
    return dict(sorted(joined.items()))


def _joined_content(*contents: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for content in contents:
        for media_type, shape in content.items():
            known = found.get(media_type, shape)
            found[media_type] = {"schema": _one_of(known["schema"], shape["schema"])}
    return found


def _one_of(*schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that is exactly one of these, or the schema itself when they are alike."""
    kinds = [kind for schema in schemas for kind in schema.get("oneOf", [schema])]
    different = [kind for number, kind in enumerate(kinds) if kind not in kinds[:number]]
    return different[0] if len(different) == 1 else {"oneOf": different}
