#!/bin/sh
# What every npm script runs: `sh tools/door.sh <command> [arguments]`. tools/bootstrap.mjs installs what is missing and says which
# program it is; this shell then becomes that program, so that signals reach it and nothing waits beside it.
words=$(node tools/bootstrap.mjs --words "$@") || exit $?
shift
IFS='
'
set -f
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
# shellcheck disable=SC2086 # one word a line, taken apart on purpose
exec $words "$@"
