# Lines of results in; out, a line for each load and server: the median of the CPU time of a delivery, its least and
# its greatest value, and the median of the ratios to the floor of the same round.

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
    cost[load, server, value["round"]] = value["cpu_per_delivery_us"]
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

function median(n) {
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

END {
    printf "%-12s %-14s %9s %9s %9s  %s\n", "us of CPU", "", "median", "least", "greatest", "to the floor"
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
                if ((loads[l], servers[s], r) in cost && cost[loads[l], "floor", r] > 0)
                    list[++n] = cost[loads[l], servers[s], r] / cost[loads[l], "floor", r]
            sort(n)
            printf "%-12s %-14s %9.3f %9.3f %9.3f  %s\n", loads[l], servers[s], middle, least, greatest,
                (n > 0 ? sprintf("%.2f", median(n)) : "-")
        }
}
