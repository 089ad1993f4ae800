#!/bin/sh
# Makes .venv and installs what the named lock file lists, then the project itself, editable.
# Needs Python 3.11 or newer and the network. Usage: tools/setup.sh requirements.lock
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 1
}

is_new_enough() {
    # It is run rather than looked at: a shim of a version manager may stand for a version that is not there.
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    give_up "Python 3.11 or newer is needed: install it (Debian: apt-get install python3), or name it: PYTHON=/path/to/python3 make setup."
}

# Debian ships Python without what makes an environment. Root installs it; anyone else unpacks the same package here.
install_venv() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Debian's python3-venv…"
        version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null
    fi
}

make_with_pip_of_debian() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    (cd "$folder" && apt-get download -qq python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb .) >/dev/null 2>&1 || return 1
    "$1" -m venv --clear --without-pip .venv
    wheels="$folder/usr/share/python-wheels"
    for pip in "$wheels"/pip-*.whl; do
        .venv/bin/python "$pip/pip" install --quiet --no-index --find-links "$wheels" pip
    done
}

make_environment() {
    python=$(find_python)
    say "Making .venv with $("$python" --version)…"
    "$python" -m venv --clear .venv >/dev/null 2>&1 && return
    install_venv "$python" || true
    "$python" -m venv --clear .venv >/dev/null 2>&1 && return
    make_with_pip_of_debian "$python" && return
    rm -rf .venv
    give_up "Python cannot make environments here: as root run \`apt-get install python3-venv\`, then this again."
}

works() {
    is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1
}

pip_install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location "$@"
}

works || make_environment
say "Installing what $1 lists…"
pip_install --require-hashes -r "$1"
pip_install --no-build-isolation --no-deps --editable .
