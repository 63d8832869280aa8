# results.txt of bench.sh --pair in, a table out: this build and the other in alternating rounds.  Each round gives a
# ratio, this build to the other; the table has the median of the ratios, the least and the greatest.  A change is seen
# where all ratios lie on one side of 1.

BEGIN {
    split("cpu_per_delivery_us p50_us p99_us rss_per_member login_us", keys, " ")
}

/^#/ { print substr($0, 3); next }

{
    delete value
    for (i = 1; i <= NF; i++) {
        at = index($i, "=")
        if (at > 0)
            value[substr($i, 1, at - 1)] = substr($i, at + 1)
    }
    if ("failed" in value) {
        failed[++failures] = $0
        next
    }
    if (!(value["load"] in known)) {
        known[value["load"]] = 1
        load[++loads] = value["load"]
    }
    if (value["round"] + 0 > rounds)
        rounds = value["round"] + 0
    for (key in value)
        got[value["load"], key, value["server"], value["round"] + 0] = value[key] + 0
}

# Sorts v[1] to v[n].
function sort(v, n,    i, j, t) {
    for (i = 2; i <= n; i++) {
        t = v[i]
        for (j = i - 1; j > 0 && v[j] > t; j--)
            v[j + 1] = v[j]
        v[j + 1] = t
    }
}

function median(v, n) {
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function pair(name, key,    r, n, mine, other, ratio, verdict) {
    for (r = 1; r <= rounds; r++)
        if ((name, key, "chatd", r) in got && got[name, key, "pair", r] > 0) {
            mine[++n] = got[name, key, "chatd", r]
            other[n] = got[name, key, "pair", r]
            ratio[n] = mine[n] / other[n]
        }
    if (!n)
        return
    sort(mine, n); sort(other, n); sort(ratio, n)
    verdict = n < 3 ? "" : ratio[n] < 1 ? "less, in each round" : ratio[1] > 1 ? "more, in each round" : ""
    printf "%-16s %-20s %10.3f %10.3f  %6.3f  %6.3f to %.3f  %s\n", name, key, median(mine, n), median(other, n),
        median(ratio, n), ratio[1], ratio[n], verdict
}

END {
    printf "\n%-16s %-20s %10s %10s  %6s  %s\n", "", "", "this", "the other", "ratio", "in the rounds"
    for (l = 1; l <= loads; l++)
        for (k = 1; k <= 5; k++)
            pair(load[l], keys[k])
    for (i = 1; i <= failures; i++)
        print "Failed: " failed[i]
}
