"""Where each package of a fresh environment came from, and whether it may; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from release.adapters.installs.with_pip import PUBLIC_DEFAULT
from release.formats.lock import is_same_index
from release.formats.urls import origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

    from release.adapters.installs import Order
    from release.adapters.installs.with_pip import Fetched
    from release.formats.lock import Lock


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One package that was resolved: the index it came from, and its files' sha256."""

    name: NormalizedName
    version: str
    index: str
    digests: frozenset[str]


def from_lock(lock: Lock) -> tuple[Arrival, ...]:
    """Read the origins from the uv.lock of the throw-away project."""
    return tuple(
        Arrival(
            name=package.name,
            version=package.version or "",
            index=package.source.location,
            digests=frozenset(file.sha256 for file in package.files if file.sha256),
        )
        for package in lock.packages
        if package.source.kind != "virtual"
    )


def from_pip(fetched: Sequence[Fetched], order: Order) -> tuple[Arrival, ...]:
    """Read the origins from pip's reports.

    A file that the registry's host served, while another host was asked, is the registry's.
    """
    registry = origin(order.index_url)
    return tuple(
        Arrival(
            name=canonicalize_name(file.name),
            version=file.version,
            index=order.index_url
            if origin(file.url) == registry != origin(file.index)
            else file.index,
            digests=frozenset({file.sha256} if file.sha256 else ()),
        )
        for file in fetched
    )


def origin_problems(
    arrivals: Sequence[Arrival], present: Mapping[NormalizedName, str], order: Order
) -> list[str]:
    """Tell which installed package did not come from where it may come from."""
    known = {(arrival.name, arrival.version) for arrival in arrivals}
    problems = [
        f"{name} {version} is installed, and nothing says where it came from."
        for name, version in present.items()
        if (name, version) not in known
    ]
    if (order.release.name, str(order.release.version)) not in known:
        problems.append(f"{order.release} was asked for and is not what was installed.")
    for arrival in arrivals:
        problems += _arrival_problems(arrival, order)
    public = sorted({arrival.index for arrival in arrivals if arrival.name not in order.internal})
    if len(public) > 1:
        problems.append(f"Public packages came from several indexes: {', '.join(public)}.")
    return problems


def _arrival_problems(arrival: Arrival, order: Order) -> Iterator[str]:
    label = f"{arrival.name} {arrival.version}"
    from_registry = is_same_index(arrival.index, order.index_url)
    if arrival.name in order.internal and not from_registry:
        yield f"{label} came from {arrival.index}; it may come from {order.index_url} only."
    if arrival.name not in order.internal:
        public = order.public_index_url
        if from_registry or (public and not is_same_index(arrival.index, public)):
            yield (
                f"{label} came from {arrival.index}; it is public and may come from "
                f"{public or PUBLIC_DEFAULT} only."
            )
    if arrival.name == order.release.name and order.wheel.sha256 not in arrival.digests:
        yield (
            f"{label} came with sha256 {', '.join(sorted(arrival.digests)) or '(none)'}; "
            f"the wheel that was built has {order.wheel.sha256}."
        )
