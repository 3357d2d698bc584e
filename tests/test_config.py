"""The configuration: precedence, origins, and errors that name the nearest known key."""

import contextlib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.config.resolution import Resolved, resolve, schema, with_version
from release.errors import ConfigurationError

PACKAGE = '[package]\nname = "demo"\n'


def resolved(text: str = "", *settings: str, **environment: str) -> Resolved:
    """Resolve a release.toml that names the package, and whatever is added to it."""
    return resolve(
        text=PACKAGE + text, filename="release.toml", environment=environment, settings=settings
    )


def origin(values: Resolved, key: str) -> str:
    """Return where a value came from."""
    return next(value.origin for value in values.values if value.key == key)


def refusal(text: str, *settings: str, **environment: str) -> str:
    """Return the whole message of the refusal that a configuration meets."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(text=text, filename="release.toml", environment=environment, settings=settings)
    return f"{caught.value} {caught.value.next_step}"


def test_flag_goes_before_environment_before_file_before_default() -> None:
    """One key set in every way takes the flag's value; each origin is told."""
    text = "[registry]\ntimeout = 1\nbudget = 1\nusername = 'file'\n"
    values = resolved(
        text, "registry.timeout=3", RELEASE_REGISTRY_TIMEOUT="2", RELEASE_REGISTRY_BUDGET="2"
    )

    registry = values.config.registry
    assert (registry.timeout, registry.budget, registry.username) == (3, 2, "file")
    assert registry.name == "private"
    assert origin(values, "registry.timeout") == "flag --set"
    assert origin(values, "registry.budget") == "environment RELEASE_REGISTRY_BUDGET"
    assert origin(values, "registry.username") == "file release.toml"
    assert origin(values, "registry.name") == "default"


def test_a_variable_of_a_table_with_a_dash_is_found() -> None:
    """RELEASE_PUBLIC_INDEX_URL is public-index.url, not a key of a table "public"."""
    values = resolved(RELEASE_PUBLIC_INDEX_URL="http://127.0.0.1/simple")

    assert values.config.public_index.url == "http://127.0.0.1/simple"


def test_other_variables_are_nobodys_business() -> None:
    """RELEASE_TOKEN holds the token by convention and is no key."""
    assert resolved(RELEASE_TOKEN="t", RELEASE_NOTES="x").config.package.name == "demo"


def test_a_value_that_looks_like_toml_but_is_wanted_as_text_stays_text() -> None:
    """A version such as 1.0 would be read as a number."""
    assert resolved("", "package.version=1.0").config.package.version == "1.0"


def test_a_list_on_the_command_line_is_toml() -> None:
    """Lists are written as in the file."""
    values = resolved("", 'verify.python=["3.11", "3.13"]')

    assert values.config.verify.python == ("3.11", "3.13")


def test_pyproject_holds_the_same_below_tool_release() -> None:
    """A package may do without a file of its own for it."""
    values = resolve(
        text='[tool.release.package]\nname = "demo"\n', filename="pyproject.toml", environment={}
    )

    assert values.config.package.name == "demo"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[package]\nnme = 'x'\n",
            "release.toml: the key 'package.nme' is not known. Did you mean 'package.name'?",
        ),
        (
            PACKAGE + "[[consumer]]\nrepository = 'a'\n[[consumer]]\nrepo = 'b'\n",
            (
                "release.toml: the key 'consumer[1].repo' is not known. "
                "Did you mean 'consumer[1].repository'?"
            ),
        ),
        (
            PACKAGE + "[registry]\nzzz = 1\n",
            (
                "release.toml: the key 'registry.zzz' is not known. Known here: budget, name, "
                "packages, read-token, simple-url, timeout, token, url, username."
            ),
        ),
        (
            "[registry]\nname = 'a'\n",
            "release.toml: the key 'package' is missing. Set package in release.toml.",
        ),
        (
            "[package]\nname = 3\n",
            (
                "release.toml: package.name: expected str, got int. `release config` shows every "
                "value; docs/reference has what each may be."
            ),
        ),
        ("[package\n", "release.toml is not TOML: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_path_of_the_key(text: str, message: str) -> None:
    """Every message carries the key's path and the next step."""
    assert refusal(text).startswith(message)


@pytest.mark.parametrize("token", ["{}", '{ env = "A", file = "b" }'])
def test_a_secret_has_exactly_one_source(token: str) -> None:
    """None or two ways to read a token is a mistake that is told."""
    message = refusal(f"{PACKAGE}[registry]\ntoken = {token}\n")

    assert "registry.token: name exactly one of" in message


def test_a_mistyped_variable_of_ours_is_told() -> None:
    """Passing over RELEASE_REGISTRY_UR would publish to the wrong place."""
    message = refusal(PACKAGE, RELEASE_REGISTRY_UR="x")

    assert "environment RELEASE_REGISTRY_UR: the key 'registry.ur' is not known." in message


@pytest.mark.parametrize("setting", ["registry", "registry.url", "a=b", "Registry.url=x"])
def test_a_setting_needs_table_key_and_value(setting: str) -> None:
    """The form is told with an example."""
    assert "is not of the form TABLE.KEY=VALUE." in refusal(PACKAGE, setting)


def test_a_setting_below_a_value_is_refused() -> None:
    """A consumer is one of many; no flag can say which is meant."""
    text = PACKAGE + "[[consumer]]\nrepository = 'a'\n"

    assert "consumer is no table" in refusal(text, "consumer.range=exact")


def test_pyproject_without_the_table_is_refused() -> None:
    """The message says which table is missing."""
    with pytest.raises(ConfigurationError, match=r"has no \[tool\.release\]"):
        resolve(text="[project]\n", filename="pyproject.toml", environment={})


@pytest.mark.parametrize("asked", ["0.2.1", "v0.2.1"])
def test_a_version_may_be_named_by_its_tag(asked: str) -> None:
    """Actions hand over the tag's name, people the version."""
    values = with_version(resolved(), asked)

    assert values.config.package.version == "0.2.1"
    assert origin(values, "package.version") == "flag VERSION"


def test_the_shipped_configuration_is_valid() -> None:
    """`nox -s release` on a fresh clone starts from it."""
    shipped = Path("release.toml").read_text("utf-8")

    assert (
        resolve(text=shipped, filename="release.toml", environment={}).config.registry.url is None
    )


def test_the_checked_in_schema_is_the_generated_one() -> None:
    """`release config --schema > docs/reference/release.schema.json` keeps it so."""
    checked_in = json.loads(Path("docs/reference/release.schema.json").read_text("utf-8"))

    assert checked_in == json.loads(msgspec.json.encode(schema()))


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans()))
def test_whatever_a_table_holds_it_is_understood_or_refused(table: dict[str, object]) -> None:
    """No input ends in anything but a configuration or a sentence."""
    import tomlkit

    text = tomlkit.dumps({"package": {"name": "demo"}, "registry": table})

    with contextlib.suppress(ConfigurationError):
        assert resolve(text=text, filename="release.toml", environment={}).values
