"""What inspection lets pass, what it refuses to be told, and how a refusal reads."""

from __future__ import annotations

import re
import tarfile
from typing import TYPE_CHECKING

import pytest

from release.config import Inspect
from release.errors import ConfigurationError, InspectionRefused
from release.inspection import CODES, refuse
from release.model import Finding
from tests.support.wheels import METADATA, Draft, add_to_sdist

if TYPE_CHECKING:
    from pathlib import Path


def test_all_findings_are_told_at_once_and_sorted(tmp_path: Path) -> None:
    """Three faults in one package give three findings, by place."""
    draft = Draft(sdist_only={"notes.txt": "Call back.\n"})
    draft.shared["issue_core/settings.py"] = 'DATA = "/home/tegwick/data/"\n'
    draft.change_metadata("Requires-Python: >=3.11\n", "")
    findings = draft.inspect(tmp_path)
    assert [finding.code for finding in findings] == [
        *("requires-python-missing", "home-path"),
        *("requires-python-missing", "home-path", "untracked-file"),
    ]
    assert [finding.place for finding in findings] == sorted(one.place for one in findings)


def test_an_ignored_code_passes_and_the_others_do_not(tmp_path: Path) -> None:
    """``inspect.ignore`` names codes; what else is wrong is still told."""
    draft = Draft(sdist_only={"notes.txt": "", ".env": ""}, tracked_only={".env"})
    draft.config = Inspect(ignore=("untracked-file",))
    assert {finding.code for finding in draft.inspect(tmp_path)} == {"secret-file"}


def test_an_unknown_code_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    """A typing error in ``inspect.ignore`` does not let a fault pass unseen."""
    draft = Draft(config=Inspect(ignore=("untracked-files",)))
    with pytest.raises(ConfigurationError) as caught:
        draft.inspect(tmp_path)
    assert str(caught.value) == (
        "inspect.ignore has 'untracked-files', which is no code of a finding."
    )
    assert caught.value.next_step == "Did you mean 'untracked-file'?"


def test_a_code_like_none_is_answered_with_all(tmp_path: Path) -> None:
    """Where no code is near, the known ones are listed."""
    with pytest.raises(ConfigurationError) as caught:
        Draft(config=Inspect(ignore=("everything",))).inspect(tmp_path)
    assert caught.value.next_step == f"Known here: {', '.join(CODES)}."


def test_a_refusal_counts_the_findings_and_shows_each() -> None:
    """The message counts them; each is a line with place, code, sentence and next step."""
    findings = [
        Finding(code="bytecode", place=f"a.whl:{name}", message="It is.", next_step="Leave it.")
        for name in ("x.pyc", "y.pyc")
    ]
    with pytest.raises(InspectionRefused) as caught:
        refuse(findings)
    assert str(caught.value) == ("Inspection refuses what was built: 2 findings, wanted none.")
    assert [str(finding) for finding in caught.value.findings] == [
        "a.whl:x.pyc: bytecode: It is. Leave it.",
        "a.whl:y.pyc: bytecode: It is. Leave it.",
    ]
    assert caught.value.findings == tuple(findings)
    assert caught.value.exit_code == 3
    with pytest.raises(InspectionRefused, match="1 finding, wanted none"):
        refuse(findings[:1])


def test_nothing_found_is_nothing_to_refuse() -> None:
    """No finding, no error."""
    refuse(())


def test_every_code_says_what_its_absence_proves() -> None:
    """The reference of the codes is made of these sentences."""
    assert all(re.fullmatch(r"[A-Za-z].*\.", sentence) for sentence in CODES.values())
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", code) for code in CODES)


def test_without_tracked_files_the_sources_are_not_compared(tmp_path: Path) -> None:
    """None means unknown, so nothing is untracked and every top-level name may be meant."""
    draft = Draft(sdist_only={"notes.txt": ""}, wheel_only={"other/__init__.py": ""})
    draft.know_tracked = False
    assert draft.inspect(tmp_path) == ()


@pytest.mark.parametrize("manifest", ["", "[tool", "tool = 1", "[tool]\nuv = 1\n"])
def test_a_manifest_that_says_nothing_is_fine(manifest: str, tmp_path: Path) -> None:
    """What cannot be read or is of another type counts as not said."""
    assert Draft(pyproject=manifest).inspect(tmp_path) == ()


