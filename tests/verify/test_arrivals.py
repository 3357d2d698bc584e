"""Where packages may come from, decided from what uv's lock and pip's reports say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from release.adapters.installs import Order
from release.adapters.installs.with_pip import PUBLIC_DEFAULT, Fetched
from release.model import Artifact
from release.verify.arrivals import Arrival, from_pip, origin_problems
from tests.support.hostile import make_release

INDEX = "https://gitea.example.org/pypi/simple"
PUBLIC = "https://public.example.org/simple"
ORDER = Order(
    release=make_release(),
    wheel=Artifact(path=Path("issue_core.whl"), kind="wheel", sha256="ab" * 32, size=1),
    requires=(),
    index_name="coulomb",
    index_url=INDEX,
    credentials=None,
    internal=frozenset(map(canonicalize_name, ("issue-core", "tender-core"))),
    public_index_url=None,
    timeout=1,
)
CORE = Arrival(
    name=canonicalize_name("issue-core"),
    version="0.2.0",
    index=f"{INDEX}/",
    digests=frozenset({"ab" * 32}),
)
ATTRS = Arrival(
    name=canonicalize_name("attrs"), version="23", index=PUBLIC, digests=frozenset({"01"})
)


def look(*arrivals: Arrival, order: Order = ORDER, more: str = "") -> list[str]:
    """Return the problems with these arrivals, all of them installed."""
    present = {arrival.name: arrival.version for arrival in arrivals}
    if more:
        present[canonicalize_name(more)] = "1"
    return origin_problems(arrivals, present, order)


def test_each_from_its_index() -> None:
    """The package from the registry, the others from one public index: no problem."""
    assert look(CORE, ATTRS) == []
    assert look(CORE, ATTRS, order=replace(ORDER, public_index_url=f"{PUBLIC}/")) == []


@pytest.mark.parametrize(
    ("arrivals", "says"),
    [
        ((replace(CORE, index=PUBLIC),), "issue-core 0.2.0 came from https://public"),
        ((CORE, replace(ATTRS, index=INDEX)), f"may come from {PUBLIC_DEFAULT} only"),
        ((CORE, replace(ATTRS, name=canonicalize_name("tender-core"))), "tender-core 23 came from"),
        ((replace(CORE, digests=frozenset({"cd"})),), f"the wheel that was built has {'ab' * 32}"),
        ((replace(CORE, digests=frozenset()),), "came with sha256 (none)"),
        ((replace(CORE, version="0.1"),), "issue-core 0.2.0 was asked for"),
        (
            (CORE, ATTRS, replace(ATTRS, name=canonicalize_name("idna"), index="https://x/simple")),
            f"from several indexes: {PUBLIC}, https://x/simple",
        ),
    ],
)
def test_from_elsewhere(arrivals: tuple[Arrival, ...], says: str) -> None:
    """Each package that came from where it may not come from is told."""
    (problem,) = look(*arrivals)
    assert says in problem


def test_another_public_index_than_the_configured_one() -> None:
    """A configured public index is the only one."""
    order = replace(ORDER, public_index_url="https://mirror.example.org/simple")
    (problem,) = look(CORE, ATTRS, order=order)
    assert "attrs 23 came from https://public.example.org/simple" in problem


def test_installed_from_nowhere() -> None:
    """A package that no lock and no report names came from somewhere unknown."""
    (problem,) = look(CORE, more="stowaway")
    assert problem == "stowaway 1 is installed, and nothing says where it came from."


def _fetched(name: str, url: str, index: str, sha256: str | None = "ab") -> Fetched:
    return Fetched(name=name, version="1", url=url, sha256=sha256, index=index)


def test_reports_of_pip() -> None:
    """A file that the registry served to a question for the public index is the registry's."""
    host = "https://gitea.example.org"
    arrivals = from_pip(
        [
            _fetched("Issue_Core", f"{host}/f.whl", INDEX),
            _fetched("attrs", "https://files.example.org/a.whl", PUBLIC_DEFAULT, None),
            _fetched("idna", f"{host}/idna.whl", PUBLIC_DEFAULT),
            _fetched("mirrored", f"{host}/m.whl", f"{host}/mirror/simple"),
        ],
        ORDER,
    )
    assert [(arrival.name, arrival.index) for arrival in arrivals] == [
        ("issue-core", INDEX),
        ("attrs", PUBLIC_DEFAULT),
        ("idna", INDEX),
        ("mirrored", f"{host}/mirror/simple"),
    ]
    assert [set(arrival.digests) for arrival in arrivals[:2]] == [{"ab"}, set()]
