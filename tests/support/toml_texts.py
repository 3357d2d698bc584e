"""Generated TOML: whole documents of any shape, written in any style."""

from __future__ import annotations

from hypothesis import strategies as st

LETTERS = "ab-_1é \"'\\#,=[]{}\t\u00a0\U0001f40d"
KEYS = st.one_of(
    st.sampled_from(["a", "b", "c", "tool", "1", "-", "x_y"]),
    st.sampled_from(['"a"', "'b'", '"a.b"', "''", '""', '"\\u0061"', "'#'", '"]"', '"="']),
)
SPACES = st.sampled_from(["", " ", "\t", "  "])
COMMENTS = st.sampled_from(["", "", " # note", "#", '# "quoted" = [', "\t# {'"])
SCALARS = st.one_of(
    st.sampled_from(
        [
            "0", "-17", "+1_000", "0xdead_BEEF", "0o17", "0b11", "true", "false", "inf", "-nan",
            "1.5", "6.02e+23", "-0.0", "1e3", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z",
            "1979-05-27 07:32:00.5-07:00", "1979-05-27t00:32:00",
            '""', "''", '"a\\"b"', '"\\\\"', "'\\'", '"# no"', "'[no]'", '"\\U0001F40D"',
            '""""""', "''''''", '"""a\n"b" ""c"""', '"""\\\n   x"""', "'''\n'a' ''b'''",
            '""""q"""""', "''''q'''''", '"""\\""""', "'''# no\n]'''", '"""x\\\\"""',
        ]
    ),
    st.integers().map(str),
    st.text(LETTERS.replace('"', "").replace("\\", ""), max_size=8).map(lambda text: f'"{text}"'),
    st.text(LETTERS.replace("'", ""), max_size=8).map(lambda text: f"'{text}'"),
)  # fmt: skip


@st.composite
def dotted_keys(draw: st.DrawFn) -> str:
    """Return a key of one to three parts, with blanks around the dots."""
    count = draw(st.sampled_from([1, 1, 1, 2, 3]))
    text = draw(KEYS)
    for _ in range(int(count)):
        text = text if count == 1 else f"{text}{draw(SPACES)}.{draw(SPACES)}{draw(KEYS)}"
    return text


@st.composite
def arrays(draw: st.DrawFn, items: st.SearchStrategy[str]) -> str:
    """Return an array with any blanks, lines and comments between its items."""
    gaps = st.sampled_from(["", " ", "\n", "\n  ", " # one\n", "\n# two ]\n\t"])
    parts: list[str] = []
    written = draw(st.lists(items, max_size=3))
    for position, item in enumerate(written):
        is_last = position == len(written) - 1
        comma = draw(st.sampled_from(["", ","])) if is_last else ","
        parts += (draw(gaps), item, draw(gaps), comma)
    return f"[{''.join(parts)}{draw(gaps)}]"


@st.composite
def inline_tables(draw: st.DrawFn, items: st.SearchStrategy[str]) -> str:
    """Return an inline table of TOML 1.0."""
    pairs = [
        f"{draw(SPACES)}{draw(dotted_keys())}{draw(SPACES)}={draw(SPACES)}{draw(items)}"
        for _ in range(int(draw(st.sampled_from([0, 1, 2]))))
    ]
    return "{" + (draw(SPACES) + ",").join(pairs) + draw(SPACES) + "}"


VALUES = st.recursive(
    SCALARS, lambda items: st.one_of(arrays(items), inline_tables(items)), max_leaves=6
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a document of pairs, headers and comments; some of them are not valid TOML."""
    lines: list[str] = []
    for _ in range(int(draw(st.integers(0, 9)))):
        kind = draw(st.sampled_from(["pair", "pair", "pair", "table", "array", "comment"]))
        pad, key = draw(SPACES), draw(dotted_keys())
        match kind:
            case "pair":
                line = f"{pad}{key}{draw(SPACES)}={draw(SPACES)}{draw(VALUES)}"
            case "table":
                line = f"{pad}[{draw(SPACES)}{key}{draw(SPACES)}]"
            case "array":
                line = f"{pad}[[{draw(SPACES)}{key}{draw(SPACES)}]]"
            case _:
                line = pad
        lines.append(line + draw(COMMENTS))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n", "\n# end"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
