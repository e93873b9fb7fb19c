import pytest

from socialsite.lib.limits import actor_address, client_address


@pytest.mark.parametrize(
    ("address", "actor"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("no address", "unknown"),
    ],
)
def test_t29_actor_is_the_address_or_the_64_network(address: str, actor: str) -> None:
    assert actor_address(address) == actor


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("198.51.100.1", 0, "10.0.0.1"),
        ("198.51.100.1", 1, "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("6.6.6.6,7.7.7.7,198.51.100.1,10.0.0.2", 2, "198.51.100.1"),
        ("198.51.100.1:4711", 1, "198.51.100.1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("::ffff:198.51.100.1", 1, "198.51.100.1"),
        ("198.51.100.1", 2, "10.0.0.1"),
        ("6.6.6.6, nonsense", 1, "10.0.0.1"),
        ("6.6.6.6,", 1, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
    ],
)
def test_f7_client_stands_a_fixed_number_from_the_right(
    forwarded: str, proxies: int, client: str
) -> None:
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(meta, proxies) == client


def test_f7_without_the_header_the_client_is_who_connected() -> None:
    assert client_address({"REMOTE_ADDR": "203.0.113.7"}, 0) == "203.0.113.7"
    assert client_address({"REMOTE_ADDR": "203.0.113.7"}, 1) == "203.0.113.7"
    assert client_address({}, 1) == ""


@pytest.mark.parametrize(("proxies", "real_entries"), [(0, ""), (1, ", 198.51.100.1")])
def test_t10_rotating_header_does_not_change_the_actor(proxies: int, real_entries: str) -> None:
    metas = [
        {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"203.0.113.{n}{real_entries}"}
        for n in range(200)
    ]
    assert len({actor_address(client_address(meta, proxies)) for meta in metas}) == 1
