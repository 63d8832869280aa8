#!/usr/bin/env bash
# Whoever names a metric names one that there is: chatd(8) lists all of them with type, label and help as in
# the table, which speaks through tests/lint/metrics.c; the alert rules and the dashboard use no other, and are
# what Prometheus and Grafana can read.
. "${BASH_SOURCE%/*}/lint.sh"

program=$build/tests/lint/metrics

if ! [[ -x $program ]]; then
    echo '1..0 # SKIP needs the built tests/lint/metrics: make check'
    exit 0
fi

# What a page's section METRICS has, in the program's form.
of_page() {
    awk '
        function tell() {
            if (name != "") {
                sub(/[.]$/, "", help)
                print name, type, label, help
            }
            name = help = type = ""
        }
        /^\.S[hs] / { tell(); in_section = $2 == "METRICS" }
        !in_section { next }
        /^\.El/ { tell() }
        /^\.It Li / { tell(); name = $3; label = NF >= 5 ? $5 : "-"; next }
        name != "" && /^An? [a-z]+[.]$/ { type = substr($2, 1, length($2) - 1); next }
        name != "" { help = help (help == "" ? "" : " ") $0 }' "$1"
}

# complaints_of_page PAGE
complaints_of_page() {
    diff <("$program") <(of_page "$1") | sed -n 's/^< /wanted in the manual: /p; s/^> /is in the manual: /p'
}

# complaints_of_user FILE...: a file that asks for metrics.  A histogram has three names.
complaints_of_user() {
    local file name
    for file; do
        grep -oE '\b(chatd|process)_[a-z_]+\b' "$file" | sort -u | while read -r name; do
            "$program" | awk -v name="$name" '
                $2 == "histogram" && name ~ "^" $1 "_(bucket|sum|count)$" { found = 1 }
                $2 != "histogram" && name == $1 { found = 1 }
                END { exit !found }' || echo "${file##*/}: there is no metric $name"
        done
    done
}

alerts=$root/conf/prometheus-alerts.yml
dashboard=$root/conf/grafana-dashboard.json

[[ $("$program" | wc -l) -gt 20 ]]
tap $? 'the code tells of metrics'
holds 'chatd(8) lists each metric as it is in the table' "$(complaints_of_page "$root/man/chatd.8")"
holds 'the alert rules and the dashboard ask for metrics that there are' \
    "$(complaints_of_user "$alerts" "$dashboard")"
holds 'the dashboard is JSON' "$("$program" "$dashboard")"

sample page.8 <<'END'
.Sh METRICS
.Bl -tag -width Ds
.It Li chatd_clients
A counter.
People connected.
.It Li chatd_closes_total Brq cause
A counter.
People's connections that ended,
by reason.
.It Li chatd_invented
A gauge.
Nothing.
.It Li chatd_refused_total Brq reason
A counter.
Newcomers told that they cannot be taken in,
by reason.
.El
.Sh OTHER
.Bl -tag
.It Li chatd_elsewhere
.El
END
bad=$(complaints_of_page "$scratch/page.8")
notices 'another type' "$bad" 'is in the manual: chatd_clients counter'
notices 'another label' "$bad" 'is in the manual: chatd_closes_total counter cause'
notices 'a metric that does not exist' "$bad" 'is in the manual: chatd_invented'
notices 'a metric that is missing' "$bad" 'wanted in the manual: chatd_lines_total'
holds 'nothing else in the bad page' "$(grep -E 'chatd_refused_total|elsewhere' <<<"$bad")"

sample rules.yml <<'END'
expr: chatd_client > 1 and rate(chatd_turn_seconds_bucket[5m]) > 0 and chatd_turn_seconds > 1
alert: process_open_fds and chatd_clients_count
END
bad=$(complaints_of_user "$scratch/rules.yml")
notices 'a metric that is misspelt' "$bad" 'rules.yml: there is no metric chatd_client'
notices 'a histogram that is taken for a number' "$bad" 'there is no metric chatd_turn_seconds'
notices 'a number that is taken for a histogram' "$bad" 'there is no metric chatd_clients_count'
holds 'nothing else in the bad rules' "$(grep -E 'bucket|open_fds' <<<"$bad")"
sample bad.json <<<'{"a": 1,}'
notices 'what is no JSON' "$("$program" "$scratch/bad.json")" 'bad.json is no JSON'

if command -v promtool >/dev/null; then
    holds 'promtool is content with the alert rules' "$(promtool check rules "$alerts" 2>&1 | grep -i fail)"
    # What the rules are for: they are quiet when all is well, and not when it is not.
    sample test.yml <<END
rule_files: [$alerts]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'up{job="chatd", instance="good"}', values: 1x20}
      - {series: 'up{job="chatd", instance="gone"}', values: 0x20}
      - {series: 'chatd_clients{instance="good"}', values: 10x20}
      - {series: 'chatd_clients_limit{instance="good"}', values: 100x20}
      - {series: 'chatd_clients{instance="busy"}', values: 95x20}
      - {series: 'chatd_clients_limit{instance="busy"}', values: 100x20}
      - {series: 'chatd_accept_failures_total{instance="good", cause="gone"}', values: 0+5x20}
      - {series: 'chatd_accept_failures_total{instance="busy", cause="descriptors"}', values: 0+1x20}
      - {series: 'chatd_turn_seconds_bucket{instance="good", le="0.5"}', values: 0+60x20}
      - {series: 'chatd_turn_seconds_bucket{instance="good", le="+Inf"}', values: 0+60x20}
      - {series: 'chatd_turn_seconds_bucket{instance="busy", le="0.5"}', values: 0+40x20}
      - {series: 'chatd_turn_seconds_bucket{instance="busy", le="1"}', values: 0+60x20}
      - {series: 'chatd_turn_seconds_bucket{instance="busy", le="+Inf"}', values: 0+60x20}
    promql_expr_test:
      - {expr: 'count by (alertname, instance) (ALERTS{alertstate="firing"})', eval_time: 15m, exp_samples: [
          {labels: '{alertname="ChatdDown", instance="gone"}', value: 1},
          {labels: '{alertname="ChatdNearlyFull", instance="busy"}', value: 1},
          {labels: '{alertname="ChatdCannotAccept", instance="busy"}', value: 1},
          {labels: '{alertname="ChatdSlowTurns", instance="busy"}', value: 1}]}
END
    said=$(promtool test rules "$scratch/test.yml" 2>&1) && said=
    holds 'the alert rules see what is wrong and nothing else' "$said"
    sample bad-rules.yml <<<'groups: [{name: a, rules: [{alert: b, expr: "rate("}]}]'
    notices 'a rule that cannot be read' "$(promtool check rules "$scratch/bad-rules.yml" 2>&1)" 'FAILED'
else
    echo "ok $((++cases)) - promtool reads the alert rules # SKIP promtool is not installed"
fi
finish
