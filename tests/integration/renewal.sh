#!/usr/bin/env bash
# The example that gives chatd a renewed certificate, called as certbot and acme.sh call it.
. "${BASH_SOURCE%/*}/daemon.sh"

chatctl=${CHATCTL:-./chatctl}
hook=${top_srcdir:-.}/conf/tls-renewed.sh

# is NAME GOT WANTED
is() {
    [[ $2 == "$3" ]]
    tap $? "$1"
    [[ $2 == "$3" ]] || printf '# wanted: %s\n# got: %s\n' "$3" "$2"
}

# make_pair CERTIFICATE KEY
make_pair() {
    "$chatctl" mkcert --force --name chat.example.org --cert "$1" --key "$2" >/dev/null
}

fingerprint_of() {
    openssl x509 -in "$1" -noout -fingerprint -sha256
}

# What a client sees.
fingerprint_there() {
    timeout "$deadline" openssl s_client -connect "127.0.0.1:$tls_port" </dev/null 2>/dev/null |
        openssl x509 -noout -fingerprint -sha256
}

# certbot DOMAIN: renews it, and calls the hook.
certbot() {
    make_pair "$lineage/fullchain.pem" "$lineage/privkey.pem"
    hooked RENEWED_LINEAGE="$lineage" RENEWED_DOMAINS="$1"
}

# hooked NAME=VALUE...: the hook's status, and what it says in $scratch/said.
hooked() {
    env CHATD_CERTIFICATE="$folder/chatd.crt" CHATD_KEY="$folder/chatd.key" CHATD_GROUP="$(id -gn)" \
        CHATD_SOCKET="$folder/control" PATH="$scratch/bin:$PATH" "$@" sh "$hook" >"$scratch/said" 2>&1
}

run_tests() {
    local before folder=$scratch/chatd lineage=$scratch/lineage tls_port
    if grep -q '^without OpenSSL' <<<"$("$chatd" --version)" || ! command -v openssl >/dev/null; then
        skip 'renewed certificates' 'that needs OpenSSL'
        return
    fi
    mkdir "$folder" "$lineage" "$scratch/bin"
    ln -s "$(realpath "$chatctl")" "$scratch/bin/chatctl"
    make_pair "$folder/chatd.crt" "$folder/chatd.key"
    start_daemon -o tls.listen=127.0.0.1:0 -o tls.certificate="$folder/chatd.crt" -o tls.key="$folder/chatd.key" \
        -o control.socket="$folder/control" || return 1
    tls_port=$(sed -n 's/.* listening address=127[.]0[.]0[.]1:\([0-9]*\) for=tls.*/\1/p' "$log")
    before=$(fingerprint_there)
    is 'the first certificate is there' "$before" "$(fingerprint_of "$folder/chatd.crt")"

    certbot 'www.example.org chat.example.org'
    tap $? 'certbot calls the hook' "$(cat "$scratch/said")"
    is 'a client sees the new certificate' "$(fingerprint_there)" "$(fingerprint_of "$lineage/fullchain.pem")"
    is 'the key is for the group' "$(stat -c %a "$folder/chatd.key")" 640
    is 'nothing is left beside the files' "$(ls "$folder")" $'chatd.crt\nchatd.key\ncontrol'

    before=$(fingerprint_there)
    certbot www.example.org
    is 'a certificate for another host is left alone' "$? $(fingerprint_there)" "0 $before"

    make_pair "$lineage/fullchain.pem" "$lineage/privkey.pem"
    make_pair "$lineage/other.pem" "$lineage/privkey.pem"
    ! hooked RENEWED_LINEAGE="$lineage" RENEWED_DOMAINS=chat.example.org
    tap $? 'a pair that does not fit is an error'
    grep -q 'does not belong to the certificate' "$scratch/said"
    tap $? 'which is told' "$(cat "$scratch/said")"
    is 'the files are those of before' "$(fingerprint_of "$folder/chatd.crt") $(ls "$folder" | xargs)" \
        "$before chatd.crt chatd.key control"
    "$chatd" --check-config -o tls.certificate="$folder/chatd.crt" -o tls.key="$folder/chatd.key" >/dev/null
    tap $? 'with which chatd would start'

    make_pair "$lineage/chain" "$lineage/key"
    hooked Le_Domain=chat.example.org CERT_FULLCHAIN_PATH="$lineage/chain" CERT_KEY_PATH="$lineage/key"
    tap $? 'acme.sh calls it too' "$(cat "$scratch/said")"
    is 'a client sees that one' "$(fingerprint_there)" "$(fingerprint_of "$lineage/chain")"
    stop_daemon
    certbot chat.example.org
    tap $? 'without a server it puts the files there' "$(cat "$scratch/said")"
    is 'for the next one' "$(fingerprint_of "$folder/chatd.crt")" "$(fingerprint_of "$lineage/fullchain.pem")"
    ! hooked UNRELATED=1
    tap $? 'by hand it says what it needs'
    grep -q 'certbot or acme.sh has to call this' "$scratch/said"
    tap $? 'in words' "$(cat "$scratch/said")"
}

CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} # no backend changes it
on_each_backend
