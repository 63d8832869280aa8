# Lines of results in; out, a line for each load that has key and each server: the median of its values, the least and
# the greatest, and the median of the ratios to the base in the same round.  That is the floor (base=floor), or the same
# server without TLS (base=clear).  Also wants decimals, and what, which names the values.

{
    delete value
    for (i = 1; i <= NF; i++) {
        at = index($i, "=")
        if (at > 0)
            value[substr($i, 1, at - 1)] = substr($i, at + 1)
    }
    if ("failed" in value) {
        print "Failed: " $0
        next
    }
    if (!(key in value))
        next
    load = value["load"]
    server = value["server"]
    if (!(load in known)) {
        known[load] = 1
        loads[++load_count] = load
    }
    if (!(server in is_known)) {
        is_known[server] = 1
        servers[++server_count] = server
    }
    cost[load, server, value["round"]] = value[key]
    rounds = value["round"] > rounds ? value["round"] : rounds
}

# Sorts list[1] to list[n].
function sort(n,    i, j, t) {
    for (i = 2; i <= n; i++) {
        t = list[i]
        for (j = i - 1; j > 0 && list[j] > t; j--)
            list[j + 1] = list[j]
        list[j + 1] = t
    }
}

function base_of(server) {
    if (base == "floor")
        return base
    sub(/-tls/, "", server)
    return server
}

function median(n) {
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

END {
    if (load_count > 0)
        printf "\n%-14s %-14s %9s %9s %9s  %s\n", what, "", "median", "least", "greatest",
            (base == "floor" ? "to the floor" : "to clear")
    for (l = 1; l <= load_count; l++)
        for (s = 1; s <= server_count; s++) {
            n = 0
            for (r = 1; r <= rounds; r++)
                if ((loads[l], servers[s], r) in cost)
                    list[++n] = cost[loads[l], servers[s], r] + 0
            if (n == 0)
                continue
            sort(n)
            middle = median(n)
            least = list[1]
            greatest = list[n]
            n = 0
            for (r = 1; r <= rounds; r++)
                if ((loads[l], servers[s], r) in cost && cost[loads[l], base_of(servers[s]), r] > 0)
                    list[++n] = cost[loads[l], servers[s], r] / cost[loads[l], base_of(servers[s]), r]
            sort(n)
            printf "%-14s %-14s %9.*f %9.*f %9.*f  %s\n", loads[l], servers[s], decimals, middle, decimals, least,
                decimals, greatest, (n > 0 ? sprintf("%.2f", median(n)) : "-")
        }
}
