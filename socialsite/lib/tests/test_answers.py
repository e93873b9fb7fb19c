from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers

from socialsite.lib.api.serializers import Answer, IdField


class InnerAnswer(Answer):
    id = IdField(read_only=True)


class EverythingAnswer(Answer):
    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)
    renamed = serializers.CharField(source="name", read_only=True)
    inner_id = IdField(source="inner.id", read_only=True)
    inner = InnerAnswer(read_only=True, allow_null=True)
    inners = InnerAnswer(many=True, read_only=True)
    asked = serializers.CharField(read_only=True)
    left_out = serializers.CharField(read_only=True, required=False)
    defaulted = serializers.CharField(read_only=True, default="d")
    made = serializers.SerializerMethodField()

    def get_made(self, thing: Any) -> str:
        return f"made for {self.context['viewer']}"


def thing(**changes: Any) -> dict[str, Any]:
    inner = SimpleNamespace(id=2)
    values = {"id": 1, "name": "one", "inner": inner, "inners": [inner], "asked": lambda: "called"}
    return {**values, **changes}


@pytest.mark.parametrize(
    "values",
    [
        thing(),
        thing(inner=None),
        thing(name=None, left_out="here"),
        thing(left_out=None, defaulted=None),
        thing(asked=str.upper),
    ],
)
@pytest.mark.parametrize("make", [dict, SimpleNamespace])
def test_an_answer_says_what_the_librarys_serializer_says(make: Any, values: Any) -> None:
    answer = EverythingAnswer(context={"viewer": "alice"})
    instance = make(**values)
    try:
        expected = serializers.Serializer.to_representation(answer, instance)
    except Exception as error:  # the library's own refusal is part of the answer
        with pytest.raises(type(error)):
            answer.to_representation(instance)
    else:
        assert answer.to_representation(instance) == expected
        assert list(answer.to_representation(instance)) == list(expected)
