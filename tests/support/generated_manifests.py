"""Generated manifests: a project that depends on issue-core, written in any style.

Each line that a bump has no business with is kept apart, so that a test can ask for it; each
comment has a number of its own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from hypothesis import strategies as st

SPELLINGS = ["issue-core", "Issue_Core", "issue.core", "ISSUE-CORE"]
VERSIONS = [
    "", ">=0.1", " >= 0.1, < 0.2", "==0.2.1", "~=0.2.0", ">=0.2,<0.3", " (>=0.1)", "<0.2",
    " @ file:///srv/issue-core", " @ git+https://git.example.org/issue-core.git@v0.1.0",
]  # fmt: skip
EXTRAS = ["", "[cli]", "[cli, http]", " [ cli ]"]
MARKERS = ["", " ; sys_platform == 'linux'", " ; python_version >= '3.11'"]
LOCAL = [
    'path = "../issue-core"', "path = '../issue-core'", 'path="../issue-core", editable = true',
    'editable = true, path = "../issue-core"', "workspace = true",
    'git = "https://git.example.org/issue-core.git", rev = "v0.1.0"',
    'url = "https://files.example.org/issue_core-0.1.0.zip", subdirectory = "lib"',
]  # fmt: skip
OTHERS = [
    "django>=5.1",
    "whitenoise",
    "psycopg[binary]>=3 ; sys_platform != 'win32'",
    "issue-cores",
]
NOISE = [
    '[tool.ruff]\nline-length = 100\nselect = [\n  "ALL", # all\n]',
    "[tool.a.b]\nx = 1\n[tool.a]\ny = '''\n[tool.uv.sources]\nissue-core = 1\n'''",
    '[[tool.demo.list]]\nname = "issue-core"\n\n[[tool.demo.list]]\nname = "x" # two',
    '[project.urls]\nHome = "https://example.org/issue-core"',
    "[project.scripts]\nissue-core = 'x:y'",
]


@dataclass(kw_only=True, slots=True)
class Writing:
    """A manifest while it is written: its style, and the lines that must stay."""

    draw: st.DrawFn
    quote: str
    indentation: str
    equals: str
    pad: str
    comments: itertools.count[int] = field(default_factory=itertools.count)
    lines: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)

    def comment(self) -> str:
        """Return a comment with a number of its own, or none."""
        return self.draw(st.sampled_from(["", "", "  # note {}", " #\u00e9{}"])).format(
            next(self.comments)
        )

    def keep(self, *lines: str) -> None:
        """Add lines that a bump must leave."""
        self.lines += lines
        self.untouched += lines

    def change(self, line: str) -> None:
        """Add a line that a bump may change."""
        self.lines.append(line)

    def string(self, text: str) -> str:
        """Write a string in the manifest's quotes, where they do not stand in it."""
        return f'"{text}"' if "'" in text else f"{self.quote}{text}{self.quote}"

    def requirement(self) -> str:
        """Return a requirement of the package in any spelling and shape."""
        parts = (SPELLINGS, EXTRAS, VERSIONS, MARKERS)
        return self.string("".join(self.draw(st.sampled_from(part)) for part in parts))

    def array(self, key: str, *, is_package: bool) -> None:
        """Write an array of requirements: on one line, on lines, or with commas first."""
        items = [
            self.string(text) for text in self.draw(st.lists(st.sampled_from(OTHERS), max_size=3))
        ]
        at = self.draw(st.integers(0, len(items)))
        own = self.requirement() if is_package else None
        style = self.draw(st.sampled_from(["line", "lines", "commas first"]))
        if style == "line":
            written = [*items[:at], *([own] if own else []), *items[at:]]
            last = self.draw(st.sampled_from(["", ","])) if written else ""
            line = f"{key}{self.equals}[{', '.join(written)}{last}]{self.comment()}"
            (self.change if own else self.keep)(line)
            return
        self.keep(f"{key}{self.equals}[{self.comment()}")
        marked = [(item, False) for item in items]
        if own:
            marked.insert(at, (own, True))
        for position, (item, is_own) in enumerate(marked):
            if self.draw(st.booleans()):
                self.keep(f"{self.indentation}# {SPELLINGS[0]} or {item} {next(self.comments)}")
            lead = ", " if style == "commas first" and position else ""
            comma = "" if style == "commas first" else ","
            line = f"{self.indentation}{lead}{item}{comma}{self.comment()}"
            (self.change if is_own else self.keep)(line)
        self.keep(f"]{self.comment()}")

    def source(self) -> None:
        """Write the package's source in one of the ways of TOML, among others or alone."""
        shape = self.draw(st.sampled_from(["inline", "table", "dotted", "array", "tables", "none"]))
        local = self.draw(st.sampled_from(LOCAL))
        name = self.draw(st.sampled_from(["issue-core", "Issue_Core", '"issue.core"']))
        pairs = [pair.strip() for pair in local.split(",")]
        header = self.draw(
            st.sampled_from(["[tool.uv.sources]", '[tool."uv".sources]', "[ tool.uv . sources ]"])
        )
        if shape in {"inline", "dotted", "array"} or self.draw(st.booleans()):
            self.keep(f"{header}{self.comment()}")
            if self.draw(st.booleans()):
                self.keep(
                    f"other{self.equals}{{{self.pad}path = '../other'{self.pad}}}{self.comment()}"
                )
        table = f"{{{self.pad}{local}{self.pad}}}"
        match shape:
            case "inline":
                self.change(f"{name}{self.equals}{table}{self.comment()}")
            case "dotted":
                for pair in pairs:
                    self.change(f"{name}.{pair}{self.comment()}")
            case "array":
                self.keep(f"{name}{self.equals}[{self.comment()}")
                self.change(
                    f"{self.indentation}{{ {local}, marker = \"sys_platform == 'linux'\" }},"
                )
                self.change(
                    f"{self.indentation}{{ marker = \"sys_platform != 'linux'\", {local}}}"
                    f"{self.comment()}"
                )
                self.keep("]")
            case "table" | "tables":
                brackets = ("[[", "]]") if shape == "tables" else ("[", "]")
                self.keep(f"{brackets[0]}tool.uv.sources.{name}{brackets[1]}{self.comment()}")
                for pair in pairs:
                    self.change(f"{self.indentation}{pair}{self.comment()}")
            case _:
                pass

    def index(self) -> None:
        """Write other indexes, or ours in part, or none."""
        shape = self.draw(st.sampled_from(["none", "tables", "array", "ours", "old"]))
        url = "https://gitea.example.org/api/packages/coulomb/pypi/simple"
        match shape:
            case "tables":
                self.keep(f"[[tool.uv.index]]{self.comment()}", 'name = "other"')
                self.keep(f"url = 'https://other.example.org/simple'{self.comment()}")
            case "array":
                self.keep(f"[tool.uv]{self.comment()}", f"index{self.equals}[")
                self.change(
                    f"{self.indentation}{{ name = 'x', url = 'https://x.example.org' }}"
                    f"{self.comment()}"
                )
                self.keep(f"]{self.comment()}")
            case "ours":
                self.keep(
                    f"[[tool.uv.index]]{self.comment()}", f'url = "{url}"', "name = 'coulomb'"
                )
            case "old":
                self.keep("[[tool.uv.index]]", 'name = "coulomb"')
                self.change(f"url = 'https://bot:s3cr3t@old.example.org/simple'{self.comment()}")
                self.change("explicit = false")
            case _:
                pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A generated text with the lines of it that a bump must leave, in their order."""

    text: str
    untouched: tuple[str, ...]
    comments: tuple[str, ...]
    newline: str


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Return a manifest that names the package in at least one list of requirements."""
    writing = Writing(
        draw=draw,
        quote=draw(st.sampled_from(['"', "'"])),
        indentation=draw(st.sampled_from(["", "  ", "    ", "\t"])),
        equals=draw(st.sampled_from([" = ", "=", "\t= ", "   = "])),
        pad=draw(st.sampled_from([" ", "", "  "])),
    )
    # "uv" is a list for builds alone, with which a bump is refused
    places = draw(st.sets(st.sampled_from(["project", "extra", "group"]), min_size=1))
    places |= draw(st.sets(st.just("uv")))
    blocks = [
        "project",
        "extra",
        "group",
        "source",
        "index",
        "uv",
        *draw(st.lists(st.sampled_from(NOISE), unique=True, max_size=3)),
    ]
    for block in draw(st.permutations(blocks)):
        _write(writing, block, is_package=block in places)
        writing.keep(*draw(st.sampled_from([(), ("",), ("", "# between", "")])))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(line.replace("\n", newline) for line in writing.lines)
    text = draw(st.sampled_from(["", "\ufeff"])) + text + draw(st.sampled_from(["", newline]))
    return Manifest(
        text=text,
        untouched=tuple(writing.untouched),
        comments=tuple(f"{number}" for number in range(next(writing.comments))),
        newline=newline,
    )


def _write(writing: Writing, block: str, *, is_package: bool) -> None:
    match block:
        case "project":
            writing.keep("[project]", f'name{writing.equals}"vergabe-teilnahme"', 'version = "1"')
            writing.array("dependencies", is_package=is_package)
        case "extra":
            writing.keep(f"[project.optional-dependencies]{writing.comment()}")
            writing.array("'issue-core'", is_package=is_package)
        case "group":
            writing.keep("[dependency-groups]", 'all = [{ include-group = "dev" }]')
            writing.array("dev", is_package=is_package)
        case "uv":
            writing.keep("[tool.black]", "line-length = 100")
            if is_package:
                writing.keep("[tool.uv.extra-build-dependencies]")
                writing.array("django", is_package=True)
        case "source":
            writing.source()
        case "index":
            writing.index()
        case _:
            writing.keep(*block.split("\n"))
