"""What the documents state about commands, keys and codes is what the code has."""

import argparse
import ast
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect as types

from release import cli, commands, config, errors, help_texts
from release.adapters import environment
from release.config import resolution
from release.errors import ReleaseError
from release.inspection import CODES
from release.pipeline import Finished
from release.record import forms

DOCS = sorted(path for path in Path("docs").rglob("*.md") if "_build" not in path.parts)
PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *DOCS]
REFERENCE = Path("docs/reference")
SHELLS = frozenset({"sh", "console", "yaml"})


def text_of(page: Path) -> str:
    """Return a page's text."""
    return page.read_text("utf-8")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and content of each fenced block."""
    found = re.finditer(
        r"^( *)```([\w-]*)[^\n]*\n(.*?)^\1```", text_of(page), re.MULTILINE | re.DOTALL
    )
    return [(block[2], block[3]) for block in found]


def rows(page: Path) -> list[list[str]]:
    """Return the cells of every table row of a page, the lines below headings left out."""
    lines = (line for line in text_of(page).splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines]


def first_codes(page: Path) -> dict[str, list[str]]:
    """Return the rows whose first cell is one word of code, by that word."""
    return {
        match[1]: row[1:] for row in rows(page) if (match := re.fullmatch(r"`([^`]+)`", row[0]))
    }


def section(page: Path, heading: str) -> str:
    """Return the text below a heading, up to the next one of the same depth."""
    return text_of(page).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def sessions() -> set[str]:
    """Return the names of nox's sessions."""
    tree = ast.parse(text_of(Path("noxfile.py")))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("session" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


# the two lines of the README ---------------------------------------------------------


def test_the_first_block_of_the_readme_is_the_main_job_in_one_line() -> None:
    """A newcomer copies one line; the session that it names is there."""
    _, line = blocks(Path("README.md"))[0]

    assert line.count("\n") == 1
    assert line.strip().endswith(".venv/bin/nox -s release")
    assert "release" in sessions()


def test_the_second_block_of_the_readme_is_what_ci_runs() -> None:
    """CI does nothing that a user would not do."""
    _, line = blocks(Path("README.md"))[1]

    assert line.count("\n") == 1
    assert line.strip() == text_of(Path(".ci/run")).strip().splitlines()[-1]


@pytest.mark.parametrize("page", PAGES[:2], ids=str)
def test_links_to_files_of_the_repository_lead_somewhere(page: Path) -> None:
    """Sphinx looks after the pages below docs, and these two lie outside."""
    targets = re.findall(r"\]\(([^)#:]+)\)", text_of(page))

    assert targets
    assert [target for target in targets if not Path(target).exists()] == []


# commands ----------------------------------------------------------------------------


def command_lines(page: Path) -> Iterator[str]:
    """Yield each command of the shell blocks, and each `release …` within the text."""
    for language, content in blocks(page):
        if language in SHELLS:
            for line in content.replace("\\\n", " ").splitlines():
                command = re.sub(r"^\s*(\$ |- run: |run: )?", "", line)
                yield from re.split(r"\s*&&\s*", command)
    yield from re.findall(r"`((?:python -m )?release [^`]*)`", text_of(page))


def arguments_of(line: str) -> list[str] | None:
    """Return the arguments for `release` of a command line, or None for another program."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return None
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    if words[:3] == ["python", "-m", "release"]:
        return words[3:]
    return words[1:] if words and Path(words[0]).name == "release" else None


def nox_sessions(line: str) -> list[str]:
    """Return the sessions that a command line asks nox for."""
    return re.findall(r"nox -s ([\w-]+)", line)


COMMANDS = [
    (page, line) for page in PAGES for line in command_lines(page) if arguments_of(line) is not None
]


def test_documents_have_commands() -> None:
    """The search finds them: every verb stands in some document as it is typed."""
    named = {(arguments_of(line) or [""])[0] for _, line in COMMANDS}

    assert named >= help_texts.SHORT.keys()


def ending_of(arguments: list[str] | None) -> object:
    """Return 0 where the arguments can be read (`--help` ends so, too), else what argparse says."""
    try:
        cli._parser().parse_args(arguments)
    except SystemExit as ended:
        return ended.code
    return 0


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=str)
def test_every_release_command_in_the_documents_is_one(page: Path, line: str) -> None:
    """A reader who copies a command gets no usage error."""
    arguments = arguments_of(line)
    if arguments and not arguments[0].startswith("-") and arguments[0].isupper():
        return  # `release VERB …`, the pattern of them all
    assert ending_of(arguments) == 0


def test_every_nox_session_in_the_documents_exists() -> None:
    """A reader who copies a nox line finds the session."""
    named = {
        name
        for page in PAGES
        for _, content in blocks(page)
        for line in content.splitlines()
        for name in nox_sessions(line)
    }

    assert named
    assert named <= sessions()


def test_every_option_is_in_the_reference() -> None:
    """`release VERB --help` tells no option that the page of the verbs leaves out."""
    parser = cli._parser()
    verbs = next(
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    options = {
        option
        for one in (parser, *verbs.choices.values())
        for action in one._actions
        for option in action.option_strings
    }

    page = text_of(REFERENCE / "verbs.md")
    assert [option for option in sorted(options) if f"`{option}" not in page] == []


def test_the_json_result_has_the_keys_of_the_reference() -> None:
    """Programs that read `--json` find what the page promises, and nothing else."""
    error = ReleaseError("seen", next_step="do")
    finished = Finished(record=None, plan=(), bumps=(), error=error)
    told = commands.as_json("run", finished, None)
    documented = re.findall(
        r"^\| `(\w+)` \|", section(REFERENCE / "verbs.md", "JSON"), re.MULTILINE
    )

    assert documented == [*told, *told["error"]]


# configuration -----------------------------------------------------------------------


PLAIN: Mapping[type[types.Type], str] = {
    types.StrType: "text",
    types.BoolType: "true or false",
    types.IntType: "whole number",
    types.FloatType: "number",
    types.StructType: "secret",
}


def told_type(kind: types.Type) -> str:
    """Return how the reference names the type of a key."""
    if isinstance(kind, types.LiteralType):
        return " or ".join(f'`"{value}"`' for value in kind.values)
    if isinstance(kind, types.UnionType):
        return " or ".join(told_type(one) for one in kind.types if type(one) is not types.NoneType)
    if isinstance(kind, types.VarTupleType):
        inner = told_type(kind.item_type)
        several = {"text": "list of texts", "list of texts": "list of argument lists"}
        return several.get(inner, f"list of {inner}")
    return PLAIN[type(kind)]


def told_default(field: types.Field) -> str:
    """Return how the reference writes a default."""
    if field.required:
        return "required"
    return "" if field.default is None else f"`{json.dumps(field.default)}`"


def keys() -> Mapping[str, list[str]]:
    """Return type, default and variable of every key, from the types that read it."""
    found = {}
    whole = types.type_info(config.Config)
    assert isinstance(whole, types.StructType)
    for table in whole.fields:
        is_array = isinstance(table.type, types.VarTupleType)
        kind = table.type.item_type if isinstance(table.type, types.VarTupleType) else table.type
        assert isinstance(kind, types.StructType)
        for field in kind.fields:
            key = f"{table.encode_name}.{field.encode_name}"
            variable = f"RELEASE_{key.upper().replace('.', '_').replace('-', '_')}"
            found[key] = [
                told_type(field.type),
                told_default(field),
                "" if is_array else f"`{variable}`",
            ]
    return found


def test_every_key_is_in_the_reference_with_type_default_and_variable() -> None:
    """The page of the configuration and the types that read it say the same."""
    documented = {
        key: row[:3]
        for key, row in first_codes(REFERENCE / "configuration.md").items()
        if re.fullmatch(r"[a-z-]+\.[a-z-]+", key)
    }

    assert documented == keys()


def test_every_toml_example_is_a_configuration_that_is_taken() -> None:
    """A reader who copies a block, or a table of one, gets no error."""
    examples = [
        (page, content)
        for page in PAGES
        for language, content in blocks(page)
        if language == "toml"
    ]

    assert len(examples) > 5
    for _, content in examples:
        text = content if "[package]" in content else f'[package]\nname = "demo"\n{content}'
        resolved = resolution.resolve(text=text, filename="release.toml", environment={})
        assert resolved.config.package.name


def test_the_ways_to_name_a_secret_are_in_the_reference() -> None:
    """Each key of a secret's table has its line."""
    page = text_of(REFERENCE / "configuration.md")

    for field in msgspec.structs.fields(config.SecretSource):
        assert f"| `{{ {field.encode_name} = " in page


# codes -------------------------------------------------------------------------------


def error_kinds(root: type[ReleaseError]) -> Iterator[type[ReleaseError]]:
    """Yield the class and all below it, as `release.errors` has them."""
    if root.__module__ == errors.__name__:
        yield root
        for below in root.__subclasses__():
            yield from error_kinds(below)


def test_exit_codes_are_those_of_the_errors() -> None:
    """Each number names exactly the errors that end with it."""
    documented = {
        int(row[0]): set(re.findall(r"`(\w+)`", row[2]))
        for row in rows(REFERENCE / "exit-codes.md")
        if row[0].isdigit()
    }
    expected: dict[int, set[str]] = {0: set(), cli.BUG: set(), cli.INTERRUPTED: set()}
    for kind in error_kinds(ReleaseError):
        expected.setdefault(kind.exit_code, set()).add(kind.__name__)

    assert documented == expected


def test_exit_codes_of_the_help_are_in_the_reference() -> None:
    """`release --help` and the page give a number the same meaning."""
    page = {row[0]: row[1] for row in rows(REFERENCE / "exit-codes.md")}
    for number, meaning in re.findall(r"^  (\d+) +(.+)$", help_texts.EXIT_CODES, re.MULTILINE):
        assert page[number].startswith(meaning.partition(" (")[0])


def test_inspection_codes_are_those_of_the_inspection() -> None:
    """Every code, with the sentence that its absence proves."""
    documented = {
        code: row[0] for code, row in first_codes(REFERENCE / "inspection-codes.md").items()
    }

    assert documented == dict(CODES)


GUARD = ("guard.py", "credentials.py")


def codes_of(paths: Iterable[Path]) -> set[str]:
    """Return the codes of the findings that these modules make."""
    return {
        code
        for path in paths
        for code in re.findall(r'\bcode="([a-z-]+)"', path.read_text("utf-8"))
    }


def documented_codes(*headings: str) -> set[str]:
    """Return the codes of the tables below these headings."""
    text = "\n".join(section(REFERENCE / "bump-codes.md", heading) for heading in headings)
    return set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))


