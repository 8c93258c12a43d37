import logging

import requests

from conflictstats.sources._credentials import Secret
from conflictstats.sources._signatures import (
    HIDDEN,
    Signature,
    quiet_logs,
    scrub,
    scrub_bytes,
)


def prepared(signature):
    request = requests.Request("GET", "https://x.example/a?b=c", auth=signature)
    return request.prepare()


def test_a_header_or_the_query_carries_the_secret():
    header = prepared(Signature(Secret("s"), header="Authorization", scheme="Bearer"))
    assert header.headers["Authorization"] == "Bearer s"
    assert prepared(Signature(Secret("s"), header="key")).headers["key"] == "s"
    query = prepared(Signature(Secret("a/b c"), query="client_id"))
    assert query.url == "https://x.example/a?b=c&client_id=a%2Fb+c"
    assert prepared(Signature()).url == "https://x.example/a?b=c"


def test_however_it_is_written_it_is_not_shown():
    secret = Secret("a/b c+d")
    for text in ("a/b c+d", "a%2Fb%20c%2Bd", "a/b%20c%2Bd", "a%2Fb+c%2Bd"):
        assert scrub(f"<{text}>", [secret]) == f"<{HIDDEN}>"
        assert scrub_bytes(text.encode(), [secret]) == HIDDEN.encode()
    assert scrub_bytes(rb'"a\/b c+d"', [secret]) == f'"{HIDDEN}"'.encode()


def test_logs_are_cleaned_only_while_a_request_runs(caplog):
    logger = logging.getLogger("urllib3.connectionpool")
    with caplog.at_level(logging.DEBUG):
        with quiet_logs([Secret("s3cret")]):
            logger.debug("%s %s", "GET", "/?k=s3cret")
        logger.debug("after")
    assert [r.getMessage() for r in caplog.records] == [f"GET /?k={HIDDEN}", "after"]
