"""Posts for tests: a factory."""

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.testing import UserFactory
from posts.models import Post


class PostFactory(DjangoModelFactory[Post]):
    """A post as its row alone: no counter of its author or tags follows. Use the actions where they matter."""

    class Meta:
        model = Post

    author = SubFactory(UserFactory)
    content = Sequence(lambda n: f"Words of post {n}.")
