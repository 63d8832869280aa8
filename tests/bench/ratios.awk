# Lines of results in; out, a line for each load that has key and each server: the median of its values, the least and
# the greatest, and of the ratios to the base in the same round the median, the least and the greatest.  The base is the
# floor (base=floor), another build (base=pair), or the same server without TLS (base=clear).  Also wants decimals, and
# what, which names the values.

{
    if (!take() || !(key in value))
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
    cost[load, server, value["round"] + 0] = value[key] + 0
    rounds = value["round"] + 0 > rounds ? value["round"] + 0 : rounds
}

function base_of(server) {
    if (base != "clear")
        return base
    sub(/-tls/, "", server)
    return server
}

function row(load, server,    r, n, values, ratios, ratio, other) {
    for (r = 1; r <= rounds; r++)
        if ((load, server, r) in cost)
            values[++n] = cost[load, server, r]
    if (!n)
        return
    sort(values, n)
    printf "%-14s %-14s %9.*f %9.*f %9.*f", load, server, decimals, middle(values, n), decimals, values[1],
        decimals, values[n]
    n = 0
    for (r = 1; r <= rounds; r++) {
        other = cost[load, base_of(server), r]
        if ((load, server, r) in cost && other > 0)
            ratios[++n] = cost[load, server, r] / other
    }
    sort(ratios, n)
    ratio = n > 0 ? sprintf("%.3f", middle(ratios, n)) : "-"
    if (n > 1)
        ratio = ratio sprintf(" (%.3f to %.3f)", ratios[1], ratios[n])
    print "  " ratio
}

END {
    if (load_count > 0)
        printf "\n%-14s %-14s %9s %9s %9s  to %s\n", what, "", "median", "least", "greatest",
            (base == "clear" ? "the same in clear" : base == "pair" ? "the other build" : "the floor")
    for (l = 1; l <= load_count; l++)
        for (s = 1; s <= server_count; s++)
            row(loads[l], servers[s])
}