def test_bump_codes_are_those_of_the_bump() -> None:
    """No finding has a code that the page leaves out, and no code of it is made up."""
    folder = Path(str(cli.__file__)).parent / "bump"
    guard = {folder / name for name in GUARD}

    assert documented_codes("The guard") == codes_of(guard)
    assert documented_codes("The edit of a manifest: refused", "Reported") == codes_of(
        set(folder.rglob("*.py")) - guard
    )


# other facts -------------------------------------------------------------------------


def test_the_sealed_environment_is_the_documented_one(tmp_path: Path) -> None:
    """What stays of the caller's variables and what is set stands on the page, all of it."""
    caller = dict.fromkeys((*environment.NETWORK, *environment._SYSTEM, "TOKEN"), "x")
    sealed = environment.sealed(tmp_path, caller=caller)
    page = REFERENCE / "sealed-environment.md"
    kept = section(page, "What stays of yours") + section(page, "What is set")
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", kept)) - {"UTC"}

    assert documented == sealed.keys()


def test_the_structure_of_the_code_names_what_is_there() -> None:
    """Every module and folder that the page lists exists."""
    root = Path(str(cli.__file__)).parent
    (_, listed), *_ = blocks(Path("docs/explanation/structure.md"))
    named = set(re.findall(r"\b\w+\.py\b", listed)) | set(
        re.findall(r"^ +(\w+)/", listed, re.MULTILINE)
    )

    assert named > {"cli.py", "bump"}
    assert named - {path.name for path in root.rglob("*")} == set()


def test_the_example_of_a_record_is_a_record() -> None:
    """The JSON on the page has the record's keys and types."""
    (example,) = (
        content for language, content in blocks(REFERENCE / "record.md") if language == "json"
    )
    record = forms.from_json(example.encode())

    assert record is not None
    assert record.package == "issue-core"
