"""The codes of all findings, and what the absence of each one proves."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the file as a whole
        "archive-broken": "The archive can be read to its last member.",
        "file-name-invalid": "The file name is one that installers can read.",
        "too-large": "The file is not larger than inspect.max-megabytes.",
        # names
        "name-differs": "Release, file name and metadata name the same project.",
        "name-unreachable": "Every client finds the name that the registry will store.",
        "version-differs": "Release, file name and metadata have the same version.",
        "version-not-normal": "The version is in PEP 440 normal form everywhere.",
        "version-local": "The version has no local part, which an index must refuse.",
        # metadata
        "metadata-missing": "METADATA or PKG-INFO stands where installers look for it.",
        "metadata-invalid": "twine and packaging can read every field of the metadata.",
        "metadata-differs": "Wheel and sdist ask for the same dependencies and Pythons.",
        "description-broken": "An index can render the description (twine's check).",
        "description-missing": "There is a description (twine's strict check).",
        "description-type-missing": "The description has a type (twine's strict check).",
        "direct-reference": "No dependency is a path, a file or a URL.",
        "unbounded-internal": "No internal or once local dependency takes any version.",
        "requires-python-missing": "The metadata says which Pythons the package is for.",
        "entry-point-invalid": "Every entry point can be read and names a module that is there.",
        "license-file-missing": "Every license file that the metadata lists is there.",
        "tags-differ": "WHEEL and the file name have the same tags.",
        # the wheel's own list
        "record-missing": "The wheel has a RECORD that can be read.",
        "record-incomplete": "RECORD lists exactly the members of the wheel.",
        "record-wrong": "Hash and size of every member are those of RECORD.",
        "wheel-invalid": "check-wheel-contents can read the wheel.",
        # members
        "unsafe-path": "No member leaves the folder that the archive is unpacked in.",
        "duplicate-member": "No two members have the same name.",
        "link-outside": "No link leads out of the archive, and a wheel has none.",
        "special-file": "There are no devices, pipes or sockets.",
        "sdist-root": "The sdist has one folder, named after name and version.",
        "bytecode": "There is no compiled bytecode.",
        "junk-file": "There is nothing of an editor, a version control or a cache.",
        # contents of the wheel
        "wheel-empty": "There is something to import or to run.",
        "top-level-common": "No test, example or other common name at the top level.",
        "top-level-file": "Only modules stand at the top level.",
        "top-level-init": "No __init__.py stands at the top level.",
        "top-level-without-modules": "Every top-level folder holds a module.",
        "top-level-missing": "Every declared top-level name is there.",
        "top-level-unexpected": "There is no top-level name beside the declared ones.",
        "not-importable": "Every module stands at a path that can be imported.",
        "missing-file": "Every tracked file of the import packages is in the wheel.",
        "untracked-file": "Every file is from the tag's commit, or made by the build backend.",
        # leaks
        "private-key": "There is no private key.",
        "private-key-in-tests": "There is no private key among the tests either.",
        "token": "There is no token of a known shape.",
        "url-credentials": "No URL has a password in it.",
        "secret-file": "There is no .env, .pypirc, .netrc or their like.",
        "home-path": "No code or setting points into somebody's home folder.",
    }
)
