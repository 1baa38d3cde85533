"""Which addresses a webhook may lead to, and what is said of those it may not."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_network

import pytest

from safar.doors.api.webhooks import reaching

#: Blocks whose "Globally Reachable" is not "True" in the special-purpose address registries of IANA (RFC 6890;
#: iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry), site-local (RFC 3879), IPv4-compatible
#: (RFC 4291, 2.5.5.1) and IPv4-translated (RFC 2765) addresses, and multicast.
NOT_GLOBAL = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29", "192.0.0.8/32",
    "192.0.0.170/31", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "240.0.0.0/4", "224.0.0.0/4", "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
    "2001::/32", "2001:2::/48", "2001:10::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
    "fec0::/10", "::/96", "::ffff:0:0:0/96", "ff00::/8",
)  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "2001:0:a00:1::", "ff02::1", "198.18.0.1", "192.0.2.1", "fec0::1", "::127.0.0.1", "::10.0.0.1",
        "::ffff:0:127.0.0.1", "5f00::1", "192.88.99.1", "::ffff:192.88.99.1", "3fff::1", "4000::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_none_of_the_open_internet(address):
    assert not reaching.is_public(address)


@pytest.mark.parametrize("block", NOT_GLOBAL)
def test_an_address_outside_is_in_no_block_that_the_registries_keep_from_it(block):
    network = ip_network(block)
    ends = [network.network_address, network.broadcast_address]
    mapped = [f"::ffff:{end}" for end in ends if end.version == 4]
    assert not [end for end in (*map(str, ends), *mapped) if reaching.is_public(end)]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_these_are_public(address):
    assert reaching.is_public(address)


def test_none_inside_is_reached_by_a_name_that_changes_its_mind(settings, monkeypatch):
    """The address that was judged is the address that is called: the name is asked once."""
    asked = []

    def lookup(host, port, **options):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "10.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr("socket.getaddrinfo", lookup)
    assert reaching.judged("changes.example", 443) == "93.184.215.14"
    assert asked == ["changes.example"]


def test_nor_when_one_of_several_addresses_is_inside(monkeypatch):
    both = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **options: both)
    with pytest.raises(reaching.NotReached, match="not_public"):
        reaching.judged("two.example", 443)


def test_a_name_inside_is_told_from_none_by_nobody(monkeypatch):
    """Else whoever subscribes learns which names our own network knows."""
    answers = []
    for found in (None, "10.0.0.1"):

        def lookup(host, port, *, found=found, **options):
            if found is None:
                raise socket.gaierror("no such host")
            return [(2, 1, 6, "", (found, port))]

        monkeypatch.setattr("socket.getaddrinfo", lookup)
        with pytest.raises(reaching.NotReached) as fault:
            reaching.judged("intranet.example", 443)
        answers.append(str(fault.value))
    assert len(set(answers)) == 1


def test_a_name_is_not_asked_for_longer_than_the_whole_may_last(monkeypatch):
    """A name server that says nothing holds nobody up: the answer is waited for in another thread."""
    asked = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **options: asked.wait(60) and [])
    with pytest.raises(reaching.NotReached, match="not_public"):
        reaching.judged("slow.example", 443, 0.05)
    asked.set()
