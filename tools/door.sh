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
# The C library gives each thread memory of its own that it never gives back: 30 to 40 MB of a run. One for all of them will do.
MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_ARENA_MAX
# Long pieces (requests, pages, blocks) come from the system and go back to it: from one heap they leave holes that only grow.
MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-131072}"
MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-131072}"
export MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_
# shellcheck disable=SC2086 # one word a line, taken apart on purpose
exec $words "$@"
