# What the tables share: before each of them, awk -f results.awk -f TABLE.awk.

# Takes a line of results apart into value[KEY].  Returns false if the run has failed.
function take(    i, at) {
    delete value
    for (i = 1; i <= NF; i++) {
        at = index($i, "=")
        if (at > 0)
            value[substr($i, 1, at - 1)] = substr($i, at + 1)
    }
    return !("failed" in value)
}

# Sorts list[1] to list[n].
function sort(list, n,    i, j, t) {
    for (i = 2; i <= n; i++) {
        t = list[i]
        for (j = i - 1; j > 0 && list[j] > t; j--)
            list[j + 1] = list[j]
        list[j + 1] = t
    }
}

# Of a sorted list.
function middle(list, n) {
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
