from accounts.actions.audiences import create_list
from accounts.actions.filters import Wanted, create_filter
from accounts.testing import Cast, console_of


def test_b7_b19_moderators_see_how_many_lists_and_filters_and_nothing_of_them(cast: Cast) -> None:
    for name in ("Painters", "Poets"):
        create_list(actor=cast.alice, name=name)
    terms = [Wanted("keyword", "secretword")]
    create_filter(actor=cast.alice, title="Secret series", scopes=["feed"], terms=terms)
    page = console_of(cast.admin).get(f"/admin/accounts/user/{cast.alice.pk}/change/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Lists and filters" in text
    assert not any(word in text for word in ("Painters", "Poets", "secretword", "Secret series"))
