#!/usr/bin/env bash
# Each header can be included alone, and is guarded by CHATD_FOLDER_FILE_H.
. "${BASH_SOURCE%/*}/lint.sh"

compile=${CHATD_COMPILE:-${CC:-cc} -std=gnu11 -I$build -I$root/src}

# Twice: what the guard is for.  After config.h, as every source does it.
complaints() {
    local header guard said
    for header in $(cd "$1/src" && find . -name '*.h' | sed 's,^\./,,' | sort); do
        guard=$(echo "CHATD_$header" | tr 'a-z/.-' 'A-Z___')
        if ! grep -q "^#ifndef $guard\$" "$1/src/$header" || ! grep -q "^#define $guard\$" "$1/src/$header"; then
            echo "src/$header: its guard is not $guard"
        fi
        # shellcheck disable=SC2086
        said=$(printf '#include "config.h"\n#include "%s"\n#include "%s"\n' "$header" "$header" |
            $compile "-I$1/src" -x c -fsyntax-only - 2>&1) || echo "src/$header: $said"
    done
}

cd "$build" || exit
holds 'each header stands alone and is guarded' "$(complaints "$root")"

sample src/bad/needy.h <<'END'
#ifndef CHATD_BAD_NEEDY_H
#define CHATD_BAD_NEEDY_H
size_t needy_size(void);
#endif
END
sample src/bad/naked.h <<'END'
struct naked { int n; };
END
sample src/bad/good.h <<'END'
#ifndef CHATD_BAD_GOOD_H
#define CHATD_BAD_GOOD_H
struct good { int n; };
#endif
END
bad=$(complaints "$scratch")
notices 'a header that needs another' "$bad" 'src/bad/needy.h: '
notices 'a header without a guard' "$bad" 'src/bad/naked.h: its guard is not CHATD_BAD_NAKED_H'
holds 'nothing else in the bad samples' "$(grep good <<<"$bad")"
finish
