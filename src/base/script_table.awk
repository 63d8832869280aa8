# Makes base/script_table.c out of Unicode's data, as Debian's package unicode-data has it in /usr/share/unicode:
#
#   awk -f script_table.awk extracted/DerivedGeneralCategory.txt PropertyValueAliases.txt Scripts.txt \
#       ScriptExtensions.txt >script_table.c
#
# "make unicode" does it.  Only letters, marks and decimal digits count: no name holds anything else.

function number(hex,    n, i) {
    n = 0
    for (i = 1; i <= length(hex); i++)
        n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
    return n
}

# Reads the range of a line: first, last and value.
function read_range(    at) {
    sub(/[ \t]*#.*/, "")
    split($0, field, /[ \t]*;[ \t]*/)
    at = index(field[1], "..")
    first = number(at ? substr(field[1], 1, at - 1) : field[1])
    last = number(at ? substr(field[1], at + 2) : field[1])
    value = field[2]
}

# Chinese, Japanese and Korean are written with several scripts, and with Latin among them: UTS 39, section 5.1, and the
# level "highly restrictive" of 5.2.
function augmented(set) {
    if (set ~ /Hani/)
        set = set " Hanb Jpan Kore"
    if (set ~ /Hira|Kana/)
        set = set " Jpan"
    if (set ~ /Bopo/)
        set = set " Hanb"
    if (set ~ /Hang/)
        set = set " Kore"
    if (set ~ /Latn/)
        set = set " Hanb Jpan Kore"
    return set
}

function set_index(set,    i) {
    if (!(set in index_of)) {
        index_of[set] = sets
        set_at[sets++] = set
    }
    return index_of[set]
}

function add_run(first, set) {
    if (runs == 0 || run_set[runs - 1] != set) {
        run_first[runs] = first
        run_set[runs++] = set
    }
}

function hex_digit(word, nibble,    bit, digit) {
    digit = 0
    for (bit = 3; bit >= 0; bit--)
        digit = digit * 2 + (((word, nibble * 4 + bit) in has) ? 1 : 0)
    return substr("0123456789abcdef", digit + 1, 1)
}

function print_set(set,    n, i, word, nibble, text) {
    split("", has)
    n = split(augmented(set), name, " ")
    for (i = 1; i <= n; i++)
        if (set == "all")
            for (word = 0; word < words * 64; word++)
                has[int(word / 64), word % 64] = 1
        else if (name[i] != "none")
            has[int(bit_of[name[i]] / 64), bit_of[name[i]] % 64] = 1
    text = ""
    for (word = 0; word < words; word++) {
        text = text (word ? ", 0x" : "0x")
        for (nibble = 15; nibble >= 0; nibble--)
            text = text hex_digit(word, nibble)
    }
    if (length(text) + length(set) > 120 - 17)
        printf "    /* %s: */\n    {{%s}},\n", set, text
    else
        printf "    {{%s}}, /* %s */\n", text, set
}

function put(item) {
    if (length(line) + length(item) + 2 > 120) {
        print line
        line = "   "
    }
    line = line " " item ","
}

BEGIN {
    words = 3
    line = "   "
}

/^# [A-Za-z]+-[0-9.]+[.]txt/ && version == "" {
    version = $2
    sub(/^[^-]*-/, "", version)
    sub(/[.]txt$/, "", version)
}

/^[ \t]*(#|$)/ {
    next
}

FILENAME ~ /DerivedGeneralCategory/ {
    read_range()
    for (cp = first; cp <= last && value != "Cn"; cp++) {
        assigned[cp] = 1
        if (value ~ /^(Lu|Ll|Lt|Lm|Lo|Nd|Mn|Mc|Me)$/)
            counts[cp] = 1
    }
    for (cp = first; cp <= last && value == "Nd"; cp += 10)
        digit_zero[cp] = 1
}

FILENAME ~ /PropertyValueAliases/ && /^sc / {
    split($0, field, /[ \t]*;[ \t]*/)
    short_of[field[3]] = field[2]
    if (field[2] !~ /^(Zyyy|Zinh|Zzzz|Hrkt)$/)
        scripts[++script_count] = field[2]
}

FILENAME ~ /\/Scripts/ {
    read_range()
    value = short_of[value]
    for (cp = first; cp <= last; cp++)
        set_of[cp] = value ~ /^(Zyyy|Zinh)$/ ? "all" : value
}

FILENAME ~ /ScriptExtensions/ {
    read_range()
    for (cp = first; cp <= last; cp++)
        set_of[cp] = value
}

END {
    scripts[++script_count] = "Hanb"
    scripts[++script_count] = "Jpan"
    scripts[++script_count] = "Kore"
    for (i = 1; i <= script_count; i++)
        bit_of[scripts[i]] = i - 1
    if (script_count > words * 64) {
        print "more scripts than bits" >"/dev/stderr"
        exit 1
    }
    set_index("all")
    set_index("none")

    # Between two characters of one set everything is of that set; between two others, what is not assigned is of none.
    add_run(0, "all")
    before = -1
    for (cp = 0; cp <= 1114111; cp++)
        if (cp in counts) {
            if (before < 0 || set_of[cp] != set_of[before]) {
                for (gap = before + 1; gap < cp && gap in assigned; gap++)
                    ;
                if (gap < cp)
                    add_run(before + 1, "none")
                add_run(cp, set_of[cp])
            } else if (cp - before > 256) {
                add_run(before + 1, "none")
                add_run(cp, set_of[cp])
            }
            before = cp
        }
    add_run(before + 1, "none")

    print "/* base/script_table.c: the scripts of letters, marks and digits, of version " version " of Unicode's data."
    print " *"
    print " * Made by base/script_table.awk; \"make unicode\" renews it.  Do not edit it. */"
    print "#include \"config.h\""
    print ""
    print "#include \"base/script_table.h\""
    print ""
    for (i = 0; i < runs; i++)
        set_index(run_set[i])
    print "const struct script_set script_table_sets[] = {"
    for (i = 0; i < sets; i++)
        print_set(set_at[i])
    print "};"
    print ""
    print "const struct script_run script_table_runs[] = {"
    for (i = 0; i < runs; i++)
        put(sprintf("{0x%x, %d}", run_first[i], index_of[run_set[i]]))
    print line
    print "};"
    print "const size_t script_table_run_count = sizeof(script_table_runs) / sizeof(script_table_runs[0]);"
    print ""
    print "const int32_t script_table_zeros[] = {"
    line = "   "
    for (cp = 0; cp <= 1114111; cp++)
        if (cp in digit_zero)
            put(sprintf("0x%x", cp))
    print line
    print "};"
    print "const size_t script_table_zero_count = sizeof(script_table_zeros) / sizeof(script_table_zeros[0]);"
}
