"""What Schemathesis is told to look for in every answer: its own check counts any error in an answer as a failure, and an answer
that refuses with a documented code is one as it should be."""

import json
import os
import re
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

# The codes of docs/errors.md, as the program's own list has them; `cargo xtask probe` writes the file.
with open(os.environ["PROBE_CODES"], encoding="utf-8") as file:
    CODES = frozenset(json.load(file))

# What is said by the inside of the program and to nobody outside: SQL, the sources, the libraries, the machine.
INSIDE = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|VALUES|SET|WHERE)\b|sqlite|postgres|sqlx|sea_orm|sea-orm"
    r"|panicked|RUST_BACKTRACE|\.rs:\d+|/src/|no such (table|column)|syntax error at",
    re.IGNORECASE,
)

# Values of our own scalars, right and wrong ones.
ODD = st.sampled_from(["", "0", "x' OR '1'='1", "2026-02-30", "一二三", "9" * 40])
for name, right in {
    "Date": st.dates().map(lambda day: day.isoformat()),
    "DateTime": st.datetimes().map(lambda instant: instant.isoformat() + "+08:00"),
    "UUID": st.uuids().map(str),
    "Wan": st.decimals(min_value=0, max_value=10**12, places=6).map(str),
}.items():
    schemathesis.graphql.scalar(name, (right | ODD).map(nodes.String))


@schemathesis.auth(refresh_interval=300)
class SignedIn:
    """A token is good for a quarter of an hour, and a run may take longer."""

    def get(self, case, ctx):
        body = {
            "query": "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { token } }",
            "variables": {"login": os.environ["PROBE_LOGIN"], "password": os.environ["PROBE_PASSWORD"]},
        }
        request = urllib.request.Request(
            os.environ["PROBE_URL"], json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)["data"]["signIn"]["token"]

    def set(self, case, data, ctx):
        case.headers["authorization"] = f"Bearer {data}"


@schemathesis.check
def answered_as_documented(ctx, response, case):
    assert response.status_code < 500, f"HTTP {response.status_code}"
    answer = response.json()
    for error in answer.get("errors", ()):
        code = error.get("extensions", {}).get("code")
        assert code in CODES, f"an error without a documented code: {error}"
        # What was asked may come back in the message; what matters is what the program adds.
        assert code != "INTERNAL", f"an error of the program: {error}"
        assert not INSIDE.search(error["message"]), f"the inside is told: {error}"
