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
                "release.toml: package.name: expected str, got int. `release config --schema` has "
                "what each key may be."
            ),
        ),
        ("[package\n", "release.toml is not TOML: "),
    ],
)
def test_a_wrong_file_is_refused_with_the_path_of_the_key(text: str, message: str) -> None:
    """Every message carries the key's path and the next step."""
    assert refusal(text).startswith(message)


def test_the_token_itself_is_refused_and_not_repeated() -> None:
    """What a newcomer writes first; the message says where tokens belong."""
    message = refusal(f"{PACKAGE}[registry]\ntoken = 'CANARY'\n")

    assert "registry.token says where the token is, and is never the token itself." in message
    assert "CANARY" not in message


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tool = 1\n", "pyproject.toml: tool is 1, where a table is wanted."),
        ("tool.release = 1\n", "pyproject.toml: tool.release is 1, where a table is wanted."),
        ("tool.release = []\n", "pyproject.toml: tool.release is [], where a table is wanted."),
    ],
)
def test_pyproject_with_a_value_for_the_table_is_refused(text: str, told: str) -> None:
    """What stands in the table's place is told."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(text=text, filename="pyproject.toml", environment={})
    assert caught.value.message == told


@pytest.mark.parametrize(
    "deep",
    [
        f"x = {'[' * 2_000}{']' * 2_000}\n",
        f"{'a.' * 2_000}a = 1\n",
        f"package.name = {'[' * 2_000}{']' * 2_000}\n",
    ],
)
def test_a_file_of_any_depth_is_refused(deep: str) -> None:
    """Depth is a mistake of the file, and no bug of ours."""
    assert "too deep" in refusal(deep)


def test_a_setting_of_any_depth_is_refused() -> None:
    """On the command line and in a variable it is a text, which is of the wrong type."""
    nested = "[" * 2_000

    assert "verify.python" in refusal(PACKAGE, f"verify.python={nested}")
    assert "verify.python" in refusal(PACKAGE, RELEASE_VERIFY_PYTHON=nested)


@pytest.mark.parametrize("key", ["registry.timeout", "registry.budget", "verify.timeout"])
@pytest.mark.parametrize("number", ["inf", "nan", "1e300", "0", "-1", "604801"])
def test_a_time_is_a_number_of_seconds_that_can_pass(key: str, number: str) -> None:
    """At most a week; what is no time is told before anything waits for it."""
    assert key in refusal(PACKAGE, f"{key}={number}")


@pytest.mark.parametrize("number", ["inf", "nan"])
def test_the_largest_artifact_is_a_number(number: str) -> None:
    """A bound that nothing reaches is none."""
    assert "inspect.max-megabytes" in refusal(PACKAGE, f"inspect.max-megabytes={number}")


@pytest.mark.parametrize("key", ["registry.url", "registry.simple-url", "public-index.url"])
@pytest.mark.parametrize("url", ["ftp://h/x", "ht!tp://[", "http://h:99999", "h", "http://h/a b"])
def test_an_address_that_is_none_is_refused_at_once(key: str, url: str) -> None:
    """After the build it would be too late; key and source are told."""
    message = refusal(PACKAGE, f"{key}={url}")

    assert message.startswith(f"flag --set: {key} is ")


def test_a_refused_address_shows_no_password() -> None:
    """Neither the user part nor a query is told."""
    text = f"{PACKAGE}[registry]\nurl = 'ftp://bot:canary@h/x?canary'\n"

    assert refusal(text).startswith("release.toml: registry.url is ftp://h/x, which is not http")


@pytest.mark.parametrize(
    "table",
    [
        '[registry]\nname = "acme\\n"',
        '[bump]\nauthor = "A <a@b>\\n"',
        '[bump]\nauthor = "A\\nB <a@b>"',
        '[bump]\nauthor = "A <a\\n@b>"',
    ],
)
def test_a_name_with_a_line_end_is_refused(table: str) -> None:
    """It would end a line in manifests and commits."""
    assert "expected str matching regex" in refusal(f"{PACKAGE}{table}\n")


def test_an_empty_variable_counts_as_not_set() -> None:
    """Actions pass an empty text where an input was not given."""
    values = resolved(RELEASE_REGISTRY_URL="", RELEASE_PACKAGE_VERSION="")

    assert values.config.registry.url is None
    assert origin(values, "package.version") == "default"


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
