# results.txt in, the table out: medians over the rounds, chatd's ratios to the floor and to the best of
# the others, what is wanted of them.  -v plot=FILE: what plot.gp reads.

# A row: load, key, decimals, wanted against the floor, wanted against the others, what it is.
function row(load, key, decimals, floor, others, text) {
    rows++
    row_load[rows] = load; row_key[rows] = key; row_decimals[rows] = decimals
    row_floor[rows] = floor; row_others[rows] = others; row_text[rows] = text
}

function delivery(load, floor, others, text) {
    row(load, "cpu_per_delivery_us", 3, floor, others, text ", us per delivery")
}

BEGIN {
    columns = split("floor chatd ngircd inspircd redis", server, " ")
    delivery("room-32", 1.15, 0.75, "room of 500, 32 in flight")
    delivery("burst-32", 0, 0, "  32 by one, in one write")
    delivery("room-4", 1.05, 1.0, "room of 500, 4 in flight")
    delivery("room-1", 1.08, 0.9, "room of 500, 1 in flight")
    delivery("rate-100", 1.08, 0.9, "room of 500, 100 a second")
    row("rate-100", "p50_us", 0, 0, 0, "  latency p50, us")
    row("rate-100", "p99_us", 0, 1.2, 1.0, "  latency p99, us")
    row("rate-100", "p999_us", 0, 0, 0, "  latency p99.9, us")
    delivery("rooms-100x10", 0, 0.8, "100 rooms of 10, 4 in flight each")
    delivery("half-0", 0, 0, "room of 250, 32 in flight")
    delivery("half-250", 0, 0, "  with 250 more who never read")
    row("half-250", "lost", 0, 0, 0, "  of those, closed by the server")
    row("half-250", "rss_kb", 0, 0, 0, "  resident memory then, KiB")
    for (n = 10; n <= 10000; n *= 10)
        delivery("growth-" n, 0, 0, "room of " n ", 4 by one, in one write")
    split("1000 5000 10000 19000", idle, " ")
    for (i = 1; i <= 4; i++) {
        row("idle-" idle[i], "rss_per_member", 0, 0, 1.0, idle[i] " idle, bytes per member")
        row("idle-" idle[i], "login_us", 1, 2.0, 1.0, "  to log in and join, us per member")
        row("idle-" idle[i], "rest_us_per_s", 0, 0, 0, "  at rest, us per second")
    }
    row("paste", "p50_us", 0, 0, 0, "1000 paste 60 lines each: an answer elsewhere, p50, us")
    row("paste", "p99_us", 0, 0, 0, "  p99, us (at most 50000)")
    row("paste", "max_us", 0, 0, 0, "  the longest, us (at most 100000)")
}

/^#/ { print substr($0, 3); next }

{
    if (!take()) {
        failed[++failures] = $0
        next
    }
    sub(/-flood$/, "", value["server"])
    for (key in value) {
        id = value["load"] SUBSEP value["server"] SUBSEP key
        samples[id, ++count[id]] = value[key] + 0
    }
}

function has(load, who, key) {
    return (load, who, key) in count
}

function median(load, who, key,    id, n, i, sorted) {
    id = load SUBSEP who SUBSEP key
    n = count[id]
    for (i = 1; i <= n; i++)
        sorted[i] = samples[id, i]
    sort(sorted, n)
    return middle(sorted, n)
}

# The median, or "-".
function cell(load, who, key, decimals) {
    return has(load, who, key) ? sprintf("%.*f", decimals, median(load, who, key)) : "-"
}

function best_other(load, key,    i, best, t) {
    best = -1
    for (i = 3; i <= columns; i++)
        if (has(load, server[i], key)) {
            t = median(load, server[i], key)
            if (best < 0 || t < best)
                best = t
        }
    return best
}

# A ratio and what is wanted of it; * when it is missed.
function judged(ratio, wanted) {
    if (!wanted)
        return sprintf("%.2f", ratio)
    return sprintf("%.2f (%.2f)%s", ratio, wanted, ratio > wanted ? " *" : "")
}

function line(text, cells, floor, others,    i) {
    if (!lines++) {
        print ""
        line("", server, "to the floor", "to the best other")
    }
    printf "%-52s", text
    for (i = 1; i <= columns; i++)
        printf " %9s", cells[i]
    printf "  %-15s %-15s\n", floor, others
}

# The ratio of two loads' cost, a server at a time; wanted of chatd.
function compare(a, b, wanted, text,    i, key, cells, any, verdict) {
    key = "cpu_per_delivery_us"
    for (i = 1; i <= columns; i++) {
        cells[i] = "-"
        if (has(a, server[i], key) && has(b, server[i], key)) {
            cells[i] = sprintf("%.2f", median(a, server[i], key) / median(b, server[i], key))
            any = 1
        }
    }
    if (cells[2] != "-")
        verdict = sprintf("(%.2f)%s", wanted, cells[2] > wanted ? " *" : "")
    if (any)
        line(text, cells, verdict, "")
}

END {
    for (r = 1; r <= rows; r++) {
        load = row_load[r]; key = row_key[r]
        any = 0
        for (i = 1; i <= columns; i++) {
            cells[i] = cell(load, server[i], key, row_decimals[r])
            any += cells[i] != "-"
        }
        if (!any)
            continue
        to_floor = to_others = ""
        # What is next to nothing has no ratio that means anything.
        if (has(load, "chatd", key) && key !~ /^(lost|rest_us_per_s)$/) {
            mine = median(load, "chatd", key)
            if (has(load, "floor", key) && key !~ /^rss/ && (least = median(load, "floor", key)) > 0)
                to_floor = judged(mine / least, row_floor[r])
            if ((best = best_other(load, key)) > 0)
                to_others = judged(mine / best, row_others[r])
        }
        line(row_text[r], cells, to_floor, to_others)
        if (plot != "" && key == "cpu_per_delivery_us" && has(load, "floor", key)) {
            if (!plotted++)
                printf "load floor chatd ngircd inspircd redis\n" >plot
            printf "%s", load >plot
            least = median(load, "floor", key)
            for (i = 1; i <= columns; i++)
                printf " %s", has(load, server[i], key) ? median(load, server[i], key) / least : "nan" >plot
            printf "\n" >plot
        }
    }
    compare("half-250", "half-0", 1.1, "250 who never read, against none")
    compare("growth-10000", "growth-100", 1.25, "room of 10000, against 100")
    if (lines > 0)
        print "\nIn brackets: what is wanted at most; * where it is missed."
    for (i = 1; i <= failures; i++)
        print "Failed: " failed[i]
}
