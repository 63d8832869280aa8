#!/usr/bin/env bash
# Each file is in Makefile.am: a header that is not would miss in the tarball, a test would never run.
. "${BASH_SOURCE%/*}/lint.sh"

complaints() {
    (
        cd "$1" || exit
        for file in $(find src tests man conf systemd -name '*.[ch1-9]' -o -name '*.sh' -o -name '*.ini' \
            -o -name '*.json' -o -name '*.yml' -o -path 'systemd/*.*' -type f \
            -o -path 'conf/debian/*' -type f | sort); do
            # A test's program is listed, which is its source without .c.
            tr -s ' \t\\' '\n' <Makefile.am | grep -qxF -e "$file" -e "${file%.c}" ||
                echo "$file is not in Makefile.am"
        done
    ) 2>/dev/null
}

holds 'each file is in Makefile.am' "$(complaints "$root")"

sample src/base/forgotten.h </dev/null
sample src/base/log.c </dev/null
sample tests/unit/forgotten_test.c </dev/null
sample tests/unit/log_test.c </dev/null
sample Makefile.am <<'END'
libchatd_a_SOURCES = \
	src/base/log.c
unit_tests = tests/unit/log_test \
	tests/unit/not_forgotten_test
END
bad=$(complaints "$scratch")
notices 'a forgotten header' "$bad" 'src/base/forgotten.h is not'
notices 'a forgotten test' "$bad" 'tests/unit/forgotten_test.c is not'
holds 'nothing else in the bad samples' "$(grep log <<<"$bad")"
finish