def test_many_untracked_files_are_told_in_one_screen(tmp_path: Path) -> None:
    """Twenty by name, the rest as a number."""
    draft = Draft(sdist_only={f"notes-{number:02}.txt": "" for number in range(25)})
    findings = draft.inspect(tmp_path)
    assert len(findings) == 21
    assert findings[0].message == "The same holds for 5 more files."


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ('[tool.hatch.build.targets.wheel]\npackages = ["src/issue_core", "extra"]', "extra"),
        ('[tool.setuptools]\npackages = ["issue_core", "extra.inner"]', "extra"),
        ('[tool.setuptools]\npackages = ["issue_core"]\npy-modules = ["extra"]', "extra"),
        ('[tool.uv.build-backend]\nmodule-name = ["issue_core", "extra"]', "extra"),
        (
            '[tool.poetry]\npackages = [{ include = "issue_core" }, { include = "extra" }]',
            "extra",
        ),
        ('[tool.flit.module]\nname = "issue_core"', "issue_core_types"),
        ("", "_extra"),
    ],
)
def test_a_declared_or_related_name_may_stand_at_the_top(
    table: str, name: str, tmp_path: Path
) -> None:
    """What the build backend was told to install is meant."""
    draft = Draft()
    draft.pyproject += table
    draft.shared[f"{name}/__init__.py"] = ""
    assert draft.inspect(tmp_path) == ()


def test_an_import_name_of_the_metadata_is_declared(tmp_path: Path) -> None:
    """Metadata 2.5 carry the import names themselves."""
    draft = Draft()
    draft.change_metadata("Metadata-Version: 2.4", "Metadata-Version: 2.5")
    draft.change_metadata(
        "License-File", "Import-Name: issue_core\nImport-Name: extra\nLicense-File"
    )
    draft.shared["extra/__init__.py"] = ""
    assert draft.inspect(tmp_path) == ()


def test_a_version_module_of_the_build_is_no_untracked_file(tmp_path: Path) -> None:
    """A file that a plugin writes by plan is known from pyproject.toml."""
    draft = Draft(untracked={"issue_core/_version.py"})
    draft.pyproject += '\n[tool.hatch.build.hooks.vcs]\nversion-file = "issue_core/_version.py"\n'
    draft.shared["issue_core/_version.py"] = '__version__ = "0.2.0"\n'
    assert draft.inspect(tmp_path) == ()


def test_what_lies_behind_a_tracked_link_or_submodule_is_tracked(tmp_path: Path) -> None:
    """Of such, git lists the link or the submodule itself, not what is behind it."""
    draft = Draft(sdist_only={"vendored/module.c": ""}, tracked_only={"vendored"})
    assert draft.inspect(tmp_path) == ()


def test_a_link_within_the_sdist_is_fine(tmp_path: Path) -> None:
    """Only a link that leads out is refused."""
    draft = Draft(links={"docs/README.md": "../README.md"}, tracked_only={"docs/README.md"})
    assert draft.inspect(tmp_path) == ()


def test_an_extra_of_its_own_needs_no_bound(tmp_path: Path) -> None:
    """``issue-core[fast]`` in its own extra can only be this very version."""
    draft = Draft()
    draft.change_metadata(
        "Requires-Dist: packaging>=24",
        "Provides-Extra: all\nRequires-Dist: packaging>=24\n"
        'Requires-Dist: issue-core[fast]; extra == "all"',
    )
    assert draft.inspect(tmp_path) == ()


def test_a_package_may_have_a_common_name_of_its_own(tmp_path: Path) -> None:
    """A name is common only beside another one, or when it is not configured."""
    draft = Draft(config=Inspect(top_level=("issue_core", "cli")))
    draft.shared["cli/__init__.py"] = ""
    assert draft.inspect(tmp_path) == ()


def test_the_entry_point_may_name_a_dependency(tmp_path: Path) -> None:
    """A module of something that is depended on cannot be seen, so it is believed."""
    draft = Draft(entry_points="[issue.plugins]\ntypes = vergabe_types.plugin\n")
    assert draft.inspect(tmp_path) == ()


