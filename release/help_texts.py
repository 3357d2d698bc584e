"""What `release --help` and each verb's help say."""

DESCRIPTION = """\
Takes a Python package from its tag to every consumer's lockfile:

  tag -> source -> build -> inspect -> publish -> verify -> bump -> record

Every verb looks at the registry and the repositories first and does what is missing:
run it again after any failure. Without [registry] url in release.toml, an embedded
registry on loopback stands in, so everything can be tried without server or token.
"""

EXIT_CODES = """\
exit codes:
  0    done, or nothing to do
  2    usage or configuration
  3    refused before anything was published (source, build, inspection)
  4    registry: conflict, no permission, unreachable
  5    verification failed
  6    at least one consumer was not bumped
  70   a bug here, with a trace
  130  interrupted
"""

SHORT = {
    "run": "do the whole release",
    "plan": "build and inspect, look everywhere, change nothing",
    "build": "build the tag twice, inspect, and keep the artifacts",
    "publish": "bring the artifacts to the index, once",
    "verify": "prove a clean install from the index",
    "bump": "bring the release into every consumer",
    "rehearse": "do the whole release in copies, with an embedded registry",
    "config": "show every value of the configuration and where it came from",
    "serve": "serve the embedded registry until interrupted",
}

LONG = {
    "run": """\
Does the whole release: source, build, inspect, publish, verify, bump, record. Shows the
plan before anything is published. A second run says "already there" and "nothing to do",
and changes no byte.
""",
    "plan": """\
Builds and inspects, reads the index and every consumer, and shows each step that
`release run` would do, with its reason, and the edits as a diff. Changes nothing.
""",
    "build": """\
Clones the tag, builds sdist and wheel twice in sealed environments, compares the bytes,
and looks for whatever must not be published. The artifacts stay below .release/artifacts:
they are the files that `release publish` uploads.
""",
    "publish": """\
Uploads what the index lacks, the wheel first. A file that is there with the same sha256
is left alone; one with another sha256 stops the release. After every answer and every
error the index is read again, and only the index decides.
""",
    "verify": """\
Downloads and compares each file, installs into fresh environments that no setting of this
machine can touch (the package from the registry only, public packages from the public
index only), and imports and runs what the configuration names.
""",
    "bump": """\
Rewrites each consumer's manifest and image files, lets its own lock tool regenerate the
lockfile, and delivers the change after a guard has read it. A consumer that cannot be
bumped is told with its reason and blocks no other.
""",
    "rehearse": """\
Does the release that release.toml describes with an embedded registry in place of yours
and with clones of the consumers. Nothing of yours is touched and no token is needed; the
consumers' changes are shown as a diff.
""",
    "config": """\
Prints each key, its value and its origin: flag, environment, file or default. A variable
RELEASE_<TABLE>_<KEY> sets a value (RELEASE_REGISTRY_URL), and so does --set.
""",
    "serve": """\
Serves what was published to the embedded registry, at the address that the bumped
consumers name, so that a clone of one can be synced and looked at.
""",
}

EXAMPLES = {
    "run": """\
  release run                 the newest tag, or package.version
  release run 0.2.1           the tag of that version
  release run v0.2.1 --json   the same by the tag's name; the record on stdout
""",
    "plan": "  release plan\n  release plan 0.3.0 --json\n",
    "build": "  release build 0.2.0\n",
    "publish": "  RELEASE_TOKEN=... release publish 0.2.0\n",
    "verify": '  release verify 0.2.0\n  release verify --set verify.python=\'["3.11", "3.13"]\'\n',
    "bump": "  release bump 0.2.1\n",
    "rehearse": """\
  release rehearse                      the newest tag, or package.version
  release rehearse 0.2.0 0.2.1 0.3.0    one after another
""",
    "config": "  release config\n  release config --schema > release.schema.json\n",
    "serve": "  release serve\n",
}
