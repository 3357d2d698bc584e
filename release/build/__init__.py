"""build: Checkout → Artifacts.

Looks whether an earlier run left the artifacts of this very commit; decides whether they
are built anew; builds sdist and wheel twice, under two machines' conditions, and keeps
them only where both builds gave the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion

from release.adapters import files
from release.adapters.builder import Conditions, Order
from release.build.differences import first_difference, later_than
from release.build.kept import Kept, keep, read_kept
from release.errors import BuildFailed, ConfigurationError, NotReproducible
from release.model import Artifact, Built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from release import config as configuration
    from release.adapters.builder import Builder, Product
    from release.model import ArtifactKind, Checkout

FIRST: Final = Conditions(path="one", umask=0o022, zone="UTC", locale="C.UTF-8")
SECOND: Final = Conditions(
    path="second-build-of-the-same-commit", umask=0o077, zone="XST-13:30", locale="C"
)


def build(
    checkout: Checkout,
    *,
    config: configuration.Package,
    store: Path,
    builder: Builder,
    public_index_url: str | None,
    say: Callable[[str], None],
) -> Built:
    """Return the artifacts of the checkout's commit, built now or by an earlier run.

    Args:
        checkout: The tag's commit.
        config: What the configuration says of the package.
        store: The folder that keeps artifacts between runs; each release has its own
            folder in it, which comes into being in one move.
        builder: The builder to use.
        public_index_url: Where build requirements come from; uv's own default when None.
        say: Told, in a sentence, what is not as usual.

    Raises:
        BuildFailed: The backend failed, or its environment could not be made.
        NotReproducible: The second build gave other bytes.
    """
    constraints = _read_constraints(checkout, config)
    wanted = Kept(
        release=checkout.release,
        constraints=hashlib.sha256(constraints.encode()).hexdigest() if constraints else None,
        must_be_reproduced=config.second_build,
    )
    folder = store / f"{checkout.release.name}-{checkout.release.version}"
    kept = read_kept(folder, wanted)
    if kept:
        say(f"{kept.release}: the artifacts of an earlier run are used.")
        return kept
    order = _order(checkout, constraints, public_index_url)
    with files.temporary_folder("build") as scratch:
        return keep(_build(order, checkout, config, builder, scratch, say), folder, wanted)


def _build(
    order: Order,
    checkout: Checkout,
    config: configuration.Package,
    builder: Builder,
    scratch: Path,
    say: Callable[[str], None],
) -> Built:
    conditions = (FIRST, SECOND) if config.second_build else (FIRST,)
    if not config.second_build:
        say(
            f"{checkout.release}: the second build is turned off (package.second-build), so "
            "that it is reproducible is not shown."
        )
    products = builder.build(order, conditions=conditions, scratch=scratch)
    for product in products:
        check_filenames(product)
    if len(products) > 1:
        check_same(products[0], products[1], commit_time=order.epoch)
    return Built(
        release=checkout.release,
        artifacts=(_artifact(products[0].wheel, "wheel"), _artifact(products[0].sdist, "sdist")),
        requirements=products[0].requirements,
        reproduced=True if config.second_build else None,
    )


def check_filenames(product: Product) -> None:
    """Refuse file names that no registry and no installer could read.

    Raises:
        BuildFailed: The backend named a file in another way than packages are named, or
            one that is not in the folder that it was given.
    """
    for path, parse, form in (
        (product.wheel, parse_wheel_filename, "NAME-VERSION-PYTHON-ABI-PLATFORM.whl"),
        (product.sdist, parse_sdist_filename, "NAME-VERSION.tar.gz"),
    ):
        try:
            parse(path.name)
            beside = path.is_file() and path.parent == product.sdist.parent
            reason = "" if beside else "it is not in the folder of the build"
        except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion) as error:
            reason = str(error)
        if reason:
            raise BuildFailed(
                f"The backend named a file {path.name!r}, where {form} is wanted: {reason}.",
                next_step="Correct the backend, or take another one (build-system.build-backend).",
            )


def check_same(first: Product, second: Product, *, commit_time: int) -> None:
    """Refuse two builds that differ, and name the first member that does.

    Raises:
        NotReproducible: A file name or a byte differs, or will at another time.
    """
    for one, other in ((first.sdist, second.sdist), (first.wheel, second.wheel)):
        if one.name != other.name:
            difference: str | None = f"the second build names it {other.name}"
        else:
            difference = first_difference(one, other) or later_than(one, commit_time)
        if difference:
            raise NotReproducible(
                f"Not every build of the same commit is the same: {one.name}: {difference}.",
                next_step="Make the build independent of umask, time zone, locale and path; "
                "or turn the comparison off: package.second-build = false",
            )


def _artifact(path: Path, kind: ArtifactKind) -> Artifact:
    return Artifact(path=path, kind=kind, sha256=files.sha256(path), size=path.stat().st_size)


def _order(checkout: Checkout, constraints: str, public_index_url: str | None) -> Order:
    folder = checkout.folder
    tree = next(path for path in (folder, *folder.parents) if (path / ".git").exists())
    return Order(
        tree=tree,
        subfolder=str(folder.relative_to(tree)),
        epoch=checkout.release.commit_time,
        constraints=tuple(constraints.splitlines()),
        hashed=hashed_pins(constraints),
        public_index_url=public_index_url,
    )


def _read_constraints(checkout: Checkout, config: configuration.Package) -> str:
    if config.constraints is None:
        return ""
    path = (checkout.folder / config.constraints).resolve()
    if not path.is_relative_to(checkout.folder.resolve()) or not path.is_file():
        raise ConfigurationError(
            f"package.constraints names {config.constraints!r}, which "
            f"{checkout.release.tag} does not have.",
            next_step="Commit the file, or leave package.constraints out.",
        )
    return path.read_text(encoding="utf-8-sig")


def hashed_pins(constraints: str) -> frozenset[str] | None:
    """Return the pins that carry a hash, as ``name==version``; None where none does."""
    whole = re.sub(r"\\\r?\n", " ", constraints)
    pins = (
        re.match(r"\s*([\w.-]+)\s*==\s*([^\s;#]+)", line)
        for line in whole.splitlines()
        if "--hash" in line.partition(" #")[0]
    )
    return frozenset(f"{canonicalize_name(pin[1])}=={pin[2]}" for pin in pins if pin) or None