def test_sources_below_src_and_compiled_files_are_followed(tmp_path: Path) -> None:
    """The package is compared with its folder wherever that lies."""
    draft = Draft(wheel_only={"issue_core/_fast.abi3.so": b"\x7fELF\0"})
    draft.tracked_only = {f"src/{name}" for name in draft.shared} | {"src/issue_core/_fast.pyx"}
    draft.untracked = set(draft.shared)
    draft.without = {f"sdist:{name}" for name in draft.shared}
    assert draft.inspect(tmp_path) == ()


def test_a_version_that_is_none_is_told_by_us_and_by_twine(tmp_path: Path) -> None:
    """What is no version at all is not in normal form, and no metadata either."""
    draft = Draft(pkg_info=METADATA)
    draft.change_metadata("Version: 0.2.0", "Version: next")
    codes = {finding.code for finding in draft.inspect(tmp_path)}
    assert codes == {"version-not-normal", "metadata-invalid"}


def test_a_stronger_hash_in_the_record_is_accepted(tmp_path: Path) -> None:
    """The wheel format allows sha384 and sha512; the size is compared all the same."""
    draft = Draft()
    draft.edit_record = lambda record: record.replace("cli.py,sha256=", "cli.py,sha512=")
    assert draft.inspect(tmp_path) == ()


def test_a_dependency_from_a_named_index_is_not_local(tmp_path: Path) -> None:
    """A source that is an index gives published versions; the bound is the author's choice."""
    draft = Draft()
    draft.change_metadata("Requires-Dist: packaging>=24", "Requires-Dist: packaging")
    draft.pyproject += '\n[tool.uv.sources]\npackaging = { index = "mirror" }\n'
    draft.pyproject += (
        '[tool.poetry.dependencies]\npackaging = { version = "*" }\npython = ">=3.11"\n'
    )
    assert draft.inspect(tmp_path) == ()


def test_a_member_above_the_root_is_told_once(tmp_path: Path) -> None:
    """A path that leads out is unsafe, and not a second root as well."""
    draft = Draft(config=Inspect(ignore=("untracked-file",)))
    draft.edit_sdist = lambda archive: add_to_sdist(archive, "../evil.py", "")
    assert [finding.code for finding in draft.inspect(tmp_path)] == ["unsafe-path"]


def test_folders_may_be_members_of_their_own(tmp_path: Path) -> None:
    """Some tools write an entry for each folder; it is no file that RECORD could list."""
    draft = Draft()
    draft.edit_wheel = lambda archive: archive.mkdir("issue_core/templates")
    draft.edit_sdist = lambda archive: archive.addfile(folder_entry(draft.sdist_root))
    assert draft.inspect(tmp_path) == ()


def test_libraries_beside_the_package_are_no_package(tmp_path: Path) -> None:
    """``auditwheel`` puts the libraries of compiled modules into ``NAME.libs``."""
    draft = Draft(wheel_only={"issue_core.libs/libssl-1a2b.so.3": b"\x7fELF\0"})
    assert draft.inspect(tmp_path) == ()


def test_a_stub_may_lie_beside_its_module(tmp_path: Path) -> None:
    """A single module has its types at the top level too."""
    draft = Draft(wheel_only={"_issue_core.py": "", "_issue_core.pyi": ""})
    assert draft.inspect(tmp_path) == ()


def test_a_fixture_of_the_tests_may_have_the_name_of_a_secret(tmp_path: Path) -> None:
    """Its name says nothing there; what it holds is looked at all the same."""
    draft = Draft(sdist_only={"tests/app/.env": "DEBUG=1\n"}, tracked_only={"tests/app/.env"})
    assert draft.inspect(tmp_path) == ()


def test_a_file_that_uv_build_keeps_of_the_manifest_is_its_own(tmp_path: Path) -> None:
    """uv_build writes a normalized pyproject.toml and keeps the committed one beside it."""
    assert Draft(sdist_only={"pyproject.toml.orig": ""}).inspect(tmp_path) == ()


def folder_entry(name: str) -> tarfile.TarInfo:
    """Return the entry of a folder."""
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.DIRTYPE
    return entry
