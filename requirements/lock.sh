#!/usr/bin/env sh
# Makes the hash-pinned requirements anew from pyproject.toml: `make lock`.
# No index host is written, so the files serve any mirror.
set -eu
uv="$1"
compile() {
    "$uv" pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q "$@"
}
compile --group build -o requirements/run.txt
compile --all-extras --group build --group test --group lint --group bench --group docs -o requirements/test.txt
compile --extra notebook --group build -c requirements/test.txt -o requirements/notebook.txt
compile --group build --group docs -c requirements/test.txt -o requirements/docs.txt
# Peers timed beside ours by `make bench`; nothing else needs them.
compile --group build --group bench --group peers -c requirements/test.txt -o requirements/peers.txt
