#!/usr/bin/env bash
# Each external symbol begins with the name of its file: outq_push() is in outq.c, and nowhere else.
# The commands' files, cmd_*.c, share the prefix cmd_, since their table names the commands; verbs_*.c share a header,
# and chat_people.c has that of chat.c.
. "${BASH_SOURCE%/*}/lint.sh"

# complaints OBJECT...: paths below the current folder, as the build has them (src/net/outq.o).
complaints() {
    local object file prefix
    for object; do
        file=$(basename "${object%.o}")
        file=${file#libchatd_a-}
        case $file in
        main) continue ;;
        cmd_*) prefix=cmd_ ;;
        verbs_*) prefix=verbs_ ;;
        chat_people) prefix=chat_ ;;
        *) prefix=${file}_ ;;
        esac
        # Undefined and local symbols are of no interest, nor what the compiler and the sanitizers add.
        "${NM:-nm}" -g -P "$object" | awk -v object="$object" -v prefix="$prefix" '
            $2 ~ /^[A-TV-Z]$/ && $1 !~ /^__/ && index($1, prefix) != 1 {
                print object ": " $1 " does not begin with " prefix
            }'
    done
}

cd "$build" || exit
objects=${CHATD_OBJECTS-$(find src -name '*.o' 2>/dev/null)}
[[ -n $objects ]]
tap $? 'there are objects to look at'
# shellcheck disable=SC2086
holds "each symbol begins with its file's name" "$(complaints $objects 2>&1)"

cd "$scratch" || exit
sample src/net/outq.c <<'END'
int outq_length(void) { return 0; }
int stray(void) { return 0; }
int stray_number = 1;
static int hidden(void) { return 0; }
int (*outq_hidden)(void) = hidden;
END
sample src/session/cmd_nick.c <<'END'
const int cmd_nick = 1;
const int nick = 1;
END
sample src/main.c <<<'int main(void) { return 0; }'
for source in src/net/outq src/session/cmd_nick src/main; do
    ${CC:-cc} -c "$source.c" -o "$source.o"
done
bad=$(complaints src/net/outq.o src/session/cmd_nick.o src/main.o)
notices 'a function of another name' "$bad" 'src/net/outq.o: stray does not'
notices 'a variable of another name' "$bad" 'src/net/outq.o: stray_number does not'
notices 'a command of another name' "$bad" 'src/session/cmd_nick.o: nick does not'
holds 'nothing else in the bad samples' "$(grep -E ': (outq_|cmd_|hidden|main)' <<<"$bad")"
finish
